"""One step of a protocol, as data: what drives the cell and what ends it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from lmct.quantity.errors import OutOfRange

Kind = Literal["charge", "discharge", "rest", "heat", "hold", "sweep"]

ROOM_TEMPERATURE = 298.15
"""Temperature of a step that states none [K]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A charge, discharge, rest, heating, voltage hold or voltage sweep.

    A step ends at whichever of its limits is met first. ``heat`` is a rest out of the cell (no electrode
    current) at another temperature, as in the titration of Li 2022 (Methods, electrochemical titration).

    Parameters
    ----------
    kind
        ``charge``, ``discharge``, ``rest``, ``heat``, ``hold`` (constant voltage) or ``sweep`` (voltage that
        changes at a constant rate, from where it is towards its limit).
    specific_current
        Magnitude of the current for charge and discharge [mA/g of active material], positive.
    stop_voltage
        Voltage limit of a charge or discharge, or the end of a sweep [V].
    stop_capacity
        Capacity limit of this step [mAh/g].
    duration
        Time limit, or the length of a rest, heating or hold [s].
    temperature
        Temperature of the surroundings [K].
    hold_voltage
        Voltage of a hold [V].
    stop_specific_current
        A hold ends when the magnitude of the current falls below this [mA/g].
    sweep_rate
        Magnitude of the rate at which the voltage of a sweep changes [V/s].
    text
        The words the step was written in, for messages and reports.

    Raises
    ------
    OutOfRange
        A limit is missing, not finite, or of the wrong sign.
    """

    kind: Kind
    specific_current: float = 0.0
    stop_voltage: float | None = None
    stop_capacity: float | None = None
    duration: float | None = None
    temperature: float = ROOM_TEMPERATURE
    hold_voltage: float | None = None
    stop_specific_current: float | None = None
    sweep_rate: float | None = None
    text: str = ""

    def __post_init__(self) -> None:
        self._check_positive(
            "duration", "stop_capacity", "temperature", "stop_specific_current", "sweep_rate"
        )
        for name in ("stop_voltage", "hold_voltage"):
            value = getattr(self, name)
            if value is not None and not math.isfinite(value):
                raise OutOfRange(f"{self}: {name} must be a finite voltage, got {value!r}.")
        if self.kind in ("charge", "discharge"):
            if not (math.isfinite(self.specific_current) and self.specific_current > 0):
                raise OutOfRange(f"{self}: the current must be positive, got {self.specific_current!r} mA/g.")
            if self.stop_voltage is None and self.stop_capacity is None and self.duration is None:
                raise OutOfRange(
                    f"{self}: needs a limit. Add a voltage, a capacity or a time, e.g. 'until 4.8 V'."
                )
        elif self.specific_current != 0:
            raise OutOfRange(
                f"{self}: a {self.kind} step has no set current, got {self.specific_current!r} mA/g."
            )
        if self.kind in ("rest", "heat") and self.duration is None:
            raise OutOfRange(f"{self}: needs a duration, e.g. 'for 8 hours'.")
        if self.kind == "hold" and (
            self.hold_voltage is None or (self.duration is None and self.stop_specific_current is None)
        ):
            raise OutOfRange(f"{self}: a hold needs a voltage and either a time or a final current.")
        if self.kind == "sweep" and (self.sweep_rate is None or self.stop_voltage is None):
            raise OutOfRange(
                f"{self}: a sweep needs a rate and a final voltage, e.g. 'at 0.05 mV/s until 1.5 V'."
            )

    def __str__(self) -> str:
        return self.text or f"{self.kind} step"

    @property
    def signed_current(self) -> float:
        """Current, positive on charge [mA/g]."""
        return -self.specific_current if self.kind == "discharge" else self.specific_current

    def _check_positive(self, *names: str) -> None:
        for name in names:
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value > 0):
                raise OutOfRange(f"{self}: {name} must be positive and finite, got {value!r}.")
