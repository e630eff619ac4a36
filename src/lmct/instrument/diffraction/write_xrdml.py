"""Patterns written as PANalytical XRDML 2.1, one scan each."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np

from lmct.instrument.diffraction.pattern import COUNTS, DiffractionPattern
from lmct.quantity.errors import UnitMismatch

NAMESPACE = "http://www.xrdml.com/XRDMeasurement/2.1"
EVEN = 1e-6


def write_xrdml(patterns: DiffractionPattern | Iterable[DiffractionPattern], path: str | Path) -> None:
    """Write one or many patterns as .xrdml.

    Parameters
    ----------
    patterns
        Patterns of counts.
    path
        Where to write; an existing file is replaced.

    Raises
    ------
    UnitMismatch
        A pattern holds no counts, for which the format has no place.
    """
    several = (patterns,) if isinstance(patterns, DiffractionPattern) else patterns
    with Path(path).open("w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        out.write(f'<xrdMeasurements xmlns="{NAMESPACE}" status="Completed">\n')
        for number, pattern in enumerate(several):
            out.write(_measurement(pattern, number))
        out.write("</xrdMeasurements>\n")


def _measurement(pattern: DiffractionPattern, number: int) -> str:
    """Return the element of one pattern."""
    if pattern.intensity_unit != COUNTS or np.any(pattern.intensity != np.round(pattern.intensity)):
        raise UnitMismatch(
            f"{pattern.source_file or 'the pattern'}: scan {pattern.scan} holds {pattern.intensity_unit},"
            " not whole counts. Expected counts. Write it as .xye."
        )
    lines = ['<xrdMeasurement measurementType="Scan" status="Completed">', *_wavelengths(pattern)]
    radius = [] if pattern.radius is None else [f'<radius unit="mm">{pattern.radius:.2f}</radius>']
    anode = [f"<xRayTube><anodeMaterial>{escape(pattern.anode)}</anodeMaterial></xRayTube>"]
    lines += ["<incidentBeamPath>", *radius, *(anode if pattern.anode else []), "</incidentBeamPath>"]
    lines += [f'<scan appendNumber="{number}" scanAxis="Gonio" status="Completed">', *_header(pattern)]
    lines += _data_points(pattern)
    if pattern.temperature is not None:
        value = f"<nonAmbientValues>{pattern.temperature:.3f}</nonAmbientValues>"
        lines.append(f'<nonAmbientPoints type="Temperature" unit="K">{value}</nonAmbientPoints>')
    return "\n".join([*lines, "</scan>", "</xrdMeasurement>"]) + "\n"


def _wavelengths(pattern: DiffractionPattern) -> list[str]:
    if not pattern.wavelengths:
        return []
    lines = ['<usedWavelength intended="K-Alpha">']
    for index, value in enumerate(pattern.wavelengths[:2], start=1):
        lines.append(f'<kAlpha{index} unit="Angstrom">{value:.7f}</kAlpha{index}>')
    if pattern.line_ratio is not None:
        lines.append(f"<ratioKAlpha2KAlpha1>{pattern.line_ratio:.4f}</ratioKAlpha2KAlpha1>")
    return [*lines, "</usedWavelength>"]


def _header(pattern: DiffractionPattern) -> list[str]:
    times = {"startTimeStamp": pattern.start_time, "endTimeStamp": pattern.end_time}
    told = [f"<{tag}>{time.isoformat()}</{tag}>" for tag, time in times.items() if time is not None]
    return ["<header>", *told, "</header>"] if told else []


def _data_points(pattern: DiffractionPattern) -> list[str]:
    angle = pattern.two_theta
    even = np.linspace(angle[0], angle[-1], len(angle))
    if np.abs(angle - even).max() <= EVEN:
        ends = (("startPosition", angle[0]), ("endPosition", angle[-1]))
        positions = "".join(f"<{tag}>{value:.8f}</{tag}>" for tag, value in ends)
    else:
        positions = f"<listPositions>{' '.join(f'{value:.8f}' for value in angle)}</listPositions>"
    counts = " ".join(f"{value:.0f}" for value in pattern.intensity)
    time = pattern.metadata.get("counting_time_second", "")
    return [
        "<dataPoints>",
        f'<positions axis="2Theta" unit="deg">{positions}</positions>',
        *([f'<commonCountingTime unit="seconds">{escape(time)}</commonCountingTime>'] if time else []),
        f'<counts unit="counts">{counts}</counts>',
        "</dataPoints>",
    ]
