"""Rigaku RASX: a zip with a table and a header in XML for each scan."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lmct.instrument.archive import read_member
from lmct.instrument.diffraction.axis import refuse_other_axis
from lmct.instrument.diffraction.header_text import number_from_text, time_from_text
from lmct.instrument.diffraction.number_table import table_of
from lmct.instrument.diffraction.pattern import COUNTS, RATE
from lmct.instrument.diffraction.scan import RawScan
from lmct.instrument.diffraction.xml_text import parsed, text_of
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAME = "rigaku-rasx"
_PROFILE = re.compile(r"Data(\d+)/Profile\d+\.txt")
_SECONDS = {"deg/min": 60.0, "deg/sec": 1.0, "deg/s": 1.0}
UNITS = {"counts": COUNTS, "cps": RATE}


def recognises(source: Source) -> bool:
    """Say whether the archive holds profiles of SmartLab Studio.

    Parameters
    ----------
    source
        The file.
    """
    return any(_PROFILE.fullmatch(name) for name in source.members)


def read(source: Source) -> tuple[RawScan, ...]:
    """Return every scan, in order.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        A table is cut off.
    UnitMismatch
        A scan runs along another axis than 2theta.
    """
    found = sorted((int(m[1]), m[0]) for n in source.members if (m := _PROFILE.fullmatch(n)))
    return tuple(_scan(source, member, number) for number, (_, member) in enumerate(found))


def _scan(source: Source, member: str, number: int) -> RawScan:
    folder = member.partition("/")[0]
    text = read_member(source.path, member, name=source.name).decode("utf-8-sig", errors="replace")
    table = table_of(text.splitlines(), name=f"{source.name}/{member}")
    if table.shape[1] < 2:
        raise DamagedFile(f"{source.name}: {member} has one column. Expected two or three. Copy it again.")
    headers = [n for n in source.members if n.startswith(folder + "/") and n.endswith(".xml")]
    facts: dict[str, Any] = {}
    said: list[str] = []
    if headers:
        raw = read_member(source.path, headers[0], name=source.name).decode("utf-8-sig", errors="replace")
        root = parsed(raw, name=f"{source.name}/{headers[0]}")
        axis = text_of(root, "ScanInformation", "AxisName")
        said.append(refuse_other_axis(axis, file=source.name, scan=number))
        facts = _facts(root)
    if table.shape[1] > 2 and (table[:, 2] != 1.0).any():
        said.append(
            "an attenuator was in the beam at some points; its factor is in the file and not applied."
        )
    return RawScan(
        two_theta=table[:, 0], intensity=table[:, 1], warnings=tuple(s for s in said if s), **facts
    )


def _facts(root: Element) -> dict[str, Any]:
    """Return wavelengths, times, unit and counting time."""
    waves = [number_from_text(text_of(root, tag)) for tag in ("WavelengthKalpha1", "WavelengthKalpha2")]
    only_first = text_of(root, "WaveType") == "Ka1"
    metadata = {
        "scan_axis": text_of(root, "ScanInformation", "AxisName"),
        "scan_mode": text_of(root, "ScanInformation", "Mode"),
        "optics": text_of(root, "Optics", "Attribute"),
        "instrument": text_of(root, "GeneralInformation", "SystemName"),
        "sample": text_of(root, "GeneralInformation", "SampleName"),
        "wave_type": text_of(root, "WaveType"),
    }
    return {
        "wavelengths": tuple(value for value in waves[: 1 if only_first else 2] if value),
        "anode": text_of(root, "TargetName"),
        "intensity_unit": UNITS.get(text_of(root, "ScanInformation", "IntensityUnit").lower(), ""),
        "counting_time": counting_time(
            step=text_of(root, "ScanInformation", "Step"),
            speed=text_of(root, "ScanInformation", "Speed"),
            unit=text_of(root, "ScanInformation", "SpeedUnit"),
        ),
        "start_time": time_from_text(text_of(root, "ScanInformation", "StartTime")),
        "end_time": time_from_text(text_of(root, "ScanInformation", "EndTime")),
        "metadata": {name: value for name, value in metadata.items() if value},
    }


def counting_time(*, step: str, speed: str, unit: str) -> float | None:
    """Return the time a point from step and speed [s]; None when one of them is not told.

    Parameters
    ----------
    step
        As text [deg].
    speed
        As text, in ``unit``.
    unit
        ``deg/min`` or ``deg/sec``.

    Examples
    --------
    >>> counting_time(step="0.02", speed="12.0", unit="deg/min")
    0.1
    """
    width, pace = number_from_text(step), number_from_text(speed)
    seconds = _SECONDS.get(unit.strip().lower())
    if not width or not pace or seconds is None:
        return None
    return width / pace * seconds
