"""A parameter set as the text of a TOML file, in the form of those that ship with the package."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping

from lmct.electrode.parameters import ElectrodeParameters
from lmct.evidence.calibration.parameter_unit import unit_of

TOP = ("molar_mass", "lithium", "oxygen_law")
"""Fields that stand at the top of the file."""


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
        Text that :func:`lmct.electrode.parameter_file.read` reads; numbers keep ten digits, and those that
        the oxygen couple shares with LMCT are left out.
    """
    lines = [f"# {line}".rstrip() for line in comment.splitlines()]
    lines.append(f"source = {_quoted(parameters.source)}")
    lines += [f"{name} = {_value(getattr(parameters, name))}" for name in TOP]
    lines += ["", "[parameter]"]
    for field in dataclasses.fields(parameters):
        value = getattr(parameters, field.name)
        is_number = isinstance(value, int | float) and not math.isnan(value)
        if field.name not in TOP and (is_number or (isinstance(value, tuple) and value)):
            lines.append(_row(field.name, value, notes))
    lines += ["", "[lmct]", f"law = {_quoted(parameters.lmct_law)}", "", "[lmct.parameter]"]
    lines += [_row(name, value, notes) for name, value in parameters.lmct_parameters.items()]
    return "\n".join(lines) + "\n"


def _row(name: str, value: float | tuple[float, ...], notes: Mapping[str, str]) -> str:
    note = f", note = {_quoted(notes[name])}" if name in notes else ""
    return f"{name} = {{ value = {_value(value)}, unit = {_quoted(unit_of(name))}{note} }}"


def _value(value: float | str | tuple[float, ...]) -> str:
    """Return a value as TOML wants it: a point or an exponent makes a number a float."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    text = f"{value:.10g}"
    return text if any(sign in text for sign in ".e") else f"{text}.0"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
