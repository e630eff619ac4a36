"""What the electrode remembers, and what drives it from outside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.electrode.rates import CURRENT_CONTROL, VOLTAGE_CONTROL


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectrodeState:
    """Everything the electrode remembers.

    Parameters
    ----------
    metal_holes, oxygen_holes
        n and p [1/f.u.].
    dark_holes
        Charge on oxygen that cannot be recovered [1/f.u.].
    oxygen_gas
        O2 that has left [molecules/f.u.].
    voltage
        Electrode potential against Li+/Li [V].
    temperature
        Temperature of the electrode [K].
    """

    metal_holes: float
    oxygen_holes: float
    dark_holes: float = 0.0
    oxygen_gas: float = 0.0
    voltage: float
    temperature: float = 298.15

    @property
    def lithium_extracted(self) -> float:
        """Lithium extracted, y = n + p + d + 4 o2 [1/f.u.]."""
        return self.metal_holes + self.oxygen_holes + self.dark_holes + 4.0 * self.oxygen_gas

    def as_array(self) -> Float[np.ndarray, "6"]:
        """Return the state in the order that compiled code uses."""
        return np.array(
            [
                self.metal_holes,
                self.oxygen_holes,
                self.dark_holes,
                self.oxygen_gas,
                self.voltage,
                self.temperature,
            ]
        )

    @classmethod
    def from_array(cls, array: Float[np.ndarray, "6"]) -> ElectrodeState:
        """Rebuild a state from :meth:`as_array`."""
        n, p, d, gas, voltage, temperature = (float(number) for number in array)
        return cls(
            metal_holes=n,
            oxygen_holes=p,
            dark_holes=d,
            oxygen_gas=gas,
            voltage=voltage,
            temperature=temperature,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """What drives the electrode during one segment, and what ends it.

    Parameters
    ----------
    current
        Set current, positive on charge [electrons/(f.u. s)]; None when the voltage is set.
    sweep
        Rate at which a set voltage changes [V/s]; zero holds it.
    surroundings
        Temperature of the surroundings [K]; the electrode follows with its thermal time constant.
    duration
        Time limit [s].
    stop_voltage, stop_charge, stop_current
        Optional limits: voltage [V], charge passed in this segment [electrons/f.u.] and, when the voltage is
        set, magnitude of the current [electrons/(f.u. s)].
    """

    current: float | None = 0.0
    sweep: float = 0.0
    surroundings: float = 298.15
    duration: float
    stop_voltage: float | None = None
    stop_charge: float | None = None
    stop_current: float | None = None

    def as_array(self) -> Float[np.ndarray, "4"]:
        """Return the drive in the order that compiled code uses."""
        if self.current is None:
            return np.array([VOLTAGE_CONTROL, 0.0, self.sweep, self.surroundings])
        return np.array([CURRENT_CONTROL, self.current, 0.0, self.surroundings])

    @property
    def direction(self) -> float:
        """+1 when charging or sweeping up, -1 otherwise."""
        moving = self.sweep if self.current is None else self.current
        return -1.0 if moving < 0 else 1.0
