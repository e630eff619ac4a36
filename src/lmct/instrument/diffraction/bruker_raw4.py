"""Bruker RAW version 4 (RAW4.00): segments in a chain; a range is a header, a chain of its own and points."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np

from lmct.instrument.diffraction.axis import refuse_other_axis
from lmct.instrument.diffraction.bruker_floats import float_values
from lmct.instrument.diffraction.header_text import time_from_text
from lmct.instrument.diffraction.scan import RawScan
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile

NAME = "bruker-raw4"
FIRST_SEGMENT = 61
RANGE_KINDS = (0, 160)
RANGE_HEADER_BYTES = 160
_TEXT, _TUBE = 10, 30


def recognises(source: Source) -> bool:
    """Say whether the file begins as version 4 does.

    Parameters
    ----------
    source
        The file.
    """
    return source.head.startswith(b"RAW4.00")


def read(source: Source) -> tuple[RawScan, ...]:
    """Return every range of the file.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        The chain does not end where the file does.
    UnitMismatch
        A range runs along another axis than 2theta.
    """
    raw = source.path.read_bytes()
    facts: dict[str, Any] = {"metadata": {}}
    scans: list[RawScan] = []
    try:
        for kind, at in _segments(raw):
            if kind in RANGE_KINDS:
                scans.append(_range(raw, at, facts, source.name, len(scans)))
            elif kind == _TUBE:
                facts |= _tube(raw, at)
            elif kind == _TEXT:
                length = struct.unpack_from("<I", raw, at + 4)[0]
                facts["metadata"][_text(raw, at + 12, 24).lower()] = _text(raw, at + 36, length - 36)
    except struct.error as error:
        raise _damaged(source.name, len(raw)) from error
    if not scans:
        raise _damaged(source.name, len(raw))
    return tuple(scans)


def _damaged(name: str, size: int) -> DamagedFile:
    return DamagedFile(
        f"{name}: the chain of segments does not fill its {size} bytes. Expected whole segments."
        " The file is cut off or damaged; copy it again from the instrument."
    )


def _segments(raw: bytes) -> Iterator[tuple[int, int]]:
    """Yield kind and place of every segment and range; struct.error when the file ends inside one."""
    at = FIRST_SEGMENT
    while at + 8 <= len(raw):
        kind, length = struct.unpack_from("<II", raw, at)
        if kind in RANGE_KINDS:
            count, point_bytes, header = _range_sizes(raw, at)
            length = RANGE_HEADER_BYTES + header + count * point_bytes
        if length < 8 or at + length > len(raw):
            raise struct.error("segment beyond the end")
        yield kind, at
        at += length


def _range_sizes(raw: bytes, at: int) -> tuple[int, int, int]:
    """Return number of points, bytes a point and bytes of the inner chain."""
    count = struct.unpack_from("<I", raw, at + 88)[0]
    point_bytes, header = struct.unpack_from("<II", raw, at + 136)
    return count, point_bytes, header


def _range(raw: bytes, at: int, facts: dict[str, Any], name: str, number: int) -> RawScan:
    """Return one range."""
    count, point_bytes, header = _range_sizes(raw, at)
    start, step = struct.unpack_from("<dd", raw, at + 72)
    if count < 2 or point_bytes < 4 or not 0 < abs(step) < 10:
        raise _damaged(name, len(raw))
    kind = _text(raw, at + 32, 24)
    said = refuse_other_axis(kind, file=name, scan=number)
    begin = at + RANGE_HEADER_BYTES + header
    stored_time = struct.unpack_from("<f", raw, at + 92)[0]
    told = {key: value for key, value in facts["metadata"].items() if value}
    metadata = told | {"scan_kind": kind, "counting_time_as_stored": f"{stored_time:g}"}
    return RawScan(
        two_theta=start + step * np.arange(count),
        intensity=float_values(raw, count=count, at=begin, stride=point_bytes),
        start_time=_start(raw) if number == 0 else None,
        warnings=(said,) if said else (),
        **facts | {"metadata": metadata},
    )


def _tube(raw: bytes, at: int) -> dict[str, Any]:
    """Return the lines of the tube."""
    _, first, second, _, ratio = struct.unpack_from("<5d", raw, at + 72)
    return {
        "wavelengths": tuple(value for value in (first, second) if value > 0),
        "line_ratio": ratio or None,
        "anode": _text(raw, at + 116, 4),
    }


def _text(raw: bytes, at: int, length: int) -> str:
    return raw[at : at + length].split(b"\0")[0].decode("latin-1").strip()


def _start(raw: bytes) -> datetime | None:
    return time_from_text(f"{_text(raw, 12, 12)} {_text(raw, 24, 10)}")
