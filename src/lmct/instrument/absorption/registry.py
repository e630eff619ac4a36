"""All formats, and the functions that read any of them; a new format is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from lmct import __version__
from lmct.instrument.absorption import athena, column_map, labview_9bm, soleil_rock, xdi
from lmct.instrument.absorption.check import checked
from lmct.instrument.absorption.raw_scan import RawScan
from lmct.instrument.absorption.scan import AbsorptionScan
from lmct.instrument.source import Source, opened, sha256_of
from lmct.quantity.errors import OutOfRange, UnknownFormat


class Format(Protocol):
    """What the module of a format provides."""

    NAME: str

    def recognises(self, source: Source) -> bool:
        """Say from the content alone whether the file is of this format."""

    def read(self, source: Source) -> tuple[RawScan, ...]:
        """Return every scan, not yet checked."""


_FORMATS: tuple[Format, ...] = (athena, xdi, soleil_rock, labview_9bm)

FORMATS: tuple[str, ...] = tuple(module.NAME for module in _FORMATS)
"""Names of the formats that are found by content."""


def identify(path: str | Path) -> str:
    """Return the name of a file's format, found by its content.

    Parameters
    ----------
    path
        The file; its extension does not matter.

    Raises
    ------
    UnknownFormat
        No format recognises the content.
    DataError
        The file cannot be opened, is empty, damaged or an archive bomb.
    """
    with opened(path) as source:
        return _format_of(source).NAME


def read_scans(path: str | Path, *, columns: Mapping[str, Any] | None = None) -> tuple[AbsorptionScan, ...]:
    """Read every scan of a file of any known format and check it.

    Parameters
    ----------
    path
        The file; a .gz or .bz2, or a .zip that holds one file, is unpacked.
    columns
        A column map for text of no known layout (see :mod:`column_map`); empty is none.

    Returns
    -------
    :
        Scans in rising eV; what was repaired or looks wrong is in their ``warnings``.

    Raises
    ------
    UnknownFormat
        No format recognises the content and no column map is given.
    DataError
        The file cannot be opened, is damaged, or contradicts itself.
    """
    with opened(path) as source:
        module = None if columns else _format_of(source)
        scans = column_map.read(source, columns or {}) if module is None else module.read(source)
        format_name = column_map.NAME if module is None else module.NAME
        name = source.name
    sha256 = sha256_of(path)
    return tuple(
        replace(
            checked(scan, name=name, number=number, format_name=format_name, reader=f"lmct {__version__}"),
            source_sha256=sha256,
        )
        for number, scan in enumerate(scans)
    )


def read_scan(path: str | Path, *, scan: int = 0, columns: Mapping[str, Any] | None = None) -> AbsorptionScan:
    """Read one scan of a file.

    Parameters
    ----------
    path
        The file.
    scan
        Number of the scan, from 0.
    columns
        As for :func:`read_scans`.

    Raises
    ------
    OutOfRange
        The file has no scan of this number.
    DataError
        As for :func:`read_scans`.
    """
    scans = read_scans(path, columns=columns)
    if not 0 <= scan < len(scans):
        raise OutOfRange(
            f"{Path(path).name} has no scan {scan}. Expected 0 to {len(scans) - 1}. Name one of these."
        )
    return scans[scan]


def _format_of(source: Source) -> Format:
    """Return the first format that recognises a source."""
    for module in _FORMATS:
        if module.recognises(source):
            return module
    raise UnknownFormat(
        f"{source.name} is no absorption scan of a known format. Expected one of: {', '.join(FORMATS)}."
        " For text of another layout, name its columns:"
        " columns = { energy = 1, incident = 2, transmitted = 3 }."
    )
