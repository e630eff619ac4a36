"""All formats, and the functions that read any of them; a new format is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from lmct import __version__
from lmct.instrument.photoemission import (
    casa_text,
    column_map,
    phi_spe,
    scienta_ibw,
    ses_text,
    specs_xy,
    vamas,
)
from lmct.instrument.photoemission.check import checked
from lmct.instrument.photoemission.foreign import description
from lmct.instrument.photoemission.raw import RawSpectrum
from lmct.instrument.photoemission.spectrum import PhotoemissionSpectrum, SpectraFile
from lmct.instrument.source import Source, opened, sha256_of
from lmct.quantity.errors import DataError, OutOfRange, UnknownFormat


class Format(Protocol):
    """What the module of a format provides."""

    NAME: str

    def recognises(self, source: Source) -> bool:
        """Say from the content alone whether the file is of this format."""

    def read(self, source: Source) -> tuple[RawSpectrum, ...]:
        """Return every spectrum, not yet cross-checked."""


_FORMATS: tuple[Format, ...] = (vamas, phi_spe, scienta_ibw, ses_text, casa_text, specs_xy)

FORMATS: tuple[str, ...] = tuple(module.NAME for module in _FORMATS)
"""Names of the formats that are found by content."""


def identify(path: str | Path) -> str:
    """Return the name of a file's format, found by its content.

    Parameters
    ----------
    path
        The file; its extension does not matter.

    Returns
    -------
    :
        One of ``FORMATS``.

    Raises
    ------
    UnknownFormat
        No format recognises the content.
    DataError
        The file cannot be opened, is empty, damaged or an archive bomb.
    """
    with opened(path) as source:
        return _format_of(source).NAME


def read(path: str | Path, *, columns: Mapping[str, Any] | None = None) -> SpectraFile:
    """Read every spectrum of a file of any known format and cross-check it.

    Parameters
    ----------
    path
        The file; its extension does not matter. A .gz or .bz2, or a .zip that holds one file, is unpacked.
    columns
        A column map for text of no known layout (see :mod:`column_map`); empty is none.

    Returns
    -------
    :
        Spectra in rising binding energy. A spectrum that fails a check is left out with a warning when
        others of the file pass.

    Raises
    ------
    UnknownFormat
        No format recognises the content and no column map is given.
    DataError
        The file cannot be opened, is damaged, or none of its spectra passes.
    """
    with opened(path) as source:
        module = None if columns else _format_of(source)
        found = column_map.read(source, columns or {}) if module is None else module.read(source)
        format_name = column_map.NAME if module is None else module.NAME
        name = source.name
    spectra: list[PhotoemissionSpectrum] = []
    refused: list[DataError] = []
    for number, raw in enumerate(found):
        try:
            spectra.append(checked(raw, name=name, number=number))
        except DataError as error:
            refused.append(error)
    if refused and not spectra:
        raise refused[0]
    return SpectraFile(
        spectra=tuple(spectra),
        format=format_name,
        reader=f"lmct {__version__}",
        source_file=name,
        source_sha256=sha256_of(path),
        warnings=tuple(f"left out: {error}" for error in refused),
    )


def read_spectrum(
    path: str | Path, *, number: int = 0, columns: Mapping[str, Any] | None = None
) -> PhotoemissionSpectrum:
    """Read one spectrum of a file.

    Parameters
    ----------
    path
        The file.
    number
        Place among the spectra that pass the checks, from 0.
    columns
        As for :func:`read`.

    Raises
    ------
    OutOfRange
        The file has no spectrum of this number.
    DataError
        As for :func:`read`.
    """
    spectra = read(path, columns=columns).spectra
    if not 0 <= number < len(spectra):
        raise OutOfRange(
            f"{Path(path).name} has no spectrum {number}. Expected 0 to {len(spectra) - 1}. Name one."
        )
    return spectra[number]


def _format_of(source: Source) -> Format:
    """Return the first format that recognises a source."""
    for module in _FORMATS:
        if module.recognises(source):
            return module
    raise UnknownFormat(
        f"{source.name} is {description(source)}, no photoelectron spectrum. Expected one of:"
        f" {', '.join(FORMATS)}. For a text table of another layout, name its columns:"
        " columns = { binding_energy = 1, intensity = 2 }."
    )
