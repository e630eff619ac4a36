"""What the electrode remembers, and what drives it from outside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.electrode.rates import CURRENT_CONTROL, VOLTAGE_CONTROL
from lmct.electrode.structure import Model, state_size, summary_matrix
from lmct.quantity.errors import OutOfRange


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
        Voltage at the terminals against Li+/Li: the potential of the electrode and what the current loses in
        the series resistance [V].
    temperature
        Temperature of the electrode [K].
    inner
        What every shell of the particle holds, when it is not the mean everywhere, in the order of
        :mod:`lmct.electrode.structure`; empty for an electrode without shells, site classes and resistance.
    """

    metal_holes: float
    oxygen_holes: float
    dark_holes: float = 0.0
    oxygen_gas: float = 0.0
    voltage: float
    temperature: float = 298.15
    inner: tuple[float, ...] = ()

    @property
    def lithium_extracted(self) -> float:
        """Lithium extracted, y = n + p + d + 4 o2 [1/f.u.]."""
        return self.metal_holes + self.oxygen_holes + self.dark_holes + 4.0 * self.oxygen_gas

    def as_array(self) -> Float[np.ndarray, "6"]:
        """Return n, p, d, o2, voltage and temperature."""
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

    def as_inner(self, model: Model) -> Float[np.ndarray, "size"]:
        """Return the state in the order that compiled code uses.

        Parameters
        ----------
        model
            The electrode.

        Returns
        -------
        :
            The state; the same in every shell and class unless the state knows more.

        Raises
        ------
        OutOfRange
            The state belongs to an electrode with other shells or site classes.
        """
        ends = (self.temperature, self.voltage)
        size = state_size(model)
        if self.inner:
            if len(self.inner) != size - 2:
                raise OutOfRange(
                    f"the state has {len(self.inner)} entries for shells and site classes, the electrode"
                    f" needs {size - 2}. Start from a state of the same electrode."
                )
            return np.array([*self.inner, *ends])
        shell = [
            *(self.metal_holes * model.sites[0]),
            self.oxygen_holes,
            self.dark_holes,
            self.oxygen_gas,
            self.voltage,
        ]
        return np.array([*shell * model.shells.shape[1], *ends])

    @classmethod
    def from_inner(cls, array: Float[np.ndarray, "size"], model: Model) -> ElectrodeState:
        """Rebuild a state from :meth:`as_inner`."""
        if len(array) == 7:
            n, p, d, gas, potential, temperature, voltage = (float(number) for number in array)
            inner: tuple[float, ...] = () if model.resistance == 0.0 else (n, p, d, gas, potential)
        else:
            n, p, d, gas, voltage, temperature = (float(mean) for mean in summary_matrix(model) @ array)
            inner = tuple(float(number) for number in array[:-2])
        return cls(
            metal_holes=n,
            oxygen_holes=p,
            dark_holes=d,
            oxygen_gas=gas,
            voltage=voltage,
            temperature=temperature,
            inner=inner,
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
        Optional limits: voltage [V], met from the side on which a rest starts; charge passed in this segment
        in either direction [electrons/f.u.]; and, when the voltage is set, magnitude of the current
        [electrons/(f.u. s)].
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
        """+1 when charging or sweeping up, -1 when discharging or sweeping down, 0 for a rest or a hold.

        A rest or a hold goes where it wants; it may meet a limit from either side.
        """
        moving = self.sweep if self.current is None else self.current
        return float(np.sign(moving))
