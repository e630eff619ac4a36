"""Figure of a plan: what each candidate would tell against what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lmct.evidence.plan.plan import Plan
from lmct.technique.contract import FigureSheet
from lmct.technique.figure_style import ACCENT, CATEGORIES, GREY, SMALL_TEXT, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plan_sheet(plan: Plan) -> FigureSheet:
    """Return the figure of a plan with its numbers.

    Parameters
    ----------
    plan
        The plan.

    Returns
    -------
    :
        The sheet: expected gain with its numerical error against the hours of hands and equipment.
    """
    rows = plan.rows()
    columns = {
        name: (unit, np.array([row[key] for row in rows]))
        for name, unit, key in (
            ("candidate", "", "candidate"),
            ("gain", "nat", "gain [nat]"),
            ("gain_error", "nat", "error [nat]"),
            ("linear_gain", "nat", "linear [nat]"),
            ("hands", "h", "hands [h]"),
            ("equipment", "h", "equipment [h]"),
            ("width_after", plan.unit, "width after"),
        )
    }
    return FigureSheet(
        name="plan",
        title=f"What to measure next: {plan.target}",
        caption=(
            f"Expected information on {plan.target} against the hours that a candidate takes. Bars: numerical"
            f" error from {plan.samples} samples of the posterior. Crosses: the same from covariances alone."
            " Circle: recommended. Grey lines: equal gain per hour."
        ),
        draw=lambda: _drawn(plan),
        columns=columns,
    )


def _drawn(plan: Plan) -> Figure:
    figure, (axes,) = new_figure(height=70.0)
    techniques = list(dict.fromkeys(one.candidate.technique for one in plan.ratings))
    for number, technique in enumerate(techniques):
        members = [one for one in plan.ratings if one.candidate.technique == technique]
        hours = [one.candidate.cost.total for one in members]
        colour = CATEGORIES[number % len(CATEGORIES)]
        axes.errorbar(
            hours,
            [one.gain.value for one in members],
            [one.gain.error for one in members],
            fmt="o",
            markersize=3,
            linewidth=0.6,
            color=colour,
            label=technique,
        )
        axes.plot(hours, [one.linear for one in members], "x", markersize=2.5, color=colour, alpha=0.5)
    best = plan.recommended
    if best is not None:
        axes.plot(
            [best.candidate.cost.total],
            [best.gain.value],
            "o",
            markersize=8,
            markerfacecolor="none",
            color=ACCENT,
        )
    top = axes.get_ylim()[1]
    longest = axes.get_xlim()[1]
    for share in (0.25, 1.0):
        axes.plot([0.0, longest], [0.0, share * top], color=GREY, linewidth=0.4, zorder=0)
    axes.set_xlim(0.0, longest)
    axes.set_ylim(0.0, top)
    axes.set_xlabel("Hands and equipment (h)")
    axes.set_ylabel("Expected gain (nat)")
    axes.legend(fontsize=SMALL_TEXT - 1.0, frameon=False)
    return figure
