"""The diffraction of the paper on the simulated electrode: noisy patterns, refined like measured ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct import material as materials
from lmct.electrode.lattice import Lattice
from lmct.electrode.state import ElectrodeState
from lmct.instrument.diffraction.pattern import DiffractionPattern, PatternSequence, ScanPlace
from lmct.material.crystal.crystal import Crystal
from lmct.material.crystal.library import load
from lmct.protocol.run import Run
from lmct.quantity.constants import DAY
from lmct.quantity.errors import DataError
from lmct.quantity.value import Value
from lmct.study.virtual_operando import DOMAIN_SIZE, MICROSTRAIN, START, OperandoPlan, simulated_sequence
from lmct.technique.clock.cycler_curve import cycler_curve_from_record
from lmct.technique.clock.join import join_scans
from lmct.technique.diffraction.diffractometer import beamline_11bm
from lmct.technique.diffraction.operando.analysis import OperandoResult, analyse_sequence_with_cell
from lmct.technique.diffraction.refined import RefinedPattern, RefinedScan, RefinedSequence
from lmct.technique.diffraction.rietveld.refine import refine
from lmct.technique.diffraction.rietveld.settings import SAMPLE, RietveldSettings
from lmct.technique.diffraction.rock_salt.fit import RockSaltEngine
from lmct.technique.diffraction.rock_salt.settings import Migration, RockSaltSettings
from lmct.technique.diffraction.sequence.chain import refine_sequence
from lmct.technique.diffraction.simulation.pattern import simulate_pattern
from lmct.technique.diffraction.simulation.run import states_of_run
from lmct.technique.diffraction.simulation.sample import Background, Phase
from lmct.technique.diffraction.simulation.state_crystal import crystal_of_state
from lmct.technique.electrochemistry.simulate import record_from_run

if TYPE_CHECKING:
    from lmct.technique.diffraction.simulation.sequence import SimulatedSequence

MATERIAL = "li-ti-ni-o"

SCANS = 48
"""Patterns over two cycles."""

REST_SCANS = 14
"""Patterns of an electrode at rest."""

PRISTINE_SIZE = 80.0
"""Of the crystals as synthesised, before milling [nm]; an assumption."""

LABORATORY = OperandoPlan(scans=SCANS, angle_step=0.03, peak_counts=8000.0)
"""The in-situ cell on a laboratory instrument (L581-584)."""

SYNCHROTRON = beamline_11bm()
"""Capillaries of powder at 11-BM (L584-588)."""

SYNCHROTRON_ANGLES = np.arange(6.0, 40.0, 0.004)


@dataclass(frozen=True, eq=False)
class RefinedRest:
    """A sequence at rest.

    Parameters
    ----------
    sequence
        The refined scans.
    time
        Middle of each since the rest began [s].
    voltage, temperature
        Then [V, K].
    """

    sequence: RefinedSequence
    time: Float[np.ndarray, "scan"]
    voltage: Float[np.ndarray, "scan"]
    temperature: Float[np.ndarray, "scan"]


class InMemorySequence(PatternSequence):
    """Simulated patterns that are made when they are asked for, as if they were files.

    Parameters
    ----------
    patterns
        The simulated sequence.
    """

    def __init__(self, patterns: SimulatedSequence) -> None:
        super().__init__(tuple(ScanPlace(f"simulated scan {place}") for place in range(len(patterns))))
        self._patterns = patterns

    def __getitem__(self, index: int) -> DiffractionPattern:
        """Return a pattern."""
        return self._patterns[index]


class VirtualDiffraction:
    """Simulated patterns of one electrode and what refinement finds in them, each made once.

    Parameters
    ----------
    two_cycles, rested
        The runs: two cycles; a charge to 4.8 V with a long rest after it.
    lattice
        How the lattice parameter follows the state.
    """

    def __init__(self, two_cycles: Run, rested: Run, lattice: Lattice) -> None:
        self._two_cycles, self._rested, self._lattice = two_cycles, rested, lattice
        self._material = materials.load(MATERIAL)

    @cached_property
    def operando(self) -> OperandoResult:
        """Two cycles in the in-situ cell, joined with its cycler by clock (Fig. 3a-d)."""
        sequence = self._refined(self._two_cycles, LABORATORY)
        record = record_from_run(self._two_cycles, active_mass=7e-3, start_time=START)
        cycler = cycler_curve_from_record(record)
        joined = join_scans(sequence.scans, cycler, molar_mass=self._material.molar_mass)
        return analyse_sequence_with_cell(sequence, cycler, joined, {})

    def at_rest(self, run: Run, first: int, scans: int = REST_SCANS) -> RefinedRest:
        """Refine patterns of the rests of a run (Fig. 3e, f).

        Parameters
        ----------
        run
            The run.
        first
            Place of the first step of the rests, from 0.
        scans
            How many patterns.
        """
        rest = Run(run.protocol[first:], run.segments[first:], run.parameters)
        plan = replace(LABORATORY, scans=scans, drift=0.0)
        sequence = self._refined(rest, plan, both_directions=False)
        time = np.array([_middle(scan) for scan in sequence.scans])
        states = states_of_run(rest, time)
        return RefinedRest(sequence, time, states[:, 4], states[:, 5])

    def rested_cell(self, days: float) -> Value:
        """Return the lattice parameter of the charged powder after days at rest, at the synchrotron [Å]."""
        state = self._rested.segments[1].at(np.array([days * DAY]))[0]
        crystal = self._crystal(state)
        engine = RockSaltEngine(SYNCHROTRON, crystal.with_cell(load(MATERIAL).cell[0]), RockSaltSettings())
        return engine.refine(self._powder(crystal, seed=round(days))).values["a"]

    @cached_property
    def pristine(self) -> RefinedPattern:
        """The pristine powder at the synchrotron, refined with titanium free to leave 4a (Fig. 1c)."""
        crystal = self._crystal(self._two_cycles.segments[0].start.as_array())
        settings = RietveldSettings(migration=Migration(), widths=SAMPLE)
        pattern = self._powder(crystal, seed=11, size=PRISTINE_SIZE)
        return refine(pattern, phases=[crystal], diffractometer=SYNCHROTRON, settings=settings)

    def _crystal(self, state: np.ndarray) -> Crystal:
        found = ElectrodeState.from_array(state)
        return crystal_of_state(found, material=self._material, lattice=self._lattice)

    def _powder(self, crystal: Crystal, *, seed: int, size: float = DOMAIN_SIZE) -> DiffractionPattern:
        """Return a pattern of a powder in a capillary (L584-588)."""
        return simulate_pattern(
            [Phase(crystal=crystal, size=size, microstrain=MICROSTRAIN)],
            diffractometer=SYNCHROTRON,
            two_theta=SYNCHROTRON_ANGLES,
            background=Background(coefficients=(1000.0, -300.0, 60.0)),
            peak_counts=20_000.0,
            random=np.random.default_rng(seed),
        )

    def _refined(self, run: Run, plan: OperandoPlan, *, both_directions: bool = True) -> RefinedSequence:
        patterns = simulated_sequence(run, self._material, self._lattice, plan)
        engine = RockSaltEngine(plan.diffractometer, load(MATERIAL), RockSaltSettings())
        return refine_sequence(InMemorySequence(patterns), engine, both_directions=both_directions)


def _middle(scan: RefinedScan) -> float:
    """Return the middle of a simulated scan, which has a clock, since the run began [s]."""
    if scan.start_time is None or scan.end_time is None:
        raise DataError(f"scan {scan.index} has no clock. Expected simulated patterns with times.")
    return 0.5 * ((scan.start_time - START) + (scan.end_time - START)).total_seconds()
