"""All formats, and the functions that read any of them; a new format is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lmct.instrument.format_table import FormatTable, record_numbered
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
from lmct.quantity.errors import DataError

TABLE: FormatTable[tuple[RawSpectrum, ...]] = FormatTable(
    formats=(
        vamas,
        phi_spe,
        scienta_ibw,
        ses_text,
        casa_text,
        specs_xy,
    ),
    kind="photoelectron spectrum",
    remedy=(
        "For a text table of another layout, name its columns:"
        " columns = { binding_energy = 1, intensity = 2 }."
    ),
    column_map=column_map,
    description=description,
)
"""Every format, the choosy ones first."""

FORMATS: tuple[str, ...] = TABLE.names
"""Names of the formats that are found by content."""

identify = TABLE.identify


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
    file = TABLE.read(path, columns=columns)
    spectra: list[PhotoemissionSpectrum] = []
    refused: list[DataError] = []
    for number, raw in enumerate(file.content):
        try:
            spectra.append(checked(raw, name=file.name, number=number))
        except DataError as error:
            refused.append(error)
    if refused and not spectra:
        raise refused[0]
    return SpectraFile(
        spectra=tuple(spectra),
        format=file.format,
        reader=file.reader,
        source_file=file.name,
        source_sha256=file.sha256,
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
    return record_numbered(read(path, columns=columns).spectra, number, path=path, kind="spectrum")
