"""The electrode as a user meets it: its state, its equilibria, and one segment of its history at a time."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float

from lmct.electrode import integrator, thermodynamics
from lmct.electrode.budget import Budget, budget_from_solution
from lmct.electrode.parameters import ElectrodeParameters
from lmct.electrode.rates import CURRENT_CONTROL, VOLTAGE_CONTROL, fluxes
from lmct.quantity.constants import BOLTZMANN
from lmct.quantity.errors import NotConverged, OutOfRange

TOLERANCE = 1e-6
MOST_STEPS = 100_000


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


class Electrode:
    """A 0-D electrode with two redox couples and LMCT between them (docs/explanation/electrode.md).

    Parameters
    ----------
    parameters
        Its parameters.
    tolerance
        Error of one step: this times 0.3 holes/f.u., 1 V and 300 K.
    most_steps
        Bound on the number of integration steps of one segment.

    Examples
    --------
    >>> from lmct.electrode.parameters import load
    >>> electrode = Electrode(load("li-ti-ni-o"))
    >>> drive = Drive(current=1.7e-5, duration=1e6, stop_voltage=4.8)
    >>> charge = electrode.advance(electrode.pristine(), drive)
    >>> charge.stopped_by, round(charge.end.voltage, 6)
    ('voltage', 4.8)
    """

    def __init__(
        self, parameters: ElectrodeParameters, *, tolerance: float = TOLERANCE, most_steps: int = MOST_STEPS
    ) -> None:
        if not 1e-13 <= tolerance <= 1e-2:
            raise OutOfRange(f"tolerance must lie between 1e-13 and 1e-2, got {tolerance!r}.")
        self.parameters = parameters
        self.tolerance = tolerance
        self.most_steps = most_steps

    def advance(self, state: ElectrodeState, drive: Drive) -> Segment:
        """Move the electrode through one drive.

        Parameters
        ----------
        state
            State at the start. When the voltage is set it starts from the state's own voltage.
        drive
            What drives it and what ends it.

        Returns
        -------
        :
            Its history.

        Raises
        ------
        OutOfRange
            The drive or the state is not finite or not inside the model's bounds.
        NotConverged
            The integration failed; the message says where and why.
        """
        self._check(state, drive)
        kinds, events = self._events(state, drive)
        parameters = self.parameters
        ended, times, states, dense = integrator.integrate(
            state.as_array(),
            drive.duration,
            events,
            parameters.as_array(),
            parameters.law_number(),
            parameters.law_array(),
            drive.as_array(),
            self.tolerance,
            self.most_steps,
        )
        if ended < integrator.ENDED_AT_TIME:
            raise NotConverged(self._failure(ended, times[-1], states[-1]))
        stopped_by = "time" if ended == integrator.ENDED_AT_TIME else kinds[ended]
        return Segment(times, states, dense, stopped_by, drive, parameters)

    def pristine(self, *, voltage: float = 2.8, temperature: float = 298.15) -> ElectrodeState:
        """Return the discharged electrode as made: both couples in equilibrium at an open-circuit voltage.

        Parameters
        ----------
        voltage
            Open-circuit voltage of the fresh cell [V].
        temperature
            [K].

        Returns
        -------
        :
            The state, with n and p that solve mu_M = mu_O = V.
        """
        n = p = 0.0
        probe = ElectrodeState(metal_holes=n, oxygen_holes=p, voltage=voltage, temperature=temperature)
        thermal = BOLTZMANN * temperature
        par = self.parameters.as_array()
        for _ in range(200):
            metal, oxygen = thermodynamics.standard_potentials(probe.as_array(), par)
            n = self.parameters.metal_holes_max / (1.0 + math.exp(min((metal - voltage) / thermal, 700.0)))
            p = self.parameters.oxygen_holes_max / (1.0 + math.exp(min((oxygen - voltage) / thermal, 700.0)))
            following = replace(probe, metal_holes=n, oxygen_holes=p)
            if following == probe:
                return following
            probe = following
        raise NotConverged(
            f"no pristine state at {voltage} V: it holds too many holes. Choose a lower voltage."
        )

    def relaxed(self, lithium_extracted: float, *, temperature: float = 298.15) -> ElectrodeState:
        """Return the state that LMCT ends in: mu_M = mu_O = V at a given lithium content, nothing lost.

        Parameters
        ----------
        lithium_extracted
            y [1/f.u.], between zero and what the model allows.
        temperature
            [K].

        Returns
        -------
        :
            The equilibrium state; its voltage is the equilibrium potential.

        Raises
        ------
        OutOfRange
            No such lithium content.
        """
        from scipy.optimize import brentq

        parameters, par = self.parameters, self.parameters.as_array()
        n_max, p_max = parameters.metal_holes_max, parameters.oxygen_holes_max
        if not 0.0 < lithium_extracted < min(parameters.lithium_max, n_max + p_max):
            raise OutOfRange(
                "the lithium extracted must lie between 0 and"
                f" {min(parameters.lithium_max, n_max + p_max):.3f} per formula unit,"
                f" got {lithium_extracted!r}."
            )

        def state_at(n: float) -> ElectrodeState:
            return ElectrodeState(
                metal_holes=n, oxygen_holes=lithium_extracted - n, voltage=math.nan, temperature=temperature
            )

        def affinity(n: float) -> float:
            metal, oxygen = thermodynamics.chemical_potentials(state_at(n).as_array(), par)
            return float(metal - oxygen)

        low = max(0.0, lithium_extracted - p_max) + 1e-200
        high = min(n_max, lithium_extracted) * (1.0 - 1e-15)
        n = float(brentq(affinity, low, high, xtol=1e-300, rtol=1e-14, maxiter=2000))
        state = state_at(n)
        voltage = thermodynamics.chemical_potentials(state.as_array(), par)[1]
        return replace(state, voltage=float(voltage))

    def _events(self, state: ElectrodeState, drive: Drive) -> tuple[list[str], Float[np.ndarray, "event 3"]]:
        kinds, rows = [], []
        if drive.stop_voltage is not None:
            kinds.append("voltage")
            rows.append((integrator.EVENT_VOLTAGE, drive.stop_voltage, drive.direction))
        if drive.stop_charge is not None:
            before = integrator.charge_passed(state.as_array(), self.parameters.as_array())
            kinds.append("capacity")
            rows.append(
                (integrator.EVENT_CHARGE, before + drive.direction * drive.stop_charge, drive.direction)
            )
        if drive.stop_current is not None:
            kinds.append("current")
            rows.append((integrator.EVENT_CURRENT, drive.stop_current, -1.0))
        return kinds, np.array(rows, dtype=float).reshape(-1, 3)

    def _check(self, state: ElectrodeState, drive: Drive) -> None:
        numbers = [
            drive.surroundings,
            drive.duration,
            drive.sweep,
            0.0 if drive.current is None else drive.current,
        ]
        limits = [drive.stop_voltage, drive.stop_charge, drive.stop_current]
        numbers += [limit for limit in limits if limit is not None]
        if not np.all(np.isfinite(numbers)) or drive.duration <= 0 or drive.surroundings <= 0:
            raise OutOfRange(
                f"a drive needs finite numbers, a positive duration and temperature, got {drive}."
            )
        array, parameters = state.as_array(), self.parameters
        if not np.all(np.isfinite(array)) or np.any(array[:4] < 0) or state.temperature <= 0:
            raise OutOfRange(f"a state needs finite, non-negative populations, got {state}.")
        full = (
            state.metal_holes > parameters.metal_holes_max or state.oxygen_holes > parameters.oxygen_holes_max
        )
        if full or state.lithium_extracted >= parameters.lithium_max:
            raise OutOfRange(f"the state holds more holes or less lithium than the electrode can: {state}.")

    def _failure(self, ended: int, time: float, state: Float[np.ndarray, "6"]) -> str:
        reason = (
            f"more than {self.most_steps} integration steps were needed"
            if ended == integrator.TOO_MANY_STEPS
            else "the integration step became too short"
        )
        where = ElectrodeState.from_array(state)
        return (
            f"the simulation stopped {time:.6g} s into the segment: {reason}. State there: {where}, "
            f"y_max = {self.parameters.lithium_max}. Usual cause: no lithium is left to extract, or a limit"
            " that cannot be reached; set a voltage limit or a shorter time."
        )
