"""How much of each precursor a synthesis takes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from lmct.material.atomic_mass import molar_mass
from lmct.material.formula import parse_formula
from lmct.material.material import Material, Reagent
from lmct.quantity.errors import DataError, OutOfRange, unknown_name


@dataclass(frozen=True, slots=True)
class Precursor:
    """What to weigh in of one reagent.

    Parameters
    ----------
    name
        Name on the bottle.
    formula
        Its formula with hydrate water.
    delivers
        The metal it brings.
    amount
        Amount of the metal [mol], excess included.
    mass
        Mass to weigh in [g], purity allowed for.
    molar_mass
        Molar mass of the reagent [g/mol].
    purity
        Mass fraction used, 0 to 1.
    note
        What must be known about the purity.
    """

    name: str
    formula: str
    delivers: str
    amount: float
    mass: float
    molar_mass: float
    purity: float
    note: str = ""


def recipe(
    material: Material,
    *,
    batch_mass: float,
    lithium_excess: float | None = None,
    purity: Mapping[str, float] | None = None,
) -> tuple[Precursor, ...]:
    """Return the precursor masses for a batch.

    Parameters
    ----------
    material
        A material whose library file has a recipe.
    batch_mass
        Mass of product wanted [g], if nothing is lost.
    lithium_excess
        Excess of the lithium precursor [1]; None takes the one of the source (0.02 in Li 2022).
    purity
        Purity of your own bottles by metal, for example ``{"Ti": 0.97}``, 0 to 1.

    Returns
    -------
    :
        One entry per precursor that the composition needs, in the order of the recipe.

    Raises
    ------
    DataError
        The material has no recipe on file.
    OutOfRange
        A mass, an excess or a purity makes no sense.
    UnknownName
        A purity is given for a metal that no precursor brings.

    Source
    ------
    Li 2022, Methods, Synthesis.

    Examples
    --------
    >>> from lmct.material.library import load
    >>> for row in recipe(load("li-ti-ni-o", x=0.4), batch_mass=5.0):
    ...     print(f"{row.mass:7.3f} g {row.name}")
      3.800 g nickel(II) acetate tetrahydrate
      7.340 g lithium acetate dihydrate
     12.375 g titanium(IV) butoxide
    """
    if not material.reagents:
        raise DataError(
            f"no synthesis recipe is on file for {material.name}. Expected a [recipe] table in its"
            " library file; copy the file, add the precursors and load it by its path."
        )
    excess = material.lithium_excess if lithium_excess is None else lithium_excess
    _check(batch_mass, excess)
    own = dict(purity or {})
    for metal in own:
        if metal not in {reagent.delivers for reagent in material.reagents}:
            raise unknown_name("precursor metal", metal, [reagent.delivers for reagent in material.reagents])
    moles = batch_mass / material.molar_mass
    return tuple(
        _weighed(
            reagent,
            amount=moles * material.composition[reagent.delivers] * (1 + excess * (reagent.delivers == "Li")),
            purity=own.get(reagent.delivers),
        )
        for reagent in material.reagents
        if material.composition.get(reagent.delivers, 0.0) > 0
    )


def _weighed(reagent: Reagent, *, amount: float, purity: float | None) -> Precursor:
    fraction = reagent.purity if purity is None else purity
    if not 0.0 < fraction <= 1.0:
        raise OutOfRange(
            f"purity of {reagent.name} must lie above 0 and at most 1, got {fraction!r}. Write 97 % as 0.97."
        )
    composition = parse_formula(reagent.formula)
    mass_of_mole = molar_mass(composition)
    return Precursor(
        name=reagent.name,
        formula=reagent.formula,
        delivers=reagent.delivers,
        amount=amount,
        mass=amount / composition[reagent.delivers] * mass_of_mole / fraction,
        molar_mass=mass_of_mole,
        purity=fraction,
        note=reagent.note if purity is None else "purity given by the user",
    )


def _check(batch_mass: float, excess: float) -> None:
    if not (math.isfinite(batch_mass) and batch_mass > 0):
        raise OutOfRange(f"batch mass must be positive, got {batch_mass!r} g. Give the mass of product.")
    if not (math.isfinite(excess) and 0.0 <= excess < 1.0):
        raise OutOfRange(f"lithium excess must lie between 0 and 1, got {excess!r}. Write 2 % as 0.02.")
