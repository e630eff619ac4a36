"""The hysteresis budget: what each process dissipates in each cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lmct.electrode.budget import Budget
from lmct.protocol.hysteresis import PROCESSES
from lmct.protocol.simulation import Run
from lmct.quantity.constants import FARADAY
from lmct.report.hysteresis_figure import NAMES
from lmct.report.reproduction.panel import Panel, styled
from lmct.report.reproduction.paper_runs import PaperRuns
from lmct.technique.electrochemistry.figure import DOUBLE, SMALL_TEXT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

SMALLEST_SHOWN = 0.05
"""A process that never dissipates as much is left out of the drawing [mWh/g]."""


def cycle_budget(run: Run, first: int) -> Budget:
    """Return the budget of a charge and the discharge after it.

    Parameters
    ----------
    run
        The run.
    first
        Place of the charge.

    Returns
    -------
    :
        The terms [mWh/g].
    """
    whole = run.segments[first].budget() + run.segments[first + 1].budget()
    return whole.scaled(FARADAY / run.parameters.molar_mass / 3.6)


def budget_panel(runs: PaperRuns) -> Panel:
    """Return the budget of both cycles, and of the second cycle against its upper limit."""
    cycles = {f"cycle {number + 1}": cycle_budget(runs.two_cycles, 2 * number) for number in range(2)}
    limits = {f"{limit:.1f}": cycle_budget(run, 2) for limit, run in runs.openings.items()}
    every = {**cycles, **{f"cycle 2 to {limit} V": budget for limit, budget in limits.items()}}
    columns: dict[str, tuple[str, np.ndarray]] = {"cycle": ("", np.array(list(every)))}
    for term in ("supplied", "stored", *PROCESSES, "imbalance"):
        columns[term] = ("mWh/g", np.array([getattr(budget, term) for budget in every.values()]))
    return Panel(
        "budget",
        "Hysteresis budget",
        "Energy dissipated by each process per cycle at x = 0.4 and 20 mA/g; point: area of the voltage loop."
        " Left: the two cycles of Fig. 2a. Right: the second cycle against its upper limit. No other source"
        " gives these numbers: they are the model's own, and change with its parameters.",
        columns,
        lambda part: _draw(part, cycles, limits),
        width=DOUBLE,
        height=72.0,
    )


def _draw(part: FigureBase, cycles: dict[str, Budget], limits: dict[str, Budget]) -> None:
    left, right = styled(part, 1, 2)
    _draw_stacks(left, cycles)
    _draw_stacks(right, limits)
    left.set(ylabel="Dissipated (mWh g$^{-1}$)", xlim=(-0.7, 2.6))
    right.set(xlabel="Upper limit of the second cycle (V)", ylabel="Dissipated (mWh g$^{-1}$)")
    left.legend(fontsize=SMALL_TEXT, frameon=False, loc="upper right", handlelength=1.0)
    for place, budget in enumerate(cycles.values()):
        share = 100.0 * budget.transfer / budget.dissipated
        left.text(place, budget.dissipated * 1.03, f"LMCT {share:.0f} %", size=SMALL_TEXT, ha="center")


def _draw_stacks(axes: Axes, budgets: dict[str, Budget]) -> None:
    place = np.arange(len(budgets))
    bottom = np.zeros(len(budgets))
    for term, (name, colour) in NAMES.items():
        height = np.array([getattr(budget, term) for budget in budgets.values()])
        if height.max() < SMALLEST_SHOWN:
            continue
        axes.bar(place, height, 0.55, bottom=bottom, color=colour, label=name)
        bottom += height
    area = [budget.supplied - budget.stored - budget.double_layer for budget in budgets.values()]
    axes.plot(place, area, "D", color="black", ms=3, label="loop area")
    axes.set_xticks(place, list(budgets))
    axes.set_ylim(0, 1.18 * bottom.max())
