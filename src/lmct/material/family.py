"""A pseudo-binary family, x A · (1-x) B, as one formula unit."""

from __future__ import annotations

from collections.abc import Mapping

from lmct.material.formula import scaled
from lmct.quantity.errors import OutOfRange


def composition_from_end_members(
    *, at_zero: Mapping[str, float], at_one: Mapping[str, float], x: float, oxygen: float = 2.0
) -> dict[str, float]:
    """Mix two end members and write the result per given amount of oxygen.

    Parameters
    ----------
    at_zero
        Composition of the end member at x = 0.
    at_one
        Composition of the end member at x = 1.
    x
        Molar fraction of ``at_one``, 0 to 1 [1].
    oxygen
        Oxygen per formula unit of the result [1].

    Returns
    -------
    :
        Amount of each element [1]; an element absent at an end of the range has the amount 0 there.

    Raises
    ------
    OutOfRange
        x lies outside 0 to 1.

    Source
    ------
    Li 2022: x Li2TiO3 · (1-x) LiTi0.5Ni0.5O2.

    Examples
    --------
    >>> mix = composition_from_end_members(
    ...     at_zero={"Li": 1, "Ni": 0.5, "Ti": 0.5, "O": 2}, at_one={"Li": 2, "Ti": 1, "O": 3}, x=0.4
    ... )
    >>> {symbol: round(amount, 4) for symbol, amount in mix.items()}
    {'Li': 1.1667, 'Ni': 0.25, 'Ti': 0.5833, 'O': 2.0}
    """
    if not 0.0 <= x <= 1.0:
        raise OutOfRange(f"x must lie between 0 and 1, got {x!r}. It is the fraction of the second member.")
    symbols = [*at_zero, *(symbol for symbol in at_one if symbol not in at_zero)]
    mixed = {symbol: (1.0 - x) * at_zero.get(symbol, 0.0) + x * at_one.get(symbol, 0.0) for symbol in symbols}
    return scaled(mixed, oxygen=oxygen)
