"""Normalised spectra of samples one above the other, and of a series from first to last (Fig. 2b, c)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lmct.technique.contract import FigureSheet, Measurement
from lmct.technique.figure_style import (
    CATEGORIES,
    SINGLE,
    SMALL_TEXT,
    evenly_chosen,
    new_figure,
    ordered_colours,
    slug,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_LINES = 16
"""Spectra of a series in a figure, evenly chosen."""

FRONT, BEHIND = 20.0, 50.0
"""What is shown about the edge [eV]; a third of it at soft edges."""


def spectra_sheets(measurements: Sequence[Measurement]) -> tuple[FigureSheet, ...]:
    """Return a sheet of all single spectra of one edge, and one of each series.

    Parameters
    ----------
    measurements
        Measurements of this technique.

    Returns
    -------
    :
        Sheets.
    """
    singles: dict[str, list[Measurement]] = {}
    sheets = []
    for one in measurements:
        edge = f"{one.dataset.attrs.get('element', '')} {one.dataset.attrs.get('edge', '')}".strip()
        if one.dataset.sizes["scan"] == 1:
            singles.setdefault(edge, []).append(one)
        else:
            sheets.append(_series_sheet(one, edge))
    return (*(_single_sheet(edge, group) for edge, group in singles.items()), *sheets)


def _window(energy: np.ndarray, half: float) -> np.ndarray:
    scale = 1.0 if half > 2000.0 else 1.0 / 3.0
    inside = (energy >= half - scale * FRONT) & (energy <= half + scale * BEHIND)
    return np.asarray(inside if np.isfinite(half) else np.ones(len(energy), dtype=bool))


def _single_sheet(edge: str, group: Sequence[Measurement]) -> FigureSheet:
    curves = []
    for one in group:
        energy = one.dataset["energy"].values
        inside = _window(energy, float(one.dataset["edge_half_height"].values[0]))
        curves.append((one.name, energy[inside], one.dataset["absorption"].values[0][inside]))

    def draw() -> Figure:
        figure, (axes,) = new_figure(width=SINGLE, height=40.0 + 12.0 * len(curves))
        for number, (name, energy, level) in enumerate(curves):
            colour = CATEGORIES[number % len(CATEGORIES)]
            lift = 0.6 * (len(curves) - 1 - number)
            axes.plot(energy, level + lift, color=colour, linewidth=0.9)
            axes.annotate(
                name, (energy[-1], level[-1] + lift), xytext=(-2, 3), textcoords="offset points",
                ha="right", fontsize=SMALL_TEXT, color=colour,
            )  # fmt: skip
        axes.set(xlabel="Photon energy (eV)", ylabel="Normalised absorption")
        return figure

    columns = {}
    for name, energy, level in curves:
        columns[f"energy, {name}"] = ("eV", energy)
        columns[f"absorption, {name}"] = ("1", level)
    return FigureSheet(
        name=f"absorption_{slug(edge)}",
        title=f"{edge} edge",
        caption="Normalised absorption; spectra are lifted by 0.6 each, the first is on top.",
        draw=draw,
        columns=columns,
        paper_figure="2c" if edge.startswith("O") else "2b",
    )


def _series_sheet(one: Measurement, edge: str) -> FigureSheet:
    energy = one.dataset["energy"].values
    levels = one.dataset["absorption"].values
    inside = _window(energy, float(np.nanmedian(one.dataset["edge_half_height"].values)))
    chosen = evenly_chosen(range(len(levels)), MOST_LINES)

    def draw() -> Figure:
        figure, (left, right) = new_figure(width=2 * SINGLE, height=65.0, columns=2)
        for place, colour in zip(chosen, ordered_colours(len(chosen)), strict=True):
            left.plot(energy[inside], levels[place][inside], color=colour, linewidth=0.6)
            right.plot(energy[inside], (levels[place] - levels[0])[inside], color=colour, linewidth=0.6)
        left.set(xlabel="Photon energy (eV)", ylabel="Normalised absorption")
        right.set(xlabel="Photon energy (eV)", ylabel="Difference to the first")
        left.annotate("dark: first, bright: last", (0.97, 0.05), xycoords="axes fraction", ha="right",
                      fontsize=SMALL_TEXT)  # fmt: skip
        return figure

    columns = {"energy": ("eV", energy[inside])}
    columns |= {f"absorption, scan {place}": ("1", levels[place][inside]) for place in chosen}
    return FigureSheet(
        name=f"absorption_series_{slug(one.name)}",
        title=f"{edge} edge of {one.name}",
        caption=f"{len(chosen)} of {len(levels)} spectra, and what changes in them.",
        draw=draw,
        columns=columns,
        paper_figure="2b",
    )
