"""Cells: plateaus of the last discharge or whole curves, and the open-circuit voltage before it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lmct.evidence.likelihood.observation import Observation
from lmct.evidence.likelihood.relative_error import Proportional, RelativeError, effects_of
from lmct.evidence.observed.cell_steps import protocol_of_cell
from lmct.evidence.observed.curves import Curves, curve_observations
from lmct.evidence.observed.recorded_curve import RecordedCurve, recorded_curves
from lmct.evidence.observed.sample import Observed, SampleRecord
from lmct.protocol.step import Step
from lmct.quantity.finding import Finding
from lmct.technique.contract import Measurement

NAME = "electrochemistry"

CAPACITIES = ("metal_plateau_capacity", "oxygen_plateau_capacity")

CAPACITY_SCATTER = 0.01
"""Scatter of a plateau from cell to cell beyond its mass, where too few cells tell [1]: an assumption."""

VOLTAGE_SCATTER = 2e-3
"""Scatter of open-circuit voltages from cell to cell where too few cells tell [V]: an assumption."""

LEAST_SCATTER = 0.002
"""Plateaus of cells of one sample agree no better than this share of the whole capacity [1]: a wrong mass
makes a wrong current too (assumption)."""

ENOUGH = 5
"""Degrees of freedom from which on the scatter of the cells themselves is used."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """What one cell shows.

    Parameters
    ----------
    measurement
        Its file.
    sample
        Name of the sample.
    protocol
        Its whole history.
    found
        Findings of its last discharge by quantity.
    curves
        Charges and discharges that are compared as a whole.
    """

    measurement: Measurement
    sample: str
    protocol: tuple[Step, ...]
    found: dict[str, Finding]
    curves: tuple[RecordedCurve, ...] = ()


def observed(records: Sequence[SampleRecord], curves: Curves | None = None) -> Observed:
    """Return what cells contribute.

    The mass of a cell is an error that its capacities share. How cells of one sample differ beyond their mass
    is taken from the cells themselves where there are enough of them.

    Parameters
    ----------
    records
        The samples of the study.
    curves
        Which curves are compared; None: none. The curve of the last discharge takes the place of its
        plateaus, which are the same data.

    Returns
    -------
    :
        Observations of each cell that was discharged after a known history.
    """
    asked = curves or Curves()
    cells: list[_Cell] = []
    messages: list[str] = []
    for record in records:
        for measurement in record.of(NAME):
            cell = _cell(record, measurement)
            if cell is None:
                messages.append(
                    f"{measurement.name} ({record.name}) is not used: it has no discharge, or no active mass."
                )
                continue
            if asked.kind != "none":
                several, missing = recorded_curves(measurement, cell.protocol)
                cell = replace(cell, curves=several)
                messages += missing
            cells.append(cell)
    scatter = _scatter(cells)
    return Observed(
        tuple(one for cell in cells for one in _observations(cell, scatter, asked)), messages=tuple(messages)
    )


def _cell(record: SampleRecord, measurement: Measurement) -> _Cell | None:
    protocol = protocol_of_cell(record.history, measurement.dataset)
    found: dict[str, Finding] = {}
    for finding in measurement.findings:
        if finding.quantity in (*CAPACITIES, "open_circuit_voltage") and math.isfinite(finding.value.value):
            found[finding.quantity] = finding
    if not protocol or protocol[-1].kind != "discharge" or not found:
        return None
    return _Cell(measurement, record.name, protocol, found)


def _observations(cell: _Cell, scatter: dict[str, float], curves: Curves) -> Iterator[Observation]:
    about: dict[str, Any] = {
        "protocol": cell.protocol,
        "cell": cell.measurement.name,
        "sample": cell.sample,
        "technique": NAME,
        "source": cell.measurement.source_file,
    }
    of_capacities = max(scatter[name] for name in CAPACITIES)
    for curve in cell.curves:
        yield from curve_observations(curve, curves, of_capacities, {**about, "step": curve.step})
    if not any(curve.step == len(cell.protocol) - 1 for curve in cell.curves):
        yield from _plateaus(cell, scatter, about)
    if "open_circuit_voltage" in cell.found and len(cell.protocol) > 1 and cell.protocol[-2].kind == "rest":
        finding = cell.found["open_circuit_voltage"]
        spread = math.hypot(finding.value.uncertainty, scatter["open_circuit_voltage"])
        yield Observation(
            name=f"{cell.measurement.name}, open-circuit voltage",
            observable="end_voltage",
            step=-2,
            values=np.array([finding.value.value]),
            uncertainty=np.array([spread]),
            unit="V",
            **about,
        )


def _plateaus(cell: _Cell, scatter: dict[str, float], about: dict[str, Any]) -> Iterator[Observation]:
    mass = float(cell.measurement.dataset.attrs.get("mass_relative_uncertainty", 0.0))
    relative: dict[str, RelativeError] = {"mass": Proportional(mass)} if mass else {}
    whole = sum(cell.found[name].value.value for name in CAPACITIES if name in cell.found)
    for name in CAPACITIES:
        if name in cell.found:
            value = np.array([cell.found[name].value.value])
            yield Observation(
                name=f"{cell.measurement.name}, {name.replace('_', ' ')}",
                observable=name,
                values=value,
                uncertainty=np.array([scatter[name] * whole]),
                unit="mAh/g",
                loadings=effects_of(relative, at=np.zeros(1), shown=value),
                relative=relative,
                scatter=scatter[name],
                **about,
            )


def _scatter(cells: Sequence[_Cell]) -> dict[str, float]:
    """Return how cells of one sample differ: plateaus over the whole capacity [1], voltages [V]."""
    found = {}
    for name in (*CAPACITIES, "open_circuit_voltage"):
        groups: dict[str, list[float]] = {}
        for cell in cells:
            if name in cell.found and (
                name == "open_circuit_voltage" or all(n in cell.found for n in CAPACITIES)
            ):
                groups.setdefault(cell.sample, []).append(_without_mass(cell, name))
        squares = sum(float(np.sum((np.array(one) - np.mean(one)) ** 2)) for one in groups.values())
        freedom = sum(len(one) - 1 for one in groups.values())
        usual = VOLTAGE_SCATTER if name == "open_circuit_voltage" else CAPACITY_SCATTER
        seen = math.sqrt(squares / freedom) if freedom >= ENOUGH and squares > 0.0 else usual
        found[name] = seen if name == "open_circuit_voltage" else max(seen, LEAST_SCATTER)
    return found


def _without_mass(cell: _Cell, name: str) -> float:
    """Return a number of a cell that its mass does not change: a voltage, or a share of its capacity."""
    value = cell.found[name].value.value
    if name == "open_circuit_voltage":
        return value
    return value / sum(cell.found[one].value.value for one in CAPACITIES)
