"""Free parameters with bounds and scale, and the unit cube in which they are searched."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.electrode.parameters import ElectrodeParameters
from lmct.quantity.errors import OutOfRange


@dataclass(frozen=True, slots=True)
class FreeParameter:
    """A parameter that may move between two bounds.

    Parameters
    ----------
    name
        Name of an electrode parameter or of a parameter of one of its rate laws.
    low, high
        Bounds, in the unit of the parameter.
    logarithmic
        Whether equal ratios, and not equal differences, are equal distances: for rates and frequencies.

    Raises
    ------
    OutOfRange
        The bounds are not finite, reversed or equal, or not positive on a logarithmic scale.
    """

    name: str
    low: float
    high: float
    logarithmic: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise OutOfRange(
                f"the bounds of {self.name} are {self.low!r} and {self.high!r}."
                " Expected finite numbers, the lower one first."
            )
        if self.logarithmic and self.low <= 0:
            raise OutOfRange(
                f"the lower bound of {self.name} is {self.low!r}, but its scale is logarithmic."
                ' Expected a positive bound, or scale = "linear".'
            )

    @property
    def span(self) -> float:
        """Distance of the bounds: a difference, or the logarithm of a ratio."""
        return math.log(self.high / self.low) if self.logarithmic else self.high - self.low

    def value_at(self, position: float) -> float:
        """Return the value at a position between 0 (lower bound) and 1 (upper bound)."""
        share = min(max(position, 0.0), 1.0)
        if self.logarithmic:
            return min(max(self.low * math.exp(share * self.span), self.low), self.high)
        return self.low + share * self.span

    def position_of(self, value: float) -> float:
        """Return the position of a value; one outside the bounds gets the position of the nearer bound."""
        inside = min(max(value, self.low), self.high)
        if self.logarithmic:
            return math.log(inside / self.low) / self.span
        return (inside - self.low) / self.span


@dataclass(frozen=True)
class ParameterSpace:
    """All electrodes that differ from one another only in the free parameters.

    Parameters
    ----------
    start
        The electrode whose other parameters are kept, and at which the search begins.
    free
        The free parameters, at least one, with distinct names.

    Raises
    ------
    UnknownName
        The electrode has no such parameter.
    OutOfRange
        There is no free parameter, one is named twice, or the electrode does not accept a bound.
    """

    start: ElectrodeParameters
    free: tuple[FreeParameter, ...]

    def __post_init__(self) -> None:
        if not self.free:
            raise OutOfRange(
                "no parameter is free. Name at least one with its bounds under [calibration.free]."
            )
        if len(set(self.names)) < len(self.names):
            raise OutOfRange(f"a free parameter is named twice: {', '.join(self.names)}.")
        for one in self.free:
            for bound in (one.low, one.high):
                try:
                    self.start.replace(**{one.name: bound})
                except OutOfRange as error:
                    raise OutOfRange(f"the bound {bound!r} of {one.name} is impossible: {error}") from error

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the free parameters."""
        return tuple(one.name for one in self.free)

    def values_at(self, position: Sequence[float] | Float[np.ndarray, "free"]) -> dict[str, float]:
        """Return the values of the free parameters at a position in the unit cube."""
        return {one.name: one.value_at(float(share)) for one, share in zip(self.free, position, strict=True)}

    def parameters_at(self, position: Sequence[float] | Float[np.ndarray, "free"]) -> ElectrodeParameters:
        """Return the electrode at a position in the unit cube.

        Raises
        ------
        OutOfRange
            The electrode does not accept this combination.
        """
        return self.start.replace(**self.values_at(position))

    def position_of(self, parameters: ElectrodeParameters) -> Float[np.ndarray, "free"]:
        """Return the position of an electrode, moved to the nearest bounds where it lies outside."""
        numbers = numbers_of(parameters)
        return np.array([one.position_of(numbers[one.name]) for one in self.free])


def numbers_of(parameters: ElectrodeParameters) -> dict[str, float]:
    """Return every number of an electrode by name, those of its rate law included.

    Left out is what one couple has no value of its own for, and what is a list of numbers.

    Parameters
    ----------
    parameters
        The electrode.

    Returns
    -------
    :
        Value by name.

    Examples
    --------
    >>> from lmct.electrode import load
    >>> {"metal_potential", "reorganization_energy"} <= set(numbers_of(load("li-ti-ni-o")))
    True
    """
    found: dict[str, float] = {}
    for field in dataclasses.fields(parameters):
        value = getattr(parameters, field.name)
        if isinstance(value, Mapping):
            found |= {name: float(number) for name, number in value.items() if name not in found}
        elif isinstance(value, int | float) and not math.isnan(value):
            found[field.name] = float(value)
    return found


def starting_electrode(
    base: ElectrodeParameters,
    *,
    changes: Mapping[str, float | str | tuple[float, ...]],
    free: Sequence[FreeParameter],
) -> ElectrodeParameters:
    """Return the electrode at which a search begins.

    Parameters
    ----------
    base
        A parameter set.
    changes
        Numbers, lists of numbers, and names of rate laws that differ from it.
    free
        Free parameters; one that the set has no value for, as that of a new rate law, starts in the middle of
        its bounds.

    Returns
    -------
    :
        The electrode.

    Raises
    ------
    UnknownName, OutOfRange
        A parameter or law does not exist, or a value is impossible or no single number.
    """
    for one in free:
        if isinstance(getattr(base, one.name, math.nan), str | tuple | Mapping):
            raise OutOfRange(f"{one.name} is no single number, so it cannot be free. Set it under 'fixed'.")
    for name, value in changes.items():
        if isinstance(getattr(base, name, value), tuple) != isinstance(value, tuple):
            wanted = "one number" if isinstance(value, tuple) else "a list of numbers"
            raise OutOfRange(f"{name} is set to {value!r}. Expected {wanted}.")
    known = numbers_of(base)
    middle = {one.name: one.value_at(0.5) for one in free if one.name not in known | dict(changes)}
    return base.replace(**middle, **changes)
