"""Gatan DigitalMicrograph files (.dm3, .dm4)."""

from __future__ import annotations

import struct

from lmct.instrument.energy_loss.foreign import read_with
from lmct.instrument.energy_loss.raw import RawSpectra
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile

NAME = "digital-micrograph"

_SHORTEST = 24


def recognises(source: Source) -> bool:
    """Say whether the file starts with a version of 3 or 4 and its own length.

    Parameters
    ----------
    source
        The file.
    """
    return len(source.head) >= _SHORTEST and _version(source) in (3, 4) and _order(source) in (0, 1)


def read(source: Source) -> RawSpectra:
    """Return the spectra of a file.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        The file is shorter than it says of itself, or inconsistent.
    UnknownFormat
        It holds no spectra of energy loss.
    """
    stated = _stated_size(source)
    if source.size < stated:
        raise DamagedFile(
            f"{source.name} has {source.size} bytes. Expected {stated}, as it says of itself. The copy is cut"
            " off; copy it again from the microscope."
        )
    return read_with("digitalmicrograph", source, f".dm{_version(source)}")


def _version(source: Source) -> int:
    return int(struct.unpack(">I", source.head[:4])[0])


def _order(source: Source) -> int:
    place = 8 if _version(source) == 3 else 12
    return int(struct.unpack(">I", source.head[place : place + 4])[0])


def _stated_size(source: Source) -> int:
    """Return the bytes the header promises: its root, and a frame of at least 16."""
    if _version(source) == 3:
        return int(struct.unpack(">I", source.head[4:8])[0]) + 16
    return int(struct.unpack(">Q", source.head[4:12])[0]) + 16
