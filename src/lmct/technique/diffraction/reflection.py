"""The reflections of a crystal: Miller indices, multiplicities, spacings and Bragg angles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from lmct.material.crystal.crystal import Crystal
from lmct.quantity.errors import OutOfRange

if TYPE_CHECKING:
    import gemmi

LARGEST_COUNT = 200_000
"""A list that would hold more reflections is refused: the smallest spacing is then a slip of units."""


@dataclass(frozen=True, eq=False)
class Reflections:
    """Reflections that a powder can show, by falling spacing.

    Parameters
    ----------
    hkl
        Miller indices, one representative of all that are equivalent in the Laue group.
    multiplicity
        How many indices each stands for, Friedel mates included [1].
    spacing
        Distance of the lattice planes [Å].
    """

    hkl: Int[np.ndarray, "reflection 3"]
    multiplicity: Int[np.ndarray, "reflection"]
    spacing: Float[np.ndarray, "reflection"]

    def __len__(self) -> int:
        return len(self.spacing)

    def two_theta(self, wavelength: float) -> Float[np.ndarray, "reflection"]:
        """Return the Bragg angle of each for a wavelength [Å], NaN where it cannot be reached [deg]."""
        return two_theta_from_spacing(spacing=self.spacing, wavelength=wavelength)


def reflections_of(crystal: Crystal, *, smallest_spacing: float) -> Reflections:
    """List the reflections of a crystal down to a spacing.

    One of each set of equivalent ones is listed, systematic absences are left out; reflections that are not
    equivalent stay apart even where their spacings agree (333 and 511 of a cube).

    Parameters
    ----------
    crystal
        The crystal.
    smallest_spacing
        Of the planes [Å].

    Returns
    -------
    :
        Reflections by falling spacing.

    Raises
    ------
    OutOfRange
        The spacing is not positive, or so small that there would be too many reflections; or the space group
        is unknown or does not allow the cell.

    Examples
    --------
    >>> from lmct.material.crystal.crystal import Crystal, Site
    >>> salt = Crystal(name="NaCl", space_group="F m -3 m", cell=(5.64, 5.64, 5.64, 90, 90, 90),
    ...     sites=(Site(label="4a", occupancy={"Na1+": 1}, position=(0, 0, 0)),))
    >>> lines = reflections_of(salt, smallest_spacing=1.9)
    >>> [("".join(map(str, hkl)), int(m)) for hkl, m in zip(lines.hkl, lines.multiplicity)]
    [('111', 8), ('200', 6), ('220', 12)]
    """
    import gemmi

    cell, group = gemmi.UnitCell(*crystal.cell), space_group_of(crystal)
    volume_of_indices = 4.2 * cell.volume / smallest_spacing**3 if smallest_spacing > 0 else np.inf
    if not volume_of_indices < LARGEST_COUNT:
        raise OutOfRange(
            f"the smallest spacing of {crystal.name} is {smallest_spacing!r} Å. Expected a positive one that"
            " leaves a few thousand reflections. Check its unit, Å."
        )
    operations = group.operations()
    rows = sorted(
        (
            (-cell.calculate_d(list(hkl)), *_representative(hkl, operations))
            for hkl in gemmi.make_miller_array(cell, group, smallest_spacing).tolist()
        ),
        key=lambda row: (round(row[0], 9), [-index for index in row[1]]),
    )
    return Reflections(
        hkl=np.array([row[1] for row in rows], dtype=int).reshape(-1, 3),
        multiplicity=np.array([row[2] for row in rows], dtype=int),
        spacing=np.array([-row[0] for row in rows], dtype=float),
    )


def space_group_of(crystal: Crystal) -> gemmi.SpaceGroup:
    """Return the space group of a crystal.

    Parameters
    ----------
    crystal
        The crystal.

    Returns
    -------
    :
        The group, with its operations.

    Raises
    ------
    OutOfRange
        There is no such group, or the cell contradicts it.
    """
    import gemmi

    group = gemmi.find_spacegroup_by_name(crystal.space_group)
    if group is None:
        raise OutOfRange(
            f"{crystal.name} has the space group {crystal.space_group!r}, which does not exist. Expected a"
            " Hermann-Mauguin symbol, for example 'F m -3 m', with its origin choice as in 'F d -3 m :2'."
        )
    if not gemmi.UnitCell(*crystal.cell).is_compatible_with_spacegroup(group):
        raise OutOfRange(
            f"{crystal.name} has the cell {crystal.cell}, which {crystal.space_group} does not allow. Correct"
            " the cell or the space group."
        )
    return group


def two_theta_from_spacing(
    *, spacing: Float[np.ndarray, "..."], wavelength: float
) -> Float[np.ndarray, "..."]:
    r"""Bragg angle, :math:`2\theta = 2\arcsin(\lambda / 2d)`.

    Parameters
    ----------
    spacing
        d [Å].
    wavelength
        [Å].

    Returns
    -------
    :
        [deg], NaN where the wavelength is longer than 2 d.

    Examples
    --------
    >>> two_theta_from_spacing(spacing=np.array([1.0, 0.4]), wavelength=1.0)
    array([60., nan])
    """
    sine = wavelength / (2.0 * np.asarray(spacing, dtype=float))
    reachable = np.where(sine <= 1.0, sine, np.nan)
    angles: Float[np.ndarray, "..."] = np.degrees(2.0 * np.arcsin(reachable))
    return angles


def _representative(hkl: list[int], operations: gemmi.GroupOps) -> tuple[tuple[int, ...], int]:
    """Return the usual name of a reflection, fewest minus signs first, and how many are equivalent."""
    images = {tuple(operation.apply_to_hkl(hkl)) for operation in operations.sym_ops}
    images |= {tuple(-index for index in image) for image in images}
    named = min(images, key=lambda image: (sum(i < 0 for i in image), [-i for i in image]))
    return named, len(images)
