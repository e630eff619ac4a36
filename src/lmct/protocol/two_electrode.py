"""A cell without reference electrode: the lithium counter electrode and a resistance add their overpotential.

The electrode of this package is a working electrode against a reference of lithium. Here its potential
becomes the voltage of a two-electrode cell, exactly at constant current and by short steps under a sweep.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from lmct.electrode.model import Electrode
from lmct.electrode.segment import Segment
from lmct.electrode.state import Drive, ElectrodeState
from lmct.protocol.driving import SAFE_VOLTAGES
from lmct.protocol.lithium_counter import LithiumCounter
from lmct.protocol.run import Run
from lmct.protocol.simulation import run_step
from lmct.protocol.step import Kind, Step
from lmct.quantity.constants import HOUR
from lmct.quantity.errors import NotConverged, OutOfRange

SLICE = 5e-3
"""Change of the cell voltage in one short step of a sweep [V]."""

MOST_SLICES = 20_000
SAME_VOLTAGE = 1e-7
"""The cell voltage at the end of each short step is the wanted one within this [V]."""

WIDEST = 60
"""How often the bracket of a current is doubled before the search is given up."""


def run_in_cell(
    electrode: Electrode,
    steps: Iterable[Step],
    counter: LithiumCounter,
    *,
    start: ElectrodeState | None = None,
    slice_voltage: float = SLICE,
) -> Run:
    """Run steps whose voltages are those of a two-electrode cell.

    At constant current the two voltages differ by a constant, so the limits are moved by it and nothing else
    changes. Under a sweep the current, and with it the difference, is not known beforehand: the sweep is cut
    into short steps of constant current, each found so that the cell voltage at its end is the one asked for.
    That is a method of first order in ``slice_voltage``, and the electrode cannot follow features narrower
    than one step; the steps appear as charges and discharges in the run. Voltage holds are refused: near
    their end the current falls over decades and steps of fixed length would not resolve it.

    Parameters
    ----------
    electrode
        The working electrode.
    steps
        The protocol.
    counter
        Counter electrode and series resistance.
    start
        State to start from; the pristine electrode by default.
    slice_voltage
        Change of the cell voltage in one short step of a sweep [V].

    Returns
    -------
    :
        The history of the working electrode; :func:`cell_table` adds the cell voltage.

    Raises
    ------
    OutOfRange
        There is no step, a step is a hold, or a sweep needs too many short steps.
    NotConverged
        A step failed, or no current gives the voltage of a sweep.
    """
    if not slice_voltage > 0:
        raise OutOfRange(
            f"the steps of a sweep need a positive length, got slice_voltage = {slice_voltage!r}."
        )
    state = electrode.pristine() if start is None else start
    protocol: list[Step] = []
    segments: list[Segment] = []
    level = state.voltage
    for step in steps:
        if step.kind == "hold":
            raise OutOfRange(
                f"{step}: a hold is not simulated in a two-electrode cell, where the current decides how much"
                " of the cell voltage reaches the electrode. Leave it out, or simulate it with a reference"
                " electrode (run_protocol)."
            )
        if step.kind == "sweep":
            parts = tuple(_sweep(electrode, step, counter, state, level, slice_voltage))
            level = step.stop_voltage or level
        else:
            moved = _at_electrode(step, counter)
            segment = run_step(electrode, moved, state)
            parts = ((moved, segment),)
            level = segment.end.voltage + counter.overpotential(step.signed_current, step.temperature)
        protocol += [one for one, _ in parts]
        segments += [segment for _, segment in parts]
        state = segments[-1].end
    if not segments:
        raise OutOfRange("the protocol has no steps. Give at least one, e.g. voltammetry().")
    return Run(tuple(protocol), tuple(segments), electrode.parameters)


def cell_table(
    run: Run, counter: LithiumCounter, *, interval: float = 60.0, voltage_interval: float | None = None
) -> dict[str, Float[np.ndarray, "row"]]:
    """Return the history of a run as a table with the three voltages of an instrument.

    Parameters
    ----------
    run
        A run at constant currents and rests, as :func:`run_in_cell` gives it, or any other.
    counter
        Counter electrode and series resistance.
    interval, voltage_interval
        As in :meth:`lmct.protocol.run.Run.sample`.

    Returns
    -------
    :
        Its columns, where ``voltage`` is the working electrode against the reference (``Ewe``), and besides
        ``counter_potential`` (``Ece``, the counter electrode against the reference) and ``cell_voltage``
        (``Ecell``: ``voltage`` - ``counter_potential`` + iR) [V].
    """
    table = run.sample(interval=interval, voltage_interval=voltage_interval)
    pairs = list(zip(table["specific_current"].tolist(), table["temperature"].tolist(), strict=True))
    counter_potential = np.array([counter.potential(*pair) for pair in pairs])
    drop = 1e-3 * table["specific_current"] * counter.resistance
    return {
        **table,
        "counter_potential": counter_potential,
        "cell_voltage": table["voltage"] - counter_potential + drop,
    }


def _at_electrode(step: Step, counter: LithiumCounter) -> Step:
    """Return a step at constant current whose limit is that of the working electrode."""
    if step.stop_voltage is None or step.kind not in ("charge", "discharge"):
        return step
    moved = step.stop_voltage - counter.overpotential(step.signed_current, step.temperature)
    return replace(step, stop_voltage=moved)


def _sweep(
    electrode: Electrode,
    step: Step,
    counter: LithiumCounter,
    state: ElectrodeState,
    level: float,
    slice_voltage: float,
) -> Iterator[tuple[Step, Segment]]:
    """Follow a sweep of the cell voltage by short steps of constant current."""
    if step.sweep_rate is None or step.stop_voltage is None or step.stop_voltage == level:
        raise OutOfRange(f"{step} starts at {level:.4f} V, where it should end. Give another voltage.")
    count = math.ceil(abs(step.stop_voltage - level) / slice_voltage - 1e-6)
    if count > MOST_SLICES:
        raise OutOfRange(
            f"{step}: needs {count} short steps, more than {MOST_SLICES}. Choose a larger slice_voltage."
        )
    duration = abs(step.stop_voltage - level) / step.sweep_rate / count
    scale = electrode.parameters.mah_per_gram * HOUR
    current = 0.0
    for target in np.linspace(level, step.stop_voltage, count + 1)[1:].tolist():
        current = _current_to(electrode, state, target, duration, step.temperature, counter, current)
        part = electrode.advance(
            state, Drive(current=current, duration=duration, surroundings=step.temperature)
        )
        state = part.end
        small = max(abs(current) * scale, 1e-12)
        kind: Kind = "charge" if current >= 0.0 else "discharge"
        words = f"{step} (at {target:.3f} V)"
        yield (
            Step(
                kind=kind,
                specific_current=small,
                duration=duration,
                temperature=step.temperature,
                text=words,
            ),
            part,
        )


def _current_to(
    electrode: Electrode,
    state: ElectrodeState,
    target: float,
    duration: float,
    temperature: float,
    counter: LithiumCounter,
    guess: float,
) -> float:
    """Return the current [electrons/(f.u. s)] after which the cell voltage is the wanted one."""
    from scipy.optimize import brentq

    scale = electrode.parameters.mah_per_gram * HOUR
    low_voltage, high_voltage = SAFE_VOLTAGES

    def missing(current: float) -> float:
        stop = None if current == 0.0 else high_voltage if current > 0.0 else low_voltage
        drive = Drive(current=current, duration=duration, surroundings=temperature, stop_voltage=stop)
        end = electrode.advance(state, drive).end.voltage
        return end + counter.overpotential(current * scale, temperature) - target

    width = max(0.05 * abs(guess), electrode.parameters.capacitance * SAME_VOLTAGE / duration)
    at_guess = missing(guess)
    for _ in range(WIDEST):
        other = guess - math.copysign(width, at_guess)
        if missing(other) * at_guess <= 0.0:
            low, high = sorted((guess, other))
            tolerance = electrode.parameters.capacitance * SAME_VOLTAGE / duration
            return float(brentq(missing, low, high, xtol=0.1 * tolerance, rtol=1e-12))
        width *= 2.0
    raise NotConverged(
        f"no current brings the cell to {target:.4f} V. Usual cause: no lithium is left to move."
        " Sweep less far."
    )
