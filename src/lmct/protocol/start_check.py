"""What is refused before a step starts: a slip of the pen that would give numbers without a meaning."""

from __future__ import annotations

from lmct.electrode.state import ElectrodeState
from lmct.protocol.step import Step
from lmct.quantity.errors import OutOfRange

LONGEST_DURATION = 1000.0 * 365.25 * 86400.0
"""A step that is to last longer is taken for a mistake [s]."""

TEMPERATURES = (100.0, 2000.0)
"""A step colder or hotter than this is taken for a mistake [K]."""

PASSED = 1e-3
"""A charge or discharge that starts beyond its voltage limit by more than this is refused [V]."""


def check_start(step: Step, state: ElectrodeState) -> None:
    """Refuse a step that cannot be meant.

    Parameters
    ----------
    step
        The step.
    state
        State it is to start from.

    Raises
    ------
    OutOfRange
        Its temperature or duration is absurd, or it starts beyond its own voltage limit.

    Examples
    --------
    >>> fresh = ElectrodeState(metal_holes=0.0, oxygen_holes=0.0, voltage=2.8)
    >>> check_start(Step(kind="charge", specific_current=20.0, stop_voltage=4.8), fresh)
    """
    low, high = TEMPERATURES
    if not low <= step.temperature <= high:
        raise OutOfRange(
            f"{step}: the temperature must lie between {low:g} and {high:g} K, got {step.temperature:g} K."
            " Write for example '140 degC'."
        )
    if step.duration is not None and step.duration > LONGEST_DURATION:
        raise OutOfRange(
            f"{step}: the duration must be at most a thousand years, got {step.duration:g} s. Give a shorter"
            " one."
        )
    if step.kind in ("charge", "discharge") and step.stop_voltage is not None:
        _check_limit(step, step.stop_voltage, state.voltage)


def _check_limit(step: Step, limit: float, voltage: float) -> None:
    beyond = voltage - limit if step.kind == "charge" else limit - voltage
    if beyond > PASSED:
        side = "above" if step.kind == "charge" else "below"
        raise OutOfRange(
            f"{step} starts at {voltage:.4f} V, where its voltage limit is already passed. Expected a limit"
            f" {side} that voltage. Change the limit or the order of the steps."
        )
