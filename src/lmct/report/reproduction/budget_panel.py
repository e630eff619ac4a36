"""The hysteresis budget: what each process dissipates in each cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lmct.protocol.hysteresis import PROCESSES, HysteresisBudget, hysteresis_budget
from lmct.protocol.run import Run
from lmct.report.hysteresis_figure import NAMES, words_of
from lmct.report.reproduction.panel import Panel, styled
from lmct.report.reproduction.paper_runs import PaperRuns
from lmct.technique.figure_style import DOUBLE, SMALL_TEXT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

SMALLEST_SHOWN = 0.05
"""A process that never dissipates as much is left out of the drawing [mWh/g]."""


def _second_loop(run: Run) -> HysteresisBudget:
    return hysteresis_budget(run, cycle=2, pieces=1)


def budget_panel(runs: PaperRuns) -> Panel:
    """Return the budget of both cycles, and of the second cycle against its upper limit."""
    cycles = {"cycle 1": hysteresis_budget(runs.two_cycles, cycle=1), "cycle 2": runs.second_loop}
    limits = {f"{limit:.1f}": _second_loop(run) for limit, run in runs.openings.items()}
    every = {**cycles, **{f"cycle 2 to {limit} V": budget for limit, budget in limits.items()}}
    columns: dict[str, tuple[str, np.ndarray]] = {"cycle": ("", np.array(list(every)))}
    for name in PROCESSES:
        columns[words_of(name)] = ("mWh/g", np.array([one.processes[name] for one in every.values()]))
    columns["stored"] = ("mWh/g", np.array([one.stored for one in every.values()]))
    columns["loop area"] = ("mWh/g", np.array([one.loop_area for one in every.values()]))
    return Panel(
        "budget",
        "Hysteresis budget",
        "Energy dissipated by each process per cycle at x = 0.4 and 20 mA/g; point: area of the voltage"
        " loop, closed where charge and discharge pass the same capacity. Left: the two cycles of Fig. 2a."
        " Right: the second cycle against its upper limit. No other source gives these numbers: they are the"
        " model's own, and change with its parameters.",
        columns,
        lambda part: _draw(part, cycles, limits),
        width=DOUBLE,
        height=72.0,
    )


def _draw(part: FigureBase, cycles: dict[str, HysteresisBudget], limits: dict[str, HysteresisBudget]) -> None:
    left, right = styled(part, 1, 2)
    _draw_stacks(left, cycles)
    _draw_stacks(right, limits)
    left.set(ylabel="Dissipated (mWh g$^{-1}$)", xlim=(-0.7, 2.6))
    right.set(xlabel="Upper limit of the second cycle (V)", ylabel="Dissipated (mWh g$^{-1}$)")
    left.legend(fontsize=SMALL_TEXT, frameon=False, loc="upper right", handlelength=1.0)
    for place, budget in enumerate(cycles.values()):
        word = f"LMCT {100 * budget.lmct_share:.0f} %"
        left.text(place, budget.dissipated * 1.03, word, size=SMALL_TEXT, ha="center")


def _draw_stacks(axes: Axes, budgets: dict[str, HysteresisBudget]) -> None:
    place = np.arange(len(budgets))
    bottom = np.zeros(len(budgets))
    for term, (name, colour) in NAMES.items():
        height = np.array([budget.processes[term] for budget in budgets.values()])
        if height.max() < SMALLEST_SHOWN:
            continue
        axes.bar(place, height, 0.55, bottom=bottom, color=colour, label=name)
        bottom += height
    area = [budget.loop_area for budget in budgets.values()]
    axes.plot(place, area, "D", color="black", ms=3, label="loop area")
    axes.set_xticks(place, list(budgets))
    axes.set_ylim(0, 1.18 * bottom.max())
