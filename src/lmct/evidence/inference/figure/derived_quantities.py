"""Derived quantities with their uncertainty: shares of the hysteresis as bars, lifetimes over temperature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lmct.evidence.inference.findings import DerivedSamples
from lmct.technique.contract import FigureSheet
from lmct.technique.figure_style import CATEGORIES, DOUBLE, SMALL_TEXT, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROW = 7.0
"""Height of a row [mm]."""


def derived_sheet(derived: Sequence[DerivedSamples]) -> FigureSheet:
    """Return all derived quantities as bars with their 68 and 95 % intervals, one panel for each unit.

    Parameters
    ----------
    derived
        From :func:`lmct.evidence.inference.findings.derived_samples`.

    Returns
    -------
    :
        The sheet; its columns are the samples.
    """
    return FigureSheet(
        name="derived_quantities",
        title="What follows from the posterior",
        caption="Bars: medians; thick and thin lines: 68 % and 95 % of the posterior. Quantities that span"
        " orders of magnitude are on a logarithmic axis. Shares of LMCT: in the dissipation of the second"
        " cycle, and in the loop area that would be gone without LMCT.",
        draw=lambda: _drawn(derived),
        columns={label_of(one): (one.unit, one.samples) for one in derived},
    )


def label_of(one: DerivedSamples) -> str:
    """Return the name of a quantity with its condition.

    Parameters
    ----------
    one
        The quantity.
    """
    words = one.name.replace("_", " ")
    return f"{words}, {one.condition}" if one.condition else words


def _drawn(derived: Sequence[DerivedSamples]) -> Figure:
    groups: dict[tuple[str, bool], list[DerivedSamples]] = {}
    for one in derived:
        groups.setdefault((one.unit, one.logarithmic), []).append(one)
    figure, _ = new_figure(width=DOUBLE, height=14.0 * len(groups) + ROW * len(derived), columns=0)
    heights = [len(group) + 1.0 for group in groups.values()]
    grid = figure.add_gridspec(len(groups), 1, height_ratios=heights)
    for number, ((unit, logarithmic), group) in enumerate(groups.items()):
        axes = figure.add_subplot(grid[number, 0])
        axes.tick_params(which="both", direction="in", labelsize=SMALL_TEXT, width=0.6)
        for row, one in enumerate(group):
            colour = CATEGORIES[number % len(CATEGORIES)]
            low, high = one.interval()
            lowest, highest = one.interval(0.95)
            middle = one.interval(0.0)[0]
            if not logarithmic:
                axes.barh(row, middle, height=0.6, color=colour, alpha=0.3)
            axes.plot([lowest, highest], [row, row], color=colour, linewidth=0.8)
            axes.plot([low, high], [row, row], color=colour, linewidth=2.5, solid_capstyle="butt")
            axes.plot([middle], [row], "o", color=colour, markersize=3.0)
        if logarithmic and any(np.any(np.isfinite(one.samples) & (one.samples > 0.0)) for one in group):
            axes.set_xscale("log")
        axes.set_ylim(len(group) - 0.4, -0.6)
        axes.set_yticks(range(len(group)), [label_of(one) for one in group])
        axes.set_xlabel(f"[{unit}]", fontsize=SMALL_TEXT)
    return figure
