"""The history of the electrode during one drive: states at any time, charge, energy balance."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from lmct.electrode import integrator, thermodynamics
from lmct.electrode.budget import Budget, budget_from_solution
from lmct.electrode.parameters import ElectrodeParameters
from lmct.electrode.rates import fluxes
from lmct.electrode.state import Drive, ElectrodeState


@dataclass(frozen=True, eq=False)
class Segment:
    """The history of the electrode during one drive.

    Parameters
    ----------
    times
        Accepted steps since the start of the segment [s].
    states
        State at each of them, columns n, p, d, o2, V, T.
    dense
        Coefficients of the dense output between them.
    stopped_by
        ``"time"``, ``"voltage"``, ``"capacity"`` or ``"current"``.
    drive
        What drove it.
    parameters
        The electrode's parameters.
    """

    times: Float[np.ndarray, "row"]
    states: Float[np.ndarray, "row 6"]
    dense: Float[np.ndarray, "interval 3 6"]
    stopped_by: str
    drive: Drive
    parameters: ElectrodeParameters = field(repr=False)

    @property
    def duration(self) -> float:
        """Length of the segment [s]."""
        return float(self.times[-1])

    @property
    def start(self) -> ElectrodeState:
        """State at the start."""
        return ElectrodeState.from_array(self.states[0])

    @property
    def end(self) -> ElectrodeState:
        """State at the end."""
        return ElectrodeState.from_array(self.states[-1])

    @property
    def charge(self) -> float:
        """Charge passed, positive on charge [electrons/f.u.]."""
        if self.drive.current is not None:
            return self.drive.current * self.duration
        par = self.parameters.as_array()
        return float(
            integrator.charge_passed(self.states[-1], par) - integrator.charge_passed(self.states[0], par)
        )

    @property
    def mean_voltage(self) -> float:
        """Mean voltage over time, exact for the dense output [V]."""
        if self.duration == 0.0:
            return self.start.voltage
        voltage, dense = self.states[:, thermodynamics.VOLTAGE], self.dense[:, :, thermodynamics.VOLTAGE]
        means = 0.5 * (voltage[1:] + voltage[:-1]) + dense @ np.array([1 / 6, 1 / 12, 1 / 20])
        return float(np.dot(np.diff(self.times), means) / self.duration)

    def at(self, times: Float[np.ndarray, "time"]) -> Float[np.ndarray, "time 6"]:
        """Return the states at increasing times since the start of the segment, columns n, p, d, o2, V, T."""
        wanted = np.asarray(times, dtype=float)
        states = np.asarray(integrator.evaluate(self.times, self.states, self.dense, wanted))
        most = np.array([self.parameters.metal_holes_max, self.parameters.oxygen_holes_max, np.inf, np.inf])
        np.clip(states[:, :4], 0.0, most, out=states[:, :4])
        return states

    def current_at(self, states: Float[np.ndarray, "time 6"]) -> Float[np.ndarray, "time"]:
        """Return the current in given states of this segment, positive on charge [electrons/(f.u. s)]."""
        if self.drive.current is not None:
            return np.full(len(states), self.drive.current)
        par, law = self.parameters.as_array(), self.parameters.law_number()
        law_par, flux = self.parameters.law_array(), np.empty(5)
        currents = np.empty(len(states))
        for row, state in enumerate(states):
            fluxes(state, par, law, law_par, flux)
            currents[row] = flux[0] + flux[1] + self.parameters.capacitance * self.drive.sweep
        return currents

    def budget(self) -> Budget:
        """Return the energy balance of the segment [eV/f.u.]."""
        parameters = self.parameters
        return budget_from_solution(
            times=self.times,
            states=self.states,
            dense=self.dense,
            par=parameters.as_array(),
            law=parameters.law_number(),
            law_par=parameters.law_array(),
            drive=self.drive.as_array(),
        )
