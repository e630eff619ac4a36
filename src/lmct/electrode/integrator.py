"""Adaptive integration of one protocol step with event location, wholly in compiled code.

Nothing is shortened silently: the result says whether the step ended at its time, at which event, or why it
failed.
"""

from __future__ import annotations

import numpy as np

from lmct.electrode.compiled import compiled
from lmct.electrode.event import already_past, first_crossing, step_to_event
from lmct.electrode.jacobian import jacobian
from lmct.electrode.rodas5p import (
    ORDER,
    STAGES,
    dense_coefficients,
    interpolate,
    step,
    workspace,
)
from lmct.electrode.step_control import SMALL_POPULATION, error_norm, growth, inside_bounds
from lmct.electrode.structure import Model

# How an integration ended; values of zero and above are the number of the event.
ENDED_AT_TIME = -1
TOO_MANY_STEPS = -2
STEP_TOO_SHORT = -3

SMALLEST_STEP = 1e-9
SMALLEST_ERROR = 1e-8

LARGEST_JUMP = 0.2
"""The next step may change the voltage by no more than this if it goes on as in this one [V].

Across a cliff a couple is asleep at the start of a step and awake at its end; its current grows by ten orders
of magnitude, which neither a Jacobian from the start nor the error estimate of one step can see.
"""

FIRST_ROWS = 256
"""Rows of the history that are there from the start; it grows by doubling."""


@compiled
def with_room(history: np.ndarray, rows: int) -> np.ndarray:
    """Return the history itself, or a copy twice as long when fewer than two rows are free."""
    if rows + 2 <= history.shape[0]:
        return history
    longer = np.empty((2 * history.shape[0], history.shape[1]))
    for i in range(rows):
        for j in range(history.shape[1]):
            longer[i, j] = history[i, j]
    return longer


@compiled
def record(history: np.ndarray, row: int, time: float, state: np.ndarray, dense: np.ndarray) -> None:
    """Write time and state into a row, and the dense coefficients that lead there into the row before."""
    size = state.shape[0]
    history[row, 0] = time
    for i in range(size):
        history[row, 1 + i] = state[i]
        if row > 0:
            for m in range(3):
                history[row - 1, 1 + size + m * size + i] = dense[m, i]


@compiled
def integrate(
    start: np.ndarray,
    duration: float,
    events: np.ndarray,
    model: Model,
    drive: np.ndarray,
    tolerance: float,
    most_steps: int,
) -> tuple[int, np.ndarray]:
    """Integrate one step of a protocol.

    Parameters
    ----------
    start
        State at the start (size,).
    duration
        Time limit [s].
    events
        Rows (kind, target, direction).
    model
        The electrode.
    drive
        Control, current [1/(f.u. s)], sweep [V/s], temperature of the surroundings [K].
    tolerance
        Error of one step in the norm of :func:`lmct.electrode.step_control.error_norm`.
    most_steps
        Bound on the number of steps tried.

    Returns
    -------
    :
        How it ended, and the history: a row per accepted step with time, state (size) and the coefficients
        (3 x size) of the dense output up to the next row.
    """
    size = start.shape[0]
    history = np.empty((FIRST_ROWS, 1 + 4 * size))
    work = workspace(model)
    dense = np.empty((3, size))
    state, new_state = start.copy(), np.empty(size)
    record(history, 0, 0.0, state, dense)
    rows, now = 1, 0.0
    ended = already_past(events, state, model, drive, work.flux)
    if ended >= 0:
        return ended, history[:rows]
    ended = TOO_MANY_STEPS
    length, rejected = min(1.0, 1e-3 * duration), False
    previous_size, previous_length = 1.0, 0.0
    allowance = tolerance * SMALL_POPULATION
    jacobian(state, model, drive, work.gradients, work.blocks, work.links)
    for _ in range(most_steps):
        last = now + length >= duration * (1.0 - 1e-14)
        if last:
            length = duration - now
        good = step(state, length, model, drive, work, new_state)
        error = error_norm(work.stages[STAGES - 1], state, model, tolerance) if good else np.inf
        if not error <= 1.0 or not inside_bounds(new_state, model, drive, allowance):
            shrink = 0.9 * error ** (-1.0 / ORDER) if 1.0 < error < np.inf else 0.4
            length *= max(0.2, shrink)
            rejected = True
            if length < SMALLEST_STEP * min(1.0, duration):
                ended = STEP_TOO_SHORT
                break
            continue
        dense_coefficients(work.stages, dense)
        event, fraction = first_crossing(events, state, new_state, dense, model, drive, work)
        if event >= 0:
            length = step_to_event(
                events[event], state, fraction * length, length, model, drive, work, new_state
            )
            if not inside_bounds(new_state, model, drive, allowance):
                length *= 0.5
                continue
            dense_coefficients(work.stages, dense)
        now = duration if last and event < 0 else now + length
        history = with_room(history, rows)
        record(history, rows, now, new_state, dense)
        rows += 1
        if event >= 0 or last:
            ended = event if event >= 0 else ENDED_AT_TIME
            break
        jump = abs(new_state[size - 1] - state[size - 1])
        longest = length * LARGEST_JUMP / jump if jump > 0.0 else np.inf
        for i in range(size):
            state[i] = new_state[i]
        jacobian(state, model, drive, work.gradients, work.blocks, work.links)
        error = max(error, SMALLEST_ERROR)
        factor = growth(error, length, previous_size, previous_length)
        previous_size, previous_length = error, length
        length = min(length * (min(factor, 1.0) if rejected else factor), longest)
        rejected = False
    return ended, history[:rows]


def unpacked(history: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return times (rows,), states (rows, size) and dense coefficients (rows - 1, 3, size) of a history."""
    times, states = history[:, 0].copy(), history[:, 1 : 1 + size].copy()
    return times, states, history[:-1, 1 + size :].reshape(-1, 3, size).copy()


@compiled
def evaluate(times: np.ndarray, states: np.ndarray, dense: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return the states at increasing times inside the solution, by the dense output."""
    out = np.empty((at.shape[0], states.shape[1]))
    row = 0
    last = dense.shape[0] - 1
    for k in range(at.shape[0]):
        if last < 0:
            for i in range(out.shape[1]):
                out[k, i] = states[0, i]
            continue
        while row < last and at[k] > times[row + 1]:
            row += 1
        length = times[row + 1] - times[row]
        fraction = (at[k] - times[row]) / length if length > 0.0 else 1.0
        interpolate(states[row], states[row + 1], dense[row], fraction, out[k])
    return out
