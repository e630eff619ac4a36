"""Figures of a calibration: the rank histogram of every quantity."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from lmct.evidence.recovery.calibration import Calibration
from lmct.evidence.recovery.uniformity import BINS
from lmct.technique.contract import FigureSheet
from lmct.technique.figure_style import DOUBLE, GREY, METAL, SMALL_TEXT, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BESIDE = 3
"""Histograms in a row."""


def calibration_figures(calibration: Calibration) -> tuple[FigureSheet, ...]:
    """Return rank histograms, a few quantities to a figure.

    Parameters
    ----------
    calibration
        The calibration.

    Returns
    -------
    :
        As many figures as the quantities need.
    """
    groups = [calibration.names[first : first + BESIDE] for first in range(0, len(calibration.names), BESIDE)]
    return tuple(_sheet(calibration, group, number) for number, group in enumerate(groups, start=1))


def _sheet(calibration: Calibration, names: tuple[str, ...], number: int) -> FigureSheet:
    return FigureSheet(
        name=f"rank_histograms_{number}",
        title="Ranks of the truth",
        caption=f"Rank of the truth among draws from the posterior, {len(calibration.recoveries)} campaigns."
        " Grey: where 95 % of the bars lie when the posteriors are right.",
        draw=partial(_draw, calibration, names),
        columns={name: ("1", np.array(calibration.uniformity(name).counts)) for name in names},
    )


def _draw(calibration: Calibration, names: tuple[str, ...]) -> Figure:
    from scipy.stats import binom

    figure, axes = new_figure(width=DOUBLE, height=50.0, columns=len(names))
    expected = binom(len(calibration.recoveries), 1.0 / BINS)
    for axis, name in zip(axes, names, strict=True):
        found = calibration.uniformity(name)
        axis.axhspan(expected.ppf(0.025), expected.ppf(0.975), color=GREY, alpha=0.2, linewidth=0.0)
        axis.bar((np.arange(BINS) + 0.5) / BINS, found.counts, width=0.9 / BINS, color=METAL)
        axis.set_title(f"{name.replace('_', ' ')}\np = {found.p_value:.2f}", fontsize=SMALL_TEXT)
        axis.set_xlabel("rank of the truth / 100")
    axes[0].set_ylabel("campaigns")
    return figure
