"""The hysteresis budget as a figure: energy by process per cycle, and dissipated voltage along the charge."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lmct.protocol.hysteresis import PROCESSES, HysteresisBudget
from lmct.report.sheet_file import write_sheet
from lmct.technique.contract import FigureSheet
from lmct.technique.figure_style import (
    ACCENT,
    CATEGORIES,
    DOUBLE,
    METAL,
    OXYGEN,
    SMALL_TEXT,
    new_figure,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAMES = {
    "transfer": ("LMCT", ACCENT),
    "oxygen": ("slow oxygen couple", OXYGEN),
    "metal": ("metal polarisation", METAL),
    "dark": ("dark oxygen", CATEGORIES[3]),
    "gas": ("gas", CATEGORIES[4]),
    "ohmic": ("series resistance", CATEGORIES[5]),
    "transport": ("lithium transport", "#999999"),
}
"""Process -> name and colour, from below; a process without an entry bears its own name, in black."""

SMALLEST_SHOWN = 1e-3
"""A process below this share of the dissipation of every cycle is left out of the drawing [1]."""


def words_of(process: str) -> str:
    """Return the name of a process as people read it.

    Examples
    --------
    >>> words_of("transfer"), words_of("oxygen")
    ('LMCT', 'slow oxygen couple')
    """
    return NAMES.get(process, (process.replace("_", " "), ""))[0]


def hysteresis_sheet(budgets: Sequence[HysteresisBudget]) -> FigureSheet:
    """Return the figure of the cycles of one run; the last one is shown along its charge.

    Parameters
    ----------
    budgets
        Budgets in order of time, at least one.

    Returns
    -------
    :
        The sheet.
    """
    last = budgets[-1]
    where = f"cycle {last.cycle}" if last.cycle else "the whole run"
    return FigureSheet(
        name="hysteresis_budget",
        title="Hysteresis budget",
        caption=(
            "Left: energy that each process dissipates in each cycle; point: loop area. Right: dissipated"
            f" voltage along the charge passed in {where}; the coloured areas integrate to the energies, and"
            " all of them to the loop area of a closed cycle. What is dissipated while no current flows is"
            " only in the bars."
        ),
        draw=lambda: _draw(budgets),
        columns=_columns(budgets),
    )


def write_hysteresis_figure(budgets: Sequence[HysteresisBudget], folder: Path) -> tuple[Path, ...]:
    """Write the figure as SVG, PDF and PNG, and its numbers as CSV.

    Parameters
    ----------
    budgets
        Budgets in order of time, at least one.
    folder
        Where to; made when it does not exist.

    Returns
    -------
    :
        The files.
    """
    return write_sheet(hysteresis_sheet(budgets), folder)


def _columns(budgets: Sequence[HysteresisBudget]) -> dict[str, tuple[str, np.ndarray]]:
    columns: dict[str, tuple[str, np.ndarray]] = {
        "cycle": ("", np.array([one.cycle for one in budgets])),
        "charge": ("mAh/g", np.array([one.charge for one in budgets])),
        "loop area": ("mWh/g", np.array([one.loop_area for one in budgets])),
    }
    for process in PROCESSES:
        energies = np.array([one.processes[process] for one in budgets])
        columns[f"energy ({words_of(process)})"] = ("mWh/g", energies)
    columns["stored"] = ("mWh/g", np.array([one.stored for one in budgets]))
    profile = budgets[-1].profile
    columns["step"] = ("", profile.step)
    columns["charge passed"] = ("mAh/g", profile.passed)
    columns["charge of the piece"] = ("mAh/g", profile.charge)
    columns["voltage"] = ("V", profile.voltage)
    for process in PROCESSES:
        columns[f"dissipated voltage ({words_of(process)})"] = ("V", profile.dissipated_voltage(process))
    return columns


def _draw(budgets: Sequence[HysteresisBudget]) -> Figure:
    last = budgets[-1]
    flows = np.isfinite(last.profile.dissipated_voltage(PROCESSES[0]))
    halves = [half for half in (0.0, 1.0) if np.any(flows & (last.profile.returning == half))]
    shown = _shown(budgets)
    figure, axes = new_figure(width=DOUBLE, height=70.0, columns=1 + len(halves))
    _draw_bars(axes[0], budgets, shown)
    tops = [_draw_profile(part, last, half, shown) for part, half in zip(axes[1:], halves, strict=True)]
    for part in axes[1:]:
        part.set_ylim(0.0, 1.05 * max(tops) or 1.0)
    if halves:
        axes[1].set_ylabel("Dissipated voltage (V)")
    return figure


def _shown(budgets: Sequence[HysteresisBudget]) -> list[str]:
    """Return the processes that are drawn, those with a name first and in its order."""
    order = [*(name for name in NAMES if name in PROCESSES), *(one for one in PROCESSES if one not in NAMES)]
    return [
        name
        for name in order
        if any(one.processes[name] > SMALLEST_SHOWN * one.dissipated for one in budgets)
    ]


def _colour(process: str) -> str:
    return NAMES.get(process, ("", "#000000"))[1]


def _draw_bars(axes: Axes, budgets: Sequence[HysteresisBudget], shown: Sequence[str]) -> None:
    place = np.arange(len(budgets))
    bottom = np.zeros(len(budgets))
    for name in shown:
        height = np.array([one.processes[name] for one in budgets])
        axes.bar(place, height, 0.6, bottom=bottom, color=_colour(name), label=words_of(name))
        bottom += height
    area = np.array([one.loop_area for one in budgets])
    if np.isfinite(area).any():
        axes.plot(place, area, "D", color="black", ms=3, label="loop area", linestyle="none")
    axes.set_xticks(place, [f"{one.cycle}" if one.cycle else "run" for one in budgets])
    axes.set(xlabel="Cycle", ylabel="Dissipated (mWh g$^{-1}$)", xlim=(-0.8, len(budgets) - 0.2))
    axes.set_ylim(0.0, 1.5 * float(max(bottom.max(), np.nan_to_num(area).max())) or 1.0)
    if shown:
        axes.legend(fontsize=SMALL_TEXT, frameon=False, loc="upper left", handlelength=1.0, labelspacing=0.2)


def _draw_profile(axes: Axes, budget: HysteresisBudget, half: float, shown: Sequence[str]) -> float:
    """Draw the stack of one half-cycle and return its height without the sharpest per cent of the charge."""
    profile = budget.profile
    rows = (profile.returning == half) & np.isfinite(profile.dissipated_voltage(PROCESSES[0]))
    charge = np.abs(profile.charge[rows])
    edges = np.concatenate([[0.0], np.cumsum(charge)])
    bottom = np.zeros(len(charge))
    for name in shown:
        height = bottom + profile.dissipated_voltage(name)[rows]
        axes.stairs(height, edges, baseline=bottom, fill=True, color=_colour(name), linewidth=0.0)
        bottom = height
    direction = "Charge" if profile.charge[rows].sum() > 0.0 else "Discharge"
    axes.set(xlabel=f"{direction} passed (mAh g$^{{-1}}$)", xlim=(0.0, edges[-1]))
    order = np.argsort(bottom)
    share = np.cumsum(charge[order]) / edges[-1]
    return float(bottom[order][np.searchsorted(share, 0.995)]) if len(order) else 1.0
