"""Athena projects (.prj): Perl text, plain or packed, or the JSON that Larch writes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.instrument.absorption.perl_text import PerlValue, dict_of, perl_list
from lmct.instrument.absorption.raw_scan import RawScan
from lmct.instrument.absorption.scan import INCIDENT, MU, NORMALISED, REFERENCE_MU, UNCERTAINTY
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile

NAME = "athena"

_ARRAY = re.compile(r"@(\w+)\s*=\s*(?=\()")
_OLD_GROUP = re.compile(r"\$old_group\s*=\s*'([^']*)'")


def recognises(source: Source) -> bool:
    """Say whether the first words are those of an Athena project."""
    head = source.text_head.lstrip()[:4000]
    return head.startswith("# Athena project file") or (head.startswith("{") and "Athena project" in head)


def read(source: Source) -> tuple[RawScan, ...]:
    """Return every group that holds absorption; a group that is the reference of another joins it.

    Energies are those measured plus the shift that the project holds for its group.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        The project is cut off, or the arrays of a group differ in length.
    """
    text = source.text()
    groups = (
        _groups_of_json(text, source.name) if text.lstrip().startswith("{") else _groups(text, source.name)
    )
    if not groups:
        raise DamagedFile(
            f"{source.name} holds no group of data. Expected one or more. Save the project again."
        )
    by_name = {name: group for name, group in groups if name}
    references = {_reference_of(name, by_name, groups) for name, _ in groups} - {""}
    scans = []
    for name, group in groups:
        if name in references or str(group["args"].get("is_chi") or "0") == "1":
            continue
        scans.append(_scan(group, by_name.get(_reference_of(name, by_name, groups)), source.name))
    return tuple(scans)


Group = dict[str, Any]


def _groups(text: str, name: str) -> list[tuple[str, Group]]:
    """Return the groups of Perl text in order, with their names."""
    if not re.search(r"^1;\s*$", text, re.MULTILINE):
        raise DamagedFile(
            f"{name} lacks its last lines ('1;'). Expected a whole Athena project."
            " The copy is cut off; copy it again."
        )
    found = []
    for part in re.split(r"^\[record\]", text, flags=re.MULTILINE)[:-1]:
        label = _OLD_GROUP.search(part)
        start = label.start() if label else 0
        arrays = {one[1]: one.end() for one in _ARRAY.finditer(part, start)}
        if "args" not in arrays or "x" not in arrays or "y" not in arrays:
            continue
        group: Group = {"args": dict_of(perl_list(part[arrays["args"] :], name=name))}
        for column in ("x", "y", "i0", "signal", "stddev"):
            if column in arrays:
                group[column] = _numbers(perl_list(part[arrays[column] :], name=name), name)
        found.append((label[1] if label else "", group))
    return found


def _groups_of_json(text: str, name: str) -> list[tuple[str, Group]]:
    """Return the groups of the JSON that Larch writes, in its order."""
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise DamagedFile(
            f"{name}: line {error.lineno} is no JSON. Expected a whole project. Copy it again."
        ) from error
    order = content.get("_____order") or [key for key in content if not key.startswith("_")]
    found = []
    for key in order:
        one = content.get(key)
        if not isinstance(one, Mapping) or "x" not in one or "y" not in one:
            continue
        args = one.get("args", {})
        group: Group = {"args": dict_of(args) if isinstance(args, list) else dict(args)}
        for column in ("x", "y", "i0", "signal", "stddev"):
            if column in one:
                group[column] = _numbers(one[column], name)
        found.append((str(key), group))
    return found


def _numbers(items: Sequence[PerlValue], name: str) -> Float[np.ndarray, "point"]:
    try:
        return np.array([float(str(item)) for item in items])
    except ValueError as error:
        raise DamagedFile(f"{name}: an array holds something else than numbers ({error}).") from error


def _reference_of(name: str, by_name: Mapping[str, Group], groups: Sequence[tuple[str, Group]]) -> str:
    """Return the reference of a group: by its link, else the next group if labelled "Ref <label>"."""
    group = by_name.get(name)
    if group is None or str(group["args"].get("label", "")).strip().startswith("Ref "):
        return ""
    link = str(group["args"].get("referencegroup") or "")
    if link in by_name and str(by_name[link]["args"].get("label", "")).strip().startswith("Ref"):
        return link
    wanted = f"Ref {str(group['args'].get('label', '')).strip()}"
    place = next(i for i, (other, _) in enumerate(groups) if other == name)
    if place + 1 < len(groups) and str(groups[place + 1][1]["args"].get("label", "")).strip() == wanted:
        return groups[place + 1][0]
    return ""


def _scan(group: Group, reference: Group | None, name: str) -> RawScan:
    args = group["args"]
    label = str(args.get("label") or "").strip()
    energy, mu = group["x"], group["y"]
    if len(energy) != len(mu):
        raise DamagedFile(
            f"{name}: group {label!r} has {len(energy)} energies and {len(mu)} values. Expected as many."
            " The project is damaged; save it again."
        )
    said: list[str] = []
    shift = _number(args.get("bkg_eshift"))
    channels = {NORMALISED if str(args.get("is_nor") or "0") == "1" else MU: mu}
    for column, channel in (("i0", INCIDENT), ("stddev", UNCERTAINTY)):
        if column in group and len(group[column]) == len(energy) and np.any(group[column] != 0):
            channels[channel] = group[column]
    if reference is not None:
        if len(reference["x"]) == len(energy) and np.allclose(reference["x"], energy, atol=1e-3):
            channels[REFERENCE_MU] = reference["y"]
        else:
            said.append(f"the reference of {label!r} is measured at other energies and left out.")
    if shift:
        said.append(f"energies hold the shift of {shift:+g} eV that the project gives to {label!r}.")
    return RawScan(
        energy=energy + shift,
        channels=channels,
        energy_unit="eV",
        element=str(args.get("bkg_z") or ""),
        edge=str(args.get("fft_edge") or "").upper(),
        sample=label,
        metadata={"energy_shift": f"{shift:g}", "source": str(args.get("source") or args.get("file") or "")},
        warnings=tuple(said),
    )


def _number(item: object) -> float:
    try:
        return float(str(item))
    except ValueError:
        return 0.0
