"""Spectra written as EMSA/MAS text (.msa), which every EELS program reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum
from lmct.quantity.errors import OutOfRange


def write_msa(spectrum: EnergyLossSpectrum, path: str | Path) -> None:
    """Write a spectrum as .msa with one count on each line.

    Parameters
    ----------
    spectrum
        The spectrum, on even channels.
    path
        Where to write; an existing file is replaced.

    Raises
    ------
    OutOfRange
        A count is no finite number.
    """
    if not np.all(np.isfinite(spectrum.counts)):
        raise OutOfRange(
            f"the spectrum for {Path(path).name} holds counts that are no numbers. Expected none."
        )
    lines = [f"#{word:<12}: {text}" for word, text in _header(spectrum)]
    lines += [repr(value) for value in spectrum.counts.astype(float).tolist()]
    Path(path).write_text("\n".join([*lines, "#ENDOFDATA   : "]) + "\n", encoding="ascii", errors="replace")


def _header(spectrum: EnergyLossSpectrum) -> list[tuple[str, str]]:
    taken = spectrum.acquisition
    words = [
        ("FORMAT", "EMSA/MAS Spectral Data File"),
        ("VERSION", "1.0"),
        ("TITLE", taken.title.replace("\n", " ")),
        ("NPOINTS", str(len(spectrum.energy))),
        ("NCOLUMNS", "1"),
        ("XUNITS", "eV"),
        ("YUNITS", "Counts"),
        ("DATATYPE", "Y"),
        ("XPERCHAN", repr(spectrum.dispersion)),
        ("OFFSET", repr(float(spectrum.energy[0]))),
        ("SIGNALTYPE", "ELS"),
    ]
    optional = (
        ("BEAMKV", taken.beam_energy, 1e-3),
        ("CONVANGLE", taken.convergence_angle, 1.0),
        ("COLLANGLE", taken.collection_angle, 1.0),
        ("INTEGTIME", taken.exposure, 1e3),
    )
    words += [(word, repr(factor * value)) for word, value, factor in optional if value is not None]
    return [*words, ("SPECTRUM", "")]
