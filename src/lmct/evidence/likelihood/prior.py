"""Priors: what is known of a number before the data, with where that knowledge comes from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from lmct.quantity.errors import OutOfRange

WIDEST = 8.0
"""A normal prior ends this many standard deviations from its middle."""


class Prior(Protocol):
    """A distribution of one number.

    The sampler works in the unit interval: positions there are cumulative probabilities.
    """

    @property
    def source(self) -> str:
        """Where it comes from."""

    def value_at(self, position: float) -> float:
        """Return the value below which a share of the probability lies."""

    def position_of(self, value: float) -> float:
        """Return the share of the probability below a value."""

    def residual(self, value: float) -> float:
        """Return the distance of a value from the middle in standard deviations; 0 when it is flat."""

    @property
    def interval(self) -> tuple[float, float]:
        """Return the central 68 % interval."""


@dataclass(frozen=True, slots=True)
class Uniform:
    """Evenly between two bounds; with ``logarithmic``, evenly in the logarithm.

    Parameters
    ----------
    low, high
        Bounds, the lower one first.
    logarithmic
        Whether equal ratios are equally probable.
    source
        Where the bounds come from.

    Raises
    ------
    OutOfRange
        The bounds are not finite, not in order, or not positive on a logarithmic scale.

    Examples
    --------
    >>> round(Uniform(1.0, 100.0, logarithmic=True).value_at(0.5), 9)
    10.0
    """

    low: float
    high: float
    logarithmic: bool = False
    source: str = ""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise OutOfRange(
                f"a prior needs finite bounds, the lower one first, got {self.low!r}, {self.high!r}."
            )
        if self.logarithmic and self.low <= 0.0:
            raise OutOfRange(f"a logarithmic prior needs positive bounds, got {self.low!r}, {self.high!r}.")

    def value_at(self, position: float) -> float:
        """Return the value below which a share of the probability lies."""
        if self.logarithmic:
            return self.low * math.exp(position * math.log(self.high / self.low))
        return self.low + position * (self.high - self.low)

    def position_of(self, value: float) -> float:
        """Return the share of the probability below a value."""
        inside = min(max(value, self.low), self.high)
        if self.logarithmic:
            return math.log(inside / self.low) / math.log(self.high / self.low)
        return (inside - self.low) / (self.high - self.low)

    def residual(self, value: float) -> float:
        """Return 0: between the bounds no value is better than another."""
        return 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Return the central 68 % interval."""
        return self.value_at(0.16), self.value_at(0.84)


@dataclass(frozen=True, slots=True)
class Normal:
    """A normal distribution, cut at bounds; with ``logarithmic``, of the logarithm.

    Parameters
    ----------
    middle
        Median before the cut.
    deviation
        Standard deviation; with ``logarithmic`` that of the natural logarithm.
    low, high
        Bounds; by default eight standard deviations away.
    logarithmic
        Whether the logarithm is normal.
    source
        Where it comes from.

    Raises
    ------
    OutOfRange
        A number is impossible, or the bounds leave no probability.

    Examples
    --------
    >>> round(Normal(3.74, 0.02).value_at(0.84), 2)
    3.76
    """

    middle: float
    deviation: float
    low: float = -math.inf
    high: float = math.inf
    logarithmic: bool = False
    source: str = ""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.middle) and 0.0 < self.deviation < math.inf):
            raise OutOfRange(
                f"a normal prior needs a middle and a positive deviation, got {self.middle!r},"
                f" {self.deviation!r}."
            )
        if self.logarithmic and self.middle <= 0.0:
            raise OutOfRange(f"a logarithmic prior needs a positive middle, got {self.middle!r}.")
        below, above = self._ends()
        if not above > below:
            raise OutOfRange(f"the bounds {self.low!r} and {self.high!r} leave nothing of the prior.")

    def value_at(self, position: float) -> float:
        """Return the value below which a share of the probability lies."""
        from scipy.special import ndtri

        below, above = self._ends()
        inside = below + min(max(position, 0.0), 1.0) * (above - below)
        distance = min(max(float(ndtri(inside)), -WIDEST), WIDEST) * self.deviation
        value = self.middle * math.exp(distance) if self.logarithmic else self.middle + distance
        return min(max(value, self.low), self.high)

    def position_of(self, value: float) -> float:
        """Return the share of the probability below a value."""
        below, above = self._ends()
        return min(max((_cumulative(self._distance(value)) - below) / (above - below), 0.0), 1.0)

    def residual(self, value: float) -> float:
        """Return the distance of a value from the middle in standard deviations."""
        return self._distance(value)

    @property
    def interval(self) -> tuple[float, float]:
        """Return the central 68 % interval."""
        return self.value_at(0.16), self.value_at(0.84)

    def _ends(self) -> tuple[float, float]:
        return _cumulative(self._distance(self.low)), _cumulative(self._distance(self.high))

    def _distance(self, value: float) -> float:
        """Return how many standard deviations a value lies above the middle."""
        if math.isinf(value):
            return value
        if not self.logarithmic:
            return (value - self.middle) / self.deviation
        return -math.inf if value <= 0.0 else math.log(value / self.middle) / self.deviation


def _cumulative(distance: float) -> float:
    return 0.5 * math.erfc(-distance / math.sqrt(2.0))
