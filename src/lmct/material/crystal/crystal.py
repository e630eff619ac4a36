"""A crystal structure: cell, space group, and what sits on each site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from lmct.quantity.errors import OutOfRange


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One site of the asymmetric unit.

    Parameters
    ----------
    label
        Name of the site, for example ``"4a"``.
    occupancy
        Ion -> occupancy [1], ions as ``"Ti4+"``, ``"O2-"``, ``"Ni"``; a vacancy is what is missing to 1.
    position
        Fractional coordinates.
    b_iso
        Isotropic displacement parameter B of the ions on it [Å²].
    """

    label: str
    occupancy: Mapping[str, float]
    position: tuple[float, float, float]
    b_iso: float = 0.5

    def __post_init__(self) -> None:
        total = sum(self.occupancy.values())
        if any(not 0.0 <= value <= 1.0 for value in self.occupancy.values()) or total > 1.0 + 1e-6:
            raise OutOfRange(
                f"the site {self.label} is occupied by {dict(self.occupancy)}. Expected shares from 0 to 1"
                " that add up to 1 at most."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Crystal:
    """A crystal structure.

    Parameters
    ----------
    name
        For reports and legends.
    space_group
        Hermann-Mauguin symbol, for example ``"F m -3 m"``, with the origin choice where there are two
        (``"F d -3 m :2"``).
    cell
        a, b, c [Å], alpha, beta, gamma [deg].
    sites
        The asymmetric unit.
    reference
        Where the numbers come from.
    """

    name: str
    space_group: str
    cell: tuple[float, float, float, float, float, float]
    sites: tuple[Site, ...]
    reference: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not all(np.isfinite(self.cell)) or min(self.cell) <= 0 or max(self.cell[3:]) >= 180:
            raise OutOfRange(
                f"the cell of {self.name} is {self.cell}. Expected three lengths and three angles."
            )
        labels = [site.label for site in self.sites]
        if len(set(labels)) < len(labels):
            raise OutOfRange(
                f"the sites of {self.name} are called {labels}. Expected a label of its own for each."
            )

    @property
    def is_cubic(self) -> bool:
        """Whether the cell is a cube."""
        a, b, c, *angles = self.cell
        return a == b == c and angles == [90.0, 90.0, 90.0]

    def site(self, label: str) -> Site:
        """Return a site by its label.

        Raises
        ------
        OutOfRange
            There is no such site.
        """
        for site in self.sites:
            if site.label == label:
                return site
        raise OutOfRange(f"{self.name} has no site {label!r}; it has {[site.label for site in self.sites]}.")

    def with_cell(self, *lengths: float) -> Crystal:
        """Return the structure with other lengths of the cell (one number: a cube) [Å]."""
        a, b, c = lengths if len(lengths) == 3 else (lengths[0],) * 3
        return replace(self, cell=(a, b, c, *self.cell[3:]))
