"""The experiments of the paper on the simulated electrode, each run once when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct import material as materials
from lmct.electrode.lattice import Lattice
from lmct.electrode.model import Electrode
from lmct.electrode.of_material import scaled_by_composition
from lmct.electrode.parameter_file import load
from lmct.electrode.parameters import ElectrodeParameters
from lmct.protocol.charged_lattice import CHARGED_LATTICE
from lmct.protocol.galvanostatic import galvanostatic
from lmct.protocol.hysteresis import HysteresisBudget, hysteresis_budget
from lmct.protocol.hysteresis_share import FREQUENCY, LmctShare, lmct_share, without_lmct
from lmct.protocol.plain_words import parse_steps
from lmct.protocol.run import Run
from lmct.protocol.simulation import run_protocol
from lmct.protocol.step import ROOM_TEMPERATURE, Step
from lmct.protocol.titration import Portion, temperature_series, time_series, titration
from lmct.quantity.constants import DAY, HOUR
from lmct.quantity.errors import OutOfRange
from lmct.report.reproduction.discharge import Discharge
from lmct.report.reproduction.gitt import Titration, pulsed_cycle
from lmct.study.campaign_truth import EQUILIBRIUM_SERIES, plateau_capacities

if TYPE_CHECKING:
    from lmct.report.reproduction.virtual_diffraction import VirtualDiffraction
    from lmct.report.reproduction.virtual_spectroscopy import VirtualSpectroscopy

FAMILY = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
"""Members x of x Li2TiO3 . (1-x) LiTi0.5Ni0.5O2 that stay disordered (L94)."""

UPPER_LIMITS = (3.8, 4.0, 4.2, 4.4, 4.6, 4.8)
"""Upper limits of the second cycle, the charge window opening [V]; an assumption, the text has none."""

MATERIAL = "li-ti-ni-o"
"""The family of the paper; its default member is x = 0.4."""


class PaperRuns:
    """Simulations of everything that the figures and statements need.

    Parameters
    ----------
    settings
        Electrode parameters to change, by name.
    base
        Parameters of the main member, x = 0.4; the shipped ones by default.

    Examples
    --------
    >>> [step.stopped_by for step in PaperRuns().two_cycles.steps]
    ['voltage', 'voltage', 'voltage', 'voltage']
    """

    def __init__(
        self, settings: Mapping[str, float] | None = None, *, base: ElectrodeParameters | None = None
    ) -> None:
        self.parameters = (load(MATERIAL) if base is None else base).replace(**(settings or {}))

    @cached_property
    def electrode(self) -> Electrode:
        """The electrode of the main member."""
        return Electrode(self.parameters)

    def run(self, steps: tuple[Step, ...] | str) -> Run:
        """Run steps, or steps in plain words, on the main member."""
        return run_protocol(self.electrode, parse_steps(steps) if isinstance(steps, str) else steps)

    @cached_property
    def two_cycles(self) -> Run:
        """Two cycles of 2.0-4.8 V at 20 mA/g (Fig. 1b, 2a)."""
        return self.run(galvanostatic())

    @cached_property
    def without_transfer(self) -> Run:
        """The same two cycles with LMCT switched off."""
        return run_protocol(Electrode(without_lmct(self.parameters)), galvanostatic())

    @cached_property
    def second_loop(self) -> HysteresisBudget:
        """What each process dissipates in the second cycle."""
        return hysteresis_budget(self.two_cycles, cycle=2)

    @cached_property
    def share(self) -> LmctShare:
        """How much of the loop of the second cycle is due to LMCT."""
        return lmct_share(self.two_cycles, cycle=2)

    def at_transfer_speed(self, factor: float) -> PaperRuns:
        """Return the simulations of the same electrode with LMCT faster or slower.

        Parameters
        ----------
        factor
            Times the rate that it has now.

        Returns
        -------
        :
            Nothing of it is simulated yet.

        Raises
        ------
        OutOfRange
            The rate law has no attempt frequency that could be changed.
        """
        law = self.parameters.lmct_parameters
        if FREQUENCY not in law:
            raise OutOfRange(
                f"the rate law {self.parameters.lmct_law} has no {FREQUENCY}, so LMCT cannot be made faster."
                f" Expected it among {', '.join(law)}. Use a parameter set whose law has one."
            )
        return PaperRuns({FREQUENCY: factor * law[FREQUENCY]}, base=self.parameters)

    @cached_property
    def lattice(self) -> Lattice:
        """How the lattice follows the state, through the charged one of the in-situ diffraction (L188)."""
        return Lattice(origin=CHARGED_LATTICE).through(self.two_cycles.segments[0].end, CHARGED_LATTICE)

    @cached_property
    def rested(self) -> Run:
        """Charged to 4.8 V, 60 days at rest out of the electrolyte, discharged (S12, S13, S16)."""
        return self.run("Charge at 20 mA/g until 4.8 V; Rest for 60 days; Discharge at 20 mA/g until 1.85 V")

    @cached_property
    def diffraction(self) -> VirtualDiffraction:
        """What powder diffraction sees of the cycles and of the rest."""
        from lmct.report.reproduction.virtual_diffraction import VirtualDiffraction

        return VirtualDiffraction(self.two_cycles, self.rested, self.lattice)

    @cached_property
    def spectroscopy(self) -> VirtualSpectroscopy:
        """What absorption sees at the states of the cycles, and photoemission of the heated powders."""
        from lmct.report.reproduction.virtual_spectroscopy import VirtualSpectroscopy

        return VirtualSpectroscopy(self.two_cycles, self.open_circuit_series)

    @cached_property
    def in_situ_rest(self) -> Run:
        """Charged to 4.8 V, two days at rest on the diffractometer (Fig. 3e)."""
        return self.run("Charge at 20 mA/g until 4.8 V; Rest for 48 h")

    @cached_property
    def solid_state_rest(self) -> Run:
        """Charged to 200 mAh/g, less than in a liquid cell; two days at rest, then at 55 degC (Fig. 3f)."""
        return self.run("Charge at 20 mA/g for 10 h; Rest for 48 h; Heat at 55 degC for 48 h")

    def rested_lattice(self, days: float) -> float:
        """Return the lattice parameter after days at rest, up to 60, at 4.8 V [Å]."""
        return float(self.lattice.of_states(self.rested.segments[1].at(np.array([days * DAY])))[0])

    @cached_property
    def family(self) -> dict[float, Run]:
        """Two cycles of each member of the family (Fig. 1b)."""
        return {x: run_protocol(Electrode(self._member(x)), galvanostatic()) for x in FAMILY}

    @cached_property
    def in_cycling(self) -> Discharge:
        """Charged to 4.5 V and discharged at once: the 100 % of Fig. 6f."""
        return self._titrated(Portion(in_cycling=True))

    @cached_property
    def by_temperature(self) -> tuple[Discharge, ...]:
        """24 h at 25 to 140 degC (Fig. 4a, b); the first is not heated."""
        return tuple(map(self._titrated, temperature_series()))

    @cached_property
    def by_time(self) -> tuple[Discharge, ...]:
        """0 s to 24 h at 140 degC (Fig. 4c, d)."""
        return tuple(map(self._titrated, time_series()))

    @cached_property
    def open_circuit_series(self) -> tuple[Discharge, ...]:
        """0 s to 24 h at 120 degC (Fig. 6e, f)."""
        return tuple(map(self._titrated, time_series(EQUILIBRIUM_SERIES)))

    @cached_property
    def fractions_and_voltages(self) -> tuple[Float[np.ndarray, "portion"], Float[np.ndarray, "portion"]]:
        """Remaining metal fraction [1] and open-circuit voltage [V] of that series (Fig. 6f)."""
        fraction = np.array([one.metal for one in self.open_circuit_series]) / self.in_cycling.metal
        return fraction, np.array([one.open_circuit_voltage for one in self.open_circuit_series])

    @cached_property
    def openings(self) -> dict[float, Run]:
        """A full first cycle, then a second one to each upper limit (Fig. 6a, b)."""
        return {limit: self._opened(limit) for limit in UPPER_LIMITS}

    @cached_property
    def pulsed(self) -> Titration:
        """GITT: 0.5 h at 20 mA/g, 8 h rest, 25 degC (L597)."""
        return pulsed_cycle(self.electrode, rest_time=8 * HOUR, temperature=ROOM_TEMPERATURE)

    @cached_property
    def pulsed_long(self) -> Titration:
        """GITT with rests of 200 h (L598)."""
        return pulsed_cycle(self.electrode, rest_time=200 * HOUR, temperature=ROOM_TEMPERATURE)

    @cached_property
    def pulsed_warm(self) -> Titration:
        """GITT with rests of 8 h at 55 degC (L290)."""
        return pulsed_cycle(self.electrode, rest_time=8 * HOUR, temperature=328.15)

    def plateaus(self, run: Run) -> tuple[float, float]:
        """Return the capacities above and below 2.5 V of the last step, a discharge [mAh/g]."""
        return plateau_capacities(run, run.parameters)

    def _member(self, x: float) -> ElectrodeParameters:
        reference, member = materials.load(MATERIAL), materials.load(MATERIAL, x)
        if member == reference:
            return self.parameters
        return scaled_by_composition(self.parameters, reference=reference, member=member)

    def _titrated(self, portion: Portion) -> Discharge:
        run = self.run(titration(portion))
        return Discharge(portion, run, *self.plateaus(run))

    def _opened(self, limit: float) -> Run:
        first, second = galvanostatic(cycles=1), galvanostatic(cycles=1, upper_voltage=limit)
        return self.run((*first, *second))


def first_steps(run: Run, steps: int) -> Run:
    """Return the first steps of a run.

    Examples
    --------
    >>> len(first_steps(PaperRuns().two_cycles, 2).segments)
    2
    """
    return Run(run.protocol[:steps], run.segments[:steps], run.parameters)


def states_at(run: Run, step: int, capacities: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point 6"]:
    """Return the states of a step at constant current after given capacities.

    Parameters
    ----------
    run
        The run.
    step
        Place of the step, from 0.
    capacities
        Since the step began, positive [mAh/g].

    Returns
    -------
    :
        Columns n, p, d, o2, V, T.

    Examples
    --------
    >>> round(float(states_at(PaperRuns().two_cycles, 0, np.array([0.0]))[0, 4]), 6)
    2.8
    """
    current = run.protocol[step].specific_current
    return run.segments[step].at(np.asarray(capacities) / current * HOUR)
