"""Calibrated diffractometers as TOML files, and the diffractometer of a pattern that says what it was."""

from __future__ import annotations

import dataclasses
import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lmct.quantity.errors import DamagedFile, DataError, MissingColumn, OutOfRange, unknown_name
from lmct.technique.diffraction.diffractometer import (
    CAPILLARY,
    REFLECTION,
    Diffractometer,
    diffractometer,
)

if TYPE_CHECKING:
    from lmct.instrument.diffraction.pattern import DiffractionPattern
    from lmct.technique.diffraction.request import RefinementRequest

TABLE = "diffractometer"
LARGEST = 1_000_000
"""Size above which a file cannot be a diffractometer [byte]."""

SYNCHROTRON = 1.0
"""A single line below this wavelength is taken for a synchrotron's [Å]."""

_FIELDS = {field.name: field for field in dataclasses.fields(Diffractometer)}


def diffractometer_text(instrument: Diffractometer, *, comment: str = "") -> str:
    """Return a diffractometer as TOML.

    Parameters
    ----------
    instrument
        The diffractometer.
    comment
        Lines above it.

    Returns
    -------
    :
        What :func:`read_diffractometer` reads.
    """
    lines = [f"# {line}" for line in comment.splitlines()] + [f"[{TABLE}]"]
    for name in _FIELDS:
        value = getattr(instrument, name)
        if value is None:
            continue
        shown = f'"{value}"' if isinstance(value, str) else list(value) if name == "wavelengths" else value
        lines.append(f"{name} = {shown}")
    return "\n".join(lines) + "\n"


def read_diffractometer(path: Path) -> Diffractometer:
    """Read a diffractometer.

    Parameters
    ----------
    path
        A TOML file with a table ``[diffractometer]``.

    Returns
    -------
    :
        The diffractometer.

    Raises
    ------
    DataError
        There is no such file, or it is too large.
    DamagedFile
        It is no TOML, or has no such table.
    UnknownName
        A key does not exist.
    OutOfRange
        A value is no finite number.
    """
    if not path.is_file() or path.stat().st_size > LARGEST:
        raise DataError(f"{path} is no file of a diffractometer. Expected one that lmct xrd calibrate wrote.")
    try:
        content = tomllib.loads(path.read_text("utf-8"))[TABLE]
        items = dict(content)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise DamagedFile(
            f"{path.name} has no readable table [{TABLE}] ({error}). Write it again with lmct xrd calibrate."
        ) from error
    return Diffractometer(**{name: _checked(name, value, path) for name, value in items.items()})


def named_diffractometer(name: str) -> Diffractometer:
    """Return a preset by its name, or the diffractometer in a file.

    Parameters
    ----------
    name
        Name, or path that ends in ``.toml``.
    """
    return read_diffractometer(Path(name)) if name.endswith(".toml") else diffractometer(name)


def diffractometer_of_pattern(pattern: DiffractionPattern, request: RefinementRequest) -> Diffractometer:
    """Return the diffractometer of a pattern: what is asked for, else what the file says, else the usual.

    Parameters
    ----------
    pattern
        The pattern.
    request
        Instrument, wavelengths, geometry and radius that go before those of the file.

    Returns
    -------
    :
        The diffractometer; where only the pattern is known, its line shape is a guess to be refined.

    Raises
    ------
    MissingColumn
        Neither the file nor the user tells the wavelength.

    Examples
    --------
    >>> import numpy as np
    >>> from lmct.instrument.diffraction.pattern import DiffractionPattern
    >>> from lmct.technique.diffraction.request import RefinementRequest
    >>> pattern = DiffractionPattern(np.array([10.0, 10.1]), np.array([1.0, 2.0]), wavelengths=(0.458,))
    >>> diffractometer_of_pattern(pattern, RefinementRequest()).geometry
    'capillary'
    """
    wavelengths = request.wavelengths or (() if request.instrument else pattern.wavelengths)
    if request.instrument:
        chosen = named_diffractometer(request.instrument)
    elif not wavelengths:
        raise MissingColumn(
            f"{pattern.source_file} does not tell its wavelength. Expected one, or two for a doublet. Give"
            " --wavelength 1.54056,1.54439 (copper), or wavelengths = [...] in the options of the study file."
        )
    else:
        chosen = _usual(wavelengths, pattern)
    changes: dict[str, object] = {"wavelengths": wavelengths} if wavelengths else {}
    changes |= {"geometry": request.geometry} if request.geometry else {}
    changes |= {"radius": request.radius} if request.radius else {}
    return dataclasses.replace(chosen, **changes)  # type: ignore[arg-type]


def _usual(wavelengths: tuple[float, ...], pattern: DiffractionPattern) -> Diffractometer:
    if len(wavelengths) == 1 and wavelengths[0] < SYNCHROTRON:
        return dataclasses.replace(diffractometer("11-bm"), wavelengths=wavelengths)
    laboratory = diffractometer("laboratory-copper")
    ratio = laboratory.line_ratio if pattern.line_ratio is None else pattern.line_ratio
    radius = laboratory.radius if pattern.radius is None else pattern.radius
    return dataclasses.replace(laboratory, wavelengths=wavelengths, line_ratio=ratio, radius=radius)


def _checked(name: str, value: Any, path: Path) -> Any:  # noqa: ANN401 - any TOML value
    if name not in _FIELDS:
        raise unknown_name(f"key of {path.name}", name, _FIELDS)
    if name == "wavelengths" and isinstance(value, list) and all(_is_number(one) for one in value):
        return tuple(float(one) for one in value)
    if name == "geometry" and isinstance(value, str):
        return value
    if name not in ("wavelengths", "geometry") and _is_number(value):
        return float(value)
    raise OutOfRange(f"{path.name}: {name} is {value!r}. Expected {_expected(name)}.")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _expected(name: str) -> str:
    kinds: Mapping[str, str] = {
        "wavelengths": "a list of numbers in Å",
        "geometry": f'"{REFLECTION}", "{CAPILLARY}" or "transmission"',
    }
    return kinds.get(name, "a finite number")
