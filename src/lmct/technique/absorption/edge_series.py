"""Edge energies of a series against charge, voltage and lithium: how they move, and how far from a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.absorption.cell_of_series import CLOCK_OPTIONS, Course, course_of, series_of
from lmct.technique.absorption.edge import DEFINITIONS, HALF
from lmct.technique.absorption.figure_course import course_sheet
from lmct.technique.contract import AnalysisResult, FigureSheet, Measurement
from lmct.technique.option import refuse_unknown, text_option

BENT = 2.0
"""The edge is not linear when it leaves a line by so many times its scatter from scan to scan [1]."""


def analyse_edge_series(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Return how the edge of every series moves.

    Parameters
    ----------
    measurements
        Series, and the cells of the same samples.
    options
        ``definition`` of the edge, and those of :data:`CLOCK_OPTIONS`.

    Returns
    -------
    :
        Edge energies of first, last, lowest and highest scan, correlation with charge, whether a line holds.

    Raises
    ------
    UnknownName, OutOfRange
        An option does not exist or makes no sense.
    """
    refuse_unknown(options, (*CLOCK_OPTIONS, "definition"), technique="edge_series")
    definition = text_option(options, "definition", HALF, among=DEFINITIONS)
    findings: list[Finding] = []
    sheets: list[FigureSheet] = []
    messages: list[str] = []
    several = series_of(measurements)
    for series in several:
        course = course_of(series, measurements, options)
        energy = series.dataset[f"edge_{definition}"].values
        spread = np.hypot(
            series.dataset[f"edge_{definition}_uncertainty"].values,
            series.dataset["shift_uncertainty"].values,
        )
        messages += course.messages
        findings += _findings(series, course, energy, spread, definition)
        said = _linearity(series, course, energy, spread)
        messages += [said] if said else []
        sheets.append(
            course_sheet(
                course,
                series.name,
                {definition.replace("_", " "): (energy, spread)},
                name="edge_series",
                title="Edge energy",
                label="Edge energy (eV)",
                unit="eV",
            )
        )
    if not several:
        messages.append("there is no series of two or more spectra: no edge series.")
    return AnalysisResult(tuple(findings), tuple(sheets), tuple(messages))


def _findings(
    series: Measurement, course: Course, energy: np.ndarray, spread: np.ndarray, definition: str
) -> list[Finding]:
    good = np.flatnonzero(np.isfinite(energy))
    if not good.size:
        return []
    lowest, highest = good[np.argmin(energy[good])], good[np.argmax(energy[good])]
    places = {"first scan": good[0], "last scan": good[-1], "lowest": lowest, "highest": highest}
    found = []
    for words, place in places.items():
        where = f", {course.place[place]:.4g} {course.unit}" if course.joined is not None else ""
        condition = f"{definition.replace('_', ' ')}, {words} ({series.name}, scan {place}{where})"
        value = Value(float(energy[place]), float(spread[place]), "eV")
        found.append(_finding("edge_energy", value, condition, series, course))
    if course.joined is not None and len(good) > 3:
        inside = good[np.isfinite(course.place[good])]
        if len(inside) > 3:
            together = float(np.corrcoef(energy[inside], course.place[inside])[0, 1])
            doubt = (1.0 - together**2) / float(np.sqrt(len(inside) - 1))
            condition = f"{definition.replace('_', ' ')} with charge, {series.name}, {len(inside)} scans"
            found.append(
                _finding("edge_charge_correlation", Value(together, doubt, ""), condition, series, course)
            )
    return found


def _finding(quantity: str, value: Value, condition: str, series: Measurement, course: Course) -> Finding:
    sources = [series] + ([course.cell] if course.cell is not None else [])
    return Finding(
        quantity=quantity,
        value=value,
        sample=series.sample,
        technique="absorption",
        condition=condition,
        source_file="; ".join(one.source_file for one in sources),
        source_sha256="; ".join(one.source_sha256 for one in sources),
        note="an edge shift is no measure of charge by itself; see whether it is linear in the charge.",
    )


def _linearity(series: Measurement, course: Course, energy: np.ndarray, spread: np.ndarray) -> str:
    """Say whether the edge is linear in the charge: the scatter from scan to scan is the yardstick."""
    good = np.isfinite(energy) & np.isfinite(course.place)
    if course.joined is None or good.sum() < 8:
        return ""
    place, level = course.place[good], energy[good]
    scaled = (place - place.mean()) / max(float(np.ptp(place)), 1e-12)
    rest = level - np.polyval(np.polyfit(scaled, level, 1), scaled)
    scatter = max(float(np.sqrt(0.5 * np.mean(np.diff(rest) ** 2))), float(np.median(spread[good])))
    wide, off = float(np.sqrt(np.mean(rest**2))), float(np.max(np.abs(rest)))
    if wide <= BENT * scatter:
        return f"{series.name}: the edge is linear in the charge within {wide:.3f} eV."
    return (
        f"{series.name}: the edge is not linear in the charge: up to {off:.2f} eV off a line, {wide:.3f} rms"
        f" against {scatter:.3f} from scan to scan. Do not read its shift as charge."
    )
