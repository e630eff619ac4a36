"""What a plan is for: a quantity, all unknowns, or the choice between mechanisms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.evidence.inference.posterior import Posterior
from lmct.evidence.likelihood.unknown import Unknown
from lmct.quantity.errors import OutOfRange, unknown_name

ALL_UNKNOWNS, MECHANISMS = "all unknowns", "mechanisms"
"""Targets that are no quantity."""


@dataclass(frozen=True)
class Quantity:
    """A number that follows from the unknowns.

    Parameters
    ----------
    name
        In words.
    unit
        Of the number.
    of_values
        Computes it from the values of all unknowns by name.
    """

    name: str
    unit: str
    of_values: Callable[[Mapping[str, float]], float]


def quantity_of_target(target: str | Quantity, posterior: Posterior) -> Quantity | None:
    """Return the quantity that a target is; None when it is all unknowns.

    Parameters
    ----------
    target
        A quantity, the name of an unknown, or :data:`ALL_UNKNOWNS`.
    posterior
        Knows the unknowns. One whose prior is logarithmic is counted in decades.

    Returns
    -------
    :
        The quantity or None.

    Raises
    ------
    UnknownName
        There is no such unknown.
    """
    if isinstance(target, Quantity):
        return target
    if target == ALL_UNKNOWNS:
        return None
    members = {one.name: one for one in posterior.unknowns.members}
    if target not in members:
        raise unknown_name("target of a plan", target, (*members, ALL_UNKNOWNS, MECHANISMS))
    return _of_unknown(members[target])


def quantity_samples(quantity: Quantity, sets: list[dict[str, float]]) -> Float[np.ndarray, "sample"]:
    """Return a quantity for samples of a posterior.

    Parameters
    ----------
    quantity
        The quantity.
    sets
        Values by name.

    Returns
    -------
    :
        In the unit of the quantity.

    Raises
    ------
    OutOfRange
        It is not finite, or one and the same for all samples.
    """
    found = np.array([quantity.of_values(values) for values in sets], dtype=float)
    if not np.all(np.isfinite(found)) or np.ptp(found) == 0.0:
        raise OutOfRange(
            f"{quantity.name} is not finite, or the same for all samples of the posterior: nothing is left to"
            " find out. Name another target."
        )
    return found


def _of_unknown(unknown: Unknown) -> Quantity:
    if getattr(unknown.prior, "logarithmic", False):
        return Quantity(unknown.name, "decades", lambda values: float(np.log10(values[unknown.name])))
    return Quantity(unknown.name, unknown.unit, lambda values: values[unknown.name])
