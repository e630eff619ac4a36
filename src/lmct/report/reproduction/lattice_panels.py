"""Figures 3b and 3d: the lattice parameter over two cycles, against time and against lithium content."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lmct.protocol.charged_lattice import CHARGED_LATTICE
from lmct.quantity.constants import HOUR
from lmct.report.reproduction.cycling_panels import CYCLES, VOLTAGE_LABEL
from lmct.report.reproduction.lattice_curve import LatticeCurve, lattice_curve
from lmct.report.reproduction.panel import Panel, styled
from lmct.report.reproduction.paper_runs import PaperRuns
from lmct.report.reproduction.structure_statements import PAPER_RESTS
from lmct.technique.diffraction.operando.lattice_curve import LatticeCurve as RefinedCurve
from lmct.technique.figure_style import ACCENT, GREY, METAL, OXYGEN, SMALL_TEXT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

LATTICE_LABEL = "$a$ (Å)"

EMPTY = 2.5
"""Voltage that parts the Ni plateau from the O plateau of a discharge [V]."""


def _curves(runs: PaperRuns) -> list[LatticeCurve]:
    return [lattice_curve(runs.two_cycles, step, runs.lattice) for step in range(4)]


def _assumptions(runs: PaperRuns) -> str:
    lattice = runs.lattice
    return (
        f"a = a0 {lattice.per_metal_hole:+.3f} Å n {lattice.per_oxygen_hole:+.4f} Å p: the first slope from"
        " the radii of Ni2+ and Ni4+, the second an assumption; a0 such that a is 4.111 Å at the end of the"
        " first charge (L188)."
    )


def lattice_time_panel(runs: PaperRuns) -> Panel:
    """Return Fig. 3b: voltage and lattice parameter over two cycles against time."""
    curves = _curves(runs)
    time = np.concatenate([curve.time for curve in curves])
    voltage = np.concatenate([curve.voltage for curve in curves])
    lattice = np.concatenate([curve.lattice for curve in curves])
    found = runs.diffraction.operando.curve
    return Panel(
        id="3b",
        title="Lattice parameter over two cycles",
        caption=(
            "Green: Ni, red: O, as the holes say. Points: refined from simulated patterns with their standard"
            f" uncertainties; line: true. {_assumptions(runs)}"
        ),
        columns={
            "time": ("h", time),
            "voltage": ("V", voltage),
            "lattice parameter": ("Å", lattice),
            "time of a pattern": ("h", found.time / HOUR),
            "refined lattice parameter": ("Å", found.lattice),
            "standard uncertainty": ("Å", found.uncertainty),
        },
        draw=lambda part: _draw_time(part, curves, found),
        height=88.0,
    )


def _draw_time(part: FigureBase, curves: list[LatticeCurve], found: RefinedCurve) -> None:
    upper, lower = styled(part, 2, 1, sharex=True)
    for curve in curves:
        upper.plot(curve.time, curve.voltage, color="black", lw=0.9)
        lower.plot(curve.time, curve.lattice, color="black", lw=0.9)
    lower.errorbar(
        found.time / HOUR, found.lattice, yerr=found.uncertainty, fmt="o", ms=1.8, color=METAL, elinewidth=0.5
    )
    for axes in (upper, lower):
        _shade(axes, curves)
    upper.set(ylabel=VOLTAGE_LABEL, ylim=(1.8, 5.0))
    lower.set(ylabel=LATTICE_LABEL, xlabel="Time (h)", xlim=(0.0, curves[-1].time[-1]))
    for colour, word, place in ((ACCENT, "Ni", 0.03), (OXYGEN, "O", 0.1)):
        upper.text(place, 0.88, word, transform=upper.transAxes, color=colour, size=SMALL_TEXT)


def _shade(axes: Axes, curves: list[LatticeCurve]) -> None:
    """Shade where the metal and where oxygen gains or loses more holes."""
    for curve in curves:
        change = np.abs(np.gradient(curve.states[:, :2], axis=0))
        metal = change[:, 0] > change[:, 1]
        edges = np.flatnonzero(np.diff(metal.astype(int))) + 1
        for rows in np.split(np.arange(len(metal)), edges):
            colour = ACCENT if metal[rows[0]] else OXYGEN
            ends = curve.time[rows[0]], curve.time[min(rows[-1] + 1, len(metal) - 1)]
            axes.axvspan(*ends, color=colour, alpha=0.12, lw=0)


def lattice_loop_panel(runs: PaperRuns) -> Panel:
    """Return Fig. 3d: the lattice parameter against lithium content, and its drift at rest."""
    curves = _curves(runs)
    found = runs.diffraction.operando.curve
    content = [runs.parameters.lithium - curve.lithium for curve in curves]
    columns: dict[str, tuple[str, np.ndarray]] = {}
    for number, (curve, lithium) in enumerate(zip(curves, content, strict=True)):
        word = f"{'discharge' if number % 2 else 'charge'} {number // 2 + 1}"
        columns[f"x in Li_x ({word})"] = ("1", lithium)
        columns[f"lattice parameter ({word})"] = ("Å", curve.lattice)
    ours = np.array([runs.diffraction.rested_cell(days).value for days in PAPER_RESTS])
    columns["days at rest"] = ("d", np.array(list(PAPER_RESTS)))
    columns["lattice parameter at rest"] = ("Å", ours)
    columns["lattice parameter at rest (paper)"] = ("Å", np.array(list(PAPER_RESTS.values())))
    return Panel(
        id="3d",
        title="Structural hysteresis, and the drift at rest",
        caption=(
            "Arrows: direction. Points: charged to 4.8 V and left at rest for 14 and 60 days, simulated and"
            " as the text says (4.141 and 4.162 Å), at the lithium content of the charged electrode."
            " Dots: refined, against the lithium by the charge passed, of which the double layer takes some."
        ),
        columns=columns,
        draw=lambda part: _draw_loop(part, curves, content, ours, found, runs.parameters.lithium),
        height=88.0,
    )


def _draw_loop(
    part: FigureBase,
    curves: list[LatticeCurve],
    content: list[np.ndarray],
    ours: np.ndarray,
    found: RefinedCurve,
    lithium: float,
) -> None:
    (axes,) = styled(part)
    for charge, discharge, colour, line in CYCLES:
        for step in (charge, discharge):
            label = f"cycle {charge // 2 + 1}" if step == charge else None
            axes.plot(content[step], curves[step].lattice, line, color=colour, lw=0.9, label=label)
    for step, row in ((0, 120), (1, 80)):
        ends = [(content[step][place], curves[step].lattice[place]) for place in (row, row + 12)]
        axes.annotate("", ends[1], ends[0], arrowprops={"arrowstyle": "-|>", "color": METAL, "lw": 0.9})
    axes.plot(lithium - found.charge, found.lattice, "o", ms=1.6, color=METAL, zorder=3, label="refined")
    charged = content[0][-1]
    for days, own, paper in zip(PAPER_RESTS, ours, PAPER_RESTS.values(), strict=True):
        axes.plot([charged], [own], "o", color=ACCENT, ms=4)
        axes.plot([charged], [paper], "D", mfc="none", color="black", ms=4.5)
        axes.annotate(
            f"{days:g} d",
            (charged, own),
            (-4, 0),
            textcoords="offset points",
            size=SMALL_TEXT,
            ha="right",
            va="center",
            color=ACCENT,
        )
    axes.plot([], [], "o", color=ACCENT, ms=4, label="at rest, ours")
    axes.plot([], [], "D", mfc="none", color="black", ms=4.5, label="at rest, paper")
    axes.axhline(CHARGED_LATTICE, color=GREY, lw=0.5, ls=":")
    axes.set(xlabel="x in Li$_x$Ti$_{0.58}$Ni$_{0.25}$O$_2$", ylabel=LATTICE_LABEL)
    axes.invert_xaxis()
    axes.legend(fontsize=SMALL_TEXT - 0.5, frameon=False, loc="lower left", handlelength=1.6)
