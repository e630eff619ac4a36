"""All formats, and the functions that read any of them; a new format is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lmct.instrument.energy_loss import digital_micrograph, hyperspy_file, msa_text
from lmct.instrument.energy_loss.check import checked
from lmct.instrument.energy_loss.raw import RawSpectra
from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum, SpectrumImage
from lmct.instrument.format_table import FormatTable

TABLE: FormatTable[RawSpectra] = FormatTable(
    formats=(
        msa_text,
        digital_micrograph,
        hyperspy_file,
    ),
    kind="file of energy-loss spectra",
    remedy="Export it as .msa (EMSA/MAS text).",
)
"""Every format, the choosy ones first."""

FORMATS: tuple[str, ...] = TABLE.names
"""Names of the formats that are found by content."""

identify = TABLE.identify


def read(path: str | Path, *, columns: Mapping[str, Any] | None = None) -> EnergyLossSpectrum | SpectrumImage:
    """Read a spectrum or a spectrum image and cross-check it.

    Parameters
    ----------
    path
        The file; its extension does not matter.
    columns
        ``{"dispersion": eV, "first_energy": eV}`` for a single spectrum whose file tells no unit.

    Returns
    -------
    :
        Energies in eV, rising; repairs are in its ``warnings``.

    Raises
    ------
    UnknownFormat
        No format recognises the content, or it holds no spectra of energy loss.
    DataError
        The file cannot be opened, is damaged, or contradicts itself.
    """
    file = TABLE.read(path)
    record = checked(
        file.content, name=file.name, format_name=file.format, reader=file.reader, columns=columns or {}
    )
    return replace(record, source_sha256=file.sha256)
