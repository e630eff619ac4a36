"""Bruker BRML: a zip of XML, one RawData file a scan; columns are found from the DataViews, never counted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from lmct.instrument.archive import read_member
from lmct.instrument.diffraction.axis import refuse_other_axis
from lmct.instrument.diffraction.header_text import number_from_text, time_from_text
from lmct.instrument.diffraction.pattern import COUNTS, RATE
from lmct.instrument.diffraction.scan import RawScan
from lmct.instrument.diffraction.xml_text import every, first, parsed, text_of
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAME = "bruker-brml"
BLANK = -9999.0
_RAW_DATA = re.compile(r"Experiment(\d+)/RawData(\d+)\.xml")
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"

Table = Float[np.ndarray, "point column"]


def recognises(source: Source) -> bool:
    """Say whether the archive holds scans of DIFFRAC.MEASUREMENT.

    Parameters
    ----------
    source
        The file.
    """
    return any(_RAW_DATA.fullmatch(name) or name == "experimentCollection.xml" for name in source.members)


def read(source: Source) -> tuple[RawScan, ...]:
    """Return every measured scan, in the order of experiments and scans.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        There is no scan, or one is cut off or of a layout that names no columns.
    UnitMismatch
        A scan runs along another axis than 2theta.
    """
    found = sorted((int(m[1]), int(m[2]), m[0]) for n in source.members if (m := _RAW_DATA.fullmatch(n)))
    if not found:
        raise DamagedFile(
            f"{source.name} holds no measured scan. Expected Experiment0/RawData0.xml. Nothing was"
            " measured; export another."
        )
    scans = []
    for number, (_, _, member) in enumerate(found):
        text = read_member(source.path, member, name=source.name).decode("utf-8-sig", errors="replace")
        scans.append(_scan(parsed(text, name=f"{source.name}/{member}"), name=source.name, number=number))
    return tuple(scans)


def _scan(root: Element, *, name: str, number: int) -> RawScan:
    """Return the measured route of one RawData file."""
    routes = [route for route in every(root, "DataRoute") if route.get("RouteFlag") == "Measured"]
    if not routes:
        raise DamagedFile(
            f"{name}: scan {number} holds no measured data. Expected them. Copy the file again."
        )
    route, said = routes[0], []
    if len(routes) > 1:
        said.append(f"{len(routes) - 1} further routes of measured data were left out.")
    table = _table(route, name=name, number=number)
    columns = _columns(route)
    if "TwoTheta" not in columns or "counts" not in columns:
        axes = [axis.get("AxisId", "") for axis in every(route, "ScanAxisInfo")]
        refuse_other_axis(axes[0] if axes else "", file=name, scan=number)
        raise DamagedFile(
            f"{name}: scan {number} does not name columns of TwoTheta and of one counter (it has"
            f" {', '.join(columns) or 'none'}). Expected a line scan of 2theta. Export it as text."
        )
    intensity = table[:, columns["counts"]]
    attenuation = table[:, columns["AbsorptionFactor"]] if "AbsorptionFactor" in columns else None
    if attenuation is not None and np.ptp(attenuation) > 0:
        said.append("counts behind the automatic absorber were multiplied by its factor by the instrument.")
    return RawScan(
        two_theta=table[:, columns["TwoTheta"]],
        intensity=np.where(intensity == BLANK, np.nan, intensity),
        attenuation=attenuation,
        intensity_unit=_unit(route),
        counting_time=number_from_text(text_of(route, "TimePerStepEffective")),
        warnings=tuple(said),
        **_facts(root, route),
    )


def _table(route: Element, *, name: str, number: int) -> Table:
    """Return the rows of a route."""
    rows = [(row.text or "").split(",") for row in every(route, "Datum")]
    if not rows or len({len(row) for row in rows}) != 1:
        raise DamagedFile(
            f"{name}: scan {number} holds {len(rows)} rows of unequal length. Expected a table. Copy it."
        )
    try:
        return np.array(rows, dtype=float)
    except ValueError as error:
        raise DamagedFile(
            f"{name}: scan {number} holds text among its numbers ({error}). Expected numbers. Copy it again."
        ) from error


def _columns(route: Element) -> dict[str, int]:
    """Return where each quantity stands in a row, as the DataViews tell."""
    found: dict[str, int] = {}
    for view in every(route, "RawDataView"):
        start, length = int(view.get("Start", "0")), int(view.get("Length", "1"))
        kind = view.get(_TYPE, "")
        if kind == "FixedRawDataView":
            found[view.get("LogicName", "")] = start
        elif kind == "VaryingRawDataView":
            axes = [axis.get("AxisId", "") for axis in every(view, "FieldDefinitions")]
            found.update((axis, start + shift) for shift, axis in enumerate(axes))
        elif kind == "RecordedRawDataView" and length == 1:
            found.setdefault("counts", start)
    return found


def _unit(route: Element) -> str:
    """Return the unit of the counter, empty when it is not known."""
    for recording in every(route, "Recording"):
        unit = first(recording, "Unit")
        base = "" if unit is None else unit.get("Base", "")
        return {"Counts": COUNTS, "CountsPerSecond": RATE}.get(base, "")
    return ""


def _facts(root: Element, route: Element) -> dict[str, Any]:
    """Return wavelengths, times, radius and optics."""
    waves = [_value(root, tag) for tag in ("WaveLengthAlpha1", "WaveLengthAlpha2")]
    metadata = {
        "scan_name": next((e.get("ScanName", "") for e in every(route, "ScanInformation")), ""),
        "scan_mode": text_of(route, "ScanMode"),
        "counting_time_second": text_of(route, "TimePerStepEffective"),
        "detector": next((e.get("VisibleName", "") for e in _infos(root, "Detectors")), ""),
        "status": text_of(root, "MeasurementStatus"),
    }
    return {
        "wavelengths": tuple(value for value in waves if value),
        "line_ratio": _value(root, "WaveLengthRatio"),
        "anode": text_of(root, "TubeMaterial"),
        "radius": _value(root, "SecondaryTracks", "Radius"),
        "start_time": time_from_text(text_of(root, "TimeStampStarted")),
        "end_time": time_from_text(text_of(root, "TimeStampFinished")),
        "metadata": {name: value for name, value in metadata.items() if value},
    }


def _infos(root: Element, group: str) -> list[Element]:
    parent = first(root, group)
    return [] if parent is None else list(every(parent, "InfoData"))


def _value(root: Element, *path: str) -> float | None:
    """Return the number in the attribute Value of an element."""
    found = first(root, *path)
    return None if found is None else number_from_text(found.get("Value"))
