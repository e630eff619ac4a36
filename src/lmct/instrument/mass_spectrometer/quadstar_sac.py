"""Balzers/Pfeiffer Quadstar full scans (.sac), reduced to chosen m/z by integrating each peak.

The layout was worked out by M. Bubek (sac2dat) and is described in the documentation of yadg.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.instrument.mass_spectrometer.raw_trace import RawTrace
from lmct.instrument.mass_spectrometer.trace import AMPERE, COUNT_RATE
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile, MissingColumn, OutOfRange, UnitMismatch, unknown_name

NAME = "quadstar-sac"
KEYS = ("channels", "window")

WINDOW = 0.4
"""Half width over which a peak is averaged unless another is given [m/z]: a peak is about one wide."""

MAGIC = 0x02C6
_DATA, _TRACES, _HEADER_END = 0x11, 0xC8, 0xC8
_UNITS = {"A": AMPERE, "cps": COUNT_RATE}
_UNSET_ZONE = timedelta(hours=-8)


@dataclass(frozen=True)
class _Scan:
    """One kind of scan of the file."""

    data: int
    first: float
    per_mass: int
    points: int
    unit: str
    comment: str

    @property
    def masses(self) -> Float[np.ndarray, "point"]:
        return np.asarray(self.first + np.arange(self.points) / self.per_mass)


def recognises(source: Source) -> bool:
    """Say whether the file begins like a Quadstar file with a scan in it.

    Parameters
    ----------
    source
        The file.
    """
    head = source.head
    if len(head) < _HEADER_END or struct.unpack_from("<h", head)[0] != MAGIC:
        return False
    month, day = head[0x0C], head[0x0B]
    return 1 <= month <= 12 and 1 <= day <= 31 and struct.unpack_from("<h", head, 0x68)[0] > 0


def read(source: Source, columns: Mapping[str, Any] | None = None) -> RawTrace:
    """Return the mean signal within a window around each m/z, scan by scan.

    Parameters
    ----------
    source
        The file.
    columns
        ``channels``, the list of m/z (all whole numbers that lie in the scan by default), and ``window``, the
        half width of the average [m/z].

    Raises
    ------
    DamagedFile
        The file is cut off, or its header contradicts itself.
    MissingColumn
        A channel lies outside the scans.
    OutOfRange
        The window makes no sense.
    """
    chosen = dict(columns or {})
    for key in chosen:
        if key not in KEYS:
            raise unknown_name("key of a column map of full scans", key, KEYS)
    raw = source.path.read_bytes()
    steps, length = _counts(raw, source.name)
    scans = _scans(raw, source.name)
    block = scans[0].data - 6
    _refuse_cut(raw, scans, block, steps, length, source.name)
    offsets = np.array([_moment(raw, block + row * length) for row in range(steps)])
    currents: dict[int, Float[np.ndarray, "row"]] = {}
    full_scale = np.full(steps, np.inf)
    window = _window(chosen.get("window", WINDOW))
    for scan in scans:
        signal, largest = _signals(raw, scan, steps, length)
        full_scale = np.minimum(full_scale, largest)
        for mass in _masses(chosen.get("channels"), scan, window):
            near = np.abs(scan.masses - mass) <= window + 1e-6
            currents.setdefault(mass, signal[:, near].mean(axis=1))
    missing = [one for one in chosen.get("channels") or () if one not in currents]
    if missing:
        raise MissingColumn(
            f"{source.name} scans no m/z {', '.join(map(str, missing))}. Expected masses from"
            f" {min(one.masses[0] for one in scans):g} to {max(one.masses[-1] for one in scans):g}."
        )
    start, said = _start(raw, float(offsets[0]))
    return RawTrace(
        time=offsets - offsets[0],
        currents=currents,
        unit=scans[0].unit,
        start_time=start,
        full_scale=full_scale,
        metadata={
            "author": _text(raw[0x0E:0x64]),
            "comment": "; ".join(one.comment for one in scans if one.comment),
            "window": f"mean within {window:g} of each m/z",
        },
        warnings=said,
    )


def _counts(raw: bytes, name: str) -> tuple[int, int]:
    steps, _, length = struct.unpack_from("<ihi", raw, 0x64)
    if steps < 2 or length < 7:
        raise DamagedFile(
            f"{name} tells of {steps} scans of {length} bytes. Expected two or more scans."
            " The measurement was not started, or the file is damaged."
        )
    return steps, length


def _scans(raw: bytes, name: str) -> list[_Scan]:
    """Return the kinds of scan that hold data, in the order of the file."""
    (count,) = struct.unpack_from("<h", raw, 0x68)
    found = []
    for place in range(count):
        if _TRACES + 9 * place + 9 > len(raw):
            raise _cut(name)
        kind, info, data = struct.unpack_from("<Bii", raw, _TRACES + 9 * place)
        if kind != _DATA:
            continue
        if not 0 < info < len(raw) - 137 or not 6 < data < len(raw):
            raise _cut(name)
        first, width, per_mass = struct.unpack_from("<fHB", raw, info + 0x7A)
        unit = _text(raw[info + 15 : info + 28])
        if unit not in _UNITS:
            raise UnitMismatch(f"{name}: the scans are in {unit!r}. Expected one of {', '.join(_UNITS)}.")
        if not 0.0 <= first < 1000.0 or not 0 < width < 1000 or not per_mass:
            raise _cut(name)
        comment = _text(raw[info + 55 : info + 114])
        found.append(_Scan(data, float(first), per_mass, width * per_mass, _UNITS[unit], comment))
    if not found:
        raise DamagedFile(f"{name} holds no mass scan. Expected one. Export ion currents as text instead.")
    if len({one.unit for one in found}) > 1:
        raise UnitMismatch(f"{name} mixes ion currents and count rates. Expected one kind of detector.")
    return found


def _signals(
    raw: bytes, scan: _Scan, steps: int, length: int
) -> tuple[Float[np.ndarray, "row point"], Float[np.ndarray, "row"]]:
    """Return the signal of every scan, NaN above the full scale, and the full scale."""
    rows = [scan.data + row * length for row in range(steps)]
    signal = np.stack([np.frombuffer(raw, "<f4", scan.points, at + 6) for at in rows]).astype(float)
    largest = 10.0 ** np.array([struct.unpack_from("<h", raw, at + 4)[0] for at in rows], dtype=float)
    signal[signal > largest[:, None]] = np.nan
    return signal, largest


def _masses(wanted: Any, scan: _Scan, window: float) -> list[int]:  # noqa: ANN401 - of a study file
    """Return the m/z whose window lies within the scan."""
    low, high = scan.masses[0], scan.masses[-1]
    if wanted is None:
        wanted = range(1, int(high) + 1)
    if not isinstance(wanted, list | tuple | range) or any(not isinstance(one, int) for one in wanted):
        raise OutOfRange(f"channels is {wanted!r}. Expected a list of whole numbers such as [32, 44].")
    return [mass for mass in wanted if low <= mass - window and mass + window <= high]


def _window(value: Any) -> float:  # noqa: ANN401 - of a study file
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.02 <= value <= 0.5:
        raise OutOfRange(f"window is {value!r}. Expected half a width from 0.02 to 0.5 m/z.")
    return float(value)


def _moment(raw: bytes, at: int) -> float:
    seconds, tenths = struct.unpack_from("<IH", raw, at)
    return float(seconds + 1e-4 * tenths)


def _start(raw: bytes, first: float) -> tuple[datetime | None, tuple[str, ...]]:
    """Return the clock at the first scan, with the zone that follows from local time and UTC in the header.

    Programs of that time took the Pacific zone when none was set, so that this one is not believed.
    """
    second, minute, hour, day, month, year = raw[0x08:0x0E]
    moment = datetime.fromtimestamp(_moment(raw, 0xC2), UTC)
    try:
        local = datetime(1900 + year, month, day, hour, minute, second)
    except ValueError:
        return moment + timedelta(seconds=first), ()
    quarter = timedelta(minutes=15)
    offset = quarter * round((local - moment.replace(tzinfo=None)) / quarter)
    if offset == _UNSET_ZONE or abs(offset) > timedelta(hours=14):
        said = "the zone of the clock was not set when this was recorded; local time is taken."
        return local + timedelta(seconds=first), (said,)
    return (moment + timedelta(seconds=first)).astimezone(timezone(offset)), ()


def _refuse_cut(raw: bytes, scans: list[_Scan], block: int, steps: int, length: int, name: str) -> None:
    whole = (len(raw) - block) // length
    ends = max(one.data + 6 + 4 * one.points for one in scans) - block
    if block + (steps - 1) * length + ends > len(raw):
        raise DamagedFile(
            f"{name} tells of {steps} scans but holds {max(whole, 0)} whole ones. Expected all of them."
            " The copy or the measurement was interrupted; copy the file again."
        )


def _cut(name: str) -> DamagedFile:
    return DamagedFile(
        f"{name}: the header of the scans points outside the file. Expected a whole .sac file. Copy it again."
    )


def _text(raw: bytes) -> str:
    return raw.split(b"\0")[0].decode("latin-1").strip()
