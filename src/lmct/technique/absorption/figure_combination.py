"""A spectrum, its combination of references, and what is left over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmct.technique.absorption.linear_combination import Combination
from lmct.technique.contract import FigureSheet
from lmct.technique.figure_style import GREY, METAL, OXYGEN, SINGLE, SMALL_TEXT, new_figure, slug

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def combination_sheet(fit: Combination, name: str) -> FigureSheet:
    """Return the sheet of one fit.

    Parameters
    ----------
    fit
        The fit.
    name
        Of the measurement.
    """
    words = ", ".join(
        f"{species} {value:.3f} ± {spread:.3f}"
        for species, value, spread in zip(fit.names, fit.fractions, fit.total_uncertainty, strict=True)
    )
    measured = fit.fitted + fit.residual

    def draw() -> Figure:
        figure, (axes,) = new_figure(width=SINGLE, height=70.0)
        axes.plot(fit.energy, measured, "o", color=GREY, markersize=1.8, label="measured")
        axes.plot(fit.energy, fit.fitted, color=METAL, linewidth=0.9, label="sum of references")
        axes.plot(fit.energy, fit.residual - 0.15, color=OXYGEN, linewidth=0.7, label="difference")
        axes.axhline(-0.15, color=GREY, linewidth=0.4)
        axes.set(xlabel="Photon energy (eV)", ylabel="Normalised absorption")
        axes.legend(fontsize=SMALL_TEXT, frameon=False)
        return figure

    return FigureSheet(
        name=f"combination_{slug(name)}",
        title=f"Combination of references, {name}",
        caption=f"The fit with the largest residual. {words}. Reduced chi-squared"
        f" {fit.reduced_chi_squared:.3g}. {fit.message}",
        draw=draw,
        columns={
            "energy": ("eV", fit.energy),
            "measured": ("1", measured),
            "fitted": ("1", fit.fitted),
            "difference": ("1", fit.residual),
        },
    )
