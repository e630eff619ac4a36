"""Read study.toml: every key, name, unit and type is checked before anything runs."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lmct.quantity.errors import DamagedFile, DataError, LmctError, unknown_name
from lmct.study.condition import IN_CYCLING, condition_from_steps, condition_from_table
from lmct.study.layout import AnalysisEntry, MeasurementEntry, Sample, Study
from lmct.study.toml_table import Table

if TYPE_CHECKING:
    from lmct.study.calibration_table import CalibrationEntry
    from lmct.study.fit_table import FitEntry

STUDY_FILE = "study.toml"
LARGEST = 10_000_000
"""Size above which a file cannot be a study file [byte]."""

TOP_KEYS = ("study", "sample", "measurement", "analysis", "calibration", "fit")
STUDY_KEYS = ("name", "description", "material", "x", "roots")
SAMPLE_KEYS = ("name", "history", "in_cycling", "condition", "note")
MEASUREMENT_KEYS = (
    "sample",
    "technique",
    "files",
    "dataset",
    "active_mass",
    "active_masses",
    "columns",
    "options",
    "condition",
)
ANALYSIS_KEYS = ("name", "kind", "technique", "samples", "options")
DEFAULT_TECHNIQUE = "electrochemistry"

Entry = TypeVar("Entry")


def read_study(location: Path) -> Study:
    """Read and check a study file.

    Parameters
    ----------
    location
        The file, or the folder that holds ``study.toml``.

    Returns
    -------
    :
        The study in internal units.

    Raises
    ------
    DataError
        There is no such file, or a key is missing or of the wrong type.
    DamagedFile
        The file is not valid TOML.
    UnknownName
        A key, material, technique, analysis or sample does not exist.
    UnitMismatch
        A text is not a number with a fitting unit.
    """
    path = (location / STUDY_FILE if location.is_dir() else location).absolute()
    content, sha256 = _parse(path)
    top = Table(content, path.name, TOP_KEYS)
    head = Table(content.get("study"), f"[study] in {path.name}", STUDY_KEYS)
    samples = _entries(content, "sample", path, _sample)
    names = _unique([sample.name for sample in samples], f"sample in {path.name}")
    measurements = _entries(content, "measurement", path, lambda *a: _measurement(*a, names=names))
    analyses = _entries(content, "analysis", path, lambda *a: _analysis(*a, names=names))
    if "measurement" not in top and "calibration" not in top:
        raise DataError(f"{path.name} has no [[measurement]]. Add one that names a sample and its files.")
    return Study(
        path=path,
        sha256=sha256,
        name=head.text("name"),
        description=head.text("description", ""),
        material=_material(head),
        x=head.number("x"),
        roots=tuple((path.parent / root).resolve() for root in head.texts("roots")),
        samples=samples,
        measurements=measurements,
        analyses=_named(analyses),
        calibration=_calibration(content, path, names),
        fit=_fit(content, path, names),
    )


def _parse(path: Path) -> tuple[dict[str, Any], str]:
    if not path.is_file():
        raise DataError(f"there is no study file {path}. Make one with: lmct new {path.parent.name}")
    if path.stat().st_size > LARGEST:
        raise DamagedFile(
            f"{path} is larger than {LARGEST // 1_000_000} MB. Expected a study file, which is short text."
        )
    raw = path.read_bytes()
    try:
        return tomllib.loads(raw.decode("utf-8-sig")), hashlib.sha256(raw).hexdigest()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DamagedFile(
            f"{path} is not valid TOML: {error}. Texts stand in quotes, lists in [ ]."
        ) from error


def _entries(
    content: dict[str, Any], key: str, path: Path, read: Callable[[Any, str], Entry]
) -> tuple[Entry, ...]:
    rows = content.get(key, [])
    if not isinstance(rows, list):
        raise DataError(
            f"{path.name} has one [{key}]. Expected [[{key}]] with two brackets, one for each {key}."
        )
    return tuple(read(row, f"{key} {number} in {path.name}") for number, row in enumerate(rows, start=1))


def _sample(content: object, place: str) -> Sample:
    table = Table(content, place, SAMPLE_KEYS)
    history = table.texts("history")
    stated = condition_from_table(table.table("condition"), place)
    condition = _condition_of(history, place, needs_hold="hold_temperature" not in stated) | stated
    if table.flag("in_cycling"):
        condition = {IN_CYCLING: 1.0} | condition
    return Sample(table.text("name"), history, condition, table.text("note", ""))


def _condition_of(history: Sequence[str], place: str, *, needs_hold: bool) -> dict[str, float]:
    """Return the numbers of a history; an ambiguous heating matters only where no hold is stated."""
    if not history:
        return {}
    from lmct.protocol.plain_words import parse_steps

    try:
        steps = parse_steps(history)
        counted = steps if needs_hold else [step for step in steps if step.kind != "heat"]
        return condition_from_steps(counted, place)
    except LmctError as error:
        raise DataError(f"history of {place}: {error}") from error


def _measurement(content: object, place: str, *, names: Sequence[str]) -> MeasurementEntry:
    table = Table(content, place, MEASUREMENT_KEYS)
    sample = table.text("sample")
    if sample not in names:
        raise unknown_name(f"sample (asked for by {place})", sample, names)
    if ("files" in table) == ("dataset" in table):
        raise DataError(f'{place} must have either files = ["..."] or dataset = "...", and not both.')
    return MeasurementEntry(
        place=place,
        sample=sample,
        technique=_technique(table),
        files=table.texts("files"),
        datasets=table.texts("dataset"),
        active_mass=_mass(table),
        active_masses=_masses(table),
        columns=table.table("columns"),
        options=table.table("options"),
        condition=condition_from_table(table.table("condition"), place),
    )


def _calibration(content: dict[str, Any], path: Path, names: Sequence[str]) -> CalibrationEntry | None:
    if "calibration" not in content:
        return None
    from lmct.study.calibration_table import read_calibration

    return read_calibration(content["calibration"], f"[calibration] in {path.name}", path.parent, names)


def _fit(content: dict[str, Any], path: Path, names: Sequence[str]) -> FitEntry | None:
    if "fit" not in content:
        return None
    from lmct.study.fit_table import read_fit

    return read_fit(content["fit"], f"[fit] in {path.name}", names)


def _mass(table: Table) -> float | None:
    mass = table.quantity("active_mass", "g")
    return None if mass is None else _positive(mass, f"{table.place}, active_mass")


def _masses(table: Table) -> dict[str, float]:
    masses = table.quantities("active_masses", "g")
    return {file: _positive(mass, f"{table.place}, active_masses, {file}") for file, mass in masses.items()}


def _positive(mass: float, place: str) -> float:
    if not mass > 0:
        raise DataError(f"{place} is {mass:g} g. Expected a positive mass.")
    return mass


def _analysis(content: object, place: str, *, names: Sequence[str]) -> AnalysisEntry:
    from lmct.study.techniques import group_analysis

    table = Table(content, place, ANALYSIS_KEYS)
    kind, technique = table.text("kind"), _technique(table)
    group_analysis(technique, kind)
    patterns = table.texts("samples") or ("*",)
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise unknown_name(f"sample (asked for by {place})", pattern, names)
    chosen = tuple(name for name in names if any(fnmatchcase(name, pattern) for pattern in patterns))
    return AnalysisEntry(place, table.text("name", kind), kind, technique, chosen, table.table("options"))


def _technique(table: Table) -> str:
    from lmct.study.techniques import technique_modules

    name = table.text("technique", DEFAULT_TECHNIQUE)
    if name not in (known := technique_modules()):
        raise unknown_name(f"technique (asked for by {table.place})", name, known)
    return name


def _material(head: Table) -> str:
    name = head.text("material", "")
    if name:
        from lmct import material

        material.load(name, x=head.number("x"))
    return name


def _unique(names: Sequence[str], kind: str) -> Sequence[str]:
    for name in names:
        if names.count(name) > 1:
            raise DataError(f"more than one {kind} is called {name!r}. Expected different names.")
    return names


def _named(analyses: Sequence[AnalysisEntry]) -> tuple[AnalysisEntry, ...]:
    """Check that analyses can be told apart: two of one kind need names."""
    names = [analysis.name for analysis in analyses]
    for analysis in analyses:
        if names.count(analysis.name) > 1:
            raise DataError(
                f'{analysis.place}: another analysis is called {analysis.name!r} too. Add name = "...".'
            )
    return tuple(analyses)
