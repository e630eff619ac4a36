"""Relaxation by diffraction: a line before, during and after, and the lattice with its fits (Fig. 3e, f)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct.quantity.constants import HOUR, ZERO_CELSIUS
from lmct.technique.contract import FigureSheet
from lmct.technique.diffraction.figure.axis import LABELS, SPOKEN, TWO_THETA, UNITS, on_axis
from lmct.technique.diffraction.refined import RefinedSequence
from lmct.technique.diffraction.relaxation.data import LatticeDecay
from lmct.technique.diffraction.relaxation.fit import LatticeRelaxation
from lmct.technique.diffraction.relaxation.interval import interval_of_end
from lmct.technique.figure_style import (
    DOUBLE,
    GREY,
    METAL,
    SMALL_TEXT,
    evenly_chosen,
    new_figure,
    ordered_colours,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_LINES = 9
"""Patterns around the line, evenly chosen."""

HALF_WINDOW = 1.2
"""Half-width of the stretch around the line [deg at Cu Kα; scaled with the wavelength]."""

STYLES = {"stretched exponential": "-", "Marcus law": "--", "linear barrier": ":"}

Curves = dict[str, tuple[Float[np.ndarray, "time"], Float[np.ndarray, "time"]]]


def relaxation_sheets(
    sequence: RefinedSequence,
    data: LatticeDecay,
    fits: Sequence[LatticeRelaxation],
    *,
    name: str = "",
    axis: str = TWO_THETA,
    window: tuple[float, float] | None = None,
) -> tuple[FigureSheet, ...]:
    """Return the sheet of a relaxation.

    Parameters
    ----------
    sequence
        The refined sequence with its intensities.
    data
        Lattice parameters since the relaxation began.
    fits
        Fitted laws.
    name
        Of the measurement.
    axis
        Scattering angle, momentum transfer or spacing.
    window
        Angles around the line [deg]; around the strongest one by default.

    Returns
    -------
    :
        One sheet; none without data.
    """
    if not len(data):
        return ()
    seen = window or _window(sequence)
    inside = (sequence.two_theta >= seen[0]) & (sequence.two_theta <= seen[1])
    place = on_axis(sequence.two_theta[inside], wavelength=sequence.wavelength, axis=axis)
    rows = [row for row in range(len(sequence.scans)) if np.isfinite(sequence.intensity[row]).any()]
    lines = sequence.intensity[evenly_chosen(rows, MOST_LINES)][:, inside]
    curves = {one.model.law.name: _curve(one, data) for one in fits}
    ends = {one.model.law.name: interval_of_end(one) for one in fits}
    columns: dict[str, tuple[str, np.ndarray]] = {
        "time": ("h", data.time / HOUR),
        "lattice parameter": ("Å", data.lattice),
        "lattice parameter, uncertainty": ("Å", data.uncertainty),
        "temperature": ("degC", data.temperature - ZERO_CELSIUS),
        SPOKEN[axis]: (UNITS[axis], place),
        "intensity, pattern by pattern": ("", lines.ravel()),
    }
    for law, (time, lattice) in curves.items():
        columns[f"time ({law})"] = ("h", time)
        columns[f"lattice parameter ({law})"] = ("Å", lattice)
    told = " ".join(
        f"{law}: ends at {one.linear[0]:.4f} Å, 68 % {ends[law][0]:.4f} to {ends[law][1]:.4f} Å."
        for law, one in zip(ends, fits, strict=True)
    )
    return (
        FigureSheet(
            name="lattice_relaxation",
            title=f"Relaxation of {name or 'the charged electrode'}",
            caption=(
                f"Left: {len(lines)} patterns around a line, dark to bright with time. Right: lattice"
                " parameter with standard uncertainties and fitted laws (full: stretched exponential; dashed:"
                " Marcus; dotted: linear barrier); band: where the first law ends, at the median temperature"
                f" of the scans. {told}".rstrip()
            ),
            draw=lambda: _draw((place, lines, axis), data, curves, ends),
            columns=columns,
            paper_figure="3e",
        ),
    )


def _window(sequence: RefinedSequence) -> tuple[float, float]:
    """Return the stretch around the line that stands out most in the mean of all scans."""
    known = np.isfinite(sequence.intensity).all(axis=1)
    mean = sequence.intensity[known].mean(axis=0) if known.any() else np.zeros(len(sequence.two_theta))
    top = float(sequence.two_theta[int(np.argmax(mean))])
    half = HALF_WINDOW * sequence.wavelength / 1.5406
    return top - half, top + half


def _curve(
    fit: LatticeRelaxation, data: LatticeDecay
) -> tuple[Float[np.ndarray, "time"], Float[np.ndarray, "time"]]:
    """Return the fitted lattice at the times of the scans."""
    return data.time / HOUR, fit.lattice(data)


def _draw(
    patterns: tuple[Float[np.ndarray, "interval"], Float[np.ndarray, "line interval"], str],
    data: LatticeDecay,
    curves: Curves,
    ends: dict[str, tuple[float, float]],
) -> Figure:
    figure, (left, right) = new_figure(width=DOUBLE, height=72.0, columns=2)
    _draw_patterns(left, *patterns)
    right.errorbar(
        data.time / HOUR,
        data.lattice,
        yerr=data.uncertainty,
        fmt="o",
        markersize=2.4,
        color=GREY,
        elinewidth=0.6,
        zorder=1,
    )
    for law, (time, lattice) in curves.items():
        right.plot(time, lattice, color="black", linewidth=0.9, linestyle=STYLES.get(law, "-."), label=law)
    limits = right.get_ylim()
    if ends and all(np.isfinite(next(iter(ends.values())))):
        low, high = next(iter(ends.values()))
        right.axhspan(low, high, color=METAL, alpha=0.25, linewidth=0, zorder=0, label="end, 68 %")
        near = float(np.ptp(data.lattice))
        right.set_ylim(limits[0], min(max(limits[1], high), limits[1] + near) + 0.12 * near)
    _mark_heating(right, data)
    right.set(xlabel="Time (h)", ylabel="$a$ (Å)")
    right.yaxis.get_major_formatter().set_useOffset(False)  # type: ignore[attr-defined]
    if curves:
        right.legend(fontsize=SMALL_TEXT, frameon=False, loc="lower right")
    return figure


def _draw_patterns(
    axes: Axes, place: Float[np.ndarray, "interval"], lines: Float[np.ndarray, "line interval"], axis: str
) -> None:
    if lines.size:
        tall = float(np.nanmax(lines) - np.nanmin(lines)) or 1.0
        for row, colour in enumerate(ordered_colours(len(lines))):
            raised = (lines[row] - np.nanmin(lines)) / tall + 0.22 * row
            axes.plot(place, raised, color=colour, linewidth=0.8, marker=".", markersize=1.5)
        axes.annotate(
            "time", xy=(0.04, 0.94), xytext=(0.04, 0.6), xycoords="axes fraction", fontsize=SMALL_TEXT,
            ha="center", arrowprops={"arrowstyle": "->", "linewidth": 0.7},
        )  # fmt: skip
    axes.set(xlabel=LABELS[axis], ylabel="Intensity (shifted)", yticks=[])


def _mark_heating(axes: Axes, data: LatticeDecay) -> None:
    """Shade the times at which the sample was warmer than at first, and write how warm."""
    held = np.array([one.hold_temperature for one in data.heating])
    warm = held > held[0] + 1.0
    if not warm.any():
        return
    edges = np.flatnonzero(np.diff(np.concatenate([[0], warm.astype(int), [0]])))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        begin, end = data.time[first] / HOUR, data.time[last - 1] / HOUR
        axes.axvspan(begin, end, color="#CC79A7", alpha=0.2, linewidth=0, zorder=0)
        text = f"{held[first] - ZERO_CELSIUS:.0f} °C"
        axes.text(
            0.5 * (begin + end), 0.97, text, transform=axes.get_xaxis_transform(), ha="center", va="top",
            fontsize=SMALL_TEXT,
        )  # fmt: skip
