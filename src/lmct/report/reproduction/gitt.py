"""GITT as the paper runs it: pulses with rests through a charge and a discharge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.electrode.model import Electrode
from lmct.electrode.state import ElectrodeState
from lmct.protocol.simulation import run_protocol
from lmct.protocol.step import Step

PULSE_TIME = 1800.0
"""Length of a pulse [s] (L597)."""

SPECIFIC_CURRENT = 20.0
"""Of a pulse, C/10 [mA/g] (L597)."""

LIMITS = {"charge": 4.8, "discharge": 2.0}
"""Voltages at which a direction ends [V]; those of the cycling, for the text states none for GITT."""

MOST_PULSES = 100
"""Bound on the pulses in one direction; 50 hold all lithium of the electrode."""


@dataclass(frozen=True, eq=False)
class Titration:
    """Voltages at the end of the rests.

    Parameters
    ----------
    charge_lithium, charge_voltage
        Lithium extracted [1/f.u.] and voltage at the end of each rest [V] on charge.
    discharge_lithium, discharge_voltage
        The same on discharge, in the order they were measured.
    """

    charge_lithium: Float[np.ndarray, "pulse"]
    charge_voltage: Float[np.ndarray, "pulse"]
    discharge_lithium: Float[np.ndarray, "rest"]
    discharge_voltage: Float[np.ndarray, "rest"]

    def branches(
        self, points: int = 50
    ) -> tuple[Float[np.ndarray, "point"], Float[np.ndarray, "point"], Float[np.ndarray, "point"]]:
        """Return lithium extracted where both directions were measured, and both voltages there."""
        down, below = self.discharge_lithium[::-1], self.discharge_voltage[::-1]
        low = max(self.charge_lithium.min(), down.min())
        high = min(self.charge_lithium.max(), down.max())
        lithium = np.linspace(low, high, points)
        upper = np.interp(lithium, self.charge_lithium, self.charge_voltage)
        return lithium, upper, np.interp(lithium, down, below)


def pulsed_cycle(electrode: Electrode, *, rest_time: float, temperature: float) -> Titration:
    """Charge to 4.8 V and discharge to 2.0 V in pulses of 0.5 h at 20 mA/g with rests.

    Parameters
    ----------
    electrode
        The electrode, pristine.
    rest_time
        Length of a rest [s].
    temperature
        Of pulses and rests [K].

    Returns
    -------
    :
        What the rests ended at.

    Examples
    --------
    >>> from lmct.electrode.parameter_file import load
    >>> rests = pulsed_cycle(Electrode(load("li-ti-ni-o")), rest_time=60.0, temperature=298.15)
    >>> bool(rests.charge_voltage[-1] > rests.discharge_voltage[-1])
    True
    """
    up, state = _pulses(
        electrode, electrode.pristine(temperature=temperature), "charge", rest_time, temperature
    )
    down, _ = _pulses(electrode, state, "discharge", rest_time, temperature)
    return Titration(*up, *down)


def _pulses(
    electrode: Electrode, state: ElectrodeState, kind: str, rest_time: float, temperature: float
) -> tuple[tuple[Float[np.ndarray, "pulse"], Float[np.ndarray, "pulse"]], ElectrodeState]:
    """Pulse until the voltage limit: lithium and voltage after each rest, and the last state."""
    pulse = Step(
        kind="charge" if kind == "charge" else "discharge",
        specific_current=SPECIFIC_CURRENT,
        duration=PULSE_TIME,
        stop_voltage=LIMITS[kind],
        temperature=temperature,
    )
    pause = Step(kind="rest", duration=rest_time, temperature=temperature)
    rows = []
    for _ in range(MOST_PULSES):
        run = run_protocol(electrode, (pulse, pause), start=state)
        state = run.end
        rows.append((state.lithium_extracted, state.voltage))
        if run.steps[0].stopped_by == "voltage":
            break
    table = np.array(rows)
    return (table[:, 0], table[:, 1]), state
