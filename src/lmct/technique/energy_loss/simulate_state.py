"""Energy losses of an electrode in a given state, written as a microscope would: truth for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lmct.electrode.state import ElectrodeState
from lmct.instrument.energy_loss import write_msa
from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum
from lmct.material.multiplet.species_spectrum import SpeciesSpectrum
from lmct.technique.energy_loss.measured_loss import MeasuredLoss
from lmct.technique.energy_loss.simulate import (
    EnergyLossSample,
    Microscope,
    simulate_core_loss,
    simulate_low_loss,
)
from lmct.technique.energy_loss.simulate_edges import EdgeModel, edge_model, edges_of_state

HEIGHTS = {"ni": (1.13, 3.8), "ti": (5.0, 3.3), "ox": (1.0, 3.7)}
"""Continuum of one atom over that of oxygen, and its decay [1], by the first letters of an edge: rounded
between two tables of photoabsorption, for 200 kV and 15 mrad."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Particle:
    """What is under the beam besides its state.

    Parameters
    ----------
    nickel, titanium, oxygen
        Amounts [1/f.u.].
    thickness
        Over the mean free path [1].
    background
        Counts of the power law at 400 eV over the continuum of one oxygen [1].
    """

    nickel: float = 0.25
    titanium: float = 0.58
    oxygen: float = 2.0
    thickness: float = 0.4
    background: float = 10.0


def sample_of_state(
    state: ElectrodeState,
    particle: Particle,
    *,
    species: Mapping[str, SpeciesSpectrum] | None = None,
    measured: Sequence[MeasuredLoss] = (),
) -> EnergyLossSample:
    """Return what a beam meets: nickel by its holes, oxygen by its holes, Ti4+ always.

    Parameters
    ----------
    state
        The electrode; holes on oxygen that cannot be recovered count as well.
    particle
        Amounts and thickness.
    species
        Lines by name (``ni_2``, ``ni_3``, ``ni_4``, ``ti_4``, ``oxide``, and ``oxygen_hole`` for what a hole
        on oxygen adds to O K) from clusters or files; those that are missing have model shapes.
    measured
        Edges as measured, which come before lines.

    Raises
    ------
    UnknownName
        A name of ``species`` or ``measured`` is none of these.
    OutOfRange
        There are more than two holes per nickel.
    """
    for name in (*(species or {}), *(one.name for one in measured)):
        edge_model(name)
    weights = edges_of_state(
        nickel=particle.nickel,
        titanium=particle.titanium,
        oxygen=particle.oxygen,
        metal_holes=state.metal_holes,
        oxygen_holes=state.oxygen_holes + state.dark_holes,
    )
    edges = {
        placed_edge(edge, species=species, measured=measured): weight
        for edge, weight in weights.items()
        if weight > 0.0
    }
    return EnergyLossSample(edges, thickness=particle.thickness, background=particle.background)


def placed_edge(
    edge: EdgeModel,
    *,
    species: Mapping[str, SpeciesSpectrum] | None = None,
    measured: Sequence[MeasuredLoss] = (),
) -> EdgeModel:
    """Return an edge with the height of its shell: as measured, or with lines of a table.

    Parameters
    ----------
    edge
        One of the model edges.
    species
        Lines by name, which become as strong as those of the model.
    measured
        Edges as measured.
    """
    height, decay = HEIGHTS[edge.name[:2]]
    placed = replace(edge, height=height, decay=decay)
    for one in measured:
        if one.name == edge.name:
            return one.in_place_of(placed)
    if edge.name not in (species or {}):
        return placed
    table = (species or {})[edge.name]
    return replace(placed, lines=(), table=table, table_area=sum(line[1] for line in edge.lines))


def spectra_of_sample(
    sample: EnergyLossSample, microscope: Microscope, *, counts: float, seed: int, first: float = 420.0
) -> tuple[EnergyLossSpectrum, EnergyLossSpectrum]:
    """Return core losses and the low loss of a sample.

    Parameters
    ----------
    sample
        What is under the beam.
    microscope
        Resolution, drift, error of the axis.
    counts
        Of the core loss in its first channel; ten times as many at the zero loss [1].
    seed
        Of noise and drift.
    first
        True energy of the first channel of the core loss [eV].
    """
    core = simulate_core_loss(sample, microscope, first=first, counts=counts, seed=seed)
    return core, simulate_low_loss(sample, microscope, counts=10.0 * counts, seed=seed + 100_000)


def spectra_from_state(
    state: ElectrodeState,
    particle: Particle,
    microscope: Microscope,
    *,
    counts: float,
    seed: int,
    first: float = 420.0,
    species: Mapping[str, SpeciesSpectrum] | None = None,
) -> tuple[EnergyLossSpectrum, EnergyLossSpectrum]:
    """Return core losses and the low loss of an electrode in a state.

    Parameters
    ----------
    state
        The electrode.
    particle
        Amounts and thickness.
    microscope
        Resolution, drift, error of the axis.
    counts
        Of the core loss in its first channel; ten times as many at the zero loss [1].
    seed
        Of noise and drift.
    first
        True energy of the first channel of the core loss [eV].
    species
        Lines by name.
    """
    sample = sample_of_state(state, particle, species=species)
    return spectra_of_sample(sample, microscope, counts=counts, seed=seed, first=first)


def write_states(
    states: Sequence[ElectrodeState],
    particle: Particle,
    microscope: Microscope,
    folder: Path,
    *,
    counts: float = 1e6,
    seed: int = 1,
    species: Mapping[str, SpeciesSpectrum] | None = None,
) -> tuple[tuple[Path, Path], ...]:
    """Write core loss and low loss of an electrode in several states as .msa files.

    Parameters
    ----------
    states
        For example those of a run at some times.
    particle, microscope
        What is measured, and how.
    folder
        Where to; made when it does not exist.
    counts
        As in :func:`spectra_from_state`.
    seed
        Of noise and drift of the first state.
    species
        Lines by name.

    Returns
    -------
    :
        Files, core loss and low loss of each state.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, state in enumerate(states):
        pair = spectra_from_state(
            state, particle, microscope, counts=counts, seed=seed + number, species=species
        )
        paths = tuple(folder / f"state_{number:03d}_{kind}.msa" for kind in ("core", "low"))
        for one, path in zip(pair, paths, strict=True):
            write_msa(one, path)
        written.append((paths[0], paths[1]))
    return tuple(written)
