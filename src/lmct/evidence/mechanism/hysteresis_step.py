"""One step of an electrode whose voltage follows an empirical hysteresis: in closed form, without rates."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.electrode.parameters import ElectrodeParameters
from lmct.electrode.state import ElectrodeState
from lmct.evidence.mechanism.hysteresis_curve import HysteresisCurve
from lmct.protocol.driving import HOLD_TOLERANCE, LONGEST_STEP, SAFE_VOLTAGES
from lmct.protocol.start_check import check_start
from lmct.protocol.step import Step
from lmct.quantity.constants import HOUR
from lmct.quantity.errors import NotConverged, OutOfRange

GRID = 400
"""Points between which a crossing of a voltage is bracketed."""

ORDER_WIDTH = 0.02
"""Width of the change from holes on the metal to holes on oxygen [1/f.u.]: an assumption."""


@dataclass(frozen=True, slots=True)
class HysteresisState:
    """What the electrode remembers: lithium extracted [1/f.u.], h [1] and temperature [K]."""

    lithium: float
    memory: float
    temperature: float


@dataclass(frozen=True, eq=False)
class HysteresisStep:
    """History of one step.

    Parameters
    ----------
    step
        The step.
    parameters
        Of the electrode.
    curve
        The hysteresis.
    start
        State before it.
    times, lithium
        Lithium extracted [1/f.u.] at times [s]; a straight line between them.
    """

    step: Step
    parameters: ElectrodeParameters
    curve: HysteresisCurve
    start: HysteresisState
    times: Float[np.ndarray, "row"]
    lithium: Float[np.ndarray, "row"]

    @property
    def protocol(self) -> tuple[Step, ...]:
        """The step."""
        return (self.step,)

    @property
    def end(self) -> HysteresisState:
        """State after it."""
        last = self.times[-1:]
        lithium = float(self.lithium[-1])
        memory = float(_memory(self.curve, self.start, self.lithium[-1:])[0])
        return HysteresisState(lithium, memory, float(self._temperature(last)[0]))

    def duration(self, step: int) -> float:
        """Return how long the step took [s]."""
        return float(self.times[-1])

    def states(self, step: int, times: Float[np.ndarray, "time"]) -> Float[np.ndarray, "time 6"]:
        """Return the states at increasing times since the start [s]; later ones as at the end."""
        inside = np.minimum(times, self.times[-1])
        lithium = np.interp(inside, self.times, self.lithium)
        metal = metal_holes_from_lithium(lithium=lithium, metal_holes_max=self.parameters.metal_holes_max)
        nothing = np.zeros(len(inside))
        voltage = _voltage(self.curve, self.start, lithium)
        columns = (metal, lithium - metal, nothing, nothing, voltage, self._temperature(inside))
        return np.stack(columns, axis=1)

    def time_at_voltage(self, step: int, voltage: float) -> float:
        """Return when the step first passes a voltage [s]; NaN when it never does."""
        lithium = _lithium_at_voltage(self.curve, self.start, float(self.lithium[-1]), voltage)
        if math.isnan(lithium) or self.lithium[-1] == self.lithium[0]:
            return math.nan
        order = 1 if self.lithium[-1] > self.lithium[0] else -1
        return float(np.interp(order * lithium, order * self.lithium, self.times))

    def _temperature(self, times: Float[np.ndarray, "time"]) -> Float[np.ndarray, "time"]:
        away = self.start.temperature - self.step.temperature
        return np.asarray(self.step.temperature + away * np.exp(-times / self.parameters.thermal_time))


def metal_holes_from_lithium(
    *, lithium: Float[np.ndarray, "point"], metal_holes_max: float
) -> Float[np.ndarray, "point"]:
    """Holes on the metal when they depend on the charge alone: the metal first, then oxygen.

    Parameters
    ----------
    lithium
        Lithium extracted [1/f.u.].
    metal_holes_max
        Most holes on the metal [1/f.u.].

    Returns
    -------
    :
        Holes on the metal [1/f.u.], never more than the lithium or the most.

    Source
    ------
    Assumption: a hysteresis that is a function of charge and direction has the order of an equilibrium.

    Examples
    --------
    >>> metal_holes_from_lithium(lithium=np.array([0.0, 0.2, 0.8]), metal_holes_max=0.5).round(3)
    array([0. , 0.2, 0.5])
    """
    width = ORDER_WIDTH
    full = math.exp(-metal_holes_max / width)
    least = -width * np.log(np.exp(-lithium / width) + full) + width * math.log1p(full)
    return np.clip(least, 0.0, np.minimum(lithium, metal_holes_max))


def advance_hysteresis(
    step: Step, start: HysteresisState, curve: HysteresisCurve, parameters: ElectrodeParameters
) -> HysteresisStep:
    """Return the history of a step.

    Parameters
    ----------
    step
        The step.
    start
        State before it.
    curve
        The hysteresis.
    parameters
        Of the electrode.

    Returns
    -------
    :
        The history.

    Raises
    ------
    OutOfRange
        The step cannot start there.
    NotConverged
        It never meets its limit.
    """
    voltage = float(_voltage(curve, start, np.array([start.lithium]))[0])
    check_start(step, _as_electrode_state(start, voltage))
    if step.kind in ("charge", "discharge"):
        times, lithium = _driven(step, start, curve, parameters)
    elif step.kind == "sweep":
        times, lithium = _swept(step, start, curve, voltage)
    else:
        times, lithium = _still(step, start, voltage)
    return HysteresisStep(step, parameters, curve, start, times, lithium)


def _as_electrode_state(start: HysteresisState, voltage: float) -> ElectrodeState:
    return ElectrodeState(
        metal_holes=0.0, oxygen_holes=start.lithium, voltage=voltage, temperature=start.temperature
    )


def _still(
    step: Step, start: HysteresisState, voltage: float
) -> tuple[Float[np.ndarray, "row"], Float[np.ndarray, "row"]]:
    """Return a rest, a heating or a hold: nothing moves, for nothing has a rate."""
    if step.kind == "hold" and abs((step.hold_voltage or math.nan) - voltage) > HOLD_TOLERANCE:
        raise OutOfRange(
            f"{step} starts at {voltage:.4f} V, but a hold keeps the voltage that the step before it reached."
            f" Charge or discharge until {step.hold_voltage} V first."
        )
    length = 0.0 if step.stop_specific_current is not None else step.duration or 0.0
    return np.array([0.0, length]), np.full(2, start.lithium)


def _driven(
    step: Step, start: HysteresisState, curve: HysteresisCurve, parameters: ElectrodeParameters
) -> tuple[Float[np.ndarray, "row"], Float[np.ndarray, "row"]]:
    """Return a charge or a discharge at constant current until the first of its limits."""
    rate = step.signed_current / parameters.mah_per_gram / HOUR
    low, high = SAFE_VOLTAGES
    limit = step.stop_voltage if step.stop_voltage is not None else high if rate > 0.0 else low
    reached = _lithium_at_voltage(curve, start, _end_of(curve, rate), limit)
    ends = [(reached - start.lithium) / rate] if not math.isnan(reached) else []
    others = [LONGEST_STEP if step.duration is None else step.duration]
    if step.stop_capacity is not None:
        others.append(step.stop_capacity / step.specific_current * HOUR)
    length = min([*ends, *others])
    end = start.lithium + rate * length
    without_limit = step.stop_voltage is None and bool(ends) and ends[0] <= min(others)
    least = min(start.lithium, curve.lithium_lost)
    if without_limit or not least <= end < curve.lithium_max:
        raise NotConverged(
            f"{step} never met its limit: no lithium is left to move. Add a voltage limit, e.g. 'until 4 V'."
        )
    return np.array([0.0, length]), np.array([start.lithium, end])


def _swept(
    step: Step, start: HysteresisState, curve: HysteresisCurve, voltage: float
) -> tuple[Float[np.ndarray, "row"], Float[np.ndarray, "row"]]:
    """Return a sweep: the lithium follows the voltage."""
    if step.stop_voltage is None or step.sweep_rate is None or step.stop_voltage == voltage:
        raise OutOfRange(f"{step} starts at {voltage:.4f} V, where it should end. Give another voltage.")
    direction = 1.0 if step.stop_voltage > voltage else -1.0
    end = _lithium_at_voltage(curve, start, _end_of(curve, direction), step.stop_voltage)
    if math.isnan(end):
        raise NotConverged(f"{step} never reaches {step.stop_voltage:g} V.")
    lithium = np.linspace(start.lithium, end, GRID)
    travelled = np.maximum.accumulate(np.abs(_voltage(curve, start, lithium) - voltage))
    return travelled / step.sweep_rate, lithium


def _end_of(curve: HysteresisCurve, direction: float) -> float:
    """Return the lithium content where a charge or a discharge can go no further."""
    if direction > 0.0:
        return curve.lithium_max * (1.0 - 1e-15)
    return curve.lithium_lost + 1e-15 * curve.lithium_max


def _memory(
    curve: HysteresisCurve, start: HysteresisState, lithium: Float[np.ndarray, "point"]
) -> Float[np.ndarray, "point"]:
    moved = lithium - start.lithium
    direction = 1.0 if moved[-1] > 0.0 else -1.0
    return curve.memory(np.abs(moved), start.memory, direction)


def _voltage(
    curve: HysteresisCurve, start: HysteresisState, lithium: Float[np.ndarray, "point"]
) -> Float[np.ndarray, "point"]:
    return curve.voltage(lithium, _memory(curve, start, lithium))


def _lithium_at_voltage(curve: HysteresisCurve, start: HysteresisState, end: float, voltage: float) -> float:
    """Return where the voltage is first passed on the way to a lithium content; NaN when it is not."""
    from scipy.optimize import brentq

    lithium = np.linspace(start.lithium, end, GRID)
    ahead = _voltage(curve, start, lithium) - voltage
    passed = np.flatnonzero(ahead[1:] * ahead[:-1] <= 0.0)
    if len(passed) == 0:
        return math.nan
    first = int(passed[0])
    if ahead[first] == 0.0:
        return float(lithium[first])

    def above(one: float) -> float:
        return float(_voltage(curve, start, np.array([one]))[0]) - voltage

    return float(brentq(above, lithium[first], lithium[first + 1], xtol=1e-16, rtol=1e-14))
