"""Parameter sets as TOML files, in the format of those that ship with the package."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lmct.electrode.parameters import ElectrodeParameters
from lmct.evidence.calibration.parameter_unit import unit_of
from lmct.quantity.errors import DamagedFile, DataError, OutOfRange, UnknownName

LARGEST = 1_000_000
"""Size above which a file cannot be a parameter set [byte]."""

LAW, PARAMETERS = "_law", "_parameters"
"""Endings of the fields that hold a rate law's name and its numbers."""

TOP = ("molar_mass", "lithium")
"""Numbers of the material, which stand at the top of the file."""


def read_set(path: Path) -> ElectrodeParameters:
    """Read a parameter set from a file.

    Parameters
    ----------
    path
        A TOML file such as ``lmct calibrate`` writes.

    Returns
    -------
    :
        The parameters; their name is that of the file.

    Raises
    ------
    DataError
        There is no such file, or something is missing in it.
    DamagedFile
        It is not valid TOML.
    OutOfRange, UnknownName
        A number is impossible, or a name does not exist.
    """
    if not path.is_file():
        raise DataError(f"there is no parameter set {path}. Expected a file that lmct calibrate wrote.")
    if path.stat().st_size > LARGEST:
        raise DamagedFile(f"{path} is larger than 1 MB. Expected a parameter set, which is short text.")
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DamagedFile(f"{path} is not valid TOML: {error}.") from error
    try:
        return ElectrodeParameters(**_fields(content), name=path.stem)
    except KeyError as error:
        raise DataError(f"{path} lacks {error}. Compare it with another parameter set.") from error
    except TypeError as error:
        reason = str(error).replace("ElectrodeParameters.__init__() ", "")
        raise DataError(f"{path} is no parameter set: {reason}. Compare it with another one.") from error
    except (OutOfRange, UnknownName) as error:
        raise type(error)(f"{path}: {error}") from error


def set_text(parameters: ElectrodeParameters, *, notes: Mapping[str, str], comment: str = "") -> str:
    """Return a parameter set as the text of a TOML file.

    Parameters
    ----------
    parameters
        The set.
    notes
        What is to be said of single numbers, by name.
    comment
        Lines at the top.

    Returns
    -------
    :
        Text that :func:`read_set` reads; numbers keep ten digits.
    """
    lines = [f"# {line}".rstrip() for line in comment.splitlines()]
    lines.append(f"source = {_quoted(parameters.source)}")
    lines += [f"{name} = {_number(getattr(parameters, name))}" for name in TOP]
    lines += ["", "[parameter]"]
    laws = []
    for field in dataclasses.fields(parameters):
        value = getattr(parameters, field.name)
        if isinstance(value, int | float) and field.name not in TOP:
            lines.append(_row(field.name, value, notes))
        elif isinstance(value, Mapping):
            laws.append((field.name.removesuffix(PARAMETERS), value))
    for law, numbers in laws:
        lines += ["", f"[{law}]", f"law = {_quoted(getattr(parameters, law + LAW))}"]
        lines += ["", f"[{law}.parameter]", *(_row(name, number, notes) for name, number in numbers.items())]
    return "\n".join(lines) + "\n"


def _fields(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of the parameters; a table with a law becomes its name and its numbers."""
    fields: dict[str, Any] = {name: content[name] for name in (*TOP, "source")}
    fields |= _values(content["parameter"])
    for name, table in content.items():
        if name != "parameter" and isinstance(table, Mapping):
            fields[name + LAW] = table["law"]
            fields[name + PARAMETERS] = _values(table["parameter"])
    return fields


def _values(table: Mapping[str, Any]) -> dict[str, float]:
    return {name: entry["value"] for name, entry in table.items()}


def _row(name: str, value: float, notes: Mapping[str, str]) -> str:
    note = f", note = {_quoted(notes[name])}" if name in notes else ""
    return f"{name} = {{ value = {_number(value)}, unit = {_quoted(unit_of(name))}{note} }}"


def _number(value: float) -> str:
    """Return a number with ten digits as TOML wants it: a point or an exponent makes it a float."""
    text = f"{value:.10g}"
    return text if any(sign in text for sign in ".en") else f"{text}.0"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
