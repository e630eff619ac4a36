"""Igor binary waves of Scienta SES (.ibw): energies from the scale of the wave, settings from its note."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from lmct.instrument.photoemission.raw import RawSpectrum, axis_of_words
from lmct.instrument.photoemission.ses_text import settings_of, spectrum_of_settings
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile, DataError

NAME = "scienta-ibw"
VERSIONS = (2, 5)


def recognises(source: Source) -> bool:
    """Say whether the file begins like an Igor binary wave of a version that holds spectra."""
    if len(source.head) < 64:
        return False
    little, big = struct.unpack("<h", source.head[:2])[0], struct.unpack(">h", source.head[:2])[0]
    return (little in VERSIONS or big in VERSIONS) and b"[SES]" in source.path.read_bytes()


def read(source: Source) -> tuple[RawSpectrum, ...]:
    """Return the one spectrum of a wave; slices of a two-dimensional one are added up.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DataError
        The extra ``photoemission`` is not installed.
    DamagedFile
        The wave cannot be read, or no axis of it is an energy.
    """
    wave = _loaded(source)
    data = np.asarray(wave["wData"], dtype=float)
    header = wave["wave_header"]
    note = wave["note"].decode("latin-1")
    units = wave["dimension_units"].decode("latin-1").replace("\0", "")
    settings = settings_of(note.replace("\r", "\n").split("\n"))
    energies = [
        float(header["sfB"][axis]) + float(header["sfA"][axis]) * np.arange(size)
        for axis, size in enumerate(data.shape)
    ]
    # the label of the energy axis stands in the units; a second axis (angle, slice) is added up
    place = 0
    if data.ndim > 1:
        labels = [one for one in units.split("]") if one.strip()]
        named = [index for index, one in enumerate(labels) if axis_of_words(one)]
        if not named or named[0] >= data.ndim:
            raise DamagedFile(
                f"{source.name}: no axis of the wave is named an energy ({units!r}). Expected 'Binding"
                " Energy [eV]' or 'Kinetic Energy [eV]'. Export the spectrum as text."
            )
        place = named[0]
    others = tuple(axis for axis in range(data.ndim) if axis != place)
    return (spectrum_of_settings(settings, energies[place], data.sum(axis=others), units),)


def _loaded(source: Source) -> dict[str, Any]:
    try:
        from igor2 import binarywave  # type: ignore[import-untyped]
    except ImportError as error:
        raise DataError(
            f"{source.name} is an Igor binary wave, which needs the package igor2. Expected the extra"
            " 'photoemission'. Install lmct[photoemission], or export the spectrum as text."
        ) from error
    try:
        wave: dict[str, Any] = binarywave.load(str(source.path))["wave"]
    except (ValueError, KeyError, IndexError, EOFError, struct.error, TypeError, UnicodeDecodeError) as error:
        raise DamagedFile(
            f"{source.name}: the Igor wave cannot be read ({error}). Expected a whole file."
            " The copy is incomplete; copy it again from the instrument."
        ) from error
    return wave
