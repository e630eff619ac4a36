"""``lmct material NAME``: composition, capacities and synthesis recipe of a material."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmct.cli.output import FINE, AsJson, write_json, write_table

if TYPE_CHECKING:
    from lmct.material import Material, Precursor

NAME = "material"


def run(
    name: Annotated[str, typer.Argument(help="Name as in `lmct materials`, or the path of a TOML file.")],
    x: Annotated[float | None, typer.Option("--x", help="Position in the family, 0 to 1.")] = None,
    batch: Annotated[str | None, typer.Option(help="Mass of product for a recipe, e.g. 5g.")] = None,
    json: AsJson = False,
) -> int:
    """Show capacities of a material, and the recipe for a batch."""
    from lmct import material
    from lmct.quantity.units import parse

    chosen = material.load(name, x=x)
    recipe = () if batch is None else material.recipe(chosen, batch_mass=parse(batch, "g"))
    if json:
        write_json(_document(chosen, recipe))
        return FINE
    rows = [("molar mass", chosen.molar_mass, "g/mol"), *_capacities(chosen)]
    write_table((chosen.formula, "value", "unit"), rows, title=chosen.title)
    if recipe:
        cells = [(row.mass, row.name, row.formula, row.purity, row.note) for row in recipe]
        write_table(
            ("mass [g]", "precursor", "formula", "purity", "note"), cells, title=f"Recipe for {batch}"
        )
    return FINE


def _document(chosen: Material, recipe: tuple[Precursor, ...]) -> dict[str, Any]:
    document = chosen.to_json()
    return document | ({"recipe": [asdict(row) for row in recipe]} if recipe else {})


def _capacities(chosen: Material) -> list[tuple[str, object, str]]:
    """Return the capacities for people; one that makes no sense for the material with its reason."""
    names = {
        "capacity_per_lithium": "capacity per lithium",
        "capacity_m2_m3": "capacity M2+/M3+",
        "capacity_m2_m4": "capacity M2+/M4+",
        "capacity_metal": "capacity of all metals",
        "capacity_all_lithium": "capacity of all lithium",
    }
    rows: list[tuple[str, object, str]] = []
    for name, words in names.items():
        value = getattr(chosen, name)
        rows.append((words, "-", chosen.absent[name]) if value is None else (words, value, "mAh/g"))
    return rows
