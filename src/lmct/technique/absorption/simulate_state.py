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
from lmct.technique.absorption.simulate import (
    BeamSettings,
    nickel_foil,
    nickel_k_edge,
    oxygen_k_edge,
    simulate_scan,
    usual_grid,
)

EDGES = ("Ni K", "Ni L3", "Ti L3", "O K")

SOFT = {"Ni L3": (830.0, 900.0), "Ti L3": (440.0, 490.0), "O K": (515.0, 565.0)}
"""Energies recorded [eV]."""

ONSETS = {"Ni L3": (854.5, 871.8), "Ti L3": (459.5, 465.0)}
"""Both steps of the continuum, 2:1 [eV]."""

LINE_AREA = {"ni_2": 14.2, "ni_3": 18.5, "ni_4": 23.8, "ti_4": 21.5}
"""White lines over the edge step [eV]: more holes in 3d, more area. Assumptions."""

MODEL_LINES = {
    "ni_2": ((853.2, 8.0), (854.9, 2.6), (870.5, 2.7), (872.2, 0.9)),
    "ni_3": ((853.8, 6.5), (855.4, 7.0), (871.1, 2.4), (872.7, 2.6)),
    "ni_4": ((854.8, 13.5), (857.0, 3.5), (872.1, 5.4), (874.3, 1.4)),
    "ti_4": ((458.0, 4.0), (460.1, 7.0), (463.4, 4.5), (465.4, 6.0)),
}
"""Positions and areas [eV] of model shapes, where no cluster or file is given: not measured ones."""

PEAK_PER_HOLE = 0.9
"""Area of the O K peaks E and F that a hole on Ni or on O adds [eV f.u.]: an assumption, as are the places
of the peaks, named as in Li 2022, Fig. 2b. That pre-edges are O 2p mixed with metal 3d: de Groot et al. 1989,
doi 10.1103/PhysRevB.40.5715."""


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
        White lines by name from clusters or files; those that are missing have model shapes.

    Raises
    ------
    UnknownName
        There is no such edge.
    OutOfRange
        There are more than two holes per nickel.
    """
    if edge not in EDGES:
        raise unknown_name("edge", edge, EDGES)
    if edge == "Ni K":
        valences = nickel_valences(metal_holes=state.metal_holes, nickel=electrode.nickel)
        return nickel_k_edge(energy, oxidised_fraction=valences["ni_4"] + 0.5 * valences["ni_3"])
    if edge == "O K":
        holes = state.oxygen_holes + state.dark_holes
        return oxygen_k_edge(
            energy,
            nickel_holes=PEAK_PER_HOLE * state.metal_holes,
            oxygen_holes=PEAK_PER_HOLE * holes + electrode.titanium_peak,
            titanium=electrode.titanium_peak,
        )
    shares = {"ti_4": 1.0}
    if edge == "Ni L3":
        shares = nickel_valences(metal_holes=state.metal_holes, nickel=electrode.nickel)
    return sum(
        (
            share * species_edge(name, edge, energy, electrode.resolution, species)
            for name, share in shares.items()
            if share > 0.0
        ),
        np.zeros(len(energy)),
    )


def species_edge(
    name: str,
    edge: str,
    energy: Float[np.ndarray, "point"],
    resolution: float,
    species: Mapping[str, SpeciesSpectrum] | None = None,
) -> Float[np.ndarray, "point"]:
    """Return the normalised L2,3 edge of one species, step 1 far behind it [1].

    Parameters
    ----------
    name
        ``"ni_2"``, ``"ni_3"``, ``"ni_4"`` or ``"ti_4"``.
    edge
        ``"Ni L3"`` or ``"Ti L3"``.
    energy
        [eV].
    resolution
        Full width of the monochromator [eV]; white lines of clusters and files are taken as they are.
    species
        White lines by name.

    Raises
    ------
    UnknownName
        There is no such species.
    """
    from scipy.special import voigt_profile

    if name not in MODEL_LINES:
        raise unknown_name("species", name, MODEL_LINES)
    steps = zip(ONSETS[edge], (2 / 3, 1 / 3), strict=True)
    level = sum(share * (0.5 + np.arctan((energy - onset) / 0.4) / np.pi) for onset, share in steps)
    if species is not None and name in species:
        return np.asarray(level + LINE_AREA[name] * species[name].at(energy))
    for place, area in MODEL_LINES[name]:
        level = level + area * voigt_profile(energy - place, np.hypot(resolution, 0.6) / 2.35482, 0.3)
    return np.asarray(level)


def spectra_from_state(
    state: ElectrodeState,
    electrode: Electrode,
    settings: BeamSettings,
    *,
    edges: Sequence[str] = ("Ni K",),
    species: Mapping[str, SpeciesSpectrum] | None = None,
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
        White lines by name from clusters or files.
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
            edge_of_state(state, edge, energy, electrode, species=species),
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
    start: datetime | None = None,
    interval: float = 687.0,
) -> tuple[Path, ...]:
    """Write scans of an electrode in several states as XDI files, one for each edge and state.

    Parameters
    ----------
    states
        For example those of a run at some times.
    electrode, settings, edges, species
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
            number=number,
            energy_error=settings.drift * number / max(len(states) - 1, 1),
            start_time=begin + timedelta(seconds=number * interval),
            sample=f"state {number}",
        )
        for edge, scan in scans.items():
            name = edge.replace(" ", "_").lower()
            written.append(write_xdi(scan, folder / f"state_{number:03d}_{name}.xdi"))
    return tuple(written)
