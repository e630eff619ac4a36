"""Patterns of a family of materials one above the other, with the indices of their lines (Fig. 1a)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct.technique.contract import FigureSheet
from lmct.technique.diffraction.figure.axis import LABELS, SPOKEN, TWO_THETA, UNITS, on_axis
from lmct.technique.figure_style import SINGLE, SMALL_TEXT, new_figure, ordered_colours

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STEP = 1.18
"""Distance of neighbours in heights of the strongest line [1]."""

ROOM = 0.42
"""Room for the indices above a pattern, in the same unit [1]."""


@dataclass(frozen=True, eq=False)
class FamilyPattern:
    """One pattern of the figure.

    Parameters
    ----------
    label
        For example ``"x = 0.4"``.
    two_theta
        Angles [deg].
    intensity
        Any unit; every pattern is scaled to its strongest line.
    indices
        Text -> angle of a line that is named, for example ``{"111": 37.6}`` [deg].
    """

    label: str
    two_theta: Float[np.ndarray, "point"]
    intensity: Float[np.ndarray, "point"]
    indices: Mapping[str, float] = field(default_factory=dict)


def family_sheet(
    patterns: Sequence[FamilyPattern],
    *,
    wavelength: float = 1.54056,
    axis: str = TWO_THETA,
    title: str = "Patterns of the family",
    caption: str = "",
) -> FigureSheet:
    """Return the patterns one above the other.

    Parameters
    ----------
    patterns
        From the bottom upwards.
    wavelength
        Of the first line [Å].
    axis
        Scattering angle, momentum transfer or spacing.
    title, caption
        Of the sheet.

    Returns
    -------
    :
        The sheet.
    """
    columns: dict[str, tuple[str, np.ndarray]] = {}
    for one in patterns:
        place = on_axis(one.two_theta, wavelength=wavelength, axis=axis)
        columns[f"{SPOKEN[axis]} ({one.label})"] = (UNITS[axis], place)
        columns[f"intensity ({one.label})"] = ("", one.intensity)
    text = "Each pattern is scaled to its strongest line. Indices name the lines."
    return FigureSheet(
        name="family_patterns",
        title=title,
        caption=f"{caption} {text}".strip(),
        draw=lambda: _draw(patterns, wavelength, axis),
        columns=columns,
        paper_figure="1a",
    )


def _draw(patterns: Sequence[FamilyPattern], wavelength: float, axis: str) -> Figure:
    figure, (axes,) = new_figure(width=SINGLE * 1.3, height=30.0 + 22.0 * len(patterns))
    base, ends = 0.0, []
    for one, colour in zip(patterns, ordered_colours(len(patterns)), strict=True):
        place = on_axis(one.two_theta, wavelength=wavelength, axis=axis)
        ends += [float(place.min()), float(place.max())]
        lowest = float(np.nanmin(one.intensity))
        height = (one.intensity - lowest) / (float(np.nanmax(one.intensity)) - lowest or 1.0)
        axes.plot(place, base + height, color=colour, linewidth=0.7)
        axes.text(
            1.015, base + 0.02, one.label, transform=axes.get_yaxis_transform(), ha="left", va="bottom",
            fontsize=SMALL_TEXT, color=colour,
        )  # fmt: skip
        _name_lines(axes, one, height, place, base, (wavelength, axis))
        base += STEP + (ROOM if one.indices else 0.0)
    axes.set(
        xlabel=LABELS[axis],
        ylabel="Intensity (scaled)",
        yticks=[],
        ylim=(-0.08, base),
        xlim=(min(ends), max(ends)),
    )
    return figure


def _name_lines(
    axes: Axes,
    one: FamilyPattern,
    height: Float[np.ndarray, "point"],
    place: Float[np.ndarray, "point"],
    base: float,
    scale: tuple[float, str],
) -> None:
    """Write indices upright over their lines; those nearer than a text is wide are joined by a comma."""
    wavelength, axis = scale
    span = float(np.ptp(place))
    groups: list[tuple[list[str], float]] = []
    at = sorted(
        (float(on_axis(np.array([a]), wavelength=wavelength, axis=axis)[0]), t)
        for t, a in one.indices.items()
    )
    for where, text in at:
        if groups and where - groups[-1][1] < 0.025 * span:
            groups[-1] = ([*groups[-1][0], text], groups[-1][1])
        else:
            groups.append(([text], where))
    for texts, where in groups:
        near = np.abs(place - where) < 0.02 * span
        top = float(height[near].max()) if near.any() else 0.0
        axes.text(
            where, base + top + 0.04, ", ".join(texts), rotation=90, ha="center", va="bottom",
            fontsize=SMALL_TEXT - 1.0,
        )  # fmt: skip
