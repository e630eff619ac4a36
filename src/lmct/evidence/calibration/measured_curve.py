"""A measured curve as the steps that made it, and the same steps on a simulated electrode."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.electrode.model import Electrode
from lmct.electrode.state import Drive, ElectrodeState
from lmct.protocol.step import Kind
from lmct.quantity.constants import HOUR, ZERO_CELSIUS
from lmct.quantity.errors import NotConverged, OutOfRange

LEEWAY = 1.0
"""The simulation may leave the measured voltages of a step by so much before it is stopped [V]."""

FIRST_CHARGE = 20.0
"""Current of the charge before a record that begins with a discharge [mA/g]."""

SAFE_VOLTAGES = (0.05, 5.95)
"""Window outside which no electrode is simulated [V]."""

VOLTAGE_COLUMN = 4


@dataclass(frozen=True, eq=False)
class MeasuredStep:
    """One step of a record: the charge it passed, and the voltage on the way.

    Parameters
    ----------
    kind
        ``charge``, ``discharge``, ``rest``, or ``hold`` for a current that decays at constant voltage: such a
        step moves charge but is not compared.
    specific_current
        Mean current, positive on charge [mA/g].
    duration
        [s].
    temperature
        [K].
    time
        Times since its start at which the voltage is compared [s]; empty for a hold.
    voltage
        Measured voltage at these times [V].
    end_voltage
        Voltage of its last row [V].
    """

    kind: Kind
    specific_current: float
    duration: float
    temperature: float
    time: Float[np.ndarray, "point"]
    voltage: Float[np.ndarray, "point"]
    end_voltage: float

    @property
    def capacity(self) -> Float[np.ndarray, "point"]:
        """Charge passed since the start of the step, positive on charge [mAh/g]."""
        return self.specific_current * self.time / HOUR

    @property
    def words(self) -> str:
        """The step in plain words."""
        length = f"{self.duration / HOUR:.3g} h"
        at = f" at {self.temperature - ZERO_CELSIUS:.0f} °C"
        if self.kind == "rest":
            return f"rest for {length}{at}"
        passed = abs(self.specific_current) * self.duration / HOUR
        return (
            f"{self.kind} at {abs(self.specific_current):.3g} mA/g to {self.end_voltage:.3f} V"
            f" ({passed:.4g} mAh/g, {length}){at}"
        )


@dataclass(frozen=True, eq=False)
class MeasuredCurve:
    """A record rebuilt as steps.

    Parameters
    ----------
    name
        Name of its file.
    steps
        At least one step with points.
    noise
        Standard deviation of one voltage [V].
    start_voltage
        Voltage to which the pristine electrode was charged before the first step [V]; None: it was not.

    Raises
    ------
    OutOfRange
        No step can be compared, or the noise is not positive.
    """

    name: str
    steps: tuple[MeasuredStep, ...]
    noise: float
    start_voltage: float | None = None

    def __post_init__(self) -> None:
        if not any(len(step.time) for step in self.steps):
            raise OutOfRange(
                f"{self.name} has no usable step. Expected a charge, discharge or rest of at least 5 rows."
            )
        if not self.noise > 0:
            raise OutOfRange(f"the voltage noise of {self.name} must be positive, got {self.noise!r} V.")

    @property
    def points(self) -> int:
        """Number of voltages that are compared."""
        return sum(len(step.time) for step in self.steps)


def voltages_from_simulation(electrode: Electrode, curve: MeasuredCurve) -> list[Float[np.ndarray, "point"]]:
    """Return what the electrode would have shown under the steps of a record.

    Every step passes the measured charge. Where the electrode cannot, because it runs out of lithium or of
    holes, its voltage goes on from 1 V beyond the measured ones in proportion to the charge that is missing,
    so that a search finds its way back.

    Parameters
    ----------
    electrode
        The electrode.
    curve
        The steps.

    Returns
    -------
    :
        Voltage at the points of each step [V]; NaN from the step on that could not be simulated.
    """
    found = [np.full(len(step.time), np.nan) for step in curve.steps]
    try:
        state = _start(electrode, curve)
        for place, step in enumerate(curve.steps):
            found[place], state = _advance(electrode, state, step)
    except (NotConverged, OutOfRange):
        return found
    return found


def _start(electrode: Electrode, curve: MeasuredCurve) -> ElectrodeState:
    """Return the pristine electrode, or one that was charged to the voltage at the start."""
    temperature = curve.steps[0].temperature
    pristine = electrode.pristine(temperature=temperature)
    if curve.start_voltage is None:
        return pristine
    if curve.start_voltage <= pristine.voltage:
        return electrode.pristine(voltage=curve.start_voltage, temperature=temperature)
    current = FIRST_CHARGE / electrode.parameters.mah_per_gram / HOUR
    drive = Drive(current=current, duration=1e7, surroundings=temperature, stop_voltage=curve.start_voltage)
    return electrode.advance(pristine, drive).end


def _advance(
    electrode: Electrode, state: ElectrodeState, step: MeasuredStep
) -> tuple[Float[np.ndarray, "point"], ElectrodeState]:
    """Return the voltages of a step and the state at its end."""
    current = step.specific_current / electrode.parameters.mah_per_gram / HOUR
    limit = None
    if current != 0.0:
        extreme = [*step.voltage.tolist(), step.end_voltage]
        beyond = max(extreme) + LEEWAY if current > 0 else min(extreme) - LEEWAY
        limit = float(np.clip(beyond, *SAFE_VOLTAGES))
        if (state.voltage - limit) * current >= 0.0:
            return _beyond(step, limit, 0.0), state
    drive = Drive(current=current, duration=step.duration, surroundings=step.temperature, stop_voltage=limit)
    segment = electrode.advance(state, drive)
    inside = np.minimum(step.time, segment.duration)
    voltage = segment.at(inside)[:, VOLTAGE_COLUMN] if len(inside) else inside
    late = step.time > segment.duration
    if limit is not None and late.any():
        voltage = np.where(late, _beyond(step, limit, segment.duration), voltage)
    return voltage, segment.end


def _beyond(step: MeasuredStep, limit: float, reached: float) -> Float[np.ndarray, "point"]:
    """Return voltages that go on from a limit by up to 1 V, in proportion to the charge not passed."""
    missing = (step.time - reached) / step.duration
    voltage: Float[np.ndarray, "point"] = limit + np.sign(step.specific_current) * LEEWAY * missing
    return voltage
