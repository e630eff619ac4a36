"""The history of the electrode during one drive: states at any time, charge, energy balance."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from lmct.electrode import integrator
from lmct.electrode.budget import Budget, budget_from_solution
from lmct.electrode.event import charge_passed
from lmct.electrode.parameters import ElectrodeParameters
from lmct.electrode.rates import current_entering
from lmct.electrode.state import Drive, ElectrodeState
from lmct.electrode.structure import Model, charge_weights, summary_matrix


@dataclass(frozen=True, eq=False)
class Segment:
    """The history of the electrode during one drive.

    Parameters
    ----------
    times
        Accepted steps since the start of the segment [s].
    inner
        State at each of them as compiled code knows it (:mod:`lmct.electrode.structure`).
    inner_dense
        Coefficients of the dense output between them.
    stopped_by
        ``"time"``, ``"voltage"``, ``"capacity"`` or ``"current"``.
    drive
        What drove it.
    parameters
        The electrode's parameters.
    model
        The electrode as compiled code knows it.
    """

    times: Float[np.ndarray, "row"]
    inner: Float[np.ndarray, "row size"]
    inner_dense: Float[np.ndarray, "interval 3 size"]
    stopped_by: str
    drive: Drive
    parameters: ElectrodeParameters = field(repr=False)
    model: Model = field(repr=False)

    @functools.cached_property
    def states(self) -> Float[np.ndarray, "row 6"]:
        """State at each of the accepted steps, means over the particle: columns n, p, d, o2, V, T."""
        return summarised(self.inner, self.model)

    @functools.cached_property
    def dense(self) -> Float[np.ndarray, "interval 3 6"]:
        """Coefficients of the dense output of :attr:`states`."""
        return summarised(self.inner_dense, self.model)

    @property
    def duration(self) -> float:
        """Length of the segment [s]."""
        return float(self.times[-1])

    @property
    def start(self) -> ElectrodeState:
        """State at the start."""
        return ElectrodeState.from_inner(self.inner[0], self.model)

    @property
    def end(self) -> ElectrodeState:
        """State at the end."""
        return ElectrodeState.from_inner(self.inner[-1], self.model)

    @property
    def charge(self) -> float:
        """Charge passed, positive on charge [electrons/f.u.]."""
        if self.drive.current is not None:
            return self.drive.current * self.duration
        return float(charge_passed(self.inner[-1], self.model) - charge_passed(self.inner[0], self.model))

    @property
    def mean_voltage(self) -> float:
        """Mean voltage over time, exact for the dense output [V]."""
        if self.duration == 0.0:
            return self.start.voltage
        voltage, dense = self.inner[:, -1], self.inner_dense[:, :, -1]
        means = 0.5 * (voltage[1:] + voltage[:-1]) + dense @ np.array([1 / 6, 1 / 12, 1 / 20])
        return float(np.dot(np.diff(self.times), means) / self.duration)

    def at(self, times: Float[np.ndarray, "time"]) -> Float[np.ndarray, "time 6"]:
        """Return the states at increasing times since the start of the segment, columns n, p, d, o2, V, T."""
        states = summarised(self.inner_at(times), self.model)
        most = np.array([self.parameters.metal_holes_max, self.parameters.oxygen_holes_max, np.inf, np.inf])
        populations = states[:, :4]
        np.maximum(populations, 0.0, out=populations)
        np.minimum(populations, most, out=populations)
        return states

    def inner_at(self, times: Float[np.ndarray, "time"]) -> Float[np.ndarray, "time size"]:
        """Return the states as compiled code knows them at increasing times since the start."""
        wanted = np.asarray(times, dtype=float)
        return np.asarray(integrator.evaluate(self.times, self.inner, self.inner_dense, wanted))

    def current_at(self, times: Float[np.ndarray, "time"]) -> Float[np.ndarray, "time"]:
        """Return the current at given times, positive on charge [electrons/(f.u. s)].

        When the voltage is set it comes from the rate laws in the interpolated states.
        """
        drive, flux = self.drive.as_array(), np.empty(2 * self.model.sites.shape[1] + 3)
        states = self.inner_at(times)
        return np.array([current_entering(state, self.model, drive, flux) for state in states])

    def charge_at(self, times: Float[np.ndarray, "time"]) -> Float[np.ndarray, "time"]:
        """Return the charge passed since the start of the segment at given times [electrons/f.u.]."""
        if self.drive.current is not None:
            return self.drive.current * np.asarray(times, dtype=float)
        held = self.inner_at(times) @ charge_weights(self.model)
        return np.asarray(held - charge_passed(self.inner[0], self.model))

    def budget(self) -> Budget:
        """Return the energy balance of the segment [eV/f.u.]."""
        return budget_from_solution(
            times=self.times,
            states=self.inner,
            dense=self.inner_dense,
            model=self.model,
            drive=self.drive.as_array(),
        )


def summarised(inner: Float[np.ndarray, "... size"], model: Model) -> Float[np.ndarray, "... 6"]:
    """Return means n, p, d, o2, the voltage at the terminals and the temperature of states.

    Parameters
    ----------
    inner
        States, or anything linear in them.
    model
        The electrode they belong to.

    Returns
    -------
    :
        Six columns in place of the last axis.
    """
    if inner.shape[-1] == 7:
        return inner[..., [0, 1, 2, 3, 6, 5]]
    return np.asarray(inner @ summary_matrix(model).T)
