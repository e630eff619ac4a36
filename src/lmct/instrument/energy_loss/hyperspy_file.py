"""HyperSpy files (.hspy): HDF5 with a group Experiments."""

from __future__ import annotations

from lmct.instrument.energy_loss.foreign import read_with
from lmct.instrument.energy_loss.raw import RawSpectra
from lmct.instrument.source import Source

NAME = "hyperspy"

_HDF5 = b"\x89HDF\r\n\x1a\n"


def recognises(source: Source) -> bool:
    """Say whether the file is HDF5 and names the group in its head.

    Parameters
    ----------
    source
        The file.
    """
    return source.head.startswith(_HDF5) and b"Experiments" in source.head


def read(source: Source) -> RawSpectra:
    """Return the spectra of a file.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        The file is cut off or inconsistent.
    UnknownFormat
        It holds no spectra of energy loss.
    """
    return read_with("hspy", source, ".hspy")
