"""PHI MultiPak and SmartSoft (.spe, .pro): a text header and binary spectra; one a cycle of a profile."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from jaxtyping import Float

from lmct.instrument.photoemission.raw import BINDING, RawSpectrum, optional_number
from lmct.instrument.photoemission.spectrum import ARBITRARY, COUNTS, RATE
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile

NAME = "phi-spe"
BEGIN, END = b"SOFH", b"EOFH"
HEAD, ENTRY = 16, 96
"""Bytes before the list of spectra, and of each of its entries [B]."""

UNITS = {"c/s": RATE, "c": COUNTS, "cts": COUNTS}


@dataclass(frozen=True)
class _Region:
    """One region as the header defines it."""

    name: str
    points: int
    step: float
    start: float
    dwell: float
    pass_energy: float
    sweeps: int


def recognises(source: Source) -> bool:
    """Say whether the file begins with the mark of PHI's header."""
    return source.head.startswith(BEGIN)


def read(source: Source) -> tuple[RawSpectrum, ...]:
    """Return every spectrum; a depth profile gives one a cycle and region.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        Header or data are cut off, or contradict each other.
    """
    raw = source.path.read_bytes()
    end = raw.find(END)
    if end < 0:
        raise _cut(source.name, "the end of its header")
    lines = raw[:end].decode("latin-1").splitlines()
    settings = {key: value.strip() for key, _, value in (line.partition(": ") for line in lines)}
    regions = _regions(source.name, lines)
    body = raw[raw.find(b"\n", end) + 1 :]
    if len(body) < HEAD:
        raise _cut(source.name, "the list of its spectra")
    how_many = struct.unpack("<4I", body[:HEAD])[1]
    if len(body) < HEAD + ENTRY * how_many:
        raise _cut(source.name, "the list of its spectra")
    found: list[RawSpectrum] = []
    for number in range(how_many):
        entry = body[HEAD + ENTRY * number : HEAD + ENTRY * (number + 1)]
        region = regions.get(struct.unpack("<I", entry[12:16])[0])
        if region is not None and entry[32:35] == b"pnt":
            unit = UNITS.get(entry[56:64].rstrip(b"\0").decode("latin-1"), ARBITRARY)
            table = _table(source.name, body, entry, region)
            found += [_spectrum(row, region, unit, settings) for row in table]
    if not found:
        raise DamagedFile(f"{source.name} holds no spectrum. Expected one a region. Export the file again.")
    return tuple(found)


def _regions(name: str, lines: list[str]) -> dict[int, _Region]:
    defined = [line.split() for line in lines if line.startswith("SpectralRegDef:")]
    sweeps = {
        words[1]: words[3]
        for words in (line.split() for line in lines if line.startswith("SpectralRegDef2:"))
        if len(words) > 3
    }
    found = {}
    for words in defined:
        try:
            found[int(words[1])] = _Region(
                name=words[3], points=int(words[5]), step=float(words[6]), start=float(words[7]),
                dwell=float(words[11]), pass_energy=float(words[12]), sweeps=int(sweeps.get(words[1], "1")),
            )  # fmt: skip
        except (ValueError, IndexError) as error:
            raise DamagedFile(
                f"{name}: the header line {' '.join(words)[:60]!r} defines no region. Expected name, points,"
                " step and start. The file was altered; copy it again from the instrument."
            ) from error
    return found


def _table(name: str, body: bytes, entry: bytes, region: _Region) -> Float[np.ndarray, "cycle point"]:
    points, cycles = struct.unpack("<2I", entry[20:28])
    kind = entry[72:74].decode("latin-1")
    size, offset = struct.unpack("<2I", entry[76:84])
    if kind not in ("f4", "f8") or points != region.points or size != points * cycles * int(kind[1]):
        raise DamagedFile(
            f"{name}: region {region.name} has {points} x {cycles} values of type {kind!r} in {size} bytes,"
            f" and {region.points} points in the header. Expected these to agree. Copy the file again."
        )
    if offset + size > len(body):
        raise _cut(name, f"the values of region {region.name}")
    values = np.frombuffer(body[offset : offset + size], dtype=f"<{kind}")
    return values.reshape(cycles, points).astype(float)


def _spectrum(
    values: Float[np.ndarray, "point"], region: _Region, unit: str, settings: dict[str, str]
) -> RawSpectrum:
    source = settings.get("XraySource", "").split()
    return RawSpectrum(
        energy=region.start + region.step * np.arange(region.points),
        intensity=values,
        axis=BINDING,
        intensity_unit=unit,
        photon_energy=optional_number(source[1]) if len(source) > 1 else None,
        region=region.name,
        sample=settings.get("FileDesc", ""),
        pass_energy=region.pass_energy,
        work_function=optional_number(settings.get("AnalyserWorkFcn")),
        dwell_time=region.dwell or None,
        scans=region.sweeps,
        start_time=_moment(settings.get("AcqFileDate", "")),
        technique=settings.get("Technique", ""),
        metadata=settings,
    )


def _moment(text: str) -> datetime | None:
    try:
        return datetime(*(int(part) for part in text.split()[:3]))  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return None


def _cut(name: str, what: str) -> DamagedFile:
    return DamagedFile(
        f"{name} ends before {what}. Expected a whole PHI file. The copy is incomplete; copy it again."
    )
