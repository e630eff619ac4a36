"""Photoemission of an electrode in several states with its two references, written as an analyser would."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lmct.electrode.state import ElectrodeState
from lmct.technique.photoemission.analyser_plan import AnalyserPlan, SpeciesShares
from lmct.technique.photoemission.charge_balance import ChargeModel
from lmct.technique.photoemission.measured_species import MeasuredSpecies
from lmct.technique.photoemission.simulate import (
    SimulatedSample,
    shares_of_state,
    simulate_sample,
    write_sample,
)

REFERENCES = {"ni_2": SpeciesShares(nickel_2=1.0, oxidised_oxygen=0.0),
              "ni_34": SpeciesShares(nickel_2=0.0, oxidised_oxygen=0.0)}  # fmt: skip
"""Samples of pure species that are measured beside a series."""


def spectra_from_states(
    states: Sequence[ElectrodeState],
    model: ChargeModel,
    plan: AnalyserPlan,
    *,
    seed: int,
    reference_counts: float = 4.0,
    measured: Sequence[MeasuredSpecies] = (),
) -> tuple[tuple[SimulatedSample, ...], dict[str, SimulatedSample]]:
    """Return Ni 2p and O 1s of every state, and of both references.

    Parameters
    ----------
    states
        For example those of a run at some times.
    model
        How charges are counted as species.
    plan
        Photon energy, resolution, counts, charging.
    seed
        Of charging and counting.
    reference_counts
        Counts of references over those of samples [1].
    measured
        Measured spectra with known shares, of which all are mixed; model lines in regions without.

    Returns
    -------
    :
        Samples with their truth, and references by species.

    Raises
    ------
    OutOfRange
        A state has more holes than the species can carry, or other shares than those measured.
    """
    random = np.random.default_rng(seed)
    samples = tuple(
        simulate_sample(f"state {number}", shares_of_state(state, model), plan, random, measured=measured)
        for number, state in enumerate(states)
    )
    references = {
        name: simulate_sample(name, shares, plan, random, counts_factor=reference_counts, measured=measured)
        for name, shares in REFERENCES.items()
    }
    return samples, references


def write_states(
    states: Sequence[ElectrodeState],
    model: ChargeModel,
    plan: AnalyserPlan,
    folder: Path,
    *,
    seed: int = 1,
    ses: bool = False,
    measured: Sequence[MeasuredSpecies] = (),
) -> tuple[Path, ...]:
    """Write the spectra of states and references, as VAMAS or as SES text.

    Parameters
    ----------
    states, model, plan, seed, measured
        As in :func:`spectra_from_states`.
    folder
        Where to; made when it does not exist.
    ses
        Whether as SES text, one file a region.

    Returns
    -------
    :
        Files, samples first, then references.
    """
    folder.mkdir(parents=True, exist_ok=True)
    samples, references = spectra_from_states(states, model, plan, seed=seed, measured=measured)
    every = (*samples, *references.values())
    return tuple(path for one in every for path in write_sample(one, folder, ses=ses))
