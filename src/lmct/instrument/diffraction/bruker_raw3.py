"""Bruker RAW version 3 (RAW1.01): a file header, then for each range a header and its points."""

from __future__ import annotations

import struct
from datetime import datetime

import numpy as np

from lmct.instrument.diffraction.axis import refuse_other_axis
from lmct.instrument.diffraction.bruker_floats import float_values
from lmct.instrument.diffraction.header_text import time_from_text
from lmct.instrument.diffraction.scan import RawScan
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile, UnknownFormat

NAME = "bruker-raw3"
FILE_HEADER_BYTES = 712
LEAST_RANGE_HEADER = 300
_SCAN_KINDS = {
    0: "locked coupled", 1: "unlocked coupled", 2: "detector scan", 3: "rocking curve", 4: "chi",
    5: "phi", 6: "x", 7: "y", 8: "z", 12: "psi", 20: "unlocked coupled hr xrd",
}  # fmt: skip


def recognises(source: Source) -> bool:
    """Say whether the file begins as version 3 does.

    Parameters
    ----------
    source
        The file.
    """
    return source.head.startswith(b"RAW1.01")


def read(source: Source) -> tuple[RawScan, ...]:
    """Return every range of the file.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        Headers and size of the file contradict each other.
    UnknownFormat
        Points hold more than an intensity.
    UnitMismatch
        A range runs along another axis than 2theta.
    """
    raw = source.path.read_bytes()
    scans: list[RawScan] = []
    try:
        count = struct.unpack_from("<i", raw, 12)[0]
        at = FILE_HEADER_BYTES
        for number in range(count):
            scan, at = _range(raw, at, source.name, number)
            scans.append(scan)
    except struct.error as error:
        raise _damaged(source.name, len(raw)) from error
    if not scans or at != len(raw):
        raise _damaged(source.name, len(raw))
    return tuple(scans)


def _damaged(name: str, size: int) -> DamagedFile:
    return DamagedFile(
        f"{name}: its {size} bytes are not what its headers announce. Expected ranges that fill the file."
        " The file is cut off; copy it again from the instrument."
    )


def _range(raw: bytes, at: int, name: str, number: int) -> tuple[RawScan, int]:
    """Return one range and where the next begins."""
    header_bytes, count = struct.unpack_from("<ii", raw, at)
    start = struct.unpack_from("<d", raw, at + 16)[0]
    kind = struct.unpack_from("<i", raw, at + 168)[0]
    step = struct.unpack_from("<d", raw, at + 176)[0]
    seconds = struct.unpack_from("<f", raw, at + 192)[0]
    point_bytes, extra = struct.unpack_from("<ii", raw, at + 252)
    if point_bytes != 4 and 4 < point_bytes < 100:
        raise UnknownFormat(
            f"{name}: scan {number} stores {point_bytes} bytes a point. Expected 4, the intensity alone."
            " Export it as text."
        )
    data = at + header_bytes + extra
    fits = header_bytes >= LEAST_RANGE_HEADER and extra >= 0 and count > 0 and data + 4 * count <= len(raw)
    if not fits or point_bytes != 4 or not 0 < abs(step) < 10:
        raise _damaged(name, len(raw))
    kind_name = _SCAN_KINDS.get(kind, f"kind {kind}")
    said = refuse_other_axis(kind_name, file=name, scan=number)
    waves = struct.unpack_from("<ddd", raw, 624)
    scan = RawScan(
        two_theta=start + step * np.arange(count),
        intensity=float_values(raw, count=count, at=data),
        counting_time=seconds,
        wavelengths=tuple(value for value in waves[:2] if value > 0),
        line_ratio=struct.unpack_from("<d", raw, 648)[0] or None,
        anode=_text(raw, 608, 4),
        radius=struct.unpack_from("<f", raw, 564)[0] or None,
        start_time=_start(raw) if number == 0 else None,
        metadata={"scan_kind": kind_name, "counting_time_second": f"{seconds:g}"},
        warnings=(said,) if said else (),
    )
    return scan, data + 4 * count


def _text(raw: bytes, at: int, length: int) -> str:
    return raw[at : at + length].split(b"\0")[0].decode("latin-1").strip()


def _start(raw: bytes) -> datetime | None:
    """Return the time of the file header, which is that of the first range."""
    return time_from_text(f"{_text(raw, 16, 10)} {_text(raw, 26, 10)}")
