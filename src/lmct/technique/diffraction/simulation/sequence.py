"""Simulated operando sequences: patterns of an electrode while it works, with a log of the truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
from jaxtyping import Float

from lmct.electrode.lattice import Lattice
from lmct.electrode.state import ElectrodeState
from lmct.instrument.diffraction.pattern import DiffractionPattern
from lmct.material.material import Material
from lmct.protocol.run import Run
from lmct.quantity.errors import OutOfRange
from lmct.technique.diffraction.simulation.lines import lines_of
from lmct.technique.diffraction.simulation.measurement import Measurement, Truth
from lmct.technique.diffraction.simulation.pattern import intensity_of_lines, simulate_pattern
from lmct.technique.diffraction.simulation.run import cells_of_run, merged_cells, states_of_run
from lmct.technique.diffraction.simulation.sample import Alignment, Phase
from lmct.technique.diffraction.simulation.state_crystal import crystal_of_state

INSTANTS = 5
"""Instants of its counting time over which a pattern averages."""


class SimulatedSequence:
    """Patterns of a run of the electrode, made when they are asked for: memory stays flat.

    Parameters
    ----------
    run
        What the electrode did.
    starts
        When each pattern begins, since the start of the run, rising [s].
    material
        The member of the family that was run, a disordered rock salt.
    lattice
        How its lattice parameter follows the state.
    measurement
        Instrument, sample and counting.
    clock
        Time of day at the start of the run; None leaves the patterns without times.
    seed
        Of the counting noise, each pattern its own; None for mean counts without noise.

    Raises
    ------
    OutOfRange
        A pattern lies outside the run, the starts do not rise, or counting takes no time.
    """

    def __init__(
        self,
        run: Run,
        *,
        starts: Float[np.ndarray, "scan"],
        material: Material,
        lattice: Lattice,
        measurement: Measurement,
        clock: datetime | None = None,
        seed: int | None = None,
    ) -> None:
        self.measurement, self.material, self.lattice = measurement, material, lattice
        self.clock, self.seed = clock, seed
        self._starts = np.asarray(starts, dtype=float)
        self._check(sum(segment.duration for segment in run.segments))
        moments = self._starts[:, None] + measurement.counting_time * (np.arange(INSTANTS) + 0.5) / INSTANTS
        states = states_of_run(run, moments.ravel()).reshape(len(self), INSTANTS, 6)
        self._states = states.mean(axis=1)
        self._cells, self._shares = cells_of_run(run, moments, lattice)
        self._scale = self._first_scale()

    @property
    def truth(self) -> Truth:
        """What is true of every pattern."""
        mean = (self._cells * self._shares).sum(axis=1)
        variance = (self._shares * (self._cells - mean[:, None]) ** 2).sum(axis=1)
        n, p, dark, gas, _, temperature = self._states.T
        return Truth(
            start=self._starts,
            end=self._starts + self.measurement.counting_time,
            lattice_parameter=mean,
            lattice_spread=np.sqrt(variance),
            metal_holes=n,
            oxygen_holes=p,
            lithium_extracted=n + p + dark + 4.0 * gas,
            displacement=np.array([self._alignment(index).displacement for index in range(len(self))]),
            temperature=temperature,
        )

    def __len__(self) -> int:
        return len(self._starts)

    def __iter__(self) -> Iterator[DiffractionPattern]:
        return (self[index] for index in range(len(self)))

    def __getitem__(self, index: int) -> DiffractionPattern:
        """Return a pattern; the same one whenever it is asked for."""
        setting = self.measurement
        begin = None if self.clock is None else self.clock + timedelta(seconds=float(self._starts[index]))
        noise = None if self.seed is None else np.random.default_rng([self.seed, index])
        return simulate_pattern(
            (self._sample(index), *setting.around),
            diffractometer=setting.diffractometer,
            two_theta=setting.two_theta,
            alignment=self._alignment(index),
            background=setting.background,
            scale=self._scale,
            random=noise,
            start_time=begin,
            end_time=None if begin is None else begin + timedelta(seconds=setting.counting_time),
            temperature=float(self._states[index, 5]),
        )

    def _check(self, duration: float) -> None:
        counting, starts = self.measurement.counting_time, self._starts
        if not counting > 0.0 or len(starts) == 0 or not np.all(np.diff(starts) > 0.0):
            raise OutOfRange(
                f"{len(starts)} patterns of {counting!r} s are asked for. Expected at least one, a positive"
                " counting time and starts that rise."
            )
        if starts[0] < 0.0 or starts[-1] + counting > duration * (1.0 + 1e-9):
            raise OutOfRange(
                f"the patterns last from {starts[0]:g} to {starts[-1] + counting:g} s, the run from 0 to"
                f" {duration:g} s. Expected patterns within the run."
            )

    def _alignment(self, index: int) -> Alignment:
        place = self.measurement.alignment
        passed = index / max(1, len(self) - 1)
        return replace(place, displacement=place.displacement + passed * self.measurement.drift)

    def _sample(self, index: int) -> Phase:
        """Return the electrode in the mean state of a pattern, with the spread of its cells."""
        n, p, dark, gas, voltage, temperature = (float(number) for number in self._states[index])
        state = ElectrodeState(
            metal_holes=n,
            oxygen_holes=p,
            dark_holes=dark,
            oxygen_gas=gas,
            voltage=voltage,
            temperature=temperature,
        )
        crystal = crystal_of_state(
            state, material=self.material, lattice=self.lattice, migrated=self.measurement.migrated
        )
        cells = merged_cells(self._cells[index] / crystal.cell[0], self._shares[index])
        if self.measurement.sample is None:
            return Phase(crystal=crystal, size=20.0, cells=cells)
        return replace(self.measurement.sample, crystal=crystal, cells=cells)

    def _first_scale(self) -> float:
        setting, phase = self.measurement, self._sample(0)
        height = intensity_of_lines(
            lines_of(phase, setting.diffractometer),
            phase,
            diffractometer=setting.diffractometer,
            two_theta=setting.two_theta,
            alignment=self._alignment(0),
        ).max()
        if not height > 0.0:
            raise OutOfRange("no line of the electrode lies in the range of angles. Widen it.")
        return float(setting.peak_counts / height)
