"""Edges of species for simulations: as measured, from tables of lines, or of model shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from lmct.electrode.state import ElectrodeState
from lmct.material.multiplet.species_spectrum import SpeciesSpectrum
from lmct.quantity.errors import unknown_name
from lmct.technique.absorption.measured_edge import MeasuredEdge, measured_species, mixed_by_holes
from lmct.technique.absorption.simulate import nickel_species, oxygen_k_edge, oxygen_peak, oxygen_step

ONSETS = {"Ni L3": (854.5, 871.8), "Ti L3": (459.5, 465.0)}
"""Both steps of the continuum, 2:1 [eV]."""

LINE_AREA = {"ni_2": 14.2, "ni_3": 18.5, "ni_4": 23.8, "ti_4": 21.5, "oxide": 2.45}
"""White lines over the edge step [eV]: more holes in 3d, more area; of O K all that lies on
the step in front of 545 eV. Assumptions."""

MODEL_LINES = {
    "ni_2": ((853.2, 8.0), (854.9, 2.6), (870.5, 2.7), (872.2, 0.9)),
    "ni_3": ((853.8, 6.5), (855.4, 7.0), (871.1, 2.4), (872.7, 2.6)),
    "ni_4": ((854.8, 13.5), (857.0, 3.5), (872.1, 5.4), (874.3, 1.4)),
    "ti_4": ((458.0, 4.0), (460.1, 7.0), (463.4, 4.5), (465.4, 6.0)),
}
"""Positions and areas [eV] of model shapes, where no cluster or file is given: not measured ones."""

HOLE_PEAKS = {"metal_hole": "E", "oxygen_hole": "F"}
"""Which peak of O K grows with which holes."""

PEAK_PER_HOLE = 0.9
"""Area of the O K peaks E and F that a hole on Ni or on O adds [eV f.u.]: an assumption, as are the places
of the peaks, named as in Li 2022, Fig. 2b. That pre-edges are O 2p mixed with metal 3d: de Groot et al. 1989,
doi 10.1103/PhysRevB.40.5715."""


def species_edge(
    name: str,
    edge: str,
    energy: Float[np.ndarray, "point"],
    resolution: float,
    species: Mapping[str, SpeciesSpectrum] | None = None,
    measured: Sequence[MeasuredEdge] = (),
) -> Float[np.ndarray, "point"]:
    """Return the normalised K or L2,3 edge of one species, step 1 far behind it [1].

    Parameters
    ----------
    name
        ``"ni_2"``, ``"ni_3"``, ``"ni_4"`` or ``"ti_4"``.
    edge
        ``"Ni K"``, ``"Ni L3"`` or ``"Ti L3"``.
    energy
        [eV].
    resolution
        Full width of the monochromator [eV]; white lines of clusters and files are taken as they are.
    species
        White lines of L edges by name.
    measured
        Whole edges as measured, which come before lines.

    Raises
    ------
    UnknownName
        There is no such species, or others were measured and it was not.
    """
    from scipy.special import voigt_profile

    if name not in MODEL_LINES:
        raise unknown_name("species", name, MODEL_LINES)
    own = [one for one in measured if one.edge == edge]
    # Ni3+ has no Ni K shape of its own here: halfway between the others, unless it was measured.
    absent = name == "ni_3" and name not in (one.species for one in own)
    ends = ("ni_2", "ni_4") if edge == "Ni K" and absent else (name,)
    if own:
        return np.asarray(np.mean([measured_species(own, one).at(energy) for one in ends], axis=0))
    if edge == "Ni K":
        return np.asarray(np.mean([nickel_species(energy, one) for one in ends], axis=0))
    steps = zip(ONSETS[edge], (2 / 3, 1 / 3), strict=True)
    level = sum(share * (0.5 + np.arctan((energy - onset) / 0.4) / np.pi) for onset, share in steps)
    if species is not None and name in species:
        return np.asarray(level + LINE_AREA[name] * species[name].at(energy))
    for place, area in MODEL_LINES[name]:
        level = level + area * voigt_profile(energy - place, np.hypot(resolution, 0.6) / 2.35482, 0.3)
    return np.asarray(level)


def oxygen_edge(
    state: ElectrodeState,
    energy: Float[np.ndarray, "point"],
    titanium_peak: float,
    *,
    species: Mapping[str, SpeciesSpectrum] | None = None,
    measured: Sequence[MeasuredEdge] = (),
) -> Float[np.ndarray, "point"]:
    """Return the normalised O K edge of an electrode in a state [1].

    Parameters
    ----------
    state
        The electrode; holes on oxygen that cannot be recovered count as well.
    energy
        [eV].
    titanium_peak
        Area of the model peak G [eV].
    species
        Lines above the step: of the ``oxide`` without holes, and what a ``metal_hole`` and an ``oxygen_hole``
        add; those that are missing have model shapes.
    measured
        O K of electrodes with known holes, which come before lines.

    Raises
    ------
    OutOfRange
        The state is no mixture of the measured ones.
    """
    holes = {"metal_hole": state.metal_holes, "oxygen_hole": state.oxygen_holes + state.dark_holes}
    own = [one for one in measured if one.edge == "O K"]
    if own:
        return mixed_by_holes(own, energy, metal_holes=holes["metal_hole"], oxygen_holes=holes["oxygen_hole"])
    given = species or {}
    if "oxide" in given:
        level = oxygen_step(energy) + LINE_AREA["oxide"] * given["oxide"].at(energy)
    else:
        level = oxygen_k_edge(energy, nickel_holes=0.0, oxygen_holes=titanium_peak, titanium=titanium_peak)
    for name, number in holes.items():
        shape = given[name].at(energy) if name in given else oxygen_peak(energy, HOLE_PEAKS[name])
        level = level + PEAK_PER_HOLE * number * shape
    return np.asarray(level)
