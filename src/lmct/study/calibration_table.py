"""The table [calibration] of a study file: free parameters, targets, and which curves to compare with."""

from __future__ import annotations

import dataclasses
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from lmct.electrode.parameters import ElectrodeParameters
from lmct.evidence.calibration.parameter_space import FreeParameter
from lmct.evidence.calibration.target import Target, targets_from_table
from lmct.quantity.errors import DamagedFile, DataError, OutOfRange, unknown_name
from lmct.study.toml_table import Table

LAW_KEYS = tuple(one.name for one in dataclasses.fields(ElectrodeParameters) if one.name.endswith("_law"))
"""Keys that name a rate law: one for each law that an electrode has."""

KEYS = (
    "start",
    *LAW_KEYS,
    "fixed",
    "free",
    "targets",
    "samples",
    "first_cycles",
    "noise",
    "model_error",
    "weight",
    "temperature",
    "start_voltage",
    "sets",
    "cost_difference",
)
FREE_KEYS = ("low", "high", "scale")
SCALES = ("linear", "log")
LARGEST = 1_000_000
"""Size above which a file cannot hold targets [byte]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationEntry:
    """What ``[calibration]`` says, checked and in internal units.

    Parameters
    ----------
    place
        Where it stands, for messages.
    start
        Name or file of the set to start from; empty for that of the material.
    laws, fixed
        Rate laws and numbers that differ from that set.
    free
        The free parameters.
    targets
        Numbers asked for.
    samples
        Names of the samples whose files are compared; none when targets are all that counts.
    first_cycles
        So many cycles from the start of each file; None for all.
    noise
        Standard deviation of one voltage [V]; None to take it from each file.
    model_error
        Disagreement expected of a perfect fit [V].
    weight
        How many times a voltage counts.
    temperature
        Of the cells [K]; None to take it from each file.
    start_voltage
        Voltage to which the electrode was charged before the first step [V].
    sets, cost_difference
        How many distinct solutions to keep, and how much worse they may be.
    """

    place: str
    start: str = ""
    laws: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, float | tuple[float, ...]] = field(default_factory=dict)
    free: tuple[FreeParameter, ...] = ()
    targets: tuple[Target, ...] = ()
    samples: tuple[str, ...] = ()
    first_cycles: int | None = None
    noise: float | None = None
    model_error: float = 0.01
    weight: float = 1.0
    temperature: float | None = None
    start_voltage: float | None = None
    sets: int = 3
    cost_difference: float = 4.0


def read_calibration(content: object, place: str, folder: Path, names: Sequence[str]) -> CalibrationEntry:
    """Read and check the table.

    Parameters
    ----------
    content
        The table.
    place
        Where it stands, for messages.
    folder
        Folder of the study, in which the file of the targets lies.
    names
        Samples of the study.

    Returns
    -------
    :
        What it says. With measurements and no ``samples``, the files of all samples are compared.

    Raises
    ------
    DataError, UnknownName, OutOfRange, UnitMismatch, DamagedFile
        A key, name, number or the file of the targets is wrong.
    """
    table = Table(content, place, KEYS)
    free = tuple(_free(name, row, place) for name, row in table.table("free").items())
    if not free:
        raise DataError(
            f"{place} has no free parameter. Add [calibration.free] with a line such as"
            " metal_potential = {low = 3.3, high = 3.9}."
        )
    return CalibrationEntry(
        place=place,
        start=table.text("start", ""),
        laws={key: table.text(key) for key in LAW_KEYS if key in table},
        fixed={name: _fixed(name, value, place) for name, value in table.table("fixed").items()},
        free=free,
        targets=_targets(content, table, folder),
        samples=_samples(table, names),
        first_cycles=_whole(table, "first_cycles"),
        noise=_positive(table, "noise", "V"),
        model_error=_zero_or_more(table.quantity("model_error", "V"), f"{place}, model_error", 0.01),
        weight=_weight(table),
        temperature=_positive(table, "temperature", "K"),
        start_voltage=_positive(table, "start_voltage", "V"),
        sets=_whole(table, "sets") or 3,
        cost_difference=_zero_or_more(table.number("cost_difference"), f"{place}, cost_difference", 4.0),
    )


def _free(name: str, content: object, place: str) -> FreeParameter:
    row = Table(content, f"free parameter {name} of {place}", FREE_KEYS)
    low, high = row.number("low"), row.number("high")
    if low is None or high is None:
        raise DataError(f"{row.place} needs 'low' and 'high', such as {{low = 3.3, high = 3.9}}.")
    scale = row.text("scale", "linear")
    if scale not in SCALES:
        raise unknown_name(f"scale (asked for by {row.place})", scale, SCALES)
    try:
        return FreeParameter(name, low, high, logarithmic=scale == "log")
    except OutOfRange as error:
        raise OutOfRange(f"{row.place}: {error}") from error


def _fixed(name: str, value: object, place: str) -> float | tuple[float, ...]:
    numbers: list[Any] = value if isinstance(value, list) else [value]
    for number in numbers:
        if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
            raise DataError(f"{place}, fixed, {name} is {value!r}. Expected finite numbers without quotes.")
    return tuple(map(float, numbers)) if isinstance(value, list) else float(numbers[0])


def _targets(content: object, table: Table, folder: Path) -> tuple[Target, ...]:
    """Return targets that stand in the table itself, or in a file in the study or beside its folder.

    Beside the folder, so that rival studies share one list of targets.
    """
    stated = content.get("targets") if isinstance(content, dict) else None
    if not isinstance(stated, str):
        return targets_from_table(table.table("targets"), table.place)
    path = (folder / stated).resolve()
    home = folder.resolve()
    if not path.is_relative_to(home) and path.parent != home.parent:
        raise DataError(
            f"{table.place}: {stated!r} lies neither in the study folder nor beside it. Copy it into the"
            " study."
        )
    return targets_from_table(_toml(path, table.place), path.name)


def _toml(path: Path, place: str) -> dict[str, Any]:
    if not path.is_file():
        raise DataError(f"{place} names the targets {path.name!r}, but there is no such file.")
    if path.stat().st_size > LARGEST:
        raise DamagedFile(f"{path.name} is larger than 1 MB. Expected targets, which are short text.")
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DamagedFile(f"{path.name} is not valid TOML: {error}.") from error


def _samples(table: Table, names: Sequence[str]) -> tuple[str, ...]:
    if "samples" not in table:
        return tuple(names)
    patterns = table.texts("samples")
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise unknown_name(f"sample (asked for by {table.place})", pattern, names)
    return tuple(name for name in names if any(fnmatchcase(name, pattern) for pattern in patterns))


def _whole(table: Table, key: str) -> int | None:
    number = table.number(key)
    if number is None:
        return None
    if not (number >= 1 and number == int(number)):
        raise OutOfRange(f"{table.place} has {key} = {number:g}. Expected a whole number of at least 1.")
    return int(number)


def _positive(table: Table, key: str, unit: str) -> float | None:
    number = table.quantity(key, unit)
    if number is not None and not (math.isfinite(number) and number > 0):
        raise OutOfRange(f"{table.place} has {key} = {number:g} {unit}. Expected a positive number.")
    return number


def _zero_or_more(number: float | None, place: str, default: float) -> float:
    if number is None:
        return default
    if not (math.isfinite(number) and number >= 0):
        raise OutOfRange(f"{place} is {number:g}. Expected zero or more.")
    return number


def _weight(table: Table) -> float:
    number = table.number("weight")
    if number is None:
        return 1.0
    if not (math.isfinite(number) and number > 0):
        raise OutOfRange(f"{table.place} has weight = {number:g}. Expected a positive number.")
    return number
