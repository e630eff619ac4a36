"""Composition, capacity, redox centres and synthesis of the materials."""

from lmct.material.atomic_mass import atomic_mass, molar_mass
from lmct.material.capacity import capacity_from_electrons, electrons_from_capacity
from lmct.material.family import composition_from_end_members
from lmct.material.formula import format_formula, parse_formula
from lmct.material.library import load, names
from lmct.material.material import Material, Reagent, RedoxCentre, Reference
from lmct.material.recipe import Precursor, recipe

__all__ = [
    "Material",
    "Precursor",
    "Reagent",
    "RedoxCentre",
    "Reference",
    "atomic_mass",
    "capacity_from_electrons",
    "composition_from_end_members",
    "electrons_from_capacity",
    "format_formula",
    "load",
    "molar_mass",
    "names",
    "parse_formula",
    "recipe",
]
