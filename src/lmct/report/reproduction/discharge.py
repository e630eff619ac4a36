"""A portion of the titration, and what its discharge gave."""

from __future__ import annotations

from dataclasses import dataclass

from lmct.protocol.run import Run
from lmct.protocol.titration import Portion

VISIBLE = 1.0
"""Smallest change of a plateau that a discharge would show [mAh/g]."""


@dataclass(frozen=True, eq=False)
class Discharge:
    """A portion of the titration and what its discharge gave.

    Parameters
    ----------
    portion
        What was done to it.
    run
        Its whole history.
    metal, oxygen
        Capacity above and below 2.5 V [mAh/g].
    """

    portion: Portion
    run: Run
    metal: float
    oxygen: float

    @property
    def open_circuit_voltage(self) -> float:
        """Voltage at the end of the rest before the discharge [V]."""
        return self.run.segments[-1].start.voltage
