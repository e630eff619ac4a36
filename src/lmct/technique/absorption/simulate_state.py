"""Absorption edges of an electrode in a given state: Ni K, and the soft edges Ni L, Ti L and O K."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from jaxtyping import Float

from lmct.electrode.state import ElectrodeState
from lmct.instrument.absorption import AbsorptionScan, write_xdi
from lmct.material.multiplet.species_spectrum import SpeciesSpectrum
from lmct.material.multiplet.valence import nickel_valences
from lmct.quantity.errors import unknown_name
from lmct.technique.absorption.measured_edge import MeasuredEdge
from lmct.technique.absorption.simulate import (
    BeamSettings,
    nickel_foil,
    simulate_scan,
    usual_grid,
)
from lmct.technique.absorption.species_edge import oxygen_edge, species_edge

EDGES = ("Ni K", "Ni L3", "Ti L3", "O K")

SOFT = {"Ni L3": (830.0, 900.0), "Ti L3": (440.0, 490.0), "O K": (515.0, 565.0)}
"""Energies recorded [eV]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Electrode:
    """What is measured besides its state.

    Parameters
    ----------
    nickel
        Amount [1/f.u.].
    resolution
        Full width of the monochromator at soft edges [eV].
    titanium_peak
        Area of peak G of O K [eV].
    """

    nickel: float = 0.25
    resolution: float = 0.3
    titanium_peak: float = 0.4


def edge_of_state(
    state: ElectrodeState,
    edge: str,
    energy: Float[np.ndarray, "point"],
    electrode: Electrode,
    *,
    species: Mapping[str, SpeciesSpectrum] | None = None,
    measured: Sequence[MeasuredEdge] = (),
) -> Float[np.ndarray, "point"]:
    """Return a normalised edge of an electrode in a state, without noise [1].

    Parameters
    ----------
    state
        The electrode.
    edge
        One of :data:`EDGES`.
    energy
        Rising, in even steps at soft edges [eV].
    electrode
        Amount of nickel, resolution.
    species
        Lines by name from clusters or files; those that are missing have model shapes.
    measured
        Whole edges as measured, which come before lines: by species, of O K by holes.

    Raises
    ------
    UnknownName
        There is no such edge.
    OutOfRange
        There are more than two holes per nickel.
    """
    if edge not in EDGES:
        raise unknown_name("edge", edge, EDGES)
    if edge == "O K":
        return oxygen_edge(state, energy, electrode.titanium_peak, species=species, measured=measured)
    shares = {"ti_4": 1.0}
    if edge != "Ti L3":
        shares = nickel_valences(metal_holes=state.metal_holes, nickel=electrode.nickel)
    return sum(
        (
            share * species_edge(name, edge, energy, electrode.resolution, species=species, measured=measured)
            for name, share in shares.items()
            if share > 0.0
        ),
        np.zeros(len(energy)),
    )


def spectra_from_state(
    state: ElectrodeState,
    electrode: Electrode,
    settings: BeamSettings,
    *,
    edges: Sequence[str] = ("Ni K",),
    species: Mapping[str, SpeciesSpectrum] | None = None,
    measured: Sequence[MeasuredEdge] = (),
    number: int = 0,
    energy_error: float = 0.0,
    start_time: datetime | None = None,
    sample: str = "",
) -> dict[str, AbsorptionScan]:
    """Return scans of an electrode in a state as a beamline records them.

    Parameters
    ----------
    state
        The electrode.
    electrode
        Amount of nickel, resolution.
    settings
        Photons, and the self-absorption of a thick sample in fluorescence.
    edges
        Out of :data:`EDGES`.
    species
        Lines by name from clusters or files.
    measured
        Whole edges as measured.
    number
        Of the scan, which makes its noise its own.
    energy_error
        What the monochromator reads too much [eV].
    start_time, sample
        Of the scan.

    Returns
    -------
    :
        Scan of each edge; Ni K with a foil.
    """
    found = {}
    for place, edge in enumerate(edges):
        energy = usual_grid() if edge == "Ni K" else np.arange(*SOFT.get(edge, (0.0, 1.0)), 0.1)
        scan = simulate_scan(
            energy,
            edge_of_state(state, edge, energy, electrode, species=species, measured=measured),
            settings=settings,
            foil=nickel_foil(energy) if edge == "Ni K" else None,
            energy_error=energy_error,
            start_time=start_time,
            sample=sample,
            number=len(EDGES) * number + place,
        )
        element, shell = edge.split()
        found[edge] = replace(scan, element=element, edge=shell, scan=number)
    return found


def write_states(
    states: Sequence[ElectrodeState],
    electrode: Electrode,
    settings: BeamSettings,
    folder: Path,
    *,
    edges: Sequence[str] = ("Ni K",),
    species: Mapping[str, SpeciesSpectrum] | None = None,
    measured: Sequence[MeasuredEdge] = (),
    start: datetime | None = None,
    interval: float = 687.0,
) -> tuple[Path, ...]:
    """Write scans of an electrode in several states as XDI files, one for each edge and state.

    Parameters
    ----------
    states
        For example those of a run at some times.
    electrode, settings, edges, species, measured
        As in :func:`spectra_from_state`; the energies drift over the series.
    folder
        Where to; made when it does not exist.
    start
        Of the first scan.
    interval
        From state to state [s].

    Returns
    -------
    :
        Files, state by state.
    """
    folder.mkdir(parents=True, exist_ok=True)
    begin = start or datetime(2026, 1, 1, 12)
    written = []
    for number, state in enumerate(states):
        scans = spectra_from_state(
            state,
            electrode,
            settings,
            edges=edges,
            species=species,
            measured=measured,
            number=number,
            energy_error=settings.drift * number / max(len(states) - 1, 1),
            start_time=begin + timedelta(seconds=number * interval),
            sample=f"state {number}",
        )
        for edge, scan in scans.items():
            name = edge.replace(" ", "_").lower()
            written.append(write_xdi(scan, folder / f"state_{number:03d}_{name}.xdi"))
    return tuple(written)
