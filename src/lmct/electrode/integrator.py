"""Adaptive integration of one protocol step with event location, wholly in compiled code.

Nothing is shortened silently: the result says whether the step ended at its time, at which event, or why it
failed.
"""

from __future__ import annotations

import numpy as np

from lmct.electrode import parameters as index
from lmct.electrode.compiled import compiled
from lmct.electrode.rates import CONTROL, CURRENT_CONTROL, fluxes, jacobian
from lmct.electrode.rodas5p import ORDER, STAGES, dense_coefficients, interpolate, step
from lmct.electrode.thermodynamics import (
    DARK_HOLES,
    GAS,
    METAL_HOLES,
    OXYGEN_HOLES,
    STATES,
    TEMPERATURE,
    VOLTAGE,
    lithium_extracted,
)

# How an integration ended; values of zero and above are the number of the event.
ENDED_AT_TIME = -1
TOO_MANY_STEPS = -2
STEP_TOO_SHORT = -3

# Kinds of event.
EVENT_VOLTAGE = 0.0
EVENT_CURRENT = 1.0
EVENT_CHARGE = 2.0

EVENT_TOLERANCE = 1e-9
SMALLEST_STEP = 1e-9
SMALL_POPULATION = 1e-2

# A row of the history: time, state, dense coefficients.
COLUMNS = 1 + STATES + 3 * STATES


@compiled
def charge_passed(state: np.ndarray, par: np.ndarray) -> float:
    """Return the charge a state holds: extracted lithium and double layer [electrons/f.u.]."""
    return float(lithium_extracted(state) + par[index.CAPACITANCE] * state[VOLTAGE])


@compiled
def event_value(
    event: np.ndarray, state: np.ndarray, par: np.ndarray, law: int, law_par: np.ndarray, drive: np.ndarray
) -> float:
    """Return a number that becomes positive when the event (kind, target, direction) has happened."""
    kind, target, direction = event[0], event[1], event[2]
    if kind == EVENT_VOLTAGE:
        return float(direction * (state[VOLTAGE] - target))
    if kind == EVENT_CHARGE:
        return float(direction * (charge_passed(state, par) - target))
    flux = np.empty(5)
    fluxes(state, par, law, law_par, flux)
    return float(direction * (abs(flux[0] + flux[1] + par[index.CAPACITANCE] * drive[2]) - target))


@compiled
def inside_bounds(state: np.ndarray, par: np.ndarray, drive: np.ndarray, allowance: float) -> bool:
    """Move populations that miss their bounds by less than the allowance; tell whether all are inside.

    What is moved comes from the double layer, so that no charge is made or lost.
    """
    moved = 0.0
    for i, most in (
        (METAL_HOLES, par[index.METAL_HOLES_MAX]),
        (OXYGEN_HOLES, par[index.OXYGEN_HOLES_MAX]),
        (DARK_HOLES, np.inf),
        (GAS, np.inf),
    ):
        bounded = min(max(state[i], 0.0), most)
        shift = bounded - state[i]
        if not abs(shift) <= allowance:
            return False
        state[i] = bounded
        moved += 4.0 * shift if i == GAS else shift
    if drive[CONTROL] == CURRENT_CONTROL:
        state[VOLTAGE] -= moved / par[index.CAPACITANCE]
    return bool(lithium_extracted(state) < par[index.LITHIUM_MAX])


@compiled
def growth(size: float, length: float, previous_size: float, previous_length: float) -> float:
    """Return the factor from one accepted step to the next by Gustafsson's predictive controller.

    Source: Hairer & Wanner, Solving ODEs II, section IV.8.
    """
    factor = 0.9 * size ** (-1.0 / ORDER)
    if previous_length > 0.0:
        trend = length / previous_length * (previous_size / size) ** (1.0 / ORDER)
        factor = min(factor, factor * trend)
    return float(min(6.0, max(0.2, factor)))


@compiled
def error_norm(error: np.ndarray, state: np.ndarray, par: np.ndarray, tolerance: float) -> float:
    """Return the largest error of a step in units of the tolerance.

    Voltage counts in volts, temperature in units of 300 K, a population relative to its distance from the
    nearer bound (and 0.01 holes/f.u.), since chemical potentials depend on the logarithm of that distance.
    """
    n, p = state[METAL_HOLES], state[OXYGEN_HOLES]
    largest = abs(error[VOLTAGE])
    for size, scale in (
        (error[TEMPERATURE], 300.0),
        (error[METAL_HOLES], SMALL_POPULATION + min(n, par[index.METAL_HOLES_MAX] - n)),
        (error[OXYGEN_HOLES], SMALL_POPULATION + min(p, par[index.OXYGEN_HOLES_MAX] - p)),
        (error[DARK_HOLES], 0.3),
        (error[GAS], 0.3),
    ):
        relative = abs(size) / scale
        if not relative <= largest:
            largest = relative
    return float(largest / tolerance)


@compiled
def first_crossing(
    events: np.ndarray,
    start: np.ndarray,
    end: np.ndarray,
    dense: np.ndarray,
    par: np.ndarray,
    law: int,
    law_par: np.ndarray,
    drive: np.ndarray,
) -> tuple[int, float]:
    """Return the first event inside a step and the fraction at which it happens; -1 when there is none.

    The dense output is looked at in quarters, so that a limit passed and left again is not missed.
    """
    best, best_fraction = -1, 2.0
    probe = np.empty(STATES)
    for k in range(events.shape[0]):
        low, low_value = 0.0, event_value(events[k], start, par, law, law_par, drive)
        for quarter in range(1, 5):
            high = 0.25 * quarter
            interpolate(start, end, dense, high, probe)
            value = event_value(events[k], probe, par, law, law_par, drive)
            if value >= 0.0 and low_value < 0.0:
                for _ in range(60):
                    middle = 0.5 * (low + high)
                    interpolate(start, end, dense, middle, probe)
                    if event_value(events[k], probe, par, law, law_par, drive) >= 0.0:
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
    jac: np.ndarray,
    par: np.ndarray,
    law: int,
    law_par: np.ndarray,
    drive: np.ndarray,
    stages: np.ndarray,
    new_state: np.ndarray,
) -> float:
    """Find by the secant rule the length of a true step that ends exactly at the event; return that length.

    ``guess`` comes from the dense output; every trial is a full step, so the end is as accurate as any other
    step.
    """
    length, previous = guess, min(longest, guess * (1.0 + 1e-4) + 1e-9)
    step(state, previous, jac, par, law, law_par, drive, stages, new_state)
    previous_value = event_value(event, new_state, par, law, law_par, drive)
    for _ in range(20):
        step(state, length, jac, par, law, law_par, drive, stages, new_state)
        value = event_value(event, new_state, par, law, law_par, drive)
        if abs(value) < EVENT_TOLERANCE or value == previous_value:
            break
        following = length - value * (length - previous) / (value - previous_value)
        previous, previous_value = length, value
        length = min(max(following, 0.0), longest)
    return length


@compiled
def with_room(history: np.ndarray, rows: int) -> np.ndarray:
    """Return the history itself, or a copy twice as long when fewer than two rows are free."""
    if rows + 2 <= history.shape[0]:
        return history
    longer = np.empty((2 * history.shape[0], COLUMNS))
    for i in range(rows):
        for j in range(COLUMNS):
            longer[i, j] = history[i, j]
    return longer


@compiled
def record(history: np.ndarray, row: int, time: float, state: np.ndarray, dense: np.ndarray) -> None:
    """Write time and state into a row, and the dense coefficients that lead there into the row before."""
    history[row, 0] = time
    for i in range(STATES):
        history[row, 1 + i] = state[i]
        if row > 0:
            for m in range(3):
                history[row - 1, 1 + STATES + m * STATES + i] = dense[m, i]


@compiled
def already_past(
    events: np.ndarray, state: np.ndarray, par: np.ndarray, law: int, law_par: np.ndarray, drive: np.ndarray
) -> int:
    """Return the first event that has happened before the start, or ENDED_AT_TIME."""
    for k in range(events.shape[0]):
        if event_value(events[k], state, par, law, law_par, drive) >= 0.0:
            return k
    return ENDED_AT_TIME


@compiled
def integrate(
    start: np.ndarray,
    duration: float,
    events: np.ndarray,
    par: np.ndarray,
    law: int,
    law_par: np.ndarray,
    drive: np.ndarray,
    tolerance: float,
    most_steps: int,
) -> tuple[int, np.ndarray]:
    """Integrate one step of a protocol.

    Parameters
    ----------
    start
        State at the start (6,).
    duration
        Time limit [s].
    events
        Rows (kind, target, direction).
    par, law, law_par
        Parameters of the electrode and of its rate law.
    drive
        Control, current [1/(f.u. s)], sweep [V/s], temperature of the surroundings [K].
    tolerance
        Error of one step in the norm of :func:`error_norm`.
    most_steps
        Bound on the number of steps tried.

    Returns
    -------
    :
        How it ended, and the history: a row per accepted step with time, state (6) and the coefficients
        (3 x 6) of the dense output up to the next row.
    """
    history = np.empty((256, COLUMNS))
    jac, gradients = np.empty((STATES, STATES)), np.empty((5, STATES))
    stages, dense = np.empty((STAGES, STATES)), np.empty((3, STATES))
    state, new_state = start.copy(), np.empty(STATES)
    record(history, 0, 0.0, state, dense)
    rows, now = 1, 0.0
    ended = already_past(events, state, par, law, law_par, drive)
    if ended != ENDED_AT_TIME:
        return ended, history[:rows]
    ended = TOO_MANY_STEPS
    length, rejected = min(1.0, 1e-3 * duration), False
    previous_size, previous_length = 1.0, 0.0
    allowance = tolerance * SMALL_POPULATION
    jacobian(state, par, law, law_par, drive, gradients, jac)
    for _ in range(most_steps):
        last = now + length >= duration * (1.0 - 1e-14)
        if last:
            length = duration - now
        good = step(state, length, jac, par, law, law_par, drive, stages, new_state)
        size = error_norm(stages[STAGES - 1], state, par, tolerance) if good else np.inf
        if not size <= 1.0 or not inside_bounds(new_state, par, drive, allowance):
            shrink = 0.9 * size ** (-1.0 / ORDER) if 1.0 < size < np.inf else 0.4
            length *= max(0.2, shrink)
            rejected = True
            if length < SMALLEST_STEP * min(1.0, duration):
                ended = STEP_TOO_SHORT
                break
            continue
        dense_coefficients(stages, dense)
        event, fraction = first_crossing(events, state, new_state, dense, par, law, law_par, drive)
        if event >= 0:
            guess = fraction * length
            length = step_to_event(
                events[event], state, guess, length, jac, par, law, law_par, drive, stages, new_state
            )
            if not inside_bounds(new_state, par, drive, allowance):
                length *= 0.5
                continue
            dense_coefficients(stages, dense)
        now = duration if last and event < 0 else now + length
        history = with_room(history, rows)
        record(history, rows, now, new_state, dense)
        rows += 1
        if event >= 0 or last:
            ended = event if event >= 0 else ENDED_AT_TIME
            break
        for i in range(STATES):
            state[i] = new_state[i]
        jacobian(state, par, law, law_par, drive, gradients, jac)
        size = max(size, 1e-8)
        factor = growth(size, length, previous_size, previous_length)
        previous_size, previous_length = size, length
        length *= min(factor, 1.0) if rejected else factor
        rejected = False
    return ended, history[:rows]


def unpacked(history: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return times (rows,), states (rows, 6) and dense coefficients (rows - 1, 3, 6) of a history."""
    times, states = history[:, 0].copy(), history[:, 1 : 1 + STATES].copy()
    return times, states, history[:-1, 1 + STATES :].reshape(-1, 3, STATES).copy()


@compiled
def evaluate(times: np.ndarray, states: np.ndarray, dense: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return the states (len(at), 6) at increasing times inside the solution, by the dense output."""
    out = np.empty((at.shape[0], STATES))
    row = 0
    last = dense.shape[0] - 1
    for k in range(at.shape[0]):
        while row < last and at[k] > times[row + 1]:
            row += 1
        if last < 0:
            for i in range(STATES):
                out[k, i] = states[0, i]
            continue
        length = times[row + 1] - times[row]
        fraction = (at[k] - times[row]) / length if length > 0.0 else 1.0
        interpolate(states[row], states[row + 1], dense[row], fraction, out[k])
    return out
