"""Figures of a comparison: the evidence of every mechanism, and what each says of every measurement."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from lmct.evidence.hypotheses.comparison import Comparison
from lmct.evidence.hypotheses.predictive import Predicted
from lmct.evidence.hypotheses.trial import Trial
from lmct.evidence.hypotheses.verdict import STRONG
from lmct.technique.contract import FigureSheet
from lmct.technique.figure_style import ACCENT, GREY, METAL, OXYGEN, new_figure, slug

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEAST_SHOWN = -300.0
"""Mechanisms further below the best are drawn at this difference."""

MOST_SHOWN = 40
"""Measurements that a figure of distances shows; those with the largest distances when there are more."""


def comparison_figures(comparison: Comparison) -> tuple[FigureSheet, ...]:
    """Return the figures of a comparison.

    Parameters
    ----------
    comparison
        The comparison.

    Returns
    -------
    :
        Evidence of all mechanisms, then for each one its distances from the measurements.
    """
    sheets = [_evidence(comparison)]
    sheets += [_distances(one) for one in comparison.ranked if one.predicted]
    return tuple(sheets)


def _evidence(comparison: Comparison) -> FigureSheet:
    ranked = [one for one in comparison.ranked if math.isfinite(one.log_evidence)]
    base = ranked[0].log_evidence if ranked else 0.0
    wide = max((one.wide_log_evidence for one in ranked), default=0.0)
    return FigureSheet(
        name="evidence_of_mechanisms",
        title="Evidence of the mechanisms",
        caption="Natural logarithm of the evidence relative to the best, with numerical errors; open symbols"
        " with priors twice as wide, relative to the best of those; pale bars are approximate, of mechanisms"
        " too far behind to be sampled. Left of the dashed line the odds are worse than 1 : 10."
        f" {comparison.verdict}",
        draw=partial(_draw_evidence, ranked, base, wide),
        columns={
            "mechanism": ("", np.array([one.name for one in ranked])),
            "log_evidence": ("1", np.array([one.log_evidence for one in ranked])),
            "log_evidence_error": ("1", np.array([one.log_evidence_error for one in ranked])),
            "log_evidence_wider_priors": ("1", np.array([one.wide_log_evidence for one in ranked])),
        },
    )


def _draw_evidence(ranked: list[Trial], base: float, wide: float) -> Figure:
    figure, (axes,) = new_figure(height=20.0 + 7.0 * len(ranked))
    places = np.arange(len(ranked))[::-1]
    below = np.array([max(one.log_evidence - base, LEAST_SHOWN) for one in ranked])
    errors = [one.log_evidence_error if one.sampled else 0.0 for one in ranked]
    bars = axes.barh(places, below, color=METAL, height=0.6)
    for bar, one in zip(bars, ranked, strict=True):
        bar.set_alpha(1.0 if one.sampled else 0.4)
    axes.errorbar(below, places, xerr=errors, fmt="none", ecolor="black", elinewidth=0.8, capsize=2.0)
    others = np.array([max(one.wide_log_evidence - wide, LEAST_SHOWN) for one in ranked])
    axes.plot(others, places, "o", markerfacecolor="white", markeredgecolor=OXYGEN, markersize=4)
    axes.axvline(-STRONG, color=GREY, linestyle="--", linewidth=0.8)
    axes.set_yticks(places, [one.name for one in ranked])
    if len(below) and below.min() < -50.0:
        axes.set_xscale("symlog", linthresh=10.0)
    axes.set_xlim(right=max(2.0, 1.2 * max(errors, default=0.0)))
    axes.set_xlabel("log evidence relative to the best")
    return figure


def _distances(trial: Trial) -> FigureSheet:
    distances = np.concatenate([one.distances for one in trial.predicted])
    names = [one.observation.name for one in trial.predicted for _ in one.distances]
    failures = "; ".join(one.sentence for one in trial.failures[:5])
    count = len(trial.predicted)
    shown = f" The {MOST_SHOWN} of {count} measurements with the largest." if count > MOST_SHOWN else ""
    return FigureSheet(
        name=f"predictive_{slug(trial.name)}",
        title=f"What {trial.name} makes of the measurements",
        caption=f"Measured minus predicted over the uncertainty of both, for every value.{shown} "
        + (f"It cannot make: {failures}." if failures else "It makes all of them."),
        draw=partial(_draw_distances, trial),
        columns={
            "observation": ("", np.array(names)),
            "measured": ("", np.concatenate([one.observation.values for one in trial.predicted])),
            "predicted": ("", np.concatenate([one.mean for one in trial.predicted])),
            "distance": ("1", distances),
        },
    )


def _draw_distances(trial: Trial) -> Figure:
    shown = _largest_first(trial)
    figure, (axes,) = new_figure(height=15.0 + 4.0 * len(shown))
    failed = {one.observation.name for one in trial.failures}
    places = np.arange(len(shown))[::-1]
    for place, one in zip(places, shown, strict=True):
        colour = OXYGEN if one.observation.name in failed else ACCENT
        axes.plot(one.distances, np.full(len(one.distances), place), "o", color=colour, markersize=2.5)
    axes.axvspan(-2.0, 2.0, color=GREY, alpha=0.15, linewidth=0.0)
    axes.set_yticks(places, [one.observation.name for one in shown])
    axes.set_ylim(-1.0, len(shown))
    axes.tick_params(axis="y", labelsize=5.0)
    if max(float(np.max(np.abs(one.distances))) for one in shown) > 20.0:
        axes.set_xscale("symlog", linthresh=5.0)
    axes.set_xlabel("distance [uncertainties]")
    return figure


def _largest_first(trial: Trial) -> list[Predicted]:
    """Return the measurements with the largest distances, in the order of the campaign when all are shown."""
    if len(trial.predicted) <= MOST_SHOWN:
        return list(trial.predicted)
    return sorted(trial.predicted, key=lambda one: -float(np.max(np.abs(one.distances))))[:MOST_SHOWN]
