"""How strong the lines of a phase are before an instrument sees them: structure, volume and texture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.material.crystal.crystal import Crystal
from lmct.technique.diffraction.diffractometer import Diffractometer
from lmct.technique.diffraction.reflection import Reflections, reflections_of, space_group_of
from lmct.technique.diffraction.scattering import squared_structure_factors
from lmct.technique.diffraction.simulation.sample import Phase

LINE_LIMIT = 0.995
"""Sine of theta up to which lines are listed [1]."""


@dataclass(frozen=True, eq=False)
class Lines:
    """The lines of a phase before an instrument sees them.

    Parameters
    ----------
    reflections
        With multiplicities and spacings.
    strength
        Multiplicity times |F|² times texture over the square of the volume of the cell [electrons²/Å⁶].
    """

    reflections: Reflections
    strength: Float[np.ndarray, "line"]


def lines_of(phase: Phase, diffractometer: Diffractometer) -> Lines:
    """Return the lines of a phase, as strong as its crystal makes them.

    Parameters
    ----------
    phase
        The phase.
    diffractometer
        For its first wavelength.

    Returns
    -------
    :
        Lines down to the smallest spacing that the wavelength reaches.

    Raises
    ------
    OutOfRange
        The crystal is impossible.
    """
    crystal, wavelength = phase.crystal, diffractometer.wavelengths[0]
    largest = max(factor for factor, _ in phase.cells)
    shortest = min(diffractometer.wavelengths) / (2.0 * LINE_LIMIT) / largest
    reflections = reflections_of(crystal, smallest_spacing=shortest)
    square = squared_structure_factors(crystal, reflections, wavelength=wavelength)
    strength = reflections.multiplicity * square * _texture(phase, reflections) / _volume(crystal) ** 2
    return Lines(reflections, strength)


def _texture(phase: Phase, reflections: Reflections) -> Float[np.ndarray, "line"]:
    """Return the March-Dollase factor, the mean over all equivalent indices."""
    if phase.texture == 1.0:
        return np.ones(len(reflections))
    import gemmi

    normals = np.array(gemmi.UnitCell(*phase.crystal.cell).frac.mat.tolist())
    operations = space_group_of(phase.crystal).operations()
    axis = _unit(np.array([phase.texture_axis]) @ normals)[0]
    r, factors = phase.texture, []
    for hkl in reflections.hkl.tolist():
        images = sorted({tuple(one.apply_to_hkl(hkl)) for one in operations.sym_ops})
        squares = (_unit(np.array(images) @ normals) @ axis) ** 2
        factors.append(float(np.mean((r**2 * squares + (1.0 - squares) / r) ** -1.5)))
    return np.array(factors)


def _unit(vectors: Float[np.ndarray, "row 3"]) -> Float[np.ndarray, "row 3"]:
    units: Float[np.ndarray, "row 3"] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return units


def _volume(crystal: Crystal) -> float:
    import gemmi

    return float(gemmi.UnitCell(*crystal.cell).volume)
