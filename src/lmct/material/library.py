"""The materials that are on file: those of the package and the user's own TOML files."""

from __future__ import annotations

import math
import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lmct.material.family import composition_from_end_members
from lmct.material.formula import format_formula, parse_formula
from lmct.material.material import Material, Reagent, RedoxCentre, Reference
from lmct.quantity.errors import DataError, OutOfRange, UnknownName, unknown_name

FOLDER_VARIABLE = "LMCT_MATERIALS"
"""Environment variable that names a folder with further material files."""

_TABLES = {
    "": ({"title"}, {"structure", "formula", "family", "redox", "recipe", "references"}),
    "formula": ({"text", "source"}, set()),
    "family": ({"at_zero", "at_one", "oxygen", "default_x", "source"}, set()),
    "redox": ({"metal", "pristine", "highest", "source"}, {"note"}),
    "recipe": ({"lithium_excess", "source", "precursor"}, set()),
    "recipe.precursor": ({"name", "formula", "delivers", "purity", "source"}, {"note"}),
    "references": ({"citation"}, {"doi"}),
}
"""Keys that each table of a material file must have and may have."""


def names() -> tuple[str, ...]:
    """Return the names of all materials on file, sorted.

    Returns
    -------
    :
        Names that :func:`load` knows: those of the package and of the folder in ``LMCT_MATERIALS``.

    Examples
    --------
    >>> "li-ti-ni-o" in names()
    True
    """
    return tuple(sorted(_files()))


def load(name: str | Path, x: float | None = None) -> Material:
    """Load a material.

    Parameters
    ----------
    name
        Name in the library, or the path of a TOML file.
    x
        Position in the family, 0 to 1; None takes the default of the file (0.4 for ``li-ti-ni-o``).

    Returns
    -------
    :
        The material.

    Raises
    ------
    UnknownName
        No such material; or the file has a key that does not exist.
    DataError
        The file is damaged or incomplete, or x was given for a material that is no family.
    OutOfRange
        x or a valence is impossible.

    Examples
    --------
    >>> material = load("li-ti-ni-o", x=0.4)
    >>> material.formula, round(material.capacity_m2_m4, 2)
    ('Li1.1667Ti0.5833Ni0.25O2', 162.06)
    """
    path = _path(name)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path} is not a TOML file: {error}. Correct that line.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}. Check the path.") from error
    return _material(path.stem, data, x, path.name)


def _files() -> dict[str, Path]:
    """Return the files by material name; two files of one name are refused."""
    folders = [Path(__file__).parent / "library"]
    if os.environ.get(FOLDER_VARIABLE):
        folders.append(Path(os.environ[FOLDER_VARIABLE]))
    found: dict[str, Path] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        if path.stem in found:
            raise DataError(
                f"two files define the material {path.stem}: {found[path.stem]} and {path}. Rename yours."
            )
        found[path.stem] = path
    return found


def _path(name: str | Path) -> Path:
    if isinstance(name, Path) or name.endswith(".toml"):
        return Path(name)
    files = _files()
    if name not in files:
        raise unknown_name("material", name, files)
    return files[name]


def _material(name: str, data: Mapping[str, Any], x: float | None, place: str) -> Material:
    _check_keys(data, "", place)
    references = {
        key: _reference(value, f"{place}: references.{key}")
        for key, value in _table(data, "references", place).items()
    }
    composition, x, source = _composition(data, x, place)
    centres = tuple(
        _centre(row, f"{place}: redox {i}") for i, row in enumerate(_rows(data, "redox", place), 1)
    )
    recipe = _table(data, "recipe", place)
    if recipe:
        _check_keys(recipe, "recipe", place)
    reagents = tuple(
        _reagent(row, f"{place}: precursor {i}") for i, row in enumerate(_rows(recipe, "precursor", place), 1)
    )
    cited = [source, *(centre.source for centre in centres), *(reagent.source for reagent in reagents)]
    _check_sources(cited, references, place)
    return Material(
        name=name,
        title=str(data["title"]),
        formula=data["formula"]["text"] if x is None else format_formula(composition),
        composition=composition,
        x=x,
        structure=str(data.get("structure", "")),
        redox_centres=centres,
        reagents=reagents,
        lithium_excess=_number(recipe, "lithium_excess", place) if recipe else 0.0,
        source=source,
        references=references,
    )


def _composition(
    data: Mapping[str, Any], x: float | None, place: str
) -> tuple[dict[str, float], float | None, str]:
    """Return composition, x and source from the table ``formula`` or ``family``."""
    if ("formula" in data) == ("family" in data):
        raise DataError(f"{place} must have either a [formula] or a [family] table. Keep one of them.")
    if "formula" in data:
        if x is not None:
            raise DataError(f"{place} is a single compound, so x = {x!r} means nothing. Leave x out.")
        table = _table(data, "formula", place)
        _check_keys(table, "formula", place)
        return parse_formula(_text(table, "text", place)), None, _text(table, "source", place)
    table = _table(data, "family", place)
    _check_keys(table, "family", place)
    position = _number(table, "default_x", place) if x is None else x
    composition = composition_from_end_members(
        at_zero=parse_formula(_text(table, "at_zero", place)),
        at_one=parse_formula(_text(table, "at_one", place)),
        x=position,
        oxygen=_number(table, "oxygen", place),
    )
    return composition, position, _text(table, "source", place)


def _centre(row: Mapping[str, Any], place: str) -> RedoxCentre:
    _check_keys(row, "redox", place)
    pristine, highest = _number(row, "pristine", place), _number(row, "highest", place)
    if not 0.0 <= pristine <= highest <= 8.0:
        raise OutOfRange(
            f"{place}: valences {pristine:g} to {highest:g} are impossible."
            " Expected 0 <= pristine <= highest <= 8."
        )
    note = str(row.get("note", ""))
    return RedoxCentre(_text(row, "metal", place), pristine, highest, _text(row, "source", place), note)


def _reagent(row: Mapping[str, Any], place: str) -> Reagent:
    _check_keys(row, "recipe.precursor", place)
    texts = {key: _text(row, key, place) for key in ("name", "formula", "delivers", "source")}
    if texts["delivers"] not in parse_formula(texts["formula"]):
        raise DataError(f"{place}: {texts['formula']} contains no {texts['delivers']}. Correct 'delivers'.")
    return Reagent(**texts, purity=_number(row, "purity", place), note=str(row.get("note", "")))


def _reference(row: Mapping[str, Any], place: str) -> Reference:
    _check_keys(row, "references", place)
    return Reference(citation=str(row["citation"]), doi=str(row.get("doi", "")))


def _check_keys(table: object, kind: str, place: str) -> None:
    if not isinstance(table, Mapping):
        raise DataError(
            f"{place}: {kind or 'the file'} must be a table, got {table!r}. See an existing material file."
        )
    needed, allowed = _TABLES[kind]
    for key in table:
        if key not in needed | allowed:
            raise UnknownName(f"{place}: {unknown_name('key', key, needed | allowed)}")
    for key in sorted(needed - set(table)):
        raise DataError(
            f"{place} lacks {key!r} in {kind or 'the file'}. Add it; every number needs its source."
        )


def _check_sources(keys: Iterable[str], references: Mapping[str, Reference], place: str) -> None:
    for key in keys:
        if key not in references:
            raise UnknownName(f"{place}: {unknown_name('reference', key, references)}")


def _table(data: Mapping[str, Any], key: str, place: str) -> Mapping[str, Any]:
    table = data.get(key, {})
    if not isinstance(table, Mapping):
        raise DataError(f"{place}: {key} must be a table, got {table!r}. Write [{key}] in brackets.")
    return table


def _rows(table: Mapping[str, Any], key: str, place: str) -> list[Any]:
    rows = table.get(key, [])
    if not isinstance(rows, list):
        raise DataError(f"{place}: {key} must be a list of tables. Write [[{key}]] with double brackets.")
    return rows


def _text(table: Mapping[str, Any], key: str, place: str) -> str:
    value = table[key]
    if not isinstance(value, str):
        raise DataError(f"{place}: {key} must be text, got {value!r}. Write it in quotes.")
    return value


def _number(table: Mapping[str, Any], key: str, place: str) -> float:
    value = table[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise DataError(f"{place}: {key} must be a number, got {value!r}. Write it without quotes.")
    return float(value)
