"""Core losses edge by edge, one curve for each measurement (Supplementary Fig. 24); fits of references."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lmct.technique.contract import FigureSheet, Measurement
from lmct.technique.energy_loss.line_table import OXYGEN, line_pairs
from lmct.technique.figure_style import (
    ACCENT,
    DOUBLE,
    GREY,
    METAL,
    SMALL_TEXT,
    new_figure,
    ordered_colours,
    slug,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from lmct.technique.energy_loss.reference_fit import ReferenceFit

IN_FRONT, BEHIND = 15.0, 20.0
"""How far in front of the first line and behind the second an edge is shown [eV]."""

OXYGEN_WINDOW = (515.0, 560.0)
"""Energies of O K shown [eV]."""


def sheets_of_measurements(measurements: Sequence[Measurement]) -> tuple[FigureSheet, ...]:
    """Return one sheet with the edges of all core losses; none without any.

    Parameters
    ----------
    measurements
        Of this technique.
    """
    shown = [one for one in measurements if one.dataset.attrs.get("kind") == "core loss"]
    if not shown:
        return ()
    columns = {}
    for one in shown:
        columns[f"energy loss, {one.name}"] = ("eV", np.asarray(one.dataset["energy_loss"].values))
        columns[f"counts, {one.name}"] = ("1", np.asarray(one.dataset["counts"].values))
    return (
        FigureSheet(
            name="energy_loss_edges",
            title="Energy-loss edges",
            caption=(
                "Counts as measured, from the lowest to the highest of each window. Axes: "
                + "; ".join(f"{one.name} {_axis(one)}" for one in shown)
                + "."
            ),
            draw=lambda: _draw(shown),
            columns=columns,
            paper_figure="S24",
        ),
    )


def fit_sheet(fit: ReferenceFit, name: str, element: str) -> FigureSheet:
    """Return the sheet of a fit of references.

    Parameters
    ----------
    fit
        The fit.
    name
        Of the measurement.
    element
        Symbol.
    """
    shares = ", ".join(f"{species} {value}" for species, value in fit.fractions.items())
    return FigureSheet(
        name=f"energy_loss_species_{slug(name)}",
        title=f"{element} edge of {name} as a combination of references",
        caption=f"{shares}. {fit.message}. Residual below.",
        draw=lambda: _draw_fit(fit),
        columns={
            "energy loss": ("eV", fit.energy),
            "measured": ("1", fit.fitted + fit.residual),
            "fitted": ("1", fit.fitted),
            "residual": ("1", fit.residual),
        },
        paper_figure="S24",
    )


def _draw(shown: Sequence[Measurement]) -> Figure:
    present = {
        name: window
        for name, window in _windows(shown).items()
        if any(np.sum(_inside(one, window)) > 10 for one in shown)
    } or {"core losses": (0.0, np.inf)}
    figure, axes = new_figure(width=DOUBLE, height=65.0, columns=len(present))
    colours = ordered_colours(len(shown))
    for place, (name, window) in zip(axes, present.items(), strict=True):
        for one, colour in zip(shown, colours, strict=True):
            rows = _inside(one, window)
            if rows.sum() < 2:
                continue
            counts = np.asarray(one.dataset["counts"].values)[rows]
            height = np.ptp(counts) or 1.0
            energies = np.asarray(one.dataset["energy_loss"].values)[rows]
            place.plot(
                energies, (counts - counts.min()) / height, color=colour, linewidth=0.8, label=one.name
            )
        place.set(xlabel="Energy loss (eV)", yticks=[], title="")
        place.text(0.03, 0.95, name, transform=place.transAxes, va="top", fontsize=SMALL_TEXT)
    axes[0].set_ylabel("Intensity")
    figure.legend(
        *axes[-1].get_legend_handles_labels(),
        loc="outside upper center",
        ncols=2,
        fontsize=SMALL_TEXT - 0.5,
        frameon=False,
    )
    return figure


def _windows(shown: Sequence[Measurement]) -> dict[str, tuple[float, float]]:
    """Return the edges of the elements that were asked for, in order of energy [eV]."""
    told = [one.dataset.attrs.get("elements", "").split() for one in shown]
    elements = dict.fromkeys(element for some in told for element in some)
    found = {
        f"{pair.element} {pair.names[0][0]}": (pair.first - IN_FRONT, pair.second + BEHIND)
        for pair in line_pairs(list(elements))
    }
    if OXYGEN in elements:
        found["O K"] = OXYGEN_WINDOW
    return dict(sorted(found.items(), key=lambda item: item[1]))


def _axis(measurement: Measurement) -> str:
    verdict = str(measurement.dataset.attrs["energy_axis"])
    return "repaired" if verdict == "repair" else verdict


def _inside(measurement: Measurement, window: tuple[float, float]) -> np.ndarray:
    energy = np.asarray(measurement.dataset["energy_loss"].values)
    return np.asarray((energy >= window[0]) & (energy <= window[1]))


def _draw_fit(fit: ReferenceFit) -> Figure:
    figure, (axes,) = new_figure(height=70.0)
    axes.plot(fit.energy, fit.fitted + fit.residual, ".", markersize=2.0, color=GREY, label="measured")
    axes.plot(fit.energy, fit.fitted, color=METAL, linewidth=0.9, label="references")
    below = float(np.min(fit.fitted)) - 1.5 * float(np.max(np.abs(fit.residual)))
    axes.plot(fit.energy, fit.residual + below, color=ACCENT, linewidth=0.6, label="residual")
    axes.set(xlabel="Energy loss (eV)", ylabel="Intensity per atom")
    axes.legend(fontsize=SMALL_TEXT, frameon=False)
    return figure
