"""Shares of species against heating time, and the charges they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct.technique.contract import FigureSheet
from lmct.technique.figure_style import METAL, OXYGEN, SMALL_TEXT, new_figure
from lmct.technique.photoemission.charge_balance import ChargeBalance

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LABELS = {
    "nickel": ("Ni2+ in all Ni", METAL, "5a"),
    "oxygen": ("O$^{n-}$ in lattice oxygen", OXYGEN, "5b"),
}


def ratio_sheets(
    element: str,
    time: Float[np.ndarray, "spectrum"],
    fractions: Float[np.ndarray, "spectrum"],
    statistical: Float[np.ndarray, "spectrum spectrum"],
    covariance: Float[np.ndarray, "spectrum spectrum"],
) -> tuple[FigureSheet, ...]:
    """Return the sheet of shares against heating time with both error bars; none for a single spectrum.

    Parameters
    ----------
    element
        ``nickel`` or ``oxygen``.
    time
        Heating times [s].
    fractions, statistical, covariance
        Shares and their covariances without and with systematic errors [1].
    """
    if len(fractions) < 2:
        return ()
    label, colour, paper = LABELS[element]
    counted, total = np.sqrt(np.diag(statistical)), np.sqrt(np.diag(covariance))
    hours = time / 3600.0

    def draw() -> Figure:
        figure, (axes,) = new_figure()
        axes.errorbar(hours, fractions, yerr=total, fmt="none", color=colour, alpha=0.4, linewidth=0.8)
        axes.errorbar(hours, fractions, yerr=counted, fmt="o", color=colour, markersize=3, linewidth=1.2)
        axes.set(xlabel="Heating time (h)", ylabel=label)
        return figure

    sheet = FigureSheet(
        name=f"{element}_ratio",
        title=f"{label} against heating time",
        caption="Thick bars: counts alone. Thin bars: with systematic errors, which move all together.",
        draw=draw,
        columns={
            "heating time": ("h", hours),
            "share": ("", fractions),
            "uncertainty of the counts": ("", counted),
            "uncertainty": ("", total),
        },
        paper_figure=paper,
    )
    return (sheet,)


def charge_sheet(time: Float[np.ndarray, "spectrum"], balance: ChargeBalance) -> FigureSheet:
    """Return electrons gained by nickel and holes gained by oxygen against heating time.

    Parameters
    ----------
    time
        Heating times [s].
    balance
        Both sides.
    """
    hours = time / 3600.0
    sides = (
        ("electrons gained by Ni", balance.electrons, balance.electrons_uncertainty, METAL, "o"),
        ("holes gained by O", balance.holes, balance.holes_uncertainty, OXYGEN, "s"),
    )

    def draw() -> Figure:
        figure, (axes,) = new_figure()
        for label, values, spread, colour, marker in sides:
            axes.errorbar(
                hours, values, yerr=spread, fmt=marker, color=colour, markersize=3, linewidth=0.8, label=label
            )
        axes.set(xlabel="Heating time (h)", ylabel="Charge since the first spectrum (1/f.u.)")
        axes.legend(fontsize=SMALL_TEXT, frameon=False)
        return figure

    return FigureSheet(
        name="charge_consistency",
        title="Electrons on nickel and holes on oxygen",
        caption=f"They agree with p = {balance.probability:.2g}; bars hold systematic errors.",
        draw=draw,
        columns={
            "heating time": ("h", hours),
            "electrons gained by nickel": ("1/f.u.", balance.electrons),
            "uncertainty of electrons": ("1/f.u.", balance.electrons_uncertainty),
            "holes gained by oxygen": ("1/f.u.", balance.holes),
            "uncertainty of holes": ("1/f.u.", balance.holes_uncertainty),
        },
    )
