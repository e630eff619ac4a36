"""Sets of electrode parameters to sweep over: a grid, or a sample of a space."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import OutOfRange, unknown_name

MOST_SETS = 100_000
"""More parameter sets in one sweep are refused."""

METHODS = ("latin-hypercube", "random")
"""Ways to draw a sample."""

Choice = Sequence[float | str]
Settings = dict[str, float | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """An interval of values.

    Parameters
    ----------
    low, high
        Its ends, the upper one above the lower one.
    logarithmic
        Whether equal steps are equal factors; then both ends are positive.

    Raises
    ------
    OutOfRange
        The interval is empty or not finite.
    """

    low: float
    high: float
    logarithmic: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            raise OutOfRange(f"a range needs finite ends, got {self.low!r} to {self.high!r}.")
        if not self.low < self.high:
            raise OutOfRange(
                f"the range {self.low:g} to {self.high:g} is empty. Give the smaller value first."
            )
        if self.logarithmic and self.low <= 0.0:
            raise OutOfRange(f"a logarithmic range needs positive ends, got {self.low:g} to {self.high:g}.")

    def at(self, fractions: Float[np.ndarray, "point"]) -> list[float]:
        """Return the values that lie some fractions of the way from the lower to the upper end.

        They are rounded to twelve digits, so that 5.6 does not read 5.6000000000000005.
        """
        if self.logarithmic:
            values = np.exp(math.log(self.low) + fractions * math.log(self.high / self.low))
        else:
            values = self.low + fractions * (self.high - self.low)
        return [float(f"{value:.12g}") for value in values]

    def points(self, count: int) -> list[float]:
        """Return evenly spaced values, both ends included.

        Examples
        --------
        >>> Range(low=1e-3, high=10.0, logarithmic=True).points(5)
        [0.001, 0.01, 0.1, 1.0, 10.0]
        """
        if not 2 <= count <= MOST_SETS:
            raise OutOfRange(f"a range needs from 2 to {MOST_SETS} points, got {count}.")
        return self.at(np.linspace(0.0, 1.0, count))


def grid(axes: Mapping[str, Choice]) -> tuple[Settings, ...]:
    """Combine every value of each parameter with every value of the others; the last one changes fastest.

    Parameters
    ----------
    axes
        Values by the name of the parameter.

    Returns
    -------
    :
        The sets.

    Raises
    ------
    OutOfRange
        There is nothing to vary, a value is not finite, or there are too many sets.

    Examples
    --------
    >>> grid({"oxygen_rate": [1e-14, 1e-13], "lithium_slope": [0.5, 1.0]})[1]
    {'oxygen_rate': 1e-14, 'lithium_slope': 1.0}
    """
    _check_axes(axes)
    _check_count(math.prod(len(values) for values in axes.values()))
    return tuple(dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values()))


def sample(
    axes: Mapping[str, Range | Choice],
    *,
    count: int,
    seed: int,
    method: str = "latin-hypercube",
) -> tuple[Settings, ...]:
    """Draw parameter sets at random, each parameter evenly over its range.

    Parameters
    ----------
    axes
        Range, or values to choose from, by the name of the parameter.
    count
        How many sets.
    seed
        The same seed gives the same sets.
    method
        ``latin-hypercube`` puts one set into each of ``count`` equal slices of every range; ``random`` draws
        each set without regard to the others.

    Returns
    -------
    :
        The sets.

    Raises
    ------
    OutOfRange
        There is nothing to vary, a value is not finite, or the number of sets or the seed makes no sense.
    UnknownName
        There is no such method.

    Source
    ------
    McKay, Beckman, Conover, Technometrics 21, 239 (1979), doi 10.2307/1268522: Latin hypercube.

    Examples
    --------
    >>> sets = sample({"oxygen_rate": Range(low=0.0, high=4.0)}, count=4, seed=1)
    >>> sorted(int(one["oxygen_rate"]) for one in sets)
    [0, 1, 2, 3]
    """
    _check_axes(axes)
    _check_count(count)
    if method not in METHODS:
        raise unknown_name("way to draw a sample", method, METHODS)
    if seed < 0:
        raise OutOfRange(f"a seed must be at least 0, got {seed}.")
    chance = np.random.default_rng(seed)
    columns: list[Sequence[float | str]] = []
    for axis in axes.values():
        fractions = chance.random(count)
        if method == "latin-hypercube":
            fractions = (chance.permutation(count) + fractions) / count
        columns.append(axis.at(fractions) if isinstance(axis, Range) else _chosen(axis, fractions))
    return tuple(dict(zip(axes, values, strict=True)) for values in zip(*columns, strict=True))


def axis_from_words(words: str) -> tuple[Range | list[str], int | None]:
    """Read a range ``low:high``, ``low:high:count`` or ``low:high:count:log``, or values with commas.

    Parameters
    ----------
    words
        The text.

    Returns
    -------
    :
        The range and its number of points (None when the text has none), or the values as they were written.

    Raises
    ------
    OutOfRange
        It is neither, or the range is empty.

    Examples
    --------
    >>> axis_from_words("1e-15:1e-12:4:log")
    (Range(low=1e-15, high=1e-12, logarithmic=True), 4)
    >>> axis_from_words("0.5,1.0")
    (['0.5', '1.0'], None)
    """
    parts = words.split(":")
    if len(parts) == 1:
        values = [value.strip() for value in words.split(",")]
        if not all(values):
            raise OutOfRange(f"{words!r} lacks a value. Expected values with commas, e.g. 0.5,1.0")
        return values, None
    logarithmic = parts[-1] == "log"
    numbers = parts[:-1] if logarithmic else parts
    try:
        if len(numbers) not in (2, 3):
            raise ValueError
        low, high = float(numbers[0]), float(numbers[1])
        count = int(numbers[2]) if len(numbers) == 3 else None
    except ValueError as error:
        raise OutOfRange(
            f"{words!r} is no range. Expected low:high:count, e.g. 3.8:4.2:11, or 1e-15:1e-12:4:log for equal"
            " factors."
        ) from error
    return Range(low=low, high=high, logarithmic=logarithmic), count


def _chosen(values: Choice, fractions: Float[np.ndarray, "point"]) -> list[float | str]:
    return [values[int(fraction * len(values))] for fraction in fractions]


def _check_axes(axes: Mapping[str, Range | Choice]) -> None:
    if not axes:
        raise OutOfRange("there is nothing to vary. Give at least one parameter with its values.")
    for name, axis in axes.items():
        if isinstance(axis, Range):
            continue
        if len(axis) == 0:
            raise OutOfRange(f"{name} has no values. Give at least one.")
        for value in axis:
            if isinstance(value, float) and not math.isfinite(value):
                raise OutOfRange(f"{name} must be finite, got {value!r}.")


def _check_count(count: int) -> None:
    if not 1 <= count <= MOST_SETS:
        raise OutOfRange(f"expected from 1 to {MOST_SETS} parameter sets, got {count}. Vary less at once.")
