"""PANalytical (Malvern) XRDML 1.x and 2.x: one or many scans, read by local names as namespaces vary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from lmct.instrument.diffraction.axis import refuse_other_axis
from lmct.instrument.diffraction.header_text import number_from_text, time_from_text
from lmct.instrument.diffraction.pattern import COUNTS, RATE
from lmct.instrument.diffraction.scan import RawScan
from lmct.instrument.diffraction.xml_text import every, first, parsed, text_of
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAME = "panalytical-xrdml"

Points = Float[np.ndarray, "point"]


def recognises(source: Source) -> bool:
    """Say whether the root element is that of XRDML.

    Parameters
    ----------
    source
        The file.
    """
    return "<xrdMeasurements" in source.text_head[:4096]


def read(source: Source) -> tuple[RawScan, ...]:
    """Return every scan of the file.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        The file is cut off, or a scan has no points.
    UnitMismatch
        A scan runs along another axis than 2theta.
    """
    root = parsed(source.text(), name=source.name)
    pairs = [(m, s) for m in every(root, "xrdMeasurement") for s in every(m, "scan")]
    if not pairs:
        raise DamagedFile(
            f"{source.name} holds no scan. Expected at least one <scan>. The measurement was stopped before"
            " it began; export another."
        )
    return tuple(_scan(m, s, name=source.name, number=i) for i, (m, s) in enumerate(pairs))


def _scan(measurement: Element, scan: Element, *, name: str, number: int) -> RawScan:
    """Return one scan with the optics of its measurement."""
    said = [refuse_other_axis(scan.get("scanAxis", ""), file=name, scan=number)]
    if scan.get("status", "Completed") != "Completed":
        said.append(f"the scan was not finished: its status is {scan.get('status')!r}.")
    points = first(scan, "dataPoints")
    stored = next((e for e in scan.iter() if e.tag.rpartition("}")[2] in ("counts", "intensities")), None)
    if points is None or stored is None:
        raise DamagedFile(
            f"{name}: scan {number} holds no counts. Expected <counts> or <intensities>. Copy the file again."
        )
    intensity = _numbers(stored, name=name, number=number)
    factors = first(points, "beamAttenuationFactors")
    attenuation = None if factors is None else _numbers(factors, name=name, number=number)
    if attenuation is not None and len(attenuation) == len(intensity):
        intensity = intensity * attenuation
        if np.ptp(attenuation) > 0:
            said.append("counts behind the beam attenuator were multiplied by its factor.")
    return RawScan(
        two_theta=_angles(points, len(intensity), name=name, number=number),
        intensity=intensity,
        intensity_unit=RATE if stored.get("unit") == "cps" else COUNTS,
        attenuation=attenuation,
        counting_time=_counting_time(points, name=name, number=number),
        warnings=tuple(sentence for sentence in said if sentence),
        **_facts(measurement, scan),
    )


def _numbers(element: Element, *, name: str, number: int) -> Points:
    """Return the numbers in the text of an element."""
    try:
        return np.array((element.text or "").split(), dtype=float)
    except ValueError as error:
        raise DamagedFile(
            f"{name}: scan {number} holds text among its numbers ({error}). Expected numbers. Copy it again."
        ) from error


def _angles(points: Element, count: int, *, name: str, number: int) -> Points:
    """Return 2theta, listed or from start and end."""
    for positions in every(points, "positions"):
        if positions.get("axis") != "2Theta":
            continue
        listed = first(positions, "listPositions")
        if listed is not None:
            return _numbers(listed, name=name, number=number)
        ends = [number_from_text(text_of(positions, tag)) for tag in ("startPosition", "endPosition")]
        if ends[0] is not None and ends[1] is not None:
            return np.linspace(ends[0], ends[1], count)
    raise DamagedFile(
        f"{name}: scan {number} has no positions of the axis 2Theta. Expected start and end, or a list."
        " Export a scan of 2theta."
    )


def _counting_time(points: Element, *, name: str, number: int) -> float | Points | None:
    listed = first(points, "countingTimes")
    if listed is not None:
        return _numbers(listed, name=name, number=number)
    return number_from_text(text_of(points, "commonCountingTime"))


def _facts(measurement: Element, scan: Element) -> dict[str, Any]:
    """Return wavelengths, times, temperature and optics."""
    waves = [number_from_text(text_of(measurement, "usedWavelength", tag)) for tag in ("kAlpha1", "kAlpha2")]
    return {
        "wavelengths": tuple(value for value in waves if value),
        "line_ratio": number_from_text(text_of(measurement, "usedWavelength", "ratioKAlpha2KAlpha1")),
        "anode": text_of(measurement, "xRayTube", "anodeMaterial"),
        "radius": number_from_text(text_of(measurement, "incidentBeamPath", "radius")),
        "start_time": time_from_text(text_of(scan, "header", "startTimeStamp")),
        "end_time": time_from_text(text_of(scan, "header", "endTimeStamp")),
        "temperature": _temperature(scan),
        "metadata": _metadata(measurement, scan),
    }


def _temperature(scan: Element) -> float | None:
    """Return the mean temperature of a non-ambient stage [K]."""
    for stage in every(scan, "nonAmbientPoints"):
        values = [number_from_text(word) for word in text_of(stage, "nonAmbientValues").split()]
        told = [value for value in values if value is not None]
        if stage.get("type") == "Temperature" and told:
            return float(np.mean(told))
    return None


def _metadata(measurement: Element, scan: Element) -> dict[str, str]:
    found = {
        "scan_axis": scan.get("scanAxis", ""),
        "scan_mode": scan.get("mode", ""),
        "sample_mode": measurement.get("sampleMode", ""),
        "counting_time_second": text_of(scan, "dataPoints", "commonCountingTime"),
        "detector": next((e.get("name", "") for e in every(measurement, "detector")), ""),
        "mirror": next((e.get("name", "") for e in every(measurement, "xRayMirror")), ""),
        "intended_line": next((e.get("intended", "") for e in every(measurement, "usedWavelength")), ""),
        "voltage_kilovolt": text_of(measurement, "xRayTube", "tension"),
        "instrument": text_of(scan, "header", "source", "instrumentControlSoftware"),
    }
    return {name: value for name, value in found.items() if value}
