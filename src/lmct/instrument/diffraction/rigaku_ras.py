"""Rigaku RAS: text with a header and a table for each scan."""

from __future__ import annotations

import re
from typing import Any

from lmct.instrument.diffraction.axis import refuse_other_axis
from lmct.instrument.diffraction.header_text import number_from_text, time_from_text
from lmct.instrument.diffraction.number_table import table_of
from lmct.instrument.diffraction.rigaku_rasx import UNITS, counting_time
from lmct.instrument.diffraction.scan import RawScan
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile

NAME = "rigaku-ras"
_BLOCK = re.compile(
    r"\*RAS_HEADER_START(.*?)\*RAS_HEADER_END\s*\*RAS_INT_START(.*?)(\*RAS_INT_END|\Z)", re.DOTALL
)
_FACT = re.compile(r'^\*(\S+)\s+"(.*)"\s*$', re.MULTILINE)


def recognises(source: Source) -> bool:
    """Say whether the text begins as SmartLab writes it.

    Parameters
    ----------
    source
        The file.
    """
    return source.text_head.lstrip("\ufeff \r\n").startswith("*RAS_DATA_START")


def read(source: Source) -> tuple[RawScan, ...]:
    """Return every scan, in order.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        The file is cut off.
    UnitMismatch
        A scan runs along another axis than 2theta.
    """
    blocks = _BLOCK.findall(source.text())
    if not blocks or not blocks[-1][2]:
        raise DamagedFile(
            f"{source.name} ends inside scan {max(len(blocks) - 1, 0)}. Expected *RAS_INT_END. Copy it again."
        )
    return tuple(_scan(dict(_FACT.findall(h)), t, source.name, i) for i, (h, t, _) in enumerate(blocks))


def _scan(header: dict[str, str], rows: str, name: str, number: int) -> RawScan:
    table = table_of(rows.splitlines(), name=f"{name}: scan {number}")
    said = [refuse_other_axis(header.get("MEAS_SCAN_AXIS_X", ""), file=name, scan=number)]
    if table.shape[1] > 2 and (table[:, 2] != 1.0).any():
        said.append(
            "an attenuator was in the beam at some points; its factor is in the file and not applied."
        )
    return RawScan(
        two_theta=table[:, 0], intensity=table[:, 1], warnings=tuple(s for s in said if s), **_facts(header)
    )


def _facts(header: dict[str, str]) -> dict[str, Any]:
    """Return wavelengths, times, unit and counting time."""
    keys = ("HW_XG_WAVE_LENGTH_ALPHA1", "HW_XG_WAVE_LENGTH_ALPHA2")
    waves = [number_from_text(header.get(key)) for key in keys]
    shown = ("MEAS_SCAN_MODE", "MEAS_SCAN_AXIS_X", "FILE_SAMPLE", "HW_GONIOMETER_NAME-0")
    return {
        "wavelengths": tuple(value for value in waves if value),
        "anode": header.get("HW_XG_TARGET_NAME", ""),
        "intensity_unit": UNITS.get(header.get("MEAS_SCAN_UNIT_Y", "").lower(), ""),
        "counting_time": counting_time(
            step=header.get("MEAS_SCAN_STEP", ""),
            speed=header.get("MEAS_SCAN_SPEED", ""),
            unit=header.get("MEAS_SCAN_SPEED_UNIT", ""),
        ),
        "start_time": time_from_text(header.get("MEAS_SCAN_START_TIME", "")),
        "end_time": time_from_text(header.get("MEAS_SCAN_END_TIME", "")),
        "metadata": {key: header[key] for key in shown if header.get(key)},
    }
