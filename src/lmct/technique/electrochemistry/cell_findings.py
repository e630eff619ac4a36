"""What one cell tells: numbers of every half-cycle, plateau, cycle and rest, with names and units."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from lmct.instrument.cycler.record import CyclerRecord
from lmct.quantity.value import Value
from lmct.technique.electrochemistry import cycle
from lmct.technique.electrochemistry.half_cycle import HalfCycle
from lmct.technique.electrochemistry.kernels import active_rows_from_current
from lmct.technique.electrochemistry.open_circuit import open_circuit_from_rest, rest_rows_before
from lmct.technique.electrochemistry.options import Options
from lmct.technique.electrochemistry.plateau import plateau_from_half_cycle

NO_MASS = "No active mass is known: capacities are in mAh of the cell; give active_mass to get mAh/g."

LOWER_BOUND = "Lower bound:"
"""The note of a plateau that the discharge did not finish starts so."""

SMALLEST_HALF_CYCLE = 0.01
"""Cycles with a half-cycle below this share of the largest one get no efficiencies (a pulse, for example)."""


@dataclass(frozen=True, slots=True)
class Number:
    """A finding before it knows its sample and file."""

    quantity: str
    value: Value
    condition: str
    note: str = ""


@dataclass(frozen=True, eq=False)
class CellNumbers:
    """The material of the findings of one cell.

    Parameters
    ----------
    record
        The file.
    half_cycles
        Its half-cycles.
    mass
        Active mass [g], None when unknown.
    options
        How to analyse.
    """

    record: CyclerRecord
    half_cycles: tuple[HalfCycle, ...]
    mass: float | None
    options: Options

    def per_mass(self, estimate: cycle.Estimate, unit: str) -> Value:
        """Return a charge or energy per gram of active material, or of the cell when the mass is unknown."""
        if self.mass is None:
            return Value(estimate.value, estimate.uncertainty, unit)
        return Value(estimate.value / self.mass, estimate.uncertainty / self.mass, f"{unit}/g")

    @property
    def mass_note(self) -> str:
        """What a reader must know about the mass."""
        if self.mass is None:
            return NO_MASS
        share = f"{self.options.accuracy.mass_relative:.1%}"
        return f"Includes {share} for the active mass, common to all capacities of the cell."


def findings_of_cell(cell: CellNumbers) -> Iterator[Number]:
    """Yield the numbers of a cell: half-cycles, plateaus and rests in order of time, then cycles.

    Parameters
    ----------
    cell
        Record, half-cycles, mass and options.

    Yields
    ------
    :
        Numbers with the quantity names of the technique.
    """
    active = active_rows_from_current(current=cell.record.current)
    for one in cell.half_cycles:
        yield from _half_cycle_numbers(cell, one)
        if one.kind == "discharge":
            yield from _plateau_numbers(cell, one)
            start, stop = rest_rows_before(active=active, row=one.start)
            yield from _rest_numbers(cell, one, start, stop)
    largest = max((one.total_capacity for one in cell.half_cycles), default=0.0)
    for pair in cycle.charge_discharge_pairs(cell.half_cycles):
        if min(pair.charge.total_capacity, pair.discharge.total_capacity) > SMALLEST_HALF_CYCLE * largest:
            yield from _cycle_numbers(cell, pair)


def _half_cycle_numbers(cell: CellNumbers, one: HalfCycle) -> Iterator[Number]:
    accuracy = cell.options.accuracy
    capacity = cell.per_mass(cycle.capacity_estimate(one, accuracy), "mAh")
    yield Number(f"{one.kind}_capacity", capacity, one.label, cell.mass_note)
    mean = cycle.mean_voltage_estimate(one, accuracy)
    yield Number(
        f"mean_{one.kind}_voltage",
        Value(mean.value, mean.uncertainty, "V"),
        one.label,
        "Energy over capacity.",
    )


def _plateau_numbers(cell: CellNumbers, one: HalfCycle) -> Iterator[Number]:
    accuracy = cell.options.accuracy
    for name, limits in cell.options.plateaus.items():
        if one.voltage.max() <= min(limits) or one.voltage.min() >= max(limits):
            continue
        found = plateau_from_half_cycle(one, limits=limits, accuracy=accuracy)
        total = math.hypot(found.uncertainty, found.capacity * accuracy.scale_relative)
        note = f"Charge between {limits[0]:g} and {limits[1]:g} V. {cell.mass_note}"
        if not found.complete:
            note = f"{LOWER_BOUND} the discharge ended at {found.end_voltage:.3f} V. {note}"
        value = cell.per_mass(cycle.Estimate(found.capacity, total), "mAh")
        yield Number(f"{name}_plateau_capacity", value, one.label, note)


def _rest_numbers(cell: CellNumbers, one: HalfCycle, start: int, stop: int) -> Iterator[Number]:
    record = cell.record
    rest = open_circuit_from_rest(
        time=record.time, voltage=record.voltage, start=start, stop=stop, accuracy=cell.options.accuracy
    )
    if rest is None:
        return
    where = f"cycle {one.cycle}, end of {rest.duration / 60:.1f} min rest before discharge"
    drift = Value(rest.drift, rest.drift_uncertainty, "mV/min")
    note = f"Line through the last part of the rest; drift {drift}."
    yield Number("open_circuit_voltage", Value(rest.voltage, rest.uncertainty, "V"), where, note)
    yield Number("open_circuit_drift", drift, where)


def _cycle_numbers(cell: CellNumbers, pair: cycle.Pair) -> Iterator[Number]:
    both = (pair.charge, pair.discharge, cell.options.accuracy)
    for quantity, estimate in (
        ("coulombic_efficiency", cycle.coulombic_efficiency(*both)),
        ("energy_efficiency", cycle.energy_efficiency(*both)),
    ):
        yield Number(
            quantity,
            Value(estimate.value, estimate.uncertainty),
            pair.label,
            "Discharge over preceding charge.",
        )
    gap = cycle.mean_voltage_gap(*both)
    yield Number(
        "mean_voltage_gap",
        Value(gap.value, gap.uncertainty, "V"),
        pair.label,
        "Mean charge minus mean discharge voltage.",
    )
    area = cell.per_mass(cycle.loop_area(*both), "mWh")
    yield Number(
        "loop_area", area, pair.label, "Area between charge and discharge over the charge that both passed."
    )
