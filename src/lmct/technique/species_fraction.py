"""Shares of species that a simulation is asked for, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lmct.quantity.errors import OutOfRange, unknown_name

SUM = 1e-6
"""Shares add up to 1 but for this."""


def checked_fractions(fractions: Mapping[str, float], known: Sequence[str], kind: str) -> None:
    """Refuse shares of unknown species, below 0, or that do not add up to 1.

    Parameters
    ----------
    fractions
        Share of each species [1].
    known
        Species that there are.
    kind
        What they are called in the message.

    Raises
    ------
    UnknownName
        There is no such species.
    OutOfRange
        The shares make no sense.

    Examples
    --------
    >>> checked_fractions({"ni_2": 0.6, "ni_4": 0.4}, ("ni_2", "ni_4"), "species")
    """
    for name in fractions:
        if name not in known:
            raise unknown_name(kind, name, known)
    total = sum(fractions.values())
    if not abs(total - 1.0) <= SUM or min(fractions.values()) < 0.0:
        shown = ", ".join(f"{name} {share:g}" for name, share in fractions.items())
        raise OutOfRange(
            f"the fractions {shown} add up to {total:g}. Expected shares of 0 or more with the sum 1. Give"
            " the share of every species."
        )
