"""How many species a series holds, with the test in words, and what they look like without references."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.absorption.cell_of_series import CLOCK_OPTIONS, course_of, series_of
from lmct.technique.absorption.components import Components, principal_components
from lmct.technique.absorption.figure_course import course_sheet
from lmct.technique.absorption.request import pair_option
from lmct.technique.absorption.resolution import Resolution, resolve_components
from lmct.technique.contract import AnalysisResult, FigureSheet, Measurement
from lmct.technique.figure_style import CATEGORIES, DOUBLE, GREY, METAL, SMALL_TEXT, new_figure, slug
from lmct.technique.option import number_option, refuse_unknown

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FRONT, BEHIND = 20.0, 55.0
SHOWN = 10


def analyse_components(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Return rank, variance and resolved components of every series of four spectra or more.

    Parameters
    ----------
    measurements
        Series, and the cells of the same samples.
    options
        ``energy_range`` [eV], ``count`` of components to resolve (the practical rank by default), and
        those of :data:`CLOCK_OPTIONS`.

    Returns
    -------
    :
        Rank with the test in words, and figures.

    Raises
    ------
    UnknownName, OutOfRange
        An option does not exist or makes no sense.
    """
    refuse_unknown(options, (*CLOCK_OPTIONS, "energy_range", "count"), technique="components")
    findings: list[Finding] = []
    sheets: list[FigureSheet] = []
    messages: list[str] = []
    several = series_of(measurements, least=4)
    for series in several:
        energy, levels = levels_about_edge(series, pair_option(options, "energy_range"))
        found = principal_components(absorption=levels, energy=energy)
        count = int(number_option(options, "count", found.practical_rank, low=1, high=8))
        findings.append(_rank_finding(series, found))
        messages.append(f"{series.name}: {found.rank_message}")
        sheets.append(_scree_sheet(found, series.name))
        if count < 2:
            continue
        resolved = resolve_components(absorption=levels, count=count)
        fewer = resolve_components(absorption=levels, count=count - 1).residual if count > 2 else None
        messages.append(_resolution_message(series.name, resolved, fewer))
        sheets.append(_component_sheet(energy, resolved, series.name))
        course = course_of(series, measurements, options)
        spans = 0.5 * (resolved.highest - resolved.lowest)
        curves = {
            f"component {place + 1}": (resolved.fractions[:, place], spans[:, place])
            for place in range(count)
        }
        sheets.append(
            course_sheet(
                course, series.name, curves, name="components", title="Components", label="Fraction", unit="1"
            )
        )
    if not several:
        messages.append("there is no series of four or more spectra: no components.")
    return AnalysisResult(tuple(findings), tuple(sheets), tuple(messages))


def levels_about_edge(
    series: Measurement, limits: tuple[float, float] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return energies and spectra of a series about its edge.

    Parameters
    ----------
    series
        The series.
    limits
        Range [eV]; from 20 eV in front of to 55 eV behind the edge by default, a third of it at soft edges.
    """
    energy = series.dataset["energy"].values
    half = float(np.nanmedian(series.dataset["edge_half_height"].values))
    scale = 1.0 if half > 2000.0 else 1.0 / 3.0
    low, high = limits or (half - scale * FRONT, half + scale * BEHIND)
    inside = (energy >= low) & (energy <= high)
    return energy[inside], series.dataset["absorption"].values[:, inside]


def _rank_finding(series: Measurement, found: Components) -> Finding:
    return Finding(
        "rank",
        Value(float(found.practical_rank), 0.0, ""),
        series.sample,
        "absorption",
        series.name,
        series.source_file,
        series.source_sha256,
        f"{found.rank_message} Malinowski's indicator is smallest at {found.indicator_rank}.",
    )


def _resolution_message(name: str, resolved: Resolution, fewer: float | None) -> str:
    """Say how well components describe the series, and how ambiguous they are."""
    count = resolved.spectra.shape[0]
    span = float(np.max(resolved.highest - resolved.lowest))
    less = f" (one fewer: {fewer:.2g})" if fewer is not None else ""
    return (
        f"{name}: {count} components leave {resolved.residual:.2g} rms{less}. Mixing pairs within the"
        f" constraints changes fractions by up to {span:.2f}: components are shapes that fit, not species,"
        " until references say so."
    )


def _scree_sheet(found: Components, name: str) -> FigureSheet:
    number = np.arange(1, min(SHOWN, len(found.indicator)) + 1)
    values, ratio = found.singular_values[: len(number)], found.von_neumann[: len(number)]
    indicator = found.indicator[: len(number)]

    def draw() -> Figure:
        figure, (left, right) = new_figure(width=DOUBLE, height=60.0, columns=2)
        left.semilogy(number, values, "o-", color=METAL, markersize=3, linewidth=0.8)
        left.axvline(found.practical_rank + 0.5, color=GREY, linewidth=0.6, linestyle="--")
        left.set(xlabel="Component", ylabel="Singular value")
        right.plot(number, ratio, "o-", color=METAL, markersize=3, linewidth=0.8)
        right.axhline(2.0, color=GREY, linewidth=0.6, linestyle=":")
        right.set(xlabel="Component", ylabel="von Neumann ratio (noise: 2)")
        return figure

    return FigureSheet(
        name=f"scree_{slug(name)}",
        title=f"Components of {name}",
        caption=found.rank_message,
        draw=draw,
        columns={
            "component": ("1", number.astype(float)),
            "singular value": ("1", values),
            "von Neumann ratio": ("1", ratio),
            "indicator": ("1", indicator),
        },
    )


def _component_sheet(energy: np.ndarray, resolved: Resolution, name: str) -> FigureSheet:
    def draw() -> Figure:
        figure, (axes,) = new_figure(height=65.0)
        for place, spectrum in enumerate(resolved.spectra):
            colour = CATEGORIES[place % len(CATEGORIES)]
            axes.plot(energy, spectrum, color=colour, linewidth=0.8, label=f"component {place + 1}")
        axes.set(xlabel="Photon energy (eV)", ylabel="Normalised absorption")
        axes.legend(fontsize=SMALL_TEXT, frameon=False)
        return figure

    columns = {"energy": ("eV", energy)}
    columns |= {f"component {place + 1}": ("1", one) for place, one in enumerate(resolved.spectra)}
    return FigureSheet(
        name=f"component_spectra_{slug(name)}",
        title=f"Spectra of the components of {name}",
        caption="Alternating least squares; spectra and fractions not negative, fractions sum to 1. One of"
        " many answers that fit alike.",
        draw=draw,
        columns=columns,
    )
