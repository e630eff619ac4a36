"""The lattice parameter of every scan by its own clock, what is left out of analyses marked (Fig. 3b)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lmct.quantity.constants import HOUR
from lmct.technique.contract import FigureSheet
from lmct.technique.diffraction.operando.lattice_curve import usable_scans
from lmct.technique.diffraction.refined import RefinedSequence
from lmct.technique.figure_style import DOUBLE, GREY, OXYGEN, SMALL_TEXT, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def scan_sheets(sequence: RefinedSequence, *, name: str = "") -> tuple[FigureSheet, ...]:
    """Return the lattice parameter of every scan by its own clock, with what is flagged marked.

    Parameters
    ----------
    sequence
        The refined sequence.
    name
        Of the measurement.

    Returns
    -------
    :
        One sheet; none when no scan has a lattice parameter a.
    """
    lattice, uncertainty = sequence.column("a")
    if not np.isfinite(lattice).any():
        return ()
    usable, remarks = usable_scans(sequence)
    starts = [one.start_time for one in sequence.scans]
    place, label = np.array([float(one.index) for one in sequence.scans]), "Scan"
    first = starts[0]
    if first is not None and all(
        one is not None and (one.tzinfo is None) == (first.tzinfo is None) for one in starts
    ):
        place = np.array([(one - first).total_seconds() / HOUR for one in starts if one is not None])
        label = "Time (h)"
    return (
        FigureSheet(
            name="lattice_scans",
            title=f"Lattice parameter of {name or 'the sequence'}",
            caption=f"Bars: standard uncertainty; open: left out of analyses. {' '.join(remarks)}".strip(),
            draw=lambda: _draw(place, lattice, uncertainty, usable, label),
            columns={
                "time" if label != "Scan" else "scan": ("h" if label != "Scan" else "1", place),
                "lattice parameter": ("Å", lattice),
                "lattice parameter, uncertainty": ("Å", uncertainty),
                "used": ("1", usable.astype(float)),
            },
            paper_figure="3b",
        ),
    )


def _draw(
    place: np.ndarray, lattice: np.ndarray, uncertainty: np.ndarray, usable: np.ndarray, label: str
) -> Figure:
    figure, (axes,) = new_figure(width=DOUBLE, height=60.0)
    for chosen, colour, face, text in (
        (usable, GREY, GREY, "used"),
        (~usable & np.isfinite(lattice), OXYGEN, "white", "left out"),
    ):
        if chosen.any():
            axes.errorbar(
                place[chosen],
                lattice[chosen],
                yerr=np.nan_to_num(uncertainty[chosen]),
                fmt="o",
                markersize=2.4,
                color=colour,
                markerfacecolor=face,
                elinewidth=0.6,
                label=text,
            )
    if (~usable & np.isfinite(lattice)).any():
        axes.legend(fontsize=SMALL_TEXT, frameon=False)
        shown = lattice[usable] if usable.any() else lattice[np.isfinite(lattice)]
        margin = 0.3 * float(np.ptp(shown)) or 0.005
        axes.set_ylim(float(shown.min()) - margin, float(shown.max()) + margin)
    axes.set(xlabel=label, ylabel="$a$ (Å)")
    axes.yaxis.get_major_formatter().set_useOffset(False)  # type: ignore[attr-defined]
    return figure
