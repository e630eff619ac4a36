"""Every observation with what the posterior predicts for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lmct.evidence.inference.predictive import PredictedObservation, Predictive
from lmct.evidence.likelihood.observable import observable_named
from lmct.technique.contract import FigureSheet
from lmct.technique.figure_style import ACCENT, DOUBLE, GREY, METAL, SMALL_TEXT, new_figure, slug

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PLACES = {"time": "s", "capacity": "mAh/g", "voltage": "V"}
"""Units of the places of an observation."""

ROW = 5.0
"""Height of a row [mm]."""


def predictive_sheets(predictive: Predictive) -> tuple[FigureSheet, ...]:
    """Return one sheet for each observation with several values, and one for all single numbers.

    Parameters
    ----------
    predictive
        The predictions.
    """
    curves = [one for one in predictive.observations if len(one.observation.values) > 1]
    numbers = [one for one in predictive.observations if len(one.observation.values) == 1]
    sheets = [_curve_sheet(one) for one in curves]
    if numbers:
        sheets.append(_numbers_sheet(numbers))
    return tuple(sheets)


def _curve_sheet(one: PredictedObservation) -> FigureSheet:
    seen, kind = one.observation, observable_named(one.observation.observable)
    return FigureSheet(
        name=f"predicted_{slug(seen.name)}",
        title=f"{seen.name}: measured and predicted",
        caption=f"{kind.meaning} Points: measured, with standard uncertainty. Bands: 68 % and 95 % of what"
        f" the posterior predicts. Chi-square {one.chi_square:.3g} for {len(seen.values)} values, p ="
        f" {one.p_value:.2g}.",
        draw=lambda: _drawn_curve(one),
        columns={
            kind.at or "place": (PLACES.get(kind.at, ""), seen.at),
            "measured": (seen.unit, seen.values),
            "uncertainty": (seen.unit, seen.uncertainty),
            **_band_columns(seen.unit, one.bands),
        },
    )


def _band_columns(unit: str, bands: np.ndarray) -> dict[str, tuple[str, np.ndarray]]:
    names = ("predicted_2.5", "predicted_16", "predicted_50", "predicted_84", "predicted_97.5")
    return {name: (unit, row) for name, row in zip(names, bands, strict=True)}


def _drawn_curve(one: PredictedObservation) -> Figure:
    seen, kind = one.observation, observable_named(one.observation.observable)
    figure, (axes,) = new_figure()
    order = np.argsort(seen.at)
    scale, unit = (86400.0, "d") if kind.at == "time" and np.ptp(seen.at) > 172800.0 else (1.0, "")
    at = seen.at[order] / scale
    bands = one.bands[:, order]
    axes.fill_between(at, bands[0], bands[4], color=METAL, alpha=0.2, linewidth=0.0)
    axes.fill_between(at, bands[1], bands[3], color=METAL, alpha=0.35, linewidth=0.0)
    axes.plot(at, bands[2], color=METAL, linewidth=0.8)
    axes.errorbar(
        at, seen.values[order], seen.uncertainty[order], fmt="o", color=GREY, markersize=2.0, elinewidth=0.6
    )
    axes.set_xlabel(f"{kind.at or 'place'} [{unit or PLACES.get(kind.at, '1')}]")
    axes.set_ylabel(f"{seen.observable.replace('_', ' ')} [{seen.unit}]")
    return figure


def _numbers_sheet(numbers: Sequence[PredictedObservation]) -> FigureSheet:
    values = np.array([one.observation.values[0] for one in numbers])
    uncertainty = np.array([one.observation.uncertainty[0] for one in numbers])
    return FigureSheet(
        name="predicted_numbers",
        title="Single numbers: measured and predicted",
        caption="Distance of the measured number (point, with standard uncertainty) from the median of the"
        " prediction, in standard uncertainties of the measurement; bars: 68 % and 95 % of the prediction."
        f" Rows from the top: {'; '.join(one.observation.name for one in numbers)}. Units differ.",
        draw=lambda: _drawn_numbers(numbers),
        columns={
            "measured": ("", values),
            "uncertainty": ("", uncertainty),
            **_band_columns("", np.column_stack([one.bands[:, 0] for one in numbers])),
        },
    )


def _drawn_numbers(numbers: Sequence[PredictedObservation]) -> Figure:
    figure, (axes,) = new_figure(width=DOUBLE, height=20.0 + ROW * len(numbers))
    for row, one in enumerate(numbers):
        seen, middle = one.observation, one.bands[2, 0]
        bands = (one.bands[:, 0] - middle) / seen.uncertainty[0]
        axes.plot(bands[[0, 4]], [row, row], color=METAL, linewidth=4.0, alpha=0.25, solid_capstyle="butt")
        axes.plot(bands[[1, 3]], [row, row], color=METAL, linewidth=4.0, alpha=0.5, solid_capstyle="butt")
        distance = (seen.values[0] - middle) / seen.uncertainty[0]
        colour = ACCENT if abs(distance) < 3.0 else "#D55E00"
        axes.errorbar([distance], [row], xerr=[1.0], fmt="o", color=colour, markersize=3.0, elinewidth=0.6)
    axes.axvline(0.0, color=GREY, linewidth=0.5)
    axes.set_ylim(len(numbers) - 0.5, -0.5)
    axes.set_yticks(range(len(numbers)), [one.observation.name for one in numbers], fontsize=SMALL_TEXT)
    axes.set_xlabel("measured - predicted [standard uncertainties of the measurement]")
    return figure
