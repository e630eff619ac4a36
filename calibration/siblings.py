"""The parameter sets of the siblings: composition and the changes of siblings.toml, nothing else.

``python -m calibration.siblings`` writes them into the package, to be run after every new calibration.
"""

from __future__ import annotations

import dataclasses
import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lmct import material as materials
from lmct.electrode.of_material import scaled_by_composition, sets_of_material
from lmct.electrode.parameter_file import load
from lmct.electrode.parameters import ElectrodeParameters
from lmct.evidence.calibration.set_file import set_text
from lmct.protocol.screening_numbers import has_one_energy, with_driving_force

MATERIAL = "li-ti-ni-o"
CHANGES = Path(__file__).with_name("siblings.toml")
BY_COMPOSITION = (
    "metal_holes_max",
    "metal_metal",
    "metal_rate",
    "oxygen_holes_max",
    "oxygen_rate",
    "dark_rate",
    "gas_rate",
    "gas_amounts",
    "lithium_max",
    "capacitance",
)
"""Parameters that scaled_by_composition changes."""

FOLDER = Path(__file__).parents[1] / "src" / "lmct" / "electrode" / "parameter_set"


def one_energy_set() -> ElectrodeParameters:
    """Return the set of Li-Ti-Ni-O in which LMCT and the oxygen couple share energy and covalence."""
    return next(one for one in map(load, sets_of_material(MATERIAL)) if has_one_energy(one))


def sibling(name: str, base: ElectrodeParameters) -> ElectrodeParameters:
    """Return the parameters of a sibling.

    Parameters
    ----------
    name
        Its name in the library of materials and in ``siblings.toml``.
    base
        The set of Li-Ti-Ni-O.

    Returns
    -------
    :
        The set, scaled by composition, with the stated changes.
    """
    reference, member = materials.load(MATERIAL), materials.load(name)
    made = scaled_by_composition(base, reference=reference, member=member)
    changes = {key: entry["value"] for key, entry in stated_changes()[name]["change"].items()}
    stated = ", ".join(f"{key} = {value:g}" for key, value in changes.items())
    if "driving_force" in changes:
        made = with_driving_force(made, changes.pop("driving_force"))
    source = (
        f"A hypothesis: {base.name} carried from {reference.formula} to {member.formula} by composition, with"
        f" {stated}. The text of Li 2022"
        " (doi 10.1038/s41563-022-01278-2) tests the order of the siblings, not these numbers."
    )
    return made.replace(**changes, name=name, source=source)


def stated_changes() -> dict[str, Any]:
    """Return what siblings.toml says, by material."""
    return tomllib.loads(CHANGES.read_text("utf-8"))


def text_of_sibling(name: str, base: ElectrodeParameters) -> str:
    """Return the file of a sibling's set; every number says where it is from."""
    made, stated = sibling(name, base), stated_changes()[name]
    comment = (
        f"{stated['about']}\nMade by calibration/siblings.py from {base.name} and"
        " calibration/siblings.toml; do not edit.\nA hypothesis: docs/explanation/design-guide.md says what"
        " the paper's text can test of it."
    )
    return set_text(made, notes=notes_of_sibling(made, base, stated["change"]), comment=comment)


def notes_of_sibling(
    made: ElectrodeParameters, base: ElectrodeParameters, changes: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Return where each number of a sibling's set is from."""
    if "driving_force" in changes:
        changes = dict(changes, metal_potential=changes["driving_force"])
    unchanged, scaled = f"assumption: as in {base.name}", f"that of {base.name}, by composition"
    notes = {name: scaled if name in BY_COMPOSITION else unchanged for name in _numbers(made)}
    return notes | {name: entry["note"] for name, entry in changes.items() if name in notes}


def _numbers(parameters: ElectrodeParameters) -> dict[str, object]:
    """Return the numbers of a set by name, those of the rate law among them."""
    fields = {one.name: getattr(parameters, one.name) for one in dataclasses.fields(parameters)}
    numbers = {
        name: value
        for name, value in fields.items()
        if isinstance(value, int | float | tuple) and not (isinstance(value, float) and math.isnan(value))
    }
    return numbers | dict(parameters.lmct_parameters)


def main() -> None:
    """Write every sibling's set into the package."""
    base = one_energy_set()
    for name in stated_changes():
        (FOLDER / f"{name}.toml").write_text(text_of_sibling(name, base), encoding="utf-8")


if __name__ == "__main__":
    main()
