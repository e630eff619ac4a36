"""A material: its composition, what is oxidised in it, and the capacities that follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lmct.material.atomic_mass import molar_mass
from lmct.material.capacity import capacity_from_electrons
from lmct.material.formula import parse_formula, scaled

CAPACITIES = (
    "capacity_per_lithium",
    "capacity_m2_m3",
    "capacity_m2_m4",
    "capacity_metal",
    "capacity_all_lithium",
)
"""Capacities of a material, by attribute name."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Where numbers come from.

    Parameters
    ----------
    citation
        Authors, title, journal, volume, pages, year.
    doi
        Digital object identifier, empty when none was checked.
    """

    citation: str
    doi: str = ""


@dataclass(frozen=True, slots=True)
class RedoxCentre:
    """A metal and the valences it is known to take.

    Parameters
    ----------
    metal
        Symbol of the element.
    pristine
        Its mean valence in the material as made.
    highest
        The highest valence the source speaks of, short-lived ones included; ``pristine`` for a spectator.
    source
        Key of the reference.
    note
        What must be known to use the numbers.
    """

    metal: str
    pristine: float
    highest: float
    source: str
    note: str = ""

    def __str__(self) -> str:
        if self.highest == self.pristine:
            return f"{self.metal} stays {self.pristine:g}+"
        return f"{self.metal} {self.pristine:g}+ to {self.highest:g}+"

    def electrons(self, low: float, high: float) -> float:
        """Return the electrons one atom gives between two valences, within its own range [1]."""
        return max(0.0, min(high, self.highest) - max(low, self.pristine))


@dataclass(frozen=True, slots=True)
class Reagent:
    """A precursor of a synthesis and the metal it brings.

    Parameters
    ----------
    name
        Name on the bottle.
    formula
        Its formula with hydrate water.
    delivers
        The metal it brings.
    purity
        Mass fraction of the formula in the bottle, 0 to 1.
    source
        Key of the reference.
    note
        Where the purity comes from if the source does not state it.
    """

    name: str
    formula: str
    delivers: str
    purity: float
    source: str
    note: str = ""


@dataclass(frozen=True)
class Material:
    """An electrode material per formula unit as it is usually written.

    Parameters
    ----------
    name
        Name in the library.
    title
        What it is in a few words.
    formula
        Formula as text.
    composition
        Amount of each element per formula unit [1].
    x
        Position in the family, None for a single compound.
    structure
        Crystal structure in words.
    redox_centres
        Metals with their valences, spectators included.
    reagents
        Precursors of the synthesis, empty when no recipe is on file.
    lithium_excess
        Excess of lithium precursor in the recipe of the source [1].
    source
        Key of the reference of the composition.
    references
        References by key.
    """

    name: str
    title: str
    formula: str
    composition: Mapping[str, float]
    x: float | None = None
    structure: str = ""
    redox_centres: tuple[RedoxCentre, ...] = ()
    reagents: tuple[Reagent, ...] = ()
    lithium_excess: float = 0.0
    source: str = ""
    references: Mapping[str, Reference] = field(default_factory=dict)

    @classmethod
    def from_formula(cls, formula: str) -> Material:
        """Return a material of which only the formula is known.

        Parameters
        ----------
        formula
            For example ``"Li2MnO3"``.

        Returns
        -------
        :
            The material, without redox centres, references and recipe.

        Raises
        ------
        DataError
            The text is no formula.

        Examples
        --------
        >>> round(Material.from_formula("Li2MnO3").capacity_all_lithium, 1)
        458.9
        """
        return cls(name=formula, title=formula, formula=formula, composition=parse_formula(formula))

    @property
    def molar_mass(self) -> float:
        """Mass of one mole of formula units [g/mol]."""
        return molar_mass(self.composition)

    @property
    def oxygen(self) -> float:
        """Oxygen per formula unit [1]."""
        return self.composition.get("O", 0.0)

    @property
    def lithium(self) -> float:
        """Lithium per formula unit [1]."""
        return self.composition.get("Li", 0.0)

    @property
    def capacity_per_lithium(self) -> float:
        """Capacity of one lithium (one electron) per formula unit as written [mAh/g]."""
        return self._capacity(1.0)

    @property
    def capacity_per_electron(self) -> float:
        """Capacity of one electron per two oxygens, the formula unit of the electrode model [mAh/g]."""
        return capacity_from_electrons(
            electrons=1.0, molar_mass=molar_mass(scaled(self.composition, oxygen=2.0))
        )

    @property
    def capacity_all_lithium(self) -> float:
        """Capacity of all lithium [mAh/g]."""
        return self._capacity(self.lithium)

    @property
    def capacity_m2_m3(self) -> float | None:
        """Capacity of the metals between valence 2 and 3, None where no metal passes it [mAh/g]."""
        return None if "capacity_m2_m3" in self.absent else self._capacity(self._electrons(2.0, 3.0))

    @property
    def capacity_m2_m4(self) -> float | None:
        """Capacity between valence 2 and 4 of the metals that start below 3, None where none does [mAh/g]."""
        return None if "capacity_m2_m4" in self.absent else self._capacity(self._electrons(2.0, 4.0))

    @property
    def capacity_metal(self) -> float | None:
        """Capacity of all metals from pristine to highest valence, None if none is on file [mAh/g]."""
        if "capacity_metal" in self.absent:
            return None
        centres = self.redox_centres
        return self._capacity(
            sum(self.composition.get(c.metal, 0.0) * (c.highest - c.pristine) for c in centres)
        )

    @property
    def absent(self) -> dict[str, str]:
        """Why a capacity is None, by name of the capacity."""
        if not self.redox_centres:
            return dict.fromkeys(
                ("capacity_m2_m3", "capacity_m2_m4", "capacity_metal"), "no valence is on file"
            )
        if any(centre.pristine < 3.0 < centre.highest for centre in self.redox_centres):
            return {}
        found = ", ".join(str(centre) for centre in self.redox_centres)
        return dict.fromkeys(
            ("capacity_m2_m3", "capacity_m2_m4"), f"no metal starts below 3+ and passes it ({found})"
        )

    @property
    def charge_imbalance(self) -> float:
        """Sum of all charges per formula unit [1]; not zero where the formula or a valence is rounded."""
        cations = sum(self.composition.get(c.metal, 0.0) * c.pristine for c in self.redox_centres)
        return self.lithium + cations - 2.0 * self.oxygen

    def to_json(self) -> dict[str, Any]:
        """Return the material and its capacities as plain JSON types."""
        return {
            "name": self.name,
            "title": self.title,
            "formula": self.formula,
            "x": self.x,
            "composition": dict(self.composition),
            "molar_mass": self.molar_mass,
            **{name: getattr(self, name) for name in CAPACITIES},
            "absent": self.absent,
            "references": {
                key: {"citation": reference.citation, "doi": reference.doi}
                for key, reference in self.references.items()
            },
        }

    def _capacity(self, electrons: float) -> float:
        return capacity_from_electrons(electrons=electrons, molar_mass=self.molar_mass)

    def _electrons(self, low: float, high: float) -> float:
        """Electrons per formula unit of the metals that start below 3 between two valences."""
        return sum(
            self.composition.get(centre.metal, 0.0) * centre.electrons(low, high)
            for centre in self.redox_centres
            if centre.pristine < 3.0
        )
