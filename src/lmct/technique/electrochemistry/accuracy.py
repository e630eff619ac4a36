"""How well current, voltage and mass are known: where the uncertainties of one cell start."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lmct.quantity.errors import OutOfRange


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """Standard uncertainties of the instrument and of the active mass.

    Parameters
    ----------
    current_relative
        Gain of the current measurement, common to charge and discharge [1].
    current_linearity
        What remains of it between two half-cycles of one file [1].
    voltage
        Accuracy of the voltage, common to all rows of a file [V].
    voltage_linearity
        What remains of it between two half-cycles of one file [V].
    mass_relative
        Active mass; 0 when capacities are not divided by a mass [1].

    Raises
    ------
    OutOfRange
        One of them is negative or not finite.
    """

    current_relative: float = 1e-3
    current_linearity: float = 2e-4
    voltage: float = 1e-3
    voltage_linearity: float = 1e-4
    mass_relative: float = 0.02

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise OutOfRange(f"the accuracy {name!r} is {value!r}. Expected a standard uncertainty >= 0.")

    @property
    def scale_relative(self) -> float:
        """Uncertainty common to all capacities of one cell: current gain and mass [1]."""
        return math.hypot(self.current_relative, self.mass_relative)
