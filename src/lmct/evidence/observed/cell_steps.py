"""The protocol that a cell went through: the history of its sample, then what its cycler recorded."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct.protocol.step import Step

if TYPE_CHECKING:
    import xarray as xr

FIGURES = 3
"""Currents are rounded to so many figures, so that cells of one condition share their simulation."""

VOLTS = 2
"""End voltages are rounded to so many decimals."""

LEAST_REST = 60.0
"""A pause between two half-cycles counts as a rest from this time on [s]."""


def steps_of_half_cycles(dataset: xr.Dataset) -> tuple[Step, ...]:
    """Return the charges, discharges and pauses of a cycler file as steps.

    Parameters
    ----------
    dataset
        Data set of an electrochemical measurement, in mAh/g.

    Returns
    -------
    :
        Constant currents with their mean and the voltage they ended at; none without half-cycles or mass.
    """
    if "direction" not in dataset or dataset.attrs.get("capacity_unit") != "mAh/g":
        return ()
    steps: list[Step] = []
    end = math.nan
    columns = ("direction", "total_capacity", "start_time", "duration", "end_voltage")
    table = [np.asarray(dataset[name].values, dtype=float) for name in columns]
    for direction, capacity, start, duration, voltage in zip(*table, strict=True):
        if start - end >= LEAST_REST:
            steps.append(Step(kind="rest", duration=float(start - end)))
        end = start + duration
        if capacity > 0.0 and duration > 0.0:
            steps.append(_half_cycle(direction > 0, capacity / duration * 3600.0, voltage))
    return tuple(steps)


def half_cycle_times(
    dataset: xr.Dataset,
) -> tuple[Float[np.ndarray, "half_cycle"], Float[np.ndarray, "half_cycle"]]:
    """Return begin and end of the half-cycles that :func:`steps_of_half_cycles` turns into steps [s]."""
    start, duration = (np.asarray(dataset[name].values, dtype=float) for name in ("start_time", "duration"))
    moved = (np.asarray(dataset["total_capacity"].values, dtype=float) > 0.0) & (duration > 0.0)
    return start[moved], (start + duration)[moved]


def protocol_of_cell(history: tuple[Step, ...], dataset: xr.Dataset) -> tuple[Step, ...]:
    """Return everything that led to the end of the last discharge of a cell.

    A history ends where the last discharge of the file begins: it holds what was done to the powder, and
    what the file records before.

    Parameters
    ----------
    history
        Of the sample; empty when the file tells the whole story.
    dataset
        Data set of its cell.

    Returns
    -------
    :
        The steps; none when the file has no half-cycles or no mass.
    """
    recorded = steps_of_half_cycles(dataset)
    if not recorded or not history:
        return recorded
    last = next((step for step in reversed(recorded) if step.kind == "discharge"), None)
    return () if last is None else (*(_plain(step) for step in history), last)


def _half_cycle(charging: bool, current: float, voltage: float) -> Step:
    return Step(
        kind="charge" if charging else "discharge",
        specific_current=float(f"{current:.{FIGURES}g}"),
        stop_voltage=round(float(voltage), VOLTS),
    )


def _plain(step: Step) -> Step:
    """Return a step without its words, which do not matter here."""
    return replace(step, text="")
