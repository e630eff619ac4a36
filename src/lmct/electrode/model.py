"""The electrode as a user meets it: its equilibria, and one segment of its history at a time."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from lmct.electrode import event, integrator, thermodynamics
from lmct.electrode.event import charge_passed
from lmct.electrode.parameters import ElectrodeParameters
from lmct.electrode.segment import Segment
from lmct.electrode.state import Drive, ElectrodeState
from lmct.electrode.structure import NOT_METAL, model_from_parameters
from lmct.quantity.constants import BOLTZMANN
from lmct.quantity.errors import NotConverged, OutOfRange

TOLERANCE = 1e-6
MOST_STEPS = 100_000
MOST_ITERATIONS, UNDAMPED, DAMPING, ROUNDING = 2000, 20, 0.1, 1e-13
"""Of the search for the pristine state: damped when it does not settle, for holes repel each other."""

MOST_PARTS = 500
"""Largest number of shells or of site classes."""
MOST_WORK = 500_000
"""Largest number of entries of all shells' matrices: memory and time of a step grow with it."""


class Electrode:
    """An electrode with two redox couples and LMCT between them (docs/explanation/electrode.md).

    Parameters
    ----------
    parameters
        Its parameters.
    shells, classes
        Shells of the particle and classes of metal sites into which the electrode is divided; by default one
        each, or 20 shells where lithium transport is limited and 9 classes where barriers are distributed.
    tolerance
        Error of one step: this times 0.3 holes/f.u., 1 V and 300 K.
    most_steps
        Bound on the number of integration steps of one segment.

    Examples
    --------
    >>> from lmct.electrode.parameter_file import load
    >>> electrode = Electrode(load("li-ti-ni-o"))
    >>> drive = Drive(current=1.7e-5, duration=1e6, stop_voltage=4.8)
    >>> charge = electrode.advance(electrode.pristine(), drive)
    >>> charge.stopped_by, round(charge.end.voltage, 6)
    ('voltage', 4.8)
    """

    def __init__(
        self,
        parameters: ElectrodeParameters,
        *,
        shells: int | None = None,
        classes: int | None = None,
        tolerance: float = TOLERANCE,
        most_steps: int = MOST_STEPS,
    ) -> None:
        for name, number in (("shells", shells), ("classes", classes)):
            if number is not None and not 1 <= number <= MOST_PARTS:
                raise OutOfRange(f"{name} must lie between 1 and {MOST_PARTS}, got {number!r}.")
        if not 1e-13 <= tolerance <= 1e-2:
            raise OutOfRange(f"tolerance must lie between 1e-13 and 1e-2, got {tolerance!r}.")
        self.parameters = parameters
        self.model = model_from_parameters(parameters, shells=shells, classes=classes)
        parts, sites = self.model.shells.shape[1], self.model.sites.shape[1]
        if parts * (sites + NOT_METAL) ** 2 > MOST_WORK:
            raise OutOfRange(
                f"{parts} shells of {sites} classes of sites each are too many together. Expected for example"
                " 20 shells of 100 classes, or 500 shells of 9. Take fewer of one of them."
            )
        self.tolerance = tolerance
        self.most_steps = most_steps

    @classmethod
    def of_segment(
        cls, segment: Segment, *, parameters: ElectrodeParameters | None = None, tolerance: float = TOLERANCE
    ) -> Electrode:
        """Return an electrode divided like the one that made a segment, so that it takes its states.

        Parameters
        ----------
        segment
            The segment.
        parameters
            Other parameters than those of the segment.
        tolerance
            Of the integration.

        Returns
        -------
        :
            The electrode.
        """
        return cls(
            segment.parameters if parameters is None else parameters,
            shells=int(segment.model.shells.shape[1]),
            classes=int(segment.model.sites.shape[1]),
            tolerance=tolerance,
        )

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
        start = self._start(state, drive)
        kinds, events = self._events(start, drive)
        ended, history = integrator.integrate(
            start, drive.duration, events, self.model, drive.as_array(), self.tolerance, self.most_steps
        )
        times, states, dense = integrator.unpacked(history, len(start))
        if ended < integrator.ENDED_AT_TIME:
            raise NotConverged(self._failure(ended, times[-1], states[-1]))
        stopped_by = "time" if ended == integrator.ENDED_AT_TIME else kinds[ended]
        return Segment(times, states, dense, stopped_by, drive, self.parameters, self.model)

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
        par = self.model.par
        for iteration in range(MOST_ITERATIONS):
            metal, oxygen = thermodynamics.standard_potentials(n, p, n + p, par)
            next_n = self.parameters.metal_holes_max / (
                1.0 + math.exp(min((metal - voltage) / thermal, 700.0))
            )
            next_p = self.parameters.oxygen_holes_max / (
                1.0 + math.exp(min((oxygen - voltage) / thermal, 700.0))
            )
            settled = abs(next_n - n) <= ROUNDING * next_n and abs(next_p - p) <= ROUNDING * next_p
            if settled and next_n + next_p < self.parameters.lithium_max:
                return replace(probe, metal_holes=next_n, oxygen_holes=next_p)
            part = 1.0 if iteration < UNDAMPED else DAMPING
            n, p = n + part * (next_n - n), p + part * (next_p - p)
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

        parameters, par = self.parameters, self.model.par
        n_max, p_max = parameters.metal_holes_max, parameters.oxygen_holes_max
        if not 0.0 < lithium_extracted < min(parameters.lithium_max, n_max + p_max):
            raise OutOfRange(
                "the lithium extracted must lie between 0 and"
                f" {min(parameters.lithium_max, n_max + p_max):.3f} per formula unit,"
                f" got {lithium_extracted!r}."
            )

        def affinity(n: float) -> float:
            metal, oxygen = thermodynamics.chemical_potentials(
                n, lithium_extracted - n, lithium_extracted, temperature, par
            )
            return float(metal - oxygen)

        low, high = max(0.0, lithium_extracted - p_max), min(n_max, lithium_extracted)
        n = float(brentq(affinity, low, high, xtol=1e-300, rtol=1e-14, maxiter=2000))
        p = lithium_extracted - n
        voltage = thermodynamics.chemical_potentials(n, p, lithium_extracted, temperature, par)[1]
        return ElectrodeState(metal_holes=n, oxygen_holes=p, voltage=float(voltage), temperature=temperature)

    def _start(self, state: ElectrodeState, drive: Drive) -> Float[np.ndarray, "size"]:
        """Return the state with the voltage at the terminals that the current makes."""
        start = state.as_inner(self.model)
        potential = self.model.sites.shape[1] + NOT_METAL - 1
        if drive.current is not None:
            start[-1] = start[potential] + self.model.resistance * drive.current
        elif self.model.resistance == 0.0:
            start[potential] = start[-1]
        return start

    def _events(
        self, start: Float[np.ndarray, "size"], drive: Drive
    ) -> tuple[list[str], Float[np.ndarray, "event 3"]]:
        kinds, rows = [], []
        if drive.stop_voltage is not None:
            towards = drive.direction or float(np.sign(drive.stop_voltage - start[-1]))
            kinds.append("voltage")
            rows.append((event.EVENT_VOLTAGE, drive.stop_voltage, towards))
        if drive.stop_charge is not None:
            before = charge_passed(start, self.model)
            for direction in (drive.direction,) if drive.direction else (1.0, -1.0):
                kinds.append("capacity")
                rows.append((event.EVENT_CHARGE, before + direction * drive.stop_charge, direction))
        if drive.stop_current is not None:
            kinds.append("current")
            rows.append((event.EVENT_CURRENT, drive.stop_current, -1.0))
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
        if not all(map(math.isfinite, numbers)) or drive.duration <= 0 or drive.surroundings <= 0:
            raise OutOfRange(
                f"a drive needs finite numbers, a positive duration and temperature, got {drive}."
            )
        parameters = self.parameters
        populations = [state.metal_holes, state.oxygen_holes, state.dark_holes, state.oxygen_gas]
        finite = all(map(math.isfinite, (*populations, state.voltage, state.temperature, *state.inner)))
        if not finite or min(populations) < 0 or state.temperature <= 0:
            raise OutOfRange(f"a state needs finite, non-negative populations, got {state}.")
        full = (
            state.metal_holes > parameters.metal_holes_max or state.oxygen_holes > parameters.oxygen_holes_max
        )
        if full or state.lithium_extracted >= parameters.lithium_max:
            raise OutOfRange(f"the state holds more holes or less lithium than the electrode can: {state}.")

    def _failure(self, ended: int, time: float, state: Float[np.ndarray, "size"]) -> str:
        reason = (
            f"more than {self.most_steps} integration steps were needed"
            if ended == integrator.TOO_MANY_STEPS
            else "the integration step became too short"
        )
        where = ElectrodeState.from_inner(state, self.model)
        cause = (
            "a current, a rate or another parameter that is far outside its usual range"
            if time == 0.0
            else "no lithium is left to extract, or a limit that cannot be reached; set a voltage limit or a"
            " shorter time"
        )
        return (
            f"the simulation stopped {time:.6g} s into the segment: {reason}. State there:"
            f" n = {where.metal_holes:.4g}, p = {where.oxygen_holes:.4g}, d = {where.dark_holes:.4g},"
            f" O2 = {where.oxygen_gas:.4g} per formula unit, {where.voltage:.4g} V,"
            f" {where.temperature:.4g} K; lithium extracted {where.lithium_extracted:.4g}"
            f" of {self.parameters.lithium_max:.4g}."
            f" Usual cause: {cause}."
        )
