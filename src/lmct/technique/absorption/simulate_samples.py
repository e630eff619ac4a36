"""Edges of several samples and of the pure species in them, by shares or by the state of an electrode."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from lmct.electrode.state import ElectrodeState
from lmct.material.multiplet.species_spectrum import SpeciesSpectrum
from lmct.material.multiplet.valence import nickel_valences
from lmct.quantity.errors import OutOfRange
from lmct.technique.absorption.measured_edge import MeasuredEdge
from lmct.technique.absorption.simulate_mixture import Curve, broadened_edge, edge_of_fractions, grid_of_edge
from lmct.technique.absorption.simulate_state import Electrode, edge_of_state

OXYGEN = "O K"

HOLES = re.compile(r"([\d.]+):([\d.]+)")
"""How a reference of O K is named by its holes on metal and on oxygen."""


@dataclass(frozen=True, kw_only=True, eq=False)
class EdgePlan:
    """Which edge is simulated, and from what.

    Parameters
    ----------
    edge
        For example ``"Ni K"``.
    references
        Measured edges by species; for the state of an electrode, O K by holes, ``"0.25:0.4"``.
    species
        Lines by species.
    limits
        First and last energy [eV]; None for all there is.
    broadening
        Full width that the beamline adds [eV].
    """

    edge: str
    references: Mapping[str, Curve] = field(default_factory=dict)
    species: Mapping[str, SpeciesSpectrum] = field(default_factory=dict)
    limits: tuple[float, float] | None = None
    broadening: float = 0.0


@dataclass(frozen=True, eq=False)
class SampleEdges:
    """Normalised edges without noise.

    Parameters
    ----------
    energy
        Of all [eV].
    samples
        One for each sample [1].
    fractions
        Of species in each sample [1]; empty where there are no pure species.
    pure
        Edge of each species [1].
    """

    energy: Float[np.ndarray, "point"]
    samples: tuple[Float[np.ndarray, "point"], ...]
    fractions: tuple[Mapping[str, float], ...]
    pure: Mapping[str, Float[np.ndarray, "point"]]


def edges_of_fractions(fractions: Sequence[Mapping[str, float]], plan: EdgePlan) -> SampleEdges:
    """Return the edges of samples with known shares of species.

    Parameters
    ----------
    fractions
        Share of each species, by sample [1].
    plan
        Which edge.

    Raises
    ------
    UnknownName
        A species has no edge.
    OutOfRange
        Shares do not add up to 1, or a reference does not cover the energies.
    """
    energy = grid_of_edge(plan.edge, plan.references, plan.limits)

    def mixed(shares: Mapping[str, float]) -> Float[np.ndarray, "point"]:
        level = edge_of_fractions(shares, plan.edge, energy, references=plan.references, species=plan.species)
        return broadened_edge(energy=energy, absorption=level, width=plan.broadening)

    samples = tuple(mixed(one) for one in fractions)
    names = dict.fromkeys(name for one in fractions for name in one)
    return SampleEdges(energy, samples, tuple(fractions), {name: mixed({name: 1.0}) for name in names})


def edges_of_states(states: Sequence[ElectrodeState], nickel: float, plan: EdgePlan) -> SampleEdges:
    """Return the edges of an electrode in several states.

    Parameters
    ----------
    states
        The electrode.
    nickel
        In a formula unit [1/f.u.].
    plan
        Which edge, one of :data:`~lmct.technique.absorption.simulate_state.EDGES`.

    Raises
    ------
    UnknownName
        There is no such edge, or a species was not measured and others were.
    OutOfRange
        A state has more holes than nickel can carry or is no mixture of those measured, or a reference does
        not cover the edge.
    """
    if plan.edge.startswith("Ni"):
        return edges_of_fractions([_nickel_shares(one, nickel, plan) for one in states], plan)
    energy = grid_of_edge(plan.edge, plan.references, plan.limits)
    measured = [_measured(name, curve, plan.edge) for name, curve in plan.references.items()]
    levels = [
        edge_of_state(one, plan.edge, energy, Electrode(), species=plan.species, measured=measured)
        for one in states
    ]
    samples = tuple(
        broadened_edge(energy=energy, absorption=level, width=plan.broadening) for level in levels
    )
    return SampleEdges(energy, samples, tuple({} for _ in states), {})


def _nickel_shares(state: ElectrodeState, nickel: float, plan: EdgePlan) -> dict[str, float]:
    """Return shares of species; Ni3+ has no Ni K shape of its own unless measured, and is half of both."""
    shares = nickel_valences(metal_holes=state.metal_holes, nickel=nickel)
    if plan.edge == "Ni K" and "ni_3" not in plan.references:
        half = 0.5 * shares["ni_3"]
        return {"ni_2": shares["ni_2"] + half, "ni_4": shares["ni_4"] + half}
    known = plan.references or shares
    return {name: share for name, share in shares.items() if share > 0.0 or name in known}


def _measured(name: str, curve: Curve, edge: str) -> MeasuredEdge:
    """Return a reference as an edge of an electrode with known holes, or of a species."""
    found = HOLES.fullmatch(name)
    if edge != OXYGEN:
        return MeasuredEdge(edge, *curve, species=name, source=name)
    if found is None:
        raise OutOfRange(
            f"the reference {name} of O K names no holes. Expected holes on metal and on oxygen, such as"
            " 0.25:0.4=full.xdi: no species of O K is pure. Or give shares of such samples with --fractions."
        )
    metal, oxygen = (float(part) for part in found.groups())
    return MeasuredEdge(edge, *curve, metal_holes=metal, oxygen_holes=oxygen, source=name)
