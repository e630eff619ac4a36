"""Bruker (Siemens) UXD: text of keys and ranges; a block is named by what it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from lmct.instrument.diffraction.axis import refuse_other_axis
from lmct.instrument.diffraction.header_text import number_from_text, time_from_text
from lmct.instrument.diffraction.number_table import translated
from lmct.instrument.diffraction.pattern import COUNTS, RATE
from lmct.instrument.diffraction.scan import RawScan
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile

NAME = "bruker-uxd"
_KEY = re.compile(r"^_(\w+)\s*=\s*(.*)$")
_BLOCK = re.compile(r"^_(2THETA)?(COUNTS|CPS)\s*$", re.IGNORECASE)


def recognises(source: Source) -> bool:
    """Say whether the first line that is no comment gives the version of UXD.

    Parameters
    ----------
    source
        The file.
    """
    lines = (line.strip() for line in source.text_head.splitlines())
    return next((line for line in lines if line and not line.startswith(";")), "").startswith("_FILEVERSION")


def read(source: Source) -> tuple[RawScan, ...]:
    """Return every range of the file.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        A block is empty or no table.
    UnitMismatch
        A range runs along another axis than 2theta.
    """
    keys: dict[str, str] = {}
    scans: list[RawScan] = []
    block: tuple[bool, str] | None = None
    rows: list[str] = []
    for line in [*source.text().splitlines(), "_END="]:
        line = line.strip()
        if not line.startswith("_"):
            if line and not line.startswith(";") and block is not None:
                rows.append(line)
            continue
        if block is not None and rows:
            scans.append(_scan(keys, block, rows, source.name, len(scans)))
            block, rows = None, []
        if marker := _BLOCK.match(line):
            block = (marker[1] is not None, marker[2].upper())
        elif key := _KEY.match(line):
            keys[key[1].upper()] = key[2].strip().strip("'")
    if not scans:
        raise DamagedFile(f"{source.name} holds no range of counts. Expected one. Export it again.")
    return tuple(scans)


def _scan(
    keys: Mapping[str, str], block: tuple[bool, str], rows: list[str], name: str, number: int
) -> RawScan:
    said = refuse_other_axis(keys.get("DRIVE", ""), file=name, scan=number)
    try:
        values = np.array(" ".join(translated(row) for row in rows).split(), dtype=float)
    except ValueError as error:
        raise DamagedFile(
            f"{name}: scan {number} holds text among its numbers ({error}). Expected numbers. Export again."
        ) from error
    if block[0]:
        if len(values) % 2:
            raise DamagedFile(
                f"{name}: scan {number} ends inside a row. Expected pairs. Copy the file again."
            )
        angle, intensity = values[::2], values[1::2]
    else:
        start, step = number_from_text(keys.get("START")), number_from_text(keys.get("STEPSIZE"))
        if start is None or step is None:
            raise DamagedFile(
                f"{name}: scan {number} has no _START or _STEPSIZE. Expected both. Export it again."
            )
        angle, intensity = start + step * np.arange(len(values)), values
    waves = [number_from_text(keys.get(key)) for key in ("WL1", "WL2")]
    return RawScan(
        two_theta=angle,
        intensity=intensity,
        intensity_unit=COUNTS if block[1] == "COUNTS" else RATE,
        counting_time=number_from_text(keys.get("STEPTIME")),
        wavelengths=tuple(value for value in waves if value),
        line_ratio=number_from_text(keys.get("WLRATIO")),
        anode=keys.get("ANODE", ""),
        radius=number_from_text(keys.get("GONIOMETER_RADIUS")),
        start_time=time_from_text(keys.get("DATEMEASURED", "")),
        metadata={key: keys[key] for key in ("SAMPLE", "DRIVE", "STEPTIME", "SITE") if keys.get(key)},
        warnings=(said,) if said else (),
    )
