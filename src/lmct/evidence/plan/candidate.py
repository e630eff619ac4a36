"""Candidates: experiments among which a plan chooses, from a grid that the user may edit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from lmct.evidence.plan.cost import Cost, CostTable
from lmct.evidence.virtual.diffraction import lattice_at_rest, operando_lattice
from lmct.evidence.virtual.electrochemistry import cycling_curves, plateau_titration, rested_cell
from lmct.evidence.virtual.errors import MeasurementErrors
from lmct.evidence.virtual.planned import PlannedMeasurement
from lmct.evidence.virtual.spectroscopy import gas_total, metal_edge, photoemission
from lmct.protocol.titration import Portion
from lmct.quantity.constants import DAY, HOUR, ZERO_CELSIUS
from lmct.quantity.errors import OutOfRange, unknown_name

ON_POWDER = {"titration": plateau_titration, "edge": metal_edge, "photoemission": photoemission}
"""Techniques that look at a heated portion, by the name in a grid."""

IN_CELL = ("rest", "lattice", "operando", "curves", "gas")
"""Techniques that look at a cell."""


@dataclass(frozen=True)
class Candidate:
    """An experiment that could be made next.

    Parameters
    ----------
    name
        In words.
    measurements
        What it consists of, at least one.
    cost
        In hours.

    Raises
    ------
    OutOfRange
        It consists of nothing.
    """

    name: str
    measurements: tuple[PlannedMeasurement, ...]
    cost: Cost

    def __post_init__(self) -> None:
        if not self.measurements:
            raise OutOfRange(f"the candidate {self.name!r} measures nothing. Give it a measurement.")

    @property
    def technique(self) -> str:
        """Techniques, joined."""
        return " + ".join(dict.fromkeys(one.technique for one in self.measurements))

    @property
    def cells(self) -> int:
        """Cells and samples that are needed."""
        return sum(one.cells for one in self.measurements)


@dataclass(frozen=True, kw_only=True)
class CandidateGrid:
    """All combinations of what may be varied.

    Parameters
    ----------
    techniques
        Of ``titration``, ``edge``, ``photoemission`` (a heated portion), ``rest`` (a cell that rests and is
        discharged), ``lattice`` (a cell that rests in a diffractometer), ``operando``, ``curves`` and
        ``gas``.
    temperatures
        Of the oven [K].
    hold_times
        In the oven [s].
    charge_voltages, charge_capacities
        States of charge: limits of the charge [V], [mAh/g].
    rest_times
        Rests of cells before discharge or under the diffractometer, at room temperature [s].
    cells
        Numbers of cells.
    currents
        Of curves [mA/g].
    errors
        How well each technique measures.
    costs
        What it costs.

    Raises
    ------
    UnknownName
        A technique does not exist.
    OutOfRange
        The grid is empty.
    """

    techniques: tuple[str, ...] = (*ON_POWDER, *IN_CELL)
    temperatures: tuple[float, ...] = tuple(one + ZERO_CELSIUS for one in (60.0, 100.0, 120.0, 140.0))
    hold_times: tuple[float, ...] = (600.0, HOUR, 4 * HOUR, DAY)
    charge_voltages: tuple[float, ...] = (4.5, 4.8)
    charge_capacities: tuple[float, ...] = ()
    rest_times: tuple[float, ...] = (DAY, 7 * DAY, 30 * DAY)
    cells: tuple[int, ...] = (3,)
    currents: tuple[float, ...] = (20.0,)
    errors: MeasurementErrors = field(default_factory=MeasurementErrors)
    costs: CostTable = field(default_factory=CostTable)

    def __post_init__(self) -> None:
        known = (*ON_POWDER, *IN_CELL)
        for name in self.techniques:
            if name not in known:
                raise unknown_name("technique of a plan", name, known)

    def candidates(self) -> tuple[Candidate, ...]:
        """Return every combination as a candidate, each once.

        Examples
        --------
        >>> grid = CandidateGrid(techniques=("titration",), temperatures=(413.15,), cells=(1, 3))
        >>> len(grid.candidates())
        16
        """
        found = {}
        for measurement in self._measurements():
            for cells in self.cells:
                one = candidate_of(replace(measurement, cells=cells), costs=self.costs)
                found[one.name] = one
        if not found:
            raise OutOfRange(
                "the grid of candidates is empty. Give it techniques, states of charge and cells."
            )
        return tuple(found.values())

    def _measurements(self) -> Iterator[PlannedMeasurement]:
        for technique in self.techniques:
            if technique in ON_POWDER:
                yield from self._on_powder(technique)
            else:
                yield from self._in_cell(technique)

    def _on_powder(self, technique: str) -> Iterator[PlannedMeasurement]:
        plan = ON_POWDER[technique]
        portions = [
            Portion(hold_temperature=temperature, hold_time=time)
            for temperature in self.temperatures
            for time in self.hold_times
        ]
        for portion in portions:
            for voltage in self.charge_voltages:
                yield plan(portion, charge_voltage=voltage, errors=self.errors)
            for capacity in self.charge_capacities:
                yield plan(portion, charge_voltage=None, charge_capacity=capacity, errors=self.errors)

    def _in_cell(self, technique: str) -> Iterator[PlannedMeasurement]:
        for voltage in self.charge_voltages:
            if technique == "gas":
                yield gas_total(charge_voltage=voltage, errors=self.errors)
            elif technique in ("rest", "lattice"):
                yield from self._resting(technique, voltage)
            else:
                plan = operando_lattice if technique == "operando" else cycling_curves
                for current in self.currents:
                    yield plan(charge_voltage=voltage, specific_current=current, errors=self.errors)

    def _resting(self, technique: str, voltage: float) -> Iterator[PlannedMeasurement]:
        for time in self.rest_times:
            if technique == "rest":
                yield rested_cell(time, charge_voltage=voltage, errors=self.errors)
            else:
                yield lattice_at_rest(_looks(time), charge_voltage=voltage, errors=self.errors)


def candidate_of(*measurements: PlannedMeasurement, costs: CostTable | None = None) -> Candidate:
    """Return the candidate that consists of some measurements.

    Parameters
    ----------
    *measurements
        The measurements.
    costs
        What they cost.

    Returns
    -------
    :
        Named after its measurements and their numbers of cells.
    """
    table = CostTable() if costs is None else costs
    total = Cost(0.0, 0.0)
    for one in measurements:
        total = total + table.of(one)
    name = " and ".join(f"{one.name}, {one.cells} cell{'s' * (one.cells > 1)}" for one in measurements)
    return Candidate(name, tuple(measurements), total)


def _looks(time: float) -> Sequence[float]:
    """Return when a diffractometer looks at a resting sample: at the start, and denser then than later."""
    return [HOUR, *(time * share for share in (0.1, 0.3, 0.6, 1.0))]
