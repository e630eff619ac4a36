"""The spectroscopy of the paper on the simulated electrode: noisy spectra, fitted like measured ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from lmct.electrode.state import ElectrodeState
from lmct.protocol.run import Run
from lmct.quantity.value import Value
from lmct.report.reproduction.discharge import Discharge
from lmct.technique.absorption.linear_combination import (
    Combination,
    CombinationSettings,
    Reference,
    fit_combination,
)
from lmct.technique.absorption.oxygen_pre_edge import PreEdgeAreas, fit_pre_edge
from lmct.technique.absorption.simulate import oxygen_k_edge
from lmct.technique.energy_loss.simulate_edges import edge_intensity, edge_model
from lmct.technique.photoemission.analyser_plan import AnalyserPlan, SpeciesShares
from lmct.technique.photoemission.charge_balance import ChargeBalance, ChargeModel, charge_balance
from lmct.technique.photoemission.nickel_series import NickelResult, fit_nickel
from lmct.technique.photoemission.oxygen_model import OxygenModel
from lmct.technique.photoemission.oxygen_series import OxygenResult, fit_oxygen
from lmct.technique.photoemission.series_data import SpectrumData
from lmct.technique.photoemission.simulate import SimulatedSample, shares_of_state, simulate_sample

NICKEL_PER_FORMULA, OXYGEN_PER_FORMULA = 0.25, 2.0
CHARGES = ChargeModel(nickel=NICKEL_PER_FORMULA, oxygen=OXYGEN_PER_FORMULA)
"""Ni4+ in the oxidised reference, one hole on each O^n-: assumptions, the text says Ni3+/4+ and 0 < n < 2."""

EMPTY = 2.5
"""Voltage at which the Ni plateau of a discharge has ended, state #4 [V] (Li 2022, L440)."""

PEAK_PER_HOLE = 0.9
"""Area of the peaks E and F that a hole on Ni or on O adds [eV f.u.]; an assumption."""

TITANIUM_PEAK = 0.4
"""Area of peak G, and of F without holes [eV]: of equal height in the pristine electrode; an assumption."""

OXYGEN_ENERGY = np.arange(520.0, 560.0, 0.1)
NICKEL_ENERGY = np.arange(840.0, 885.0, 0.1)
NICKEL_RANGE = (848.0, 878.0)
NOISE = 0.004
"""Of one point of a normalised absorption spectrum [1]."""

PLAN = AnalyserPlan()
REFERENCE_COUNTS = 4.0
"""References are counted so many times longer than samples [1]."""


@dataclass(frozen=True, eq=False)
class AbsorptionStates:
    """Spectra at the states #1 to #5 of Fig. 2a and what is found in them.

    Parameters
    ----------
    states
        Of the electrode.
    oxygen, nickel
        Normalised O K and Ni L edges, one row for each state.
    areas
        Pre-edge peaks E, F, G.
    combinations
        Ni L edges as sums of Ni2+ and Ni4+.
    """

    states: tuple[ElectrodeState, ...]
    oxygen: Float[np.ndarray, "state point"]
    nickel: Float[np.ndarray, "state point"]
    areas: PreEdgeAreas
    combinations: tuple[Combination, ...]

    def oxidised_nickel(self, number: int) -> Value:
        """Return the share of Ni4+ in a state, counted from 1 [1]."""
        found = self.combinations[number - 1]
        return Value(float(found.fractions[1]), float(found.total_uncertainty[1]))

    def ratio(self, peak: str, number: int) -> Value:
        """Return the area of a peak over that of G in a state, counted from 1 [1]."""
        return self.areas.ratios[number - 1][f"{peak}/G"]


@dataclass(frozen=True, eq=False)
class HeatedSeries:
    """Photoemission of heated samples.

    Parameters
    ----------
    times
        Of heating [s].
    truth
        Species of each sample.
    nickel, oxygen
        Fits.
    balance
        Electrons gained by nickel against holes gained by oxygen.
    references
        Spectra of pure Ni2+, and of the oxidised reference.
    """

    times: tuple[float, ...]
    truth: tuple[SpeciesShares, ...]
    nickel: NickelResult
    oxygen: OxygenResult
    balance: ChargeBalance
    references: tuple[SimulatedSample, SimulatedSample]


class VirtualSpectroscopy:
    """Simulated spectra of one electrode, each made once.

    Parameters
    ----------
    two_cycles
        The cycles whose states are measured by absorption.
    heated
        Portions heated at 120 degC, in the order of time, measured by photoemission.
    """

    def __init__(self, two_cycles: Run, heated: Sequence[Discharge]) -> None:
        self._cycles, self._heated = two_cycles, heated

    @property
    def marked_states(self) -> tuple[ElectrodeState, ...]:
        """States #1 to #5: pristine, most holes on Ni, end of charge, Ni plateau empty, end of discharge."""
        charge, discharge = self._cycles.segments[:2]
        inside = charge.at(np.linspace(0.0, charge.duration, 400))
        down = discharge.at(np.linspace(0.0, discharge.duration, 400))
        rows = (
            inside[0],
            inside[int(np.argmax(inside[:, 0]))],
            inside[-1],
            down[int(np.argmax(down[:, 4] < EMPTY))],
            down[-1],
        )
        return tuple(ElectrodeState.from_array(row) for row in rows)

    @cached_property
    def absorption(self) -> AbsorptionStates:
        """O K and Ni L edges of the marked states (Fig. 2b, c)."""
        states, noise = self.marked_states, np.random.default_rng(21)
        oxygen = np.array([_oxygen_edge(one) for one in states])
        nickel = np.array([_nickel_edge(_oxidised(one)) for one in states])
        oxygen += NOISE * noise.standard_normal(oxygen.shape)
        nickel += NOISE * noise.standard_normal(nickel.shape)
        references = tuple(
            Reference(
                name,
                NICKEL_ENERGY,
                _nickel_edge(share) + 0.5 * NOISE * noise.standard_normal(len(NICKEL_ENERGY)),
                np.full(len(NICKEL_ENERGY), 0.5 * NOISE),
            )
            for name, share in (("Ni2+", 0.0), ("Ni4+", 1.0))
        )
        settings = CombinationSettings(energy_range=NICKEL_RANGE)
        combinations = tuple(
            fit_combination(
                energy=NICKEL_ENERGY,
                absorption=row,
                uncertainty=np.full(len(row), NOISE),
                references=references,
                settings=settings,
            )
            for row in nickel
        )
        areas = fit_pre_edge(
            energy=OXYGEN_ENERGY, absorption=oxygen, uncertainty=np.full(oxygen.shape, NOISE)
        )
        return AbsorptionStates(states, oxygen, nickel, areas, combinations)

    @cached_property
    def photoemission(self) -> HeatedSeries:
        """Ni 2p and O 1s after heating at 120 degC (Fig. 5a-d)."""
        noise = np.random.default_rng(5)
        powders = [one.run.segments[-2].start for one in self._heated]
        truth = tuple(shares_of_state(one, CHARGES) for one in powders)
        samples = [
            simulate_sample(one.portion.name, shares, PLAN, noise)
            for one, shares in zip(self._heated, truth, strict=True)
        ]
        references = (
            simulate_sample(
                "Ni2+",
                SpeciesShares(nickel_2=1.0, oxidised_oxygen=0.0),
                PLAN,
                noise,
                counts_factor=REFERENCE_COUNTS,
            ),
            simulate_sample(
                "Ni4+",
                SpeciesShares(nickel_2=0.0, oxidised_oxygen=0.35),
                PLAN,
                noise,
                counts_factor=REFERENCE_COUNTS,
            ),
        )
        nickel = fit_nickel(
            [_data(one, "Ni 2p") for one in samples], *(_data(one, "Ni 2p") for one in references)
        )
        oxygen = fit_oxygen([_data(one, "O 1s") for one in samples], OxygenModel())
        balance = charge_balance(
            nickel_fractions=nickel.fractions,
            nickel_covariance=nickel.covariance,
            oxygen_fractions=oxygen.fractions,
            oxygen_covariance=oxygen.covariance,
            model=CHARGES,
        )
        times = tuple(one.portion.hold_time for one in self._heated)
        return HeatedSeries(times, truth, nickel, oxygen, balance, references)


def _oxidised(state: ElectrodeState) -> float:
    """Return the share of Ni4+ that stands for the holes on nickel."""
    return min(1.0, max(0.0, state.metal_holes / (2.0 * NICKEL_PER_FORMULA)))


def _oxygen_edge(state: ElectrodeState) -> Float[np.ndarray, "point"]:
    return oxygen_k_edge(
        OXYGEN_ENERGY,
        nickel_holes=PEAK_PER_HOLE * state.metal_holes,
        oxygen_holes=TITANIUM_PEAK + PEAK_PER_HOLE * (state.oxygen_holes + state.dark_holes),
        titanium=TITANIUM_PEAK,
    )


def _nickel_edge(oxidised: float) -> Float[np.ndarray, "point"]:
    """Return the Ni L edge by model shapes: they are not predicted."""
    reduced, full = (edge_intensity(edge_model(name), NICKEL_ENERGY) for name in ("ni_2", "ni_4"))
    return np.asarray((1.0 - oxidised) * reduced + oxidised * full)


def _data(sample: SimulatedSample, region: str) -> SpectrumData:
    spectrum = sample.spectra[region]
    order = np.argsort(spectrum.binding_energy)
    return SpectrumData(
        sample.name,
        np.asarray(spectrum.binding_energy)[order],
        np.asarray(spectrum.intensity)[order],
        np.asarray(spectrum.uncertainty)[order],
    )
