"""A protocol run by PyBaMM's solver instead of ours: the same steps, another integrator, other equations."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct.bridge.installed import installed_pybamm
from lmct.bridge.model import (
    RESISTANCE,
    STATE_NAMES,
    initial_name,
    parameter_values,
    pybamm_model,
    start_value,
)
from lmct.electrode.model import Electrode
from lmct.electrode.parameters import ElectrodeParameters
from lmct.electrode.state import ElectrodeState
from lmct.protocol.driving import LONGEST_STEP, SAFE_VOLTAGES
from lmct.protocol.step import Step
from lmct.quantity.constants import HOUR
from lmct.quantity.errors import NotConverged, OutOfRange

if TYPE_CHECKING:
    import pybamm

HELD = "Voltage is set"
VOLTAGE_AT_START = "Voltage at the start [V]"
SWEEP = "Sweep rate [V.s-1]"
VOLTAGE_LIMIT = "Voltage limit [V]"
DIRECTION = "Direction"
CURRENT_LIMIT = "Current limit [A]"
EVENTS = {VOLTAGE_LIMIT: "voltage", CURRENT_LIMIT: "current"}

NO_LIMIT = 1e3
"""A voltage that is never met [V]."""

ABSOLUTE = {"potential": 1e-2, "temperature": 1.0}
"""Size below which the error of a number counts absolutely; 1e-4 per formula unit for populations."""


@dataclass(frozen=True, eq=False)
class PybammSegment:
    """One step as PyBaMM solved it.

    Parameters
    ----------
    times
        PyBaMM's own steps since the start of the segment [s].
    states
        State at each of them, columns n, p, d, o2, the voltage at the terminals, T.
    potentials
        Potential of the electrode, without the series resistance [V].
    stopped_by
        ``"time"``, ``"voltage"``, ``"capacity"`` or ``"current"``.
    parameters
        The electrode's parameters.
    solution
        PyBaMM's solution; None for a step whose limit was passed before it began.
    """

    times: Float[np.ndarray, "row"]
    states: Float[np.ndarray, "row 6"]
    potentials: Float[np.ndarray, "row"]
    stopped_by: str
    parameters: ElectrodeParameters = field(repr=False)
    solution: pybamm.Solution | None = field(repr=False, default=None)

    @property
    def duration(self) -> float:
        """Length of the step [s]."""
        return float(self.times[-1])

    @property
    def end(self) -> ElectrodeState:
        """State at the end."""
        end = ElectrodeState.from_array(self.states[-1])
        if self.parameters.series_resistance == 0:
            return end
        return replace(end, inner=(*self.states[-1, :4].tolist(), float(self.potentials[-1])))

    @property
    def specific_capacity(self) -> Float[np.ndarray, "row"]:
        """Charge passed since the start, positive on charge, counted from the states [mAh/g]."""
        holes = self.states[:, :4] @ np.array([1.0, 1.0, 1.0, 4.0])
        held = (holes + self.parameters.capacitance * self.potentials) * self.parameters.mah_per_gram
        passed: Float[np.ndarray, "row"] = held - held[0]
        return passed

    @property
    def capacity(self) -> float:
        """Charge passed in the whole step, positive on charge [mAh/g]."""
        return float(self.specific_capacity[-1])


@dataclass(frozen=True, eq=False)
class PybammRun:
    """A protocol as PyBaMM solved it.

    Parameters
    ----------
    protocol
        The steps.
    segments
        What the electrode did in each.
    """

    protocol: tuple[Step, ...]
    segments: tuple[PybammSegment, ...]

    @property
    def end(self) -> ElectrodeState:
        """State at the end."""
        return self.segments[-1].end


def run_in_pybamm(
    parameters: ElectrodeParameters,
    steps: Iterable[Step],
    *,
    start: ElectrodeState | None = None,
    tolerance: float = 1e-8,
) -> PybammRun:
    """Run steps through PyBaMM: IDAKLU, events, the state handed from step to step.

    Parameters
    ----------
    parameters
        Of the electrode.
    steps
        At least one step.
    start
        State to start from; the pristine electrode by default.
    tolerance
        Relative tolerance of the solver.

    Returns
    -------
    :
        The history.

    Raises
    ------
    LmctError
        PyBaMM is not installed.
    OutOfRange
        There is no step, or a hold does not start where it is to stay.
    NotConverged
        The solver failed, or a step never met its limit; the message names the step.
    """
    protocol = tuple(steps)
    if not protocol:
        raise OutOfRange(
            "the protocol has no steps. Give at least one, e.g. lmct.protocol.galvanostatic(cycles=1)."
        )
    pybamm = installed_pybamm()
    model = stepwise_model(parameters)
    absolute = [tolerance * ABSOLUTE.get(key, 1e-4) for key in STATE_NAMES]
    solver = pybamm.IDAKLUSolver(rtol=tolerance, atol=np.array(absolute))
    state = Electrode(parameters).pristine() if start is None else start
    segments: list[PybammSegment] = []
    for number, step in enumerate(protocol, start=1):
        segments.append(_solve(solver, model, parameters, state, step, f"step {number} ({step})"))
        state = segments[-1].end
    return PybammRun(protocol, tuple(segments))


def stepwise_model(parameters: ElectrodeParameters) -> pybamm.BaseModel:
    """Build the model with everything that differs between steps as an input, so that it is built once.

    Parameters
    ----------
    parameters
        Of the electrode.

    Returns
    -------
    :
        A discretised model that solves any step.
    """
    pybamm = installed_pybamm()
    model, values = pybamm_model(parameters), parameter_values(parameters)
    held, sweep = pybamm.InputParameter(HELD), pybamm.InputParameter(SWEEP)
    potential = model.variables[STATE_NAMES["potential"]]
    discharged = model.variables.pop("Discharge capacity [A.h]")
    del model.rhs[discharged], model.initial_conditions[discharged]
    layer = model.variables["Double-layer capacitance [F]"]
    if RESISTANCE in model.variables:
        course = pybamm.InputParameter(VOLTAGE_AT_START) + sweep * pybamm.t
        passing = (potential - course) / model.variables[RESISTANCE]
        change = (model.variables["Current that holds the voltage [A]"] - passing) / layer
    else:
        course, change = potential, sweep
        passing = model.variables["Current that holds the voltage [A]"] - layer * sweep
    model.rhs[potential] = held * change + (1 - held) * model.rhs[potential]
    voltage = held * course + (1 - held) * model.variables["Voltage [V]"]
    model.variables["Voltage [V]"] = voltage
    limit, direction = pybamm.InputParameter(VOLTAGE_LIMIT), pybamm.InputParameter(DIRECTION)
    model.events = [
        pybamm.Event(VOLTAGE_LIMIT, direction * (limit - voltage)),
        pybamm.Event(CURRENT_LIMIT, abs(passing) - pybamm.InputParameter(CURRENT_LIMIT)),
    ]
    inputs = ("Current function [A]", "Ambient temperature [K]", *map(initial_name, STATE_NAMES))
    values.update(dict.fromkeys(inputs, "[input]"))
    values.process_model(model)
    pybamm.Discretisation().process_model(model)
    return model


def _solve(
    solver: pybamm.IDAKLUSolver,
    model: pybamm.BaseModel,
    parameters: ElectrodeParameters,
    state: ElectrodeState,
    step: Step,
    words: str,
) -> PybammSegment:
    inputs, duration, at_time = _step_inputs(step, state)
    gone = _already_past(model, inputs)
    if gone is not None:
        still = np.array([inputs[initial_name("potential")]])
        return PybammSegment(np.zeros(1), state.as_array()[None, :], still, gone, parameters)
    try:
        solution = solver.solve(model, [0.0, duration], inputs=inputs)
    except installed_pybamm().SolverError as error:
        raise NotConverged(f"{words}: PyBaMM's solver failed: {error}") from error
    stopped_by = at_time if solution.termination == "final time" else EVENTS[solution.termination[7:]]
    if stopped_by == "time" and step.duration is None:
        raise NotConverged(f"{words} did not meet its limit within ten years. Change the limit.")
    if stopped_by == "voltage" and step.stop_voltage is None:
        raise NotConverged(f"{words} left the window of {SAFE_VOLTAGES} V before its own limit.")
    names = STATE_NAMES | {"potential": "Voltage [V]"}
    states = np.stack([solution[name].entries for name in names.values()], axis=1)
    potentials = solution[STATE_NAMES["potential"]].entries
    return PybammSegment(solution.t, states, potentials, stopped_by, parameters, solution)


def _already_past(model: pybamm.BaseModel, inputs: dict[str, float]) -> str | None:
    """Return what ended the step before it began: PyBaMM refuses to start there."""
    start = model.concatenated_initial_conditions.evaluate(inputs=inputs)
    for event in model.events:
        if np.asarray(event.expression.evaluate(t=0.0, y=start, inputs=inputs)).item() <= 0.0:
            return EVENTS[event.name]
    return None


def _step_inputs(step: Step, state: ElectrodeState) -> tuple[dict[str, float], float, str]:
    """Return the inputs of a step for one gram, its longest duration, and what it means to last so long."""
    inputs = {
        "Current function [A]": -1e-3 * step.signed_current,
        "Ambient temperature [K]": step.temperature,
        HELD: float(step.kind in ("hold", "sweep")),
        VOLTAGE_AT_START: state.voltage,
        SWEEP: 0.0,
        VOLTAGE_LIMIT: NO_LIMIT,
        DIRECTION: 1.0,
        CURRENT_LIMIT: -1.0,
    }
    duration, at_time = LONGEST_STEP if step.duration is None else step.duration, "time"
    if step.kind == "hold" and step.hold_voltage is not None:
        if abs(step.hold_voltage - state.voltage) > 1e-6:
            raise OutOfRange(
                f"{step} starts at {state.voltage:.6f} V."
                f" Charge or discharge until {step.hold_voltage} V first."
            )
        inputs[CURRENT_LIMIT] = 1e-3 * (step.stop_specific_current or -1.0)
    if step.kind == "sweep" and step.stop_voltage is not None and step.sweep_rate is not None:
        inputs[DIRECTION] = math.copysign(1.0, step.stop_voltage - state.voltage)
        inputs[SWEEP], inputs[VOLTAGE_LIMIT] = inputs[DIRECTION] * step.sweep_rate, step.stop_voltage
    if step.kind in ("charge", "discharge"):
        up = step.kind == "charge"
        inputs[DIRECTION] = 1.0 if up else -1.0
        inputs[VOLTAGE_LIMIT] = SAFE_VOLTAGES[up] if step.stop_voltage is None else step.stop_voltage
        if step.stop_capacity is not None and HOUR * step.stop_capacity / step.specific_current < duration:
            duration, at_time = HOUR * step.stop_capacity / step.specific_current, "capacity"
    inputs |= {initial_name(key): start_value(state, key) for key in STATE_NAMES}
    return inputs, duration, at_time
