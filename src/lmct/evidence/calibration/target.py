"""Targets: what a parameter set is asked to reproduce, with tolerance and source."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lmct.evidence.calibration.observables import OBSERVABLES
from lmct.quantity.errors import DataError, OutOfRange, UnitMismatch, unknown_name

FAILED = 100.0
"""Residual of what cannot be simulated, and the largest one that counts [tolerances]."""

KEYS = ("observable", "value", "above", "below", "tolerance", "unit", "line")
NUMBERS = ("value", "above", "below", "tolerance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A number that is asked for.

    Parameters
    ----------
    name
        Unique name; that of the observable unless two targets ask for the same.
    observable
        Name of what is computed, a key of :data:`lmct.evidence.calibration.OBSERVABLES`.
    tolerance
        One standard deviation of the residual, in the unit of the observable, positive.
    value
        The number asked for; or None and
    above, below
        limits within which nothing costs.
    source
        Line of a paper, or the word "assumption".

    Raises
    ------
    UnknownName
        There is no such observable.
    OutOfRange
        A number is missing, not finite, or reversed.
    """

    name: str
    observable: str
    tolerance: float
    value: float | None = None
    above: float | None = None
    below: float | None = None
    source: str = ""

    def __post_init__(self) -> None:
        if self.observable not in OBSERVABLES:
            raise unknown_name("observable", self.observable, OBSERVABLES)
        if not (math.isfinite(self.tolerance) and self.tolerance > 0):
            raise OutOfRange(
                f"the tolerance of target {self.name} is {self.tolerance!r}. Expected a positive number."
            )
        given = [number for number in (self.value, self.above, self.below) if number is not None]
        if not all(math.isfinite(number) for number in given):
            raise OutOfRange(f"target {self.name} has a number that is not finite. Expected finite numbers.")
        limits = self.above is not None or self.below is not None
        if (self.value is not None) == limits:
            raise OutOfRange(
                f"target {self.name} must have either a value, or limits 'above' and 'below', and not both."
            )
        if self.above is not None and self.below is not None and self.above >= self.below:
            raise OutOfRange(
                f"target {self.name} asks for more than {self.above:g} and less than {self.below:g}."
                " Exchange 'above' and 'below'."
            )

    @property
    def unit(self) -> str:
        """Unit of the observable."""
        return OBSERVABLES[self.observable].unit

    @property
    def asked(self) -> str:
        """What is asked, in words: ``4.4 +- 0.02`` or ``above 0.9``."""
        if self.value is not None:
            return f"{self.value:g} ± {self.tolerance:g}"
        low = "" if self.above is None else f"above {self.above:g}"
        high = "" if self.below is None else f"below {self.below:g}"
        return f"{low}{', ' if low and high else ''}{high} (± {self.tolerance:g})"

    def residual(self, found: float) -> float:
        """Return how far a number misses the target, in tolerances; zero inside limits.

        Parameters
        ----------
        found
            The computed number; NaN counts as failed.

        Returns
        -------
        :
            Between -100 and 100.

        Examples
        --------
        >>> target = Target(name="v", observable="voltage_at_200", value=4.4, tolerance=0.02)
        >>> round(target.residual(4.43), 6)
        1.5
        """
        if not math.isfinite(found):
            return FAILED
        if self.value is not None:
            miss = found - self.value
        else:
            low = -math.inf if self.above is None else self.above
            high = math.inf if self.below is None else self.below
            miss = min(0.0, found - low) + max(0.0, found - high)
        return min(max(miss / self.tolerance, -FAILED), FAILED)


def targets_from_table(content: Mapping[str, Any], place: str) -> tuple[Target, ...]:
    """Read targets as they stand in a TOML file: one table each, named after its observable.

    Parameters
    ----------
    content
        Target by name; its keys are ``KEYS``, ``line`` being the source.
    place
        Where it stands, for messages.

    Returns
    -------
    :
        The targets in their order.

    Raises
    ------
    DataError
        A target is no table, lacks its tolerance or its source, or holds something of the wrong type.
    UnknownName
        A key or an observable does not exist.
    UnitMismatch
        The stated unit is not that of the observable.
    """
    return tuple(_target(name, row, f"target {name} in {place}") for name, row in content.items())


def _target(name: str, row: object, place: str) -> Target:
    if not isinstance(row, Mapping):
        raise DataError(f"{place} is {row!r}. Expected a table with value and tolerance.")
    for key in row:
        if key not in KEYS:
            raise unknown_name(f"key of {place}", key, KEYS)
    for key in ("tolerance", "line"):
        if key not in row:
            raise DataError(
                f"{place} has no {key!r}. Every target needs value (or above, below), tolerance, and the line"
                ' of its source or "assumption".'
            )
    for key in NUMBERS:
        if key in row and (isinstance(row[key], bool) or not isinstance(row[key], int | float)):
            raise DataError(f"{place} has {key} = {row[key]!r}. Expected a number without quotes.")
    for key in ("observable", "unit", "line"):
        if key in row and not isinstance(row[key], str):
            raise DataError(f"{place} has {key} = {row[key]!r}. Expected a text in quotes.")
    try:
        target = Target(
            name=name,
            observable=row.get("observable", name),
            source=row["line"],
            **{key: float(row[key]) for key in NUMBERS if key in row},
        )
    except OutOfRange as error:
        raise OutOfRange(f"{place}: {error}") from error
    if row.get("unit", target.unit) != target.unit:
        raise UnitMismatch(
            f"{place} is in {row['unit']!r}, but {target.observable} is computed in {target.unit!r}."
            " Convert the numbers."
        )
    return target
