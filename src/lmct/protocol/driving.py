"""What drives the electrode in a step: current, sweep or hold, and where it stops."""

from __future__ import annotations

import math

from lmct.electrode.parameters import ElectrodeParameters
from lmct.electrode.state import Drive, ElectrodeState
from lmct.protocol.step import Step
from lmct.quantity.constants import HOUR
from lmct.quantity.errors import OutOfRange

LONGEST_STEP = 10.0 * 365.25 * 86400.0
"""Time after which a step without a time limit is given up: ten years [s]."""

SAFE_VOLTAGES = (0.0, 6.0)
"""Window in which the electrode is described; a step that leaves it has no lithium left to move [V]."""

HOLD_TOLERANCE = 1e-6
"""A hold starts this close to the voltage it keeps [V]."""


def drive_of_step(step: Step, state: ElectrodeState, parameters: ElectrodeParameters) -> Drive:
    """Translate a step into electrons per formula unit.

    Parameters
    ----------
    step
        The step.
    state
        State it starts from; a sweep leaves its voltage, a hold keeps it.
    parameters
        Of the electrode.

    Returns
    -------
    :
        What drives the electrode. A charge or discharge without a voltage limit stops at the edge of
        :data:`SAFE_VOLTAGES`, a step without a duration after :data:`LONGEST_STEP`.

    Raises
    ------
    OutOfRange
        The voltage limit lies outside :data:`SAFE_VOLTAGES`, a hold would jump to another voltage, or a sweep
        has nowhere to go.

    Examples
    --------
    >>> from lmct.electrode.of_material import parameters_of_material
    >>> charged = ElectrodeState(metal_holes=0.2, oxygen_holes=0.3, voltage=4.5)
    >>> sweep = Step(kind="sweep", sweep_rate=1e-4, stop_voltage=2.0)
    >>> drive_of_step(sweep, charged, parameters_of_material("li-ti-ni-o")).sweep
    -0.0001
    """
    per_electron = parameters.mah_per_gram
    duration = LONGEST_STEP if step.duration is None else step.duration
    if step.kind == "hold":
        if step.hold_voltage is None or abs(step.hold_voltage - state.voltage) > HOLD_TOLERANCE:
            raise OutOfRange(
                f"{step} starts at {state.voltage:.4f} V, but a hold keeps the voltage that the step before"
                f" it reached. Charge or discharge until {step.hold_voltage} V first."
            )
        current = step.stop_specific_current
        return Drive(
            current=None,
            surroundings=step.temperature,
            duration=duration,
            stop_current=None if current is None else current / per_electron / HOUR,
        )
    low, high = SAFE_VOLTAGES
    if step.stop_voltage is not None and not low < step.stop_voltage < high:
        raise OutOfRange(
            f"{step}: the voltage limit must lie between {low:g} and {high:g} V, got {step.stop_voltage:g} V."
        )
    if step.kind == "sweep":
        return _sweep(step, state, duration)
    safe = {"charge": high, "discharge": low}.get(step.kind)
    return Drive(
        current=step.signed_current / per_electron / HOUR,
        surroundings=step.temperature,
        duration=duration,
        stop_voltage=safe if step.stop_voltage is None else step.stop_voltage,
        stop_charge=None if step.stop_capacity is None else step.stop_capacity / per_electron,
    )


def _sweep(step: Step, state: ElectrodeState, duration: float) -> Drive:
    """Translate a sweep, which starts at the voltage that the step before it left."""
    distance = (step.stop_voltage or math.nan) - state.voltage
    if step.sweep_rate is None or not abs(distance) > HOLD_TOLERANCE:
        raise OutOfRange(
            f"{step} starts at {state.voltage:.4f} V, where it should end. Expected a voltage to go to that"
            " differs from the one the step before it reached."
        )
    return Drive(
        current=None,
        sweep=math.copysign(step.sweep_rate, distance),
        surroundings=step.temperature,
        duration=duration,
        stop_voltage=step.stop_voltage,
    )
