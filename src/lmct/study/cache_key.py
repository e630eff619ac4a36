"""Keys of the cache: two computations with the same key give the same result."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import lmct
from lmct.study.techniques import technique_modules

DEPENDENCIES = (
    "fastexcel",
    "fastnda",
    "galvani",
    "gemmi",
    "igor2",
    "lmfit",
    "numpy",
    "polars",
    "rietx",
    "rosettasciio",
    "scipy",
    "xarray",
    "xraylarch",
    "yadg",
)
"""Libraries whose version can change a result."""

_LAYERS = ("quantity", "material", "instrument", "electrode", "protocol", "relaxation", "technique")
"""Folders of lmct whose code can change a result."""


@functools.cache
def code_fingerprint(technique: str) -> str:
    """Return a hash of the code and of the library versions behind the results of a technique.

    Parameters
    ----------
    technique
        Name of the technique.

    Returns
    -------
    :
        64 hexadecimal digits, constant within a process.
    """
    root = Path(lmct.__file__).parent
    digest = hashlib.sha256(json.dumps(library_versions()).encode())
    digest.update(technique_modules()[technique].encode())
    for layer in _LAYERS:
        for path in sorted((root / layer).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def library_versions() -> dict[str, str]:
    """Return the versions of lmct and of those installed libraries that results depend on."""
    versions = {"lmct": lmct.__version__}
    for name in DEPENDENCIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return versions


def key_from_settings(technique: str, settings: Mapping[str, Any]) -> str:
    """Return the key of one computation.

    Parameters
    ----------
    technique
        Name of the technique.
    settings
        Everything the result depends on besides the code: hashes of the files, mass, options, ...

    Returns
    -------
    :
        64 hexadecimal digits; the order of the settings does not matter.
    """
    text = json.dumps(settings, sort_keys=True, default=str, allow_nan=True)
    return hashlib.sha256(f"{code_fingerprint(technique)}\n{text}".encode()).hexdigest()
