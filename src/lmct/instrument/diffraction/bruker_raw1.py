"""Bruker (Siemens) RAW version 1: a header of 156 bytes and one scan of 4-byte numbers."""

from __future__ import annotations

import struct

import numpy as np

from lmct.instrument.diffraction.bruker_floats import float_values
from lmct.instrument.diffraction.scan import RawScan
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile

NAME = "bruker-raw1"
HEADER_BYTES = 156


def recognises(source: Source) -> bool:
    """Say whether the file begins as version 1 does.

    Parameters
    ----------
    source
        The file.
    """
    return source.head.startswith(b"RAW ")


def read(source: Source) -> tuple[RawScan, ...]:
    """Return the one scan of the file.

    The start angle is that of the header. In the one file whose text export is known the header says
    0.015 degrees (half a step) less than the text, so a warning says which was used.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        The number of points does not fit the size of the file.
    """
    raw = source.path.read_bytes()
    count = struct.unpack_from("<i", raw, 4)[0] if len(raw) > HEADER_BYTES else -1
    if count < 1 or len(raw) != HEADER_BYTES + 4 * count:
        raise DamagedFile(
            f"{source.name} announces {count} points in {len(raw)} bytes. Expected {HEADER_BYTES} + 4 bytes a"
            " point, one scan. The file is cut off or holds several scans; export it as text."
        )
    seconds, step = struct.unpack_from("<ff", raw, 8)
    start = struct.unpack_from("<f", raw, 24)[0]
    waves = struct.unpack_from("<ff", raw, 72)
    if not (0 < step < 10 and -180 < start < 180):
        raise DamagedFile(
            f"{source.name}: the header gives a start of {start:g} and a step of {step:g} degrees."
            " Expected angles. The file is damaged; export it as text."
        )
    step = _shortest(step)
    title = raw[40:72].split(b"\0")[0].decode("latin-1").strip()
    return (
        RawScan(
            two_theta=_shortest(start) + step * np.arange(count),
            intensity=float_values(raw, count=count, at=HEADER_BYTES),
            counting_time=seconds,
            wavelengths=tuple(_shortest(value) for value in waves if value > 0),
            metadata={"title": title, "counting_time_second": f"{seconds:g}"},
            warnings=(
                f"the start angle {start:.3f} is that of the header; text exports of such files were seen to"
                " differ from it by half a step: refine the zero, or compare with the text export.",
            ),
        ),
    )


def _shortest(value: float) -> float:
    """Return the shortest decimal number that a 4-byte number stands for."""
    return float(str(np.float32(value)))
