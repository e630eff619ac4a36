"""All formats, and the one function that reads any of them; a new format is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from lmct import __version__
from lmct.instrument.mass_spectrometer import column_map, gas_table, quadstar_sac
from lmct.instrument.mass_spectrometer.check import checked
from lmct.instrument.mass_spectrometer.raw_trace import RawTrace
from lmct.instrument.mass_spectrometer.trace import GasTrace
from lmct.instrument.source import Source, opened, sha256_of
from lmct.quantity.errors import UnknownFormat


class Format(Protocol):
    """What the module of a format provides."""

    NAME: str

    def recognises(self, source: Source) -> bool:
        """Say from the content alone whether the file is of this format."""

    def read(self, source: Source, columns: Mapping[str, Any] | None = None) -> RawTrace:
        """Return the record, not yet cross-checked."""


_FORMATS: tuple[Format, ...] = (quadstar_sac, gas_table)

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
        The file cannot be opened, is empty or an archive bomb.
    """
    with opened(path) as source:
        return _format_of(source).NAME


def read(path: str | Path, *, columns: Mapping[str, Any] | None = None) -> GasTrace:
    """Read a file of any known format and cross-check it.

    Parameters
    ----------
    path
        The file; a .gz or .bz2, or a .zip that holds one file, is unpacked.
    columns
        For tables of no known layout see :mod:`column_map`; for full scans ``channels`` and ``window``.

    Returns
    -------
    :
        Ion currents over time; repairs are in its ``warnings``.

    Raises
    ------
    UnknownFormat
        No format recognises the content and no column map is given.
    DataError
        The file cannot be opened, is damaged, or contradicts itself.
    """
    with opened(path) as source:
        if quadstar_sac.recognises(source):
            name, raw = quadstar_sac.NAME, quadstar_sac.read(source, columns)
        elif columns:
            name, raw = column_map.NAME, column_map.read(source, columns)
        else:
            module = _format_of(source)
            name, raw = module.NAME, module.read(source)
        title = source.name
    trace = checked(raw, name=title, format_name=name, reader=f"lmct {__version__}")
    return replace(trace, source_sha256=sha256_of(path))


def _format_of(source: Source) -> Format:
    for module in _FORMATS:
        if module.recognises(source):
            return module
    first = source.text_head.strip().split("\n", 1)[0].strip()[:60]
    seen = (
        f"text that begins with {first!r}" if first else f"binary data that begins with {source.head[:8]!r}"
    )
    raise UnknownFormat(
        f"{source.name} is {seen}. Expected one of: {', '.join(FORMATS)}. For a table of another layout, name"
        ' its columns: columns = { time = "Time (s)", 32 = "O2 (A)", 44 = "CO2 (A)" }.'
    )
