"""Lines of a cubic crystal: where they are and how strong, with derivatives by cell, B and occupancy."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Complex, Float, Int

from lmct.material.crystal.crystal import Crystal, Site
from lmct.quantity.errors import OutOfRange
from lmct.technique.diffraction.reflection import Reflections, reflections_of
from lmct.technique.diffraction.rock_salt.settings import Migration
from lmct.technique.diffraction.scattering import site_structure_factors


@dataclass(frozen=True, eq=False)
class CubicLines:
    """The lines of a cubic crystal, reflections of equal spacing joined.

    Parameters
    ----------
    name
        Of the crystal.
    index
        h² + k² + l² of each line, rising.
    row_line
        Line to which each row of the structure factors belongs; a reflection has two rows, Friedel mates.
    row_weight
        Half the multiplicity.
    factors
        (Site, ion) -> factor of each row as a parabola of the relative change of the cell, coefficients
        from the constant up [electrons].
    sites
        Label -> occupancy by ion.
    displacement
        Label -> B with which refinements start [Å²].
    groups
        Label of each site whose B is free -> all sites that share it.
    cell
        Of the crystal [Å].
    """

    name: str
    index: Int[np.ndarray, "line"]
    row_line: Int[np.ndarray, "row"]
    row_weight: Float[np.ndarray, "row"]
    factors: dict[tuple[str, str], Complex[np.ndarray, "3 row"]]
    sites: dict[str, dict[str, float]]
    displacement: dict[str, float]
    groups: dict[str, tuple[str, ...]]
    cell: float

    def spacing(self, cell: float) -> Float[np.ndarray, "line"]:
        """Return the spacings for a cell [Å]."""
        spacing: Float[np.ndarray, "line"] = cell / np.sqrt(self.index)
        return spacing

    def strengths(
        self, *, cell: float, displacement: dict[str, float], migration: Migration | None, moved: float
    ) -> tuple[Float[np.ndarray, "line"], Float[np.ndarray, "line"], dict[str, Float[np.ndarray, "line"]]]:
        """Return multiplicity times |F|² of the lines, and its derivatives.

        Parameters
        ----------
        cell
            Length of the edge [Å].
        displacement
            Key of each group -> B [Å²].
        migration
            Which ion moves; None when none does.
        moved
            Its occupancy of the target beyond that of the crystal [1].

        Returns
        -------
        :
            Strengths [electrons²], their derivatives by the cell, and by B of each group (under its key) and
            by the occupancy that moved (under ``"moved"``).
        """
        change = cell / self.cell - 1.0
        reach = (self.index / (4.0 * cell**2))[self.row_line]
        total, by_cell = np.zeros(len(reach), complex), np.zeros(len(reach), complex)
        by_moved, by_b = np.zeros(len(reach), complex), {}
        for key, labels in self.groups.items():
            damping = np.exp(-displacement[key] * reach)
            part = np.zeros(len(reach), complex)
            for label in labels:
                for ion, occupancy in self.sites[label].items():
                    constant, linear, square = self.factors[label, ion]
                    amplitude = (constant + change * (linear + change * square)) * damping
                    share = _moving(migration, label, ion)
                    occupied = occupancy + share * moved
                    part += occupied * amplitude
                    by_cell += occupied * (linear + 2.0 * change * square) * damping / self.cell
                    if share:
                        by_moved += share * amplitude
            total += part
            by_b[key] = -reach * part
            by_cell += (2.0 * displacement[key] / cell) * reach * part
        derivatives = {key: self._squared(total, one) for key, one in by_b.items()}
        derivatives["moved"] = self._squared(total, by_moved)
        return 0.5 * self._squared(total, total), self._squared(total, by_cell), derivatives

    def _squared(
        self, total: Complex[np.ndarray, "row"], part: Complex[np.ndarray, "row"]
    ) -> Float[np.ndarray, "line"]:
        """Return the sum over rows of 2 Re(conj(F) dF) with their weights."""
        doubled = 2.0 * (total.real * part.real + total.imag * part.imag) * self.row_weight
        return np.bincount(self.row_line, doubled, minlength=len(self.index))


def cubic_lines(
    crystal: Crystal, *, wavelength: float, smallest_spacing: float, reach: float, migration: Migration | None
) -> CubicLines:
    """Prepare the lines of a cubic crystal.

    Parameters
    ----------
    crystal
        The crystal.
    wavelength
        For the anomalous scattering [Å].
    smallest_spacing
        Down to which lines are listed [Å].
    reach
        Largest relative change of the cell, over which form factors are expanded [1].
    migration
        Which ion moves; its target is added where the crystal lacks it.

    Returns
    -------
    :
        Lines, form factors and groups of B.

    Raises
    ------
    OutOfRange
        The crystal is not cubic, has no line, or lacks the ion that is to move.
    """
    if not crystal.is_cubic:
        raise OutOfRange(
            f"{crystal.name} is not cubic: its cell is {crystal.cell}. Expected a = b = c and right angles."
            " Refine it with the engine rietx."
        )
    crystal = crystal if migration is None else _with_target(crystal, migration)
    reflections = reflections_of(crystal, smallest_spacing=smallest_spacing)
    if len(reflections) == 0:
        raise OutOfRange(
            f"{crystal.name} has no line with a spacing above {smallest_spacing:.4g} Å, the smallest that the"
            " pattern can show. Check wavelength and angles."
        )
    cell = crystal.cell[0]
    squares = np.rint((cell / reflections.spacing) ** 2).astype(int)
    index, line = np.unique(squares, return_inverse=True)
    mates = Reflections(
        np.vstack([reflections.hkl, -reflections.hkl]),
        np.tile(reflections.multiplicity, 2),
        np.tile(reflections.spacing, 2),
    )
    return CubicLines(
        name=crystal.name,
        index=index,
        row_line=np.tile(line, 2),
        row_weight=0.5 * mates.multiplicity,
        factors=_expanded_factors(crystal, mates, wavelength, reach),
        sites={site.label: dict(site.occupancy) for site in crystal.sites},
        displacement={site.label: site.b_iso for site in crystal.sites},
        groups=_groups(crystal),
        cell=cell,
    )


def _expanded_factors(
    crystal: Crystal, mates: Reflections, wavelength: float, reach: float
) -> dict[tuple[str, str], Complex[np.ndarray, "3 row"]]:
    """Lay a parabola through the form factors of three cells."""
    found = []
    for change in (-reach, 0.0, reach):
        stretched = replace(mates, spacing=mates.spacing * (1.0 + change))
        found.append(site_structure_factors(crystal, stretched, wavelength=wavelength))
    small, middle, large = found
    return {
        key: np.array(
            [
                middle[key],
                (large[key] - small[key]) / (2.0 * reach),
                (large[key] + small[key] - 2.0 * middle[key]) / (2.0 * reach**2),
            ]
        )
        for key in middle
    }


def _groups(crystal: Crystal) -> dict[str, tuple[str, ...]]:
    """Tie the B of all sites of cations; each other site keeps its own."""
    anions = [site.label for site in crystal.sites if all(ion.endswith("-") for ion in site.occupancy)]
    cations = tuple(site.label for site in crystal.sites if site.label not in anions)
    tied = {cations[0]: cations} if cations else {}
    return tied | {label: (label,) for label in anions}


def _with_target(crystal: Crystal, migration: Migration) -> Crystal:
    if migration.ion not in crystal.site(migration.origin).occupancy:
        raise OutOfRange(
            f"no {migration.ion} sits on {migration.origin} of {crystal.name}; there are"
            f" {list(crystal.site(migration.origin).occupancy)}. Name an ion that does."
        )
    sites = list(crystal.sites)
    for number, site in enumerate(sites):
        if site.label == migration.target:
            sites[number] = replace(site, occupancy={migration.ion: 0.0, **site.occupancy})
            return replace(crystal, sites=tuple(sites))
    target = Site(
        label=migration.target,
        occupancy={migration.ion: 0.0},
        position=migration.position,
        b_iso=crystal.site(migration.origin).b_iso,
    )
    return replace(crystal, sites=(*sites, target))


def _moving(migration: Migration | None, label: str, ion: str) -> float:
    """Return by how much an occupancy changes with that of the target [1]."""
    if migration is None or ion != migration.ion:
        return 0.0
    return {migration.target: 1.0, migration.origin: -migration.ratio}.get(label, 0.0)
