"""All formats, and the functions that read any of them; a new format is one file and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from lmct import __version__
from lmct.instrument.energy_loss import digital_micrograph, hyperspy_file, msa_text
from lmct.instrument.energy_loss.check import checked
from lmct.instrument.energy_loss.raw import RawSpectra
from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum, SpectrumImage
from lmct.instrument.source import Source, opened, sha256_of
from lmct.quantity.errors import UnknownFormat


class Format(Protocol):
    """What the module of a format provides."""

    NAME: str

    def recognises(self, source: Source) -> bool:
        """Say from the content alone whether the file is of this format."""

    def read(self, source: Source) -> RawSpectra:
        """Return its spectra, not yet cross-checked."""


_FORMATS: tuple[Format, ...] = (msa_text, digital_micrograph, hyperspy_file)

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
        The file cannot be opened or is empty.
    """
    with opened(path) as source:
        return _format_of(source).NAME


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
    with opened(path) as source:
        module = _format_of(source)
        raw = module.read(source)
        name = source.name
    record = checked(
        raw, name=name, format_name=module.NAME, reader=f"lmct {__version__}", columns=columns or {}
    )
    return replace(record, source_sha256=sha256_of(path))


def _format_of(source: Source) -> Format:
    for module in _FORMATS:
        if module.recognises(source):
            return module
    raise UnknownFormat(
        f"{source.name} is no file of energy-loss spectra that is known."
        f" Expected one of: {', '.join(FORMATS)}."
        " Export it as .msa (EMSA/MAS text)."
    )
