"""Voltage as a function of the charge and of the direction it went: empirical hysteresis in closed form."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import OutOfRange

END_WIDTH = 0.025693
"""Width of the fall of the voltage when the lithium sites are full [V]: kT at 25 degC, at any temperature."""

SMALLEST = 1e-30
"""Lithium is counted no closer to the ends than this, relative to all of it [1]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HysteresisCurve:
    r"""Charge and discharge branch, and how the voltage goes from one to the other.

    .. math::

        V = U_c(y) - \tfrac{1 - h}{2}\,[U_c(y) - U_d(y)],\qquad \frac{dh}{dq} = \frac{\pm 1 - h}{K}

    with +1 on charge, -1 on discharge and q the charge passed in either direction: at rest nothing changes.

    Parameters
    ----------
    charge_voltage, charge_slope
        Charge branch without its ends: where it starts [V], and its slope [V f.u.].
    gap_charged, gap_discharged
        Distance of the branches in the charged and in the discharged part [V].
    gap_lithium, gap_width
        Lithium extracted at which one gap becomes the other, and the width of that change [1/f.u.].
    reversal_charge
        K: charge over which a change of direction is forgotten [1/f.u.].
    lithium_lost
        Lithium extracted where the discharge branch ends [1/f.u.].
    lithium_max, lithium_width
        Lithium that can be extracted [1/f.u.] and the width of that end [V].

    Raises
    ------
    OutOfRange
        A gap is negative, a width or a charge not positive, or the lithium lost is all there is.
    """

    charge_voltage: float
    charge_slope: float
    gap_charged: float
    gap_discharged: float
    gap_lithium: float
    gap_width: float
    reversal_charge: float
    lithium_lost: float
    lithium_max: float
    lithium_width: float

    def __post_init__(self) -> None:
        positive = (self.gap_width, self.reversal_charge, self.lithium_max, self.lithium_width)
        if min(positive) <= 0.0 or min(self.gap_charged, self.gap_discharged) < 0.0:
            raise OutOfRange(
                f"the gaps of a hysteresis are not negative and its widths positive, got {self}."
            )
        if not 0.0 <= self.lithium_lost < self.lithium_max:
            raise OutOfRange(f"the lithium lost lies between 0 and lithium_max, got {self}.")

    def charge_branch(self, lithium: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point"]:
        """Return the voltage on the charge branch [V]."""
        return np.asarray(self._middle(lithium) + self._full(lithium))

    def discharge_branch(self, lithium: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point"]:
        """Return the voltage on the discharge branch [V]."""
        above = 0.5 * (1.0 + np.tanh(0.5 * (lithium - self.gap_lithium) / self.gap_width))
        gap = self.gap_discharged + (self.gap_charged - self.gap_discharged) * above
        return np.asarray(self._middle(lithium) - gap + self._full(lithium - self.lithium_lost))

    def memory(
        self, passed: Float[np.ndarray, "point"], before: float, direction: float
    ) -> Float[np.ndarray, "point"]:
        """Return h after a charge passed in one direction [1/f.u.], from its value before."""
        return np.asarray(direction - (direction - before) * np.exp(-passed / self.reversal_charge))

    def voltage(
        self, lithium: Float[np.ndarray, "point"], memory: Float[np.ndarray, "point"]
    ) -> Float[np.ndarray, "point"]:
        """Return the voltage for lithium extracted and h [V]."""
        share = 0.5 * (1.0 + memory)
        return np.asarray(
            share * self.charge_branch(lithium) + (1.0 - share) * self.discharge_branch(lithium)
        )

    def pristine(self, voltage: float) -> float:
        """Return the lithium extracted of a fresh electrode, which lies on the charge branch [1/f.u.]."""
        return self.lithium_max * math.exp(min(max((voltage - self.charge_voltage) / END_WIDTH, -60.0), -1.0))

    def _middle(self, lithium: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point"]:
        free = np.maximum(1.0 - lithium / self.lithium_max, SMALLEST)
        line = self.charge_voltage + self.charge_slope * lithium
        return np.asarray(line - self.lithium_width * np.log(free))

    def _full(self, lithium: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point"]:
        return np.asarray(END_WIDTH * np.log(np.maximum(lithium / self.lithium_max, SMALLEST)))
