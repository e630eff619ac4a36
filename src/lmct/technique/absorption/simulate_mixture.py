"""Edges of samples with known shares of species: mixtures of measured references, of lines or of models."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from lmct.material.multiplet.species_spectrum import SpeciesSpectrum
from lmct.quantity.errors import OutOfRange, unknown_name
from lmct.technique.absorption.simulate import usual_grid
from lmct.technique.absorption.simulate_state import EDGES, SOFT
from lmct.technique.absorption.species_edge import species_edge
from lmct.technique.species_fraction import checked_fractions

MODEL_SPECIES = {"Ni K": ("ni_2", "ni_4"), "Ni L3": ("ni_2", "ni_3", "ni_4"), "Ti L3": ("ti_4",)}
"""Species that have a model shape, by edge."""

FEWEST_POINTS = 20

Curve = tuple[Float[np.ndarray, "point"], Float[np.ndarray, "point"]]
"""Energies [eV] and normalised absorption [1] of a reference."""


def grid_of_edge(
    edge: str, references: Mapping[str, Curve], limits: tuple[float, float] | None = None
) -> Float[np.ndarray, "point"]:
    """Return the energies of a scan: those of the first reference that all cover, or a usual grid [eV].

    Parameters
    ----------
    edge
        For example ``"Ni K"``; without references one of :data:`~simulate_state.EDGES`.
    references
        Measured edges by name.
    limits
        First and last energy; by default all there is [eV].

    Raises
    ------
    UnknownName
        There is neither a grid nor a reference for the edge.
    OutOfRange
        A reference does not cover the limits, or they hold too few energies.
    """
    if not references and edge not in EDGES:
        raise unknown_name("edge with a model shape", edge, EDGES)
    if references:
        grid = next(iter(references.values()))[0]
        common = (max(one[0][0] for one in references.values()), min(o[0][-1] for o in references.values()))
    else:
        grid = usual_grid() if edge == "Ni K" else np.arange(*SOFT[edge], 0.1)
        common = (grid[0], grid[-1])
    low, high = limits or common
    for name, (energy, _) in references.items():
        if energy[0] > low or energy[-1] < high or not low < high:
            raise OutOfRange(
                f"the reference {name} runs from {energy[0]:.1f} to {energy[-1]:.1f} eV. Expected one that"
                f" covers {low:.1f} to {high:.1f} eV, the scan to be simulated. Name another file, or a"
                " smaller --range."
            )
    found = grid[(grid >= low) & (grid <= high)]
    if len(found) < FEWEST_POINTS or (limits and not references and not common[0] <= low < high <= common[1]):
        raise OutOfRange(
            f"{len(found)} energies of the edge {edge}, {common[0]:.1f} to {common[1]:.1f} eV, lie between"
            f" {low:g} and {high:g} eV. Expected a range inside, with {FEWEST_POINTS} or more. Name another"
            " --range."
        )
    return np.asarray(found)


def edge_of_fractions(
    fractions: Mapping[str, float],
    edge: str,
    energy: Float[np.ndarray, "point"],
    *,
    references: Mapping[str, Curve],
    species: Mapping[str, SpeciesSpectrum] | None = None,
    resolution: float = 0.3,
) -> Float[np.ndarray, "point"]:
    """Return the normalised edge of a mixture of species [1].

    Parameters
    ----------
    fractions
        Share of each species, adding up to 1 [1].
    edge
        Which edge; with references of any element.
    energy
        Rising [eV].
    references
        Measured edges by species, which come before all models.
    species
        Lines by species, for L edges.
    resolution
        Full width of the monochromator, of model shapes of L edges [eV].

    Raises
    ------
    UnknownName
        A species has no edge.
    OutOfRange
        The shares do not add up to 1.

    Examples
    --------
    >>> grid = np.array([8320.0, 8350.0, 8400.0])
    >>> kept = {"a": (grid, np.array([0.0, 0.5, 1.0])), "b": (grid, np.array([0.0, 1.0, 1.0]))}
    >>> edge_of_fractions({"a": 0.5, "b": 0.5}, "Ni K", grid, references=kept).tolist()
    [0.0, 0.75, 1.0]
    """
    known = tuple(references) or MODEL_SPECIES.get(edge, ())
    checked_fractions(fractions, known, f"species of {edge}" if known else f"model species of {edge}")
    parts = [
        share * np.interp(energy, *references[name])
        if references
        else share * species_edge(name, edge, energy, resolution, species=species)
        for name, share in fractions.items()
    ]
    return np.asarray(np.sum(parts, axis=0))


def broadened_edge(
    *, energy: Float[np.ndarray, "point"], absorption: Float[np.ndarray, "point"], width: float
) -> Float[np.ndarray, "point"]:
    """Return an edge convolved with a Gaussian, on energies in steps of any size; its ends are held.

    Parameters
    ----------
    energy
        Rising [eV].
    absorption
        [1].
    width
        Full width at half height [eV]; 0 leaves the edge as it is.

    Raises
    ------
    OutOfRange
        The width is below 0.

    Examples
    --------
    >>> level = broadened_edge(energy=np.arange(3.0), absorption=np.array([0.0, 1.0, 0.0]), width=2.0)
    >>> level.round(2).tolist()
    [0.24, 0.44, 0.24]
    """
    if not width >= 0.0:
        raise OutOfRange(f"the broadening is {width:g} eV. Expected 0 or more.")
    if width == 0.0:
        return absorption
    from scipy.special import erf

    middles = (energy[1:] + energy[:-1]) / 2.0
    steps = (middles[None, :] - energy[:, None]) / (width / 2.354820045 * np.sqrt(2.0))
    below = np.hstack([np.zeros((len(energy), 1)), 0.5 + 0.5 * erf(steps), np.ones((len(energy), 1))])
    return np.asarray(np.diff(below, axis=1) @ absorption)
