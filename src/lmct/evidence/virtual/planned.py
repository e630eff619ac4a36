"""Planned measurements: what will be done to how many cells, and which numbers that gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lmct.evidence.likelihood.unknown import Unknown
from lmct.protocol.step import Step
from lmct.quantity.errors import OutOfRange


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One number, curve or sequence that a planned measurement gives of each cell.

    Parameters
    ----------
    name
        In words, unique in its measurement: ``"metal plateau"``.
    observable
        Name of what is observed (:data:`lmct.evidence.likelihood.observable.OBSERVABLES`).
    unit
        Of the values.
    uncertainty
        Independent standard uncertainty of each value.
    step
        Which step of the protocol is looked at.
    at
        Where the values are taken, as the observable says.
    offset, scale
        Names of the instrument's constants; empty is 0 and 1.
    relative, absolute
        Errors that all values of the cell share, by name: of one standard deviation the share of the value,
        or the amount in its unit.
    """

    name: str
    observable: str
    unit: str
    uncertainty: float
    step: int = -1
    at: tuple[float, ...] = (0.0,)
    offset: str = ""
    scale: str = ""
    relative: Mapping[str, float] = field(default_factory=dict)
    absolute: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PlannedMeasurement:
    """One measurement that could be made on some cells or portions.

    Parameters
    ----------
    name
        Unique in a design, in words: ``"titration, 4.5 V, 140 degC 90 s"``.
    technique
        For tables and figures.
    protocol
        The whole history of the sample from the pristine electrode.
    readings
        What each cell gives, at least one.
    cells
        How many cells, at least one.
    unknowns
        Constants of the instrument that the readings name, with their priors.

    Raises
    ------
    OutOfRange
        There is no cell or no reading, or two readings have one name.
    """

    name: str
    technique: str
    protocol: tuple[Step, ...]
    readings: tuple[Reading, ...]
    cells: int = 1
    unknowns: tuple[Unknown, ...] = ()

    def __post_init__(self) -> None:
        names = {one.name for one in self.readings}
        if self.cells < 1 or not names or len(names) < len(self.readings):
            raise OutOfRange(
                f"{self.name!r} needs at least one cell, and readings with distinct names, got {self.cells}"
                f" cells and {[one.name for one in self.readings]}."
            )


def instrument_unknowns(design: Iterable[PlannedMeasurement]) -> tuple[Unknown, ...]:
    """Return the constants of all instruments of a design, each once.

    Parameters
    ----------
    design
        The planned measurements.

    Returns
    -------
    :
        In the order in which they are first met.

    Raises
    ------
    OutOfRange
        Two measurements give one constant different priors.
    """
    found: dict[str, Unknown] = {}
    for measurement in design:
        for one in measurement.unknowns:
            if found.setdefault(one.name, one) != one:
                raise OutOfRange(
                    f"{measurement.name!r} gives {one.name!r} another prior than a measurement before it."
                    " Give both the same, or two names."
                )
    return tuple(found.values())
