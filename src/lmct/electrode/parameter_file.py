"""Parameter sets as files: those that ship with the package, and a user's own."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from lmct.electrode.parameters import ElectrodeParameters
from lmct.quantity.errors import DamagedFile, DataError, unknown_name


def sets() -> tuple[str, ...]:
    """Return the names of the parameter sets that ship with the package."""
    folder = resources.files("lmct.electrode") / "parameter_set"
    return tuple(
        sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))
    )


@functools.cache
def load(name: str = "li-ti-ni-o") -> ElectrodeParameters:
    """Load a parameter set that ships with the package.

    Parameters
    ----------
    name
        One of :func:`sets`.

    Returns
    -------
    :
        The parameters.

    Raises
    ------
    UnknownName
        There is no such set.
    DataError
        The file of the set lacks a number.

    Examples
    --------
    >>> load("li-ti-ni-o").lmct_law
    'metal-potential'
    """
    if name not in sets():
        raise unknown_name("electrode parameter set", name, sets())
    text = (resources.files("lmct.electrode") / "parameter_set" / f"{name}.toml").read_text("utf-8")
    return parameters_from_text(text, name)


def read(path: Path) -> ElectrodeParameters:
    """Read a parameter set from a file of the same form as those that ship with the package.

    Parameters
    ----------
    path
        A .toml file, for example the result of ``lmct calibrate``.

    Returns
    -------
    :
        The parameters, named after the file.

    Raises
    ------
    DataError
        The file does not exist, is no TOML, or lacks a number.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        raise DataError(
            f"{path} does not exist. Expected a parameter set (.toml); `lmct calibrate` writes one."
        ) from error
    except UnicodeDecodeError as error:
        raise DamagedFile(f"{path} is no text in UTF-8. Expected a parameter set (.toml).") from error
    return parameters_from_text(text, path.stem)


def parameters_from_text(text: str, name: str) -> ElectrodeParameters:
    """Return the parameters that the text of a parameter-set file holds.

    Parameters
    ----------
    text
        TOML: ``source``, ``molar_mass``, ``lithium``, tables ``parameter`` and ``lmct``, optionally
        ``oxygen_law``.
    name
        Name of the set, for messages.

    Returns
    -------
    :
        The parameters.

    Raises
    ------
    DataError
        It is no TOML, or a number is missing or unknown.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DamagedFile(f"the parameter set {name} is no valid TOML: {error}.") from error
    try:
        numbers: dict[str, Any] = {key: _plain(entry["value"]) for key, entry in data["parameter"].items()}
        law = {key: float(entry["value"]) for key, entry in data["lmct"]["parameter"].items()}
        return ElectrodeParameters(
            **numbers,
            oxygen_law=data.get("oxygen_law", "butler-volmer"),
            lmct_law=data["lmct"]["law"],
            lmct_parameters=law,
            molar_mass=data["molar_mass"],
            lithium=data["lithium"],
            name=name,
            source=data["source"],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(
            f"the parameter set {name} is incomplete or has a wrong entry: {error}. Compare it with a set"
            " that ships with the package."
        ) from error


def _plain(value: float | list[float]) -> float | tuple[float, ...]:
    return tuple(value) if isinstance(value, list) else value
