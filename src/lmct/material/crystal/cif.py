"""Crystal structures from CIF files and into them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from lmct.material.crystal.crystal import Crystal, Site
from lmct.quantity.errors import DataError

if TYPE_CHECKING:
    import gemmi

LARGEST_FILE = 20_000_000
"""A larger file is refused: it holds no structure of a powder [byte]."""

SAME_PLACE = 1e-3
"""Atoms nearer than this, in fractional coordinates, share a site."""

UNKNOWN_DISPLACEMENT = 0.5
"""B of an atom of which the file tells none [Å²]."""


def read_cif(path: Path) -> Crystal:
    """Read the first structure of a CIF file.

    Atoms at the same place become one site with several ions. An atom without a displacement parameter takes
    B = 0.5 Å², which the notes of the crystal say.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    :
        The crystal.

    Raises
    ------
    DataError
        The file cannot be read, has no structure, or lacks its cell, space group or coordinates.
    """
    structure = _structure(path)
    group = structure.spacegroup
    if group is None:
        raise DataError(
            f"{path.name} has no space group that is known (found {structure.spacegroup_hm!r}). Expected"
            " _space_group_name_H-M_alt or the list of its operations. Add it."
        )
    cell = structure.cell
    if not cell.is_crystal():
        raise DataError(
            f"{path.name} has no unit cell. Expected _cell_length_a and the five others. Add them."
        )
    notes: dict[str, str] = {}
    return Crystal(
        name=path.stem,
        space_group=group.xhm(),
        cell=(cell.a, cell.b, cell.c, cell.alpha, cell.beta, cell.gamma),
        sites=tuple(_site(atoms, path, notes) for atoms in _grouped(structure, path)),
        reference=path.name,
        notes=notes,
    )


def write_cif(crystal: Crystal, path: Path) -> None:
    """Write a crystal as a CIF file.

    Parameters
    ----------
    crystal
        The crystal.
    path
        The file; an old one is replaced.

    Raises
    ------
    DataError
        The space group does not exist, or the file cannot be written.
    """
    import gemmi

    group = gemmi.find_spacegroup_by_name(crystal.space_group)
    if group is None:
        raise DataError(
            f"the space group {crystal.space_group!r} of {crystal.name} does not exist. Correct it."
        )
    document = gemmi.cif.Document()
    block = document.add_new_block("".join(c if c.isalnum() else "_" for c in crystal.name))
    block.set_pair("_chemical_name_common", gemmi.cif.quote(crystal.name))
    names = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
    for name, number in zip(names, crystal.cell, strict=True):
        block.set_pair(f"_cell_{name}", repr(float(number)))
    block.set_pair("_space_group_name_H-M_alt", gemmi.cif.quote(group.xhm()))
    operations = block.init_loop("_space_group_symop_", ["operation_xyz"])
    for operation in group.operations():
        operations.add_row([gemmi.cif.quote(operation.triplet())])
    _write_atoms(crystal, block)
    try:
        document.write_file(str(path))
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error}. Choose another place.") from error


def _structure(path: Path) -> gemmi.SmallStructure:
    """Return the first block that has atoms."""
    import gemmi

    try:
        if path.stat().st_size > LARGEST_FILE:
            raise DataError(f"{path.name} is larger than {LARGEST_FILE // 10**6} MB. Expected one structure.")
        document = gemmi.cif.read_string(path.read_text(encoding="utf-8", errors="replace"))
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}. Check the path.") from error
    except (ValueError, RuntimeError) as error:
        raise DataError(f"{path.name} is not a CIF file: {error}. Export it again as CIF.") from error
    tags = ["_atom_site_label", "_atom_site_fract_x", "_atom_site_fract_y", "_atom_site_fract_z"]
    for block in document:
        if len(block.find(tags)):
            return gemmi.make_small_structure_from_block(block)
    raise DataError(f"{path.name} lists no atoms. Expected a loop with _atom_site_fract_x, y and z. Add it.")


def _grouped(structure: gemmi.SmallStructure, path: Path) -> list[list[gemmi.SmallStructure.Site]]:
    """Return the atoms by place; what is only listed under another name of the same place stays apart."""
    groups: list[list[gemmi.SmallStructure.Site]] = []
    for atom in structure.sites:
        place = atom.fract.tolist()
        if not all(math.isfinite(number) for number in place):
            raise DataError(
                f"{path.name}: the atom {atom.label} has the coordinates {place}. Expected three numbers."
            )
        for group in groups:
            if all(abs(x - y) < SAME_PLACE for x, y in zip(place, group[0].fract.tolist(), strict=True)):
                group.append(atom)
                break
        else:
            groups.append([atom])
    return groups


def _site(atoms: list[gemmi.SmallStructure.Site], path: Path, notes: dict[str, str]) -> Site:
    label = "/".join(dict.fromkeys(atom.label for atom in atoms))
    occupancy: dict[str, float] = {}
    for atom in atoms:
        ion = _ion(atom, path)
        occupancy[ion] = occupancy.get(ion, 0.0) + atom.occ
    total = sum(occupancy.values())
    if total > 1.0 + 1e-6 and total < 1.02:
        occupancy = {ion: share / total for ion, share in occupancy.items()}
        notes[label] = f"occupancies added up to {total:.4f}, taken as rounding"
    known = [atom.u_iso for atom in atoms if atom.u_iso > 0.0]
    if not known:
        notes[f"displacement of {label}"] = f"not in the file, B {UNKNOWN_DISPLACEMENT} Å² assumed"
    displacement = 8.0 * math.pi**2 * sum(known) / len(known) if known else UNKNOWN_DISPLACEMENT
    x, y, z = atoms[0].fract.tolist()
    return Site(label=label, occupancy=occupancy, position=(x, y, z), b_iso=displacement)


def _ion(atom: gemmi.SmallStructure.Site, path: Path) -> str:
    if atom.element.atomic_number == 0:
        raise DataError(
            f"{path.name}: the atom {atom.label} of type {atom.type_symbol!r} is no element. Correct"
            " _atom_site_type_symbol."
        )
    symbol = "H" if atom.element.name == "D" else str(atom.element.name)
    charge = round(atom.charge)
    return symbol if charge == 0 else f"{symbol}{abs(charge)}{'+' if charge > 0 else '-'}"


def _write_atoms(crystal: Crystal, block: gemmi.cif.Block) -> None:
    import gemmi

    columns = ["label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy", "B_iso_or_equiv"]
    loop = block.init_loop("_atom_site_", columns)
    for site in crystal.sites:
        for ion, share in site.occupancy.items():
            name = site.label if len(site.occupancy) == 1 else f"{site.label}_{ion}"
            place = [repr(float(number)) for number in site.position]
            loop.add_row([gemmi.cif.quote(name), ion, *place, repr(float(share)), repr(float(site.b_iso))])
