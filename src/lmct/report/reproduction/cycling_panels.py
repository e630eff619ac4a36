"""Figures 1b and 2a: the family over two cycles, and where the charge of x = 0.4 sits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lmct.report.reproduction.curve import StepCurve, curve_of_step
from lmct.report.reproduction.panel import Columns, Panel, styled
from lmct.report.reproduction.paper_runs import PaperRuns, first_steps
from lmct.technique.figure_style import ACCENT, DOUBLE, GREY, METAL, OXYGEN, SMALL_TEXT

if TYPE_CHECKING:
    from matplotlib.figure import FigureBase

CYCLES = ((0, 1, METAL, "-"), (2, 3, OXYGEN, "--"))
"""Places of charge and discharge, colour and line of the two cycles."""

MARK_SHIFTS = ((5, -3), (3, -9), (4, -2), (5, 0), (-15, 5))
"""Where the names of the marked states stand beside their points [pt]."""

VOLTAGE_LABEL = "Voltage (V vs Li$^+$/Li)"


def family_panel(runs: PaperRuns) -> Panel:
    """Return Fig. 1b: charge and discharge of x = 0 to 0.6, two cycles, and both plateaus against x."""
    curves = {x: [curve_of_step(run, step) for step in range(4)] for x, run in runs.family.items()}
    plateaus = np.array([runs.plateaus(first_steps(run, 2)) for run in runs.family.values()])
    return Panel(
        id="1b",
        title="Charge and discharge of the family, two cycles",
        caption=(
            "x Li2TiO3 · (1-x) LiTi0.5Ni0.5O2 between 2.0 and 4.8 V at 20 mA/g, each half-cycle from zero;"
            " the two cycles nearly coincide. Last: capacity of the first discharge above and below 2.5 V."
            " Only composition changes with x. Li2TiO3 (x = 1) has no metal to oxidise and is not simulated."
        ),
        columns=_family_columns(curves, plateaus),
        draw=lambda part: _draw_family(part, curves, plateaus),
        width=DOUBLE,
        height=92.0,
    )


def _family_columns(curves: dict[float, list[StepCurve]], plateaus: np.ndarray) -> Columns:
    columns: dict[str, tuple[str, np.ndarray]] = {}
    for x, steps in curves.items():
        for number, curve in enumerate(steps):
            name = f"x = {x:g}, {'discharge' if number % 2 else 'charge'} {number // 2 + 1}"
            columns[f"capacity ({name})"] = ("mAh/g", curve.capacity)
            columns[f"voltage ({name})"] = ("V", curve.voltage)
    columns["x"] = ("1", np.array(list(curves)))
    columns["capacity above 2.5 V"] = ("mAh/g", plateaus[:, 0])
    columns["capacity below 2.5 V"] = ("mAh/g", plateaus[:, 1])
    return columns


def _draw_family(part: FigureBase, curves: dict[float, list[StepCurve]], plateaus: np.ndarray) -> None:
    *members, last = styled(part, 2, 4)
    for number, (axes, (x, steps)) in enumerate(zip(members, curves.items(), strict=True)):
        for charge, discharge, colour, line in CYCLES:
            for step in (charge, discharge):
                label = f"cycle {charge // 2 + 1}" if step == charge and number == 0 else None
                axes.plot(steps[step].capacity, steps[step].voltage, line, color=colour, lw=0.9, label=label)
        axes.set(xlim=(0, 320), ylim=(1.9, 4.9), xticks=(0, 100, 200, 300))
        axes.text(0.04, 0.93, f"x = {x:g}", transform=axes.transAxes, size=SMALL_TEXT, va="top")
        if number % 4 == 0:
            axes.set_ylabel(VOLTAGE_LABEL)
        if number >= 4:
            axes.set_xlabel("Capacity (mAh g$^{-1}$)")
    members[0].legend(fontsize=SMALL_TEXT - 0.5, frameon=False, loc="lower left", handlelength=1.6)
    last.plot(list(curves), plateaus[:, 0], "o-", color=METAL, ms=3, lw=0.9, label="above 2.5 V")
    last.plot(list(curves), plateaus[:, 1], "s-", color=OXYGEN, ms=3, lw=0.9, label="below 2.5 V")
    last.set(xlabel="x", ylim=(0, 1.4 * plateaus.max()), xticks=(0, 0.2, 0.4, 0.6))
    last.set_title("1st discharge (mAh g$^{-1}$)", size=SMALL_TEXT, pad=3)
    last.legend(fontsize=SMALL_TEXT - 0.5, frameon=False, loc="upper left", handlelength=1.2)


def redox_panel(runs: PaperRuns) -> Panel:
    """Return Fig. 2a: the cycling curve with its five states, and the holes on nickel and oxygen below it."""
    steps = [curve_of_step(runs.two_cycles, step) for step in range(4)]
    starts = np.concatenate([[0.0], np.cumsum([step.capacity[-1] for step in steps])])
    passed = np.concatenate([step.capacity + start for step, start in zip(steps, starts, strict=False)])
    states = np.concatenate([step.states for step in steps])
    marks = _marked_states(steps, starts)
    return Panel(
        id="2a",
        title="Where the charge of x = 0.4 sits over two cycles",
        caption=(
            "Voltage, and holes on Ni and on O, against the charge passed in either direction. States"
            " as in the paper: #1 pristine, #2 most holes on Ni, #3 end of charge, #4 at 2.5 V, #5 end of"
            " discharge. Shades: discharge above (Ni) and below (O) 2.5 V. Nickel comes first on charge and"
            " first on discharge."
        ),
        columns={
            "capacity passed": ("mAh/g", passed),
            "voltage": ("V", states[:, 4]),
            "nickel holes": ("1/f.u.", states[:, 0]),
            "oxygen holes": ("1/f.u.", states[:, 1]),
            "marked state": ("", np.array([f"#{number}" for number in range(1, 6)])),
            "capacity of the marked state": ("mAh/g", marks[:, 0]),
            "voltage of the marked state": ("V", marks[:, 1]),
        },
        draw=lambda part: _draw_redox(part, passed, states, starts, marks),
        width=DOUBLE,
        height=95.0,
    )


def _marked_states(steps: list[StepCurve], starts: np.ndarray) -> np.ndarray:
    """Return capacity passed and voltage of the states #1 to #5."""
    charge, discharge = steps[0], steps[1]
    places = [
        (0, 0),
        (0, int(np.argmax(charge.states[:, 0]))),
        (0, len(charge.capacity) - 1),
        (1, int(np.argmax(discharge.voltage < 2.5))),
        (1, len(discharge.capacity) - 1),
    ]
    return np.array([(steps[s].capacity[row] + starts[s], steps[s].voltage[row]) for s, row in places])


def _draw_redox(
    part: FigureBase, passed: np.ndarray, states: np.ndarray, starts: np.ndarray, marks: np.ndarray
) -> None:
    upper, lower = styled(part, 2, 1, sharex=True)
    upper.plot(passed, states[:, 4], color="black", lw=0.9)
    upper.plot(marks[:, 0], marks[:, 1], "o", color=ACCENT, ms=4)
    for number, ((capacity, voltage), shift) in enumerate(zip(marks, MARK_SHIFTS, strict=True), start=1):
        upper.annotate(f"#{number}", (capacity, voltage), shift, textcoords="offset points", size=SMALL_TEXT)
    lower.plot(passed, states[:, 0], color=METAL, lw=1.1, label="on Ni")
    lower.plot(passed, states[:, 1], color=OXYGEN, lw=1.1, label="on O")
    for axes in (upper, lower):
        for cycle in (0.0, starts[2]):
            axes.axvspan(marks[2, 0] + cycle, marks[3, 0] + cycle, color=METAL, alpha=0.1, lw=0)
            axes.axvspan(marks[3, 0] + cycle, marks[4, 0] + cycle, color=OXYGEN, alpha=0.1, lw=0)
        for start in starts[1:-1]:
            axes.axvline(start, color=GREY, lw=0.4, ls=":")
    for start, word in zip(starts, ("charge 1", "discharge 1", "charge 2", "discharge 2"), strict=False):
        upper.text(start + 145, 4.95, word, size=SMALL_TEXT, ha="center", va="bottom", color=GREY)
    upper.set(ylabel=VOLTAGE_LABEL, ylim=(1.8, 5.25), xlim=(-10, starts[-1] + 10))
    lower.set(ylabel="Holes per formula unit", xlabel="Charge passed (mAh g$^{-1}$)", ylim=(0, None))
    lower.legend(fontsize=SMALL_TEXT, frameon=False, loc="upper left", handlelength=1.4)
