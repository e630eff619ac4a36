"""A protocol as a ``pybamm.Experiment``, for users who drive the electrode from PyBaMM."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lmct.bridge.installed import installed_pybamm
from lmct.bridge.model import RESISTANCE
from lmct.bridge.transfer_law import Expression
from lmct.protocol.driving import LONGEST_STEP
from lmct.protocol.step import Step
from lmct.quantity.constants import HOUR
from lmct.quantity.errors import OutOfRange

if TYPE_CHECKING:
    import pybamm


def pybamm_experiment(
    steps: Iterable[Step], *, mass: float = 1.0, start_voltage: float = 2.8
) -> pybamm.Experiment:
    """Translate a protocol into a PyBaMM experiment for :func:`lmct.bridge.pybamm_model`.

    Count the steps of the solution: PyBaMM logs a step that fails and returns what it has.

    Parameters
    ----------
    steps
        At least one step.
    mass
        Mass of active material, as given to :func:`lmct.bridge.parameter_values` [g].
    start_voltage
        Voltage before the first step, for a sweep that starts there [V].

    Returns
    -------
    :
        The experiment.

    Raises
    ------
    LmctError
        PyBaMM is not installed.
    OutOfRange
        There is no step, or it is not known at which voltage a sweep starts.
    """
    translated, voltage = [], start_voltage
    for step in steps:
        translated.append(pybamm_step(step, mass=mass, start_voltage=voltage))
        limit = step.hold_voltage if step.kind == "hold" else step.stop_voltage
        voltage = math.nan if limit is None else limit
    if not translated:
        raise OutOfRange(
            "the protocol has no steps. Give at least one, e.g. lmct.protocol.galvanostatic(cycles=1)."
        )
    return installed_pybamm().Experiment(translated)


def pybamm_step(step: Step, *, mass: float = 1.0, start_voltage: float = math.nan) -> pybamm.step.BaseStep:
    """Translate one step.

    Holds and sweeps set the current that keeps the voltage on its course. PyBaMM's own voltage steps demand
    the voltage itself, which the double layer turns into an equation that its solver cannot start unless a
    series resistance lies between them.

    Parameters
    ----------
    step
        The step.
    mass
        Mass of active material [g].
    start_voltage
        Voltage at which a sweep starts [V].

    Returns
    -------
    :
        PyBaMM's step; a capacity limit becomes a time, since the current is constant.

    Raises
    ------
    LmctError
        PyBaMM is not installed.
    OutOfRange
        A sweep starts at an unknown voltage.
    """
    pybamm = installed_pybamm()
    duration = LONGEST_STEP if step.duration is None else step.duration
    shared: dict[str, Any] = {"temperature": step.temperature, "description": str(step)}
    if step.kind in ("rest", "heat"):
        return pybamm.step.Rest(duration=duration, **shared)
    if step.kind == "hold":
        stop = step.stop_specific_current
        limits = None if stop is None else [f"{1e-3 * stop * mass!r} A"]
        return _voltage_course()(step.hold_voltage, duration=duration, termination=limits, **shared)
    if step.kind == "sweep":
        rate = _signed_rate(step, start_voltage)
        limits = [f"{'>' if rate > 0 else '<'} {step.stop_voltage!r} V"]
        return _voltage_course()(_line(start_voltage, rate), duration=duration, termination=limits, **shared)
    if step.stop_capacity is not None:
        duration = min(duration, HOUR * step.stop_capacity / step.specific_current)
    limits = None if step.stop_voltage is None else [f"{step.stop_voltage!r} V"]
    return pybamm.step.Current(
        -1e-3 * step.signed_current * mass, duration=duration, termination=limits, **shared
    )


def _signed_rate(step: Step, start_voltage: float) -> float:
    distance = (step.stop_voltage or math.nan) - start_voltage
    if step.sweep_rate is None or not abs(distance) > 0.0:
        raise OutOfRange(
            f"{step}: from which voltage it starts is not known ({start_voltage} V)."
            " Expected a step before it that ends at a voltage, or start_voltage."
        )
    return math.copysign(step.sweep_rate, distance)


def _line(start: float, rate: float) -> Callable[[Expression], Expression]:
    return lambda time: start + rate * time


@functools.cache
def _voltage_course() -> type:
    """Return the step whose voltage is a number or a function of time since its start [V]."""
    pybamm = installed_pybamm()

    class VoltageCourse(pybamm.step.BaseStepExplicit):  # type: ignore[misc, name-defined]
        def current_value(self, variables: Mapping[str, Expression]) -> Expression:
            course = self.value if isinstance(self.value, pybamm.Symbol) else pybamm.Scalar(self.value)
            if RESISTANCE in variables:
                return (variables["Electrode potential [V]"] - course) / variables[RESISTANCE]
            layer = variables["Double-layer capacitance [F]"]
            return variables["Current that holds the voltage [A]"] - course.diff(pybamm.t) * layer

    return VoltageCourse
