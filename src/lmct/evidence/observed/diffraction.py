"""Diffraction: the lattice parameter of every scan of a sample at rest or of a cell at work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from lmct.evidence.instrument_constant import (
    LATTICE_PER_METAL_HOLE,
    LATTICE_PER_OXYGEN_HOLE,
    lattice_origin,
)
from lmct.evidence.likelihood.observation import Observation
from lmct.evidence.likelihood.relative_error import RelativeError, Stretched, effects_of
from lmct.evidence.likelihood.unknown import Unknown
from lmct.evidence.observed.cell_steps import half_cycle_times, steps_of_half_cycles
from lmct.evidence.observed.sample import Observed, SampleRecord
from lmct.protocol.step import Step
from lmct.technique.clock.clocks import Clocks, seconds_between
from lmct.technique.clock.cycler_curve import time_from_text
from lmct.technique.contract import Measurement

Series = Float[np.ndarray, "scan"]

NAME = "diffraction"

ORIGIN = "lattice_origin"
"""Unknown: lattice parameter without holes."""

ORIGIN_WIDTH = 0.05
"""Standard deviation of the lattice parameter without holes around the largest one seen [angstrom]."""

CELL = "a"
"""Variable of the lattice parameter in a data set."""

OPERANDO = "electrochemistry"
"""Technique of the cell that a working electrode is joined with."""


def observed(records: Sequence[SampleRecord]) -> Observed:
    """Return what diffraction contributes.

    A sample with a history was measured during its last step, from the first scan on; one without was
    measured while its cell worked, and is joined with the cycler by clock.

    Parameters
    ----------
    records
        The samples of the study.

    Returns
    -------
    :
        Lattice parameters against time in each step.
    """
    found: list[Observation] = []
    messages: list[str] = []
    for record in records:
        for measurement in record.of(NAME):
            if CELL not in measurement.dataset or "time" not in measurement.dataset:
                messages.append(
                    f"{measurement.name} ({record.name}) is not used: it has no lattice parameter."
                )
                continue
            several = list(_of_measurement(record, measurement))
            found += several
            if not several:
                messages.append(
                    f"{measurement.name} ({record.name}) is not used: the study says neither the history of"
                    " the sample nor has it a cell with a clock."
                )
    return Observed(tuple(found), _unknowns(found) if found else (), tuple(messages))


def _of_measurement(record: SampleRecord, measurement: Measurement) -> Iterator[Observation]:
    time, value, spread = _scans(measurement)
    good = np.isfinite(time) & np.isfinite(value) & (spread > 0.0)
    time, value, spread = time[good], value[good], spread[good]
    if not len(time):
        return
    if record.history:
        steps = tuple(replace(step, text="") for step in record.history)
        yield _observation(record, measurement, steps, -1, (time - time[0], value, spread), {})
        return
    cell = next(iter(record.of(OPERANDO)), None)
    steps = () if cell is None else steps_of_half_cycles(cell.dataset)
    if cell is None or not steps:
        return
    clock = time - time[0] + _begin(measurement, cell)
    begins, ends = half_cycle_times(cell.dataset)
    places = [number for number, step in enumerate(steps) if step.kind != "rest"]
    for number, begin, end in zip(places, begins, ends, strict=True):
        inside = (clock >= begin) & (clock < end)
        if inside.sum() > 1:
            rows = clock[inside] - begin
            series = (rows, value[inside], spread[inside])
            yield _observation(record, measurement, steps, number, series, _mass_error(cell))


def _scans(measurement: Measurement) -> tuple[Series, Series, Series]:
    """Return the middle of each scan since the start of the first [s], lattice parameter and uncertainty."""
    data = measurement.dataset
    time = np.atleast_1d(np.asarray(data["time"].values, dtype=float))
    length = [
        (time_from_text(str(end)) - time_from_text(str(start))).total_seconds() if start and end else 0.0
        for start, end in zip(
            np.atleast_1d(data["start_time"].values), np.atleast_1d(data["end_time"].values), strict=True
        )
    ]
    value, spread = (
        np.atleast_1d(np.asarray(data[one].values, dtype=float)) for one in (CELL, f"{CELL}_uncertainty")
    )
    return time + 0.5 * np.array(length), value, spread


def _begin(measurement: Measurement, cell: Measurement) -> float:
    """Return the middle of the first scan by the clock of the cycler [s]."""
    data = measurement.dataset
    first, last = (
        time_from_text(str(np.atleast_1d(data[name].values)[0])) for name in ("start_time", "end_time")
    )
    start = time_from_text(str(cell.dataset.attrs["start_time"]))
    seconds, _ = seconds_between([first, last], start, Clocks())
    return float(np.mean(seconds))


def _mass_error(cell: Measurement) -> dict[str, RelativeError]:
    """Return the error of the mass: the charge at a given time is another."""
    share = float(cell.dataset.attrs.get("mass_relative_uncertainty", 0.0))
    return {"mass": Stretched(share)} if share else {}


def _observation(
    record: SampleRecord,
    measurement: Measurement,
    protocol: tuple[Step, ...],
    step: int,
    series: tuple[Series, Series, Series],
    relative: dict[str, RelativeError],
) -> Observation:
    at, value, spread = series
    return Observation(
        name=f"{measurement.name}, lattice parameter" + ("" if step < 0 else f", step {step + 1}"),
        observable="lattice_parameter",
        protocol=protocol,
        step=step,
        at=at,
        values=value,
        uncertainty=spread,
        unit="Å",
        offset=ORIGIN,
        loadings=effects_of(relative, at=at, shown=value),
        relative=relative,
        cell=f"{measurement.name}, step {step}",
        sample=record.name,
        technique=NAME,
        source=measurement.source_file,
    )


def _unknowns(found: Sequence[Observation]) -> tuple[Unknown, ...]:
    origin = lattice_origin(
        middle=max(float(np.max(one.values)) for one in found),
        width=ORIGIN_WIDTH,
        source="assumption: near the largest cell that was measured",
    )
    return origin, LATTICE_PER_METAL_HOLE, LATTICE_PER_OXYGEN_HOLE
