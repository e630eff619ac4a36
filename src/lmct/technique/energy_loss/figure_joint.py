"""The joint model of all edges of a spectrum, part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lmct.technique.contract import FigureSheet
from lmct.technique.figure_style import ACCENT, CATEGORIES, DOUBLE, GREY, SMALL_TEXT, new_figure, slug

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from lmct.technique.energy_loss.joint_fit import JointEdges


def joint_sheet(fit: JointEdges, name: str) -> FigureSheet:
    """Return the sheet of a joint fit: counts above the background, continua, residual.

    Parameters
    ----------
    fit
        The fit.
    name
        Of the measurement.
    """
    best = fit.best
    columns = {
        "energy loss": ("eV", best.model.energy),
        "counts": ("1", best.counts),
        "fitted": ("1", best.fitted),
        "background": ("1", best.background),
    }
    for element, row in _continua(fit).items():
        columns[f"continuum {element}"] = ("1", row)
    scattering = (
        "known from the low loss" if fit.thickness is None else f"of t/lambda {fit.thickness:g} assumed"
    )
    return FigureSheet(
        name=f"energy_loss_joint_{slug(name)}",
        title=f"All edges of {name} in one model",
        caption=(
            "Counts less the fitted background (dots), the whole model (line), the continuum of each element"
            f" (dashed), residual below. Plural scattering {scattering}. Reduced chi-square"
            f" {best.reduced_chi_square:.2f}."
        ),
        draw=lambda: _draw(fit),
        columns=columns,
    )


def _continua(fit: JointEdges) -> dict[str, np.ndarray]:
    best = fit.best
    return {
        shell.element: best.values[best.place(shell.element)] * row
        for shell, row in zip(best.model.shells, best.model.continua, strict=True)
    }


def _draw(fit: JointEdges) -> Figure:
    best = fit.best
    energy = best.model.energy
    figure, (axes,) = new_figure(width=DOUBLE, height=75.0)
    above = best.counts - best.background
    power = int(np.floor(np.log10(np.max(np.abs(above)))))
    unit = 10.0**power
    axes.plot(energy, above / unit, ".", markersize=1.5, color=GREY, label="measured")
    axes.plot(energy, (best.fitted - best.background) / unit, color="black", linewidth=0.8, label="model")
    for colour, (element, row) in zip(CATEGORIES, _continua(fit).items(), strict=False):
        axes.plot(energy, row / unit, "--", color=colour, linewidth=0.9, label=f"{element} continuum")
    residual = (best.counts - best.fitted) / unit
    below = -1.5 * float(np.max(np.abs(residual)))
    axes.plot(energy, residual + below, color=ACCENT, linewidth=0.5, label="residual")
    axes.set(xlabel="Energy loss (eV)", ylabel=rf"Counts above background ($10^{{{power}}}$)")
    axes.legend(fontsize=SMALL_TEXT, frameon=False)
    return figure
