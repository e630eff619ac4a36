"""Limits that end a step of a protocol: found on the dense output, then hit by a true step (compiled)."""

from __future__ import annotations

import numpy as np

from lmct.electrode import parameter_index as index
from lmct.electrode.compiled import compiled
from lmct.electrode.rates import current_entering
from lmct.electrode.rodas5p import Workspace, interpolate, step
from lmct.electrode.structure import NOT_METAL, Model
from lmct.electrode.thermodynamics import lithium_extracted

# Kinds of event.
EVENT_VOLTAGE = 0.0
EVENT_CURRENT = 1.0
EVENT_CHARGE = 2.0

EVENT_TOLERANCE = 1e-9
"""A limit is met to this: volts, electrons per formula unit, or parts of a current."""

SMALLEST_CURRENT = 1e-15
"""A current limit below this counts as this [1/(f.u. s)]."""


@compiled
def charge_passed(state: np.ndarray, model: Model) -> float:
    """Return the charge a state holds: extracted lithium and double layer [electrons/f.u.]."""
    classes = model.sites.shape[1]
    size = classes + NOT_METAL
    total = 0.0
    for s in range(model.shells.shape[1]):
        shell = state[s * size : (s + 1) * size]
        held = lithium_extracted(shell, classes) + model.par[index.CAPACITANCE] * shell[size - 1]
        total += model.shells[0, s] * held
    return total


@compiled
def event_value(
    event: np.ndarray, state: np.ndarray, model: Model, drive: np.ndarray, flux: np.ndarray
) -> float:
    """Return a number that becomes positive when the event (kind, target, direction) has happened."""
    kind, target, direction = event[0], event[1], event[2]
    if kind == EVENT_VOLTAGE:
        return float(direction * (state[state.shape[0] - 1] - target))
    if kind == EVENT_CHARGE:
        return float(direction * (charge_passed(state, model) - target))
    current = abs(current_entering(state, model, drive, flux))
    return float(direction * (current - target) / max(target, SMALLEST_CURRENT))


@compiled
def already_past(
    events: np.ndarray, state: np.ndarray, model: Model, drive: np.ndarray, flux: np.ndarray
) -> int:
    """Return the first event that has happened before the start, to the tolerance of limits, or -1."""
    for k in range(events.shape[0]):
        if event_value(events[k], state, model, drive, flux) >= -EVENT_TOLERANCE:
            return k
    return -1


@compiled
def first_crossing(
    events: np.ndarray,
    start: np.ndarray,
    end: np.ndarray,
    dense: np.ndarray,
    model: Model,
    drive: np.ndarray,
    work: Workspace,
) -> tuple[int, float]:
    """Return the first event inside a step and the fraction at which it happens; -1 when there is none.

    The dense output is looked at in quarters, so that a limit passed and left again is not missed.
    """
    best, best_fraction = -1, 2.0
    probe = work.slope
    for k in range(events.shape[0]):
        low, low_value = 0.0, event_value(events[k], start, model, drive, work.flux)
        for quarter in range(1, 5):
            high = 0.25 * quarter
            interpolate(start, end, dense, high, probe)
            value = event_value(events[k], probe, model, drive, work.flux)
            if value >= 0.0 and low_value < 0.0:
                for _ in range(60):
                    middle = 0.5 * (low + high)
                    interpolate(start, end, dense, middle, probe)
                    if event_value(events[k], probe, model, drive, work.flux) >= 0.0:
                        high = middle
                    else:
                        low = middle
                if high < best_fraction:
                    best, best_fraction = k, high
                break
            low, low_value = high, value
    return best, best_fraction


@compiled
def step_to_event(
    event: np.ndarray,
    state: np.ndarray,
    guess: float,
    longest: float,
    model: Model,
    drive: np.ndarray,
    work: Workspace,
    new_state: np.ndarray,
) -> float:
    """Find by the secant rule the length of a true step that ends exactly at the event; return that length.

    ``guess`` comes from the dense output; every trial is a full step, so the end is as accurate as any other
    step.
    """
    length, previous = guess, min(longest, guess * (1.0 + 1e-4) + 1e-9)
    step(state, previous, model, drive, work, new_state)
    previous_value = event_value(event, new_state, model, drive, work.flux)
    for _ in range(20):
        step(state, length, model, drive, work, new_state)
        value = event_value(event, new_state, model, drive, work.flux)
        if abs(value) < EVENT_TOLERANCE or value == previous_value:
            break
        following = length - value * (length - previous) / (value - previous_value)
        previous, previous_value = length, value
        length = min(max(following, 0.0), longest)
    return length
