"""Figure 6, and the GITT gap of the supplement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from lmct.electrode.segment import Segment
from lmct.protocol.run import Run
from lmct.report.reproduction.curve import StepCurve, curve_of_step
from lmct.report.reproduction.cycling_panels import VOLTAGE_LABEL
from lmct.report.reproduction.gitt import Titration
from lmct.report.reproduction.hysteresis_statements import EQUILIBRIUM
from lmct.report.reproduction.panel import Panel, styled
from lmct.report.reproduction.paper_runs import UPPER_LIMITS, PaperRuns
from lmct.report.reproduction.siblings import RICH_NMC, sibling_openings
from lmct.report.reproduction.titration_panels import label_of
from lmct.technique.figure_style import (
    ACCENT,
    DOUBLE,
    GREY,
    METAL,
    OXYGEN,
    SMALL_TEXT,
    ordered_colours,
    style_axes,
)

if TYPE_CHECKING:
    from matplotlib.figure import FigureBase

Loops = dict[float, tuple[StepCurve, StepCurve]]

GITT_NAMES = ("25 °C, 8 h rests", "25 °C, 200 h rests", "55 °C, 8 h rests")


def opening_panels(runs: PaperRuns) -> tuple[Panel, Panel]:
    """Return Fig. 6a and 6b: second cycles to rising upper limits, and their dQ/dV."""
    return _opening_panels(
        "6a",
        "6b",
        runs.openings,
        "Second cycle with rising upper limit",
        "After a full first cycle. Discharge is drawn back from the end of charge. What is charged above"
        " about 4.2 V comes back near 2.2 V. The limits are an assumption: the text names none.",
        "Ni",
    )


def rich_nmc_panels() -> tuple[Panel, Panel]:
    """Return Fig. 6c and 6d: the same of Li-rich NMC."""
    return _opening_panels(
        "6c",
        "6d",
        sibling_openings(RICH_NMC, UPPER_LIMITS),
        "Second cycle of Li-rich NMC",
        "Li1.2Ni0.13Mn0.54Co0.13O2, Ni and Co as one metal: a hypothesis made from the set of Li-Ti-Ni-O by"
        " composition and a stated covalence. The paper says that it is inverted in a very similar way.",
        "metal",
    )


def _opening_panels(
    upper: str, lower: str, runs: Mapping[float, Run], title: str, caption: str, metal: str
) -> tuple[Panel, Panel]:
    loops = {limit: (curve_of_step(run, 2), curve_of_step(run, 3)) for limit, run in runs.items()}
    curves: dict[str, tuple[str, np.ndarray]] = {}
    densities: dict[str, tuple[str, np.ndarray]] = {}
    for limit, (charge, discharge) in loops.items():
        for word, curve in (("charge", charge), ("discharge", discharge)):
            curves[f"capacity ({word}, {limit:g} V)"] = ("mAh/g", curve.capacity)
            curves[f"voltage ({word}, {limit:g} V)"] = ("V", curve.voltage)
            densities[f"voltage ({word}, {limit:g} V)"] = ("V", curve.grid)
            densities[f"dQ/dV ({word}, {limit:g} V)"] = ("mAh/g/V", curve.density)
    words = "Positive on charge, negative on discharge; smoothed to 30 mV."
    return (
        Panel(upper, title, caption, curves, lambda part: _draw_loops(part, loops)),
        Panel(
            lower,
            f"dQ/dV of {'the second cycles' if metal == 'Ni' else 'these cycles'}",
            words,
            densities,
            lambda part: _draw_loop_densities(part, loops, metal),
        ),
    )


def _draw_loops(part: FigureBase, loops: Loops) -> None:
    (axes,) = styled(part)
    for (limit, (charge, discharge)), colour in zip(loops.items(), ordered_colours(len(loops)), strict=True):
        axes.plot(charge.capacity, charge.voltage, color=colour, lw=0.9, label=f"{limit:.1f} V")
        axes.plot(charge.capacity[-1] - discharge.capacity, discharge.voltage, color=colour, lw=0.9)
    axes.set(xlabel="Capacity (mAh g$^{-1}$)", ylabel=VOLTAGE_LABEL, ylim=(1.9, 4.9))
    axes.legend(fontsize=SMALL_TEXT - 0.5, frameon=False, loc="lower right", bbox_to_anchor=(1.0, 0.1))


def _draw_loop_densities(part: FigureBase, loops: Loops, metal: str) -> None:
    (axes,) = styled(part)
    for (charge, discharge), colour in zip(loops.values(), ordered_colours(len(loops)), strict=True):
        for curve in (charge, discharge):
            axes.plot(curve.grid, curve.density, color=colour, lw=0.9)
    axes.axhline(0.0, color=GREY, lw=0.5)
    axes.set(xlabel=VOLTAGE_LABEL, ylabel="dQ/dV (mAh g$^{-1}$ V$^{-1}$)", xlim=(1.9, 4.9))
    low, high = axes.get_ylim()
    axes.set_ylim(1.2 * low, high)
    for place, word, colour in ((2.35, "O reduction", OXYGEN), (3.85, f"{metal} reduction", METAL)):
        axes.text(place, 1.1 * low, word, color=colour, size=SMALL_TEXT, ha="center")
    axes.text(3.0, 0.75 * high, f"{metal}, then O oxidation", color=GREY, size=SMALL_TEXT, ha="center")


def open_circuit_panels(runs: PaperRuns) -> tuple[Panel, Panel]:
    """Return Fig. 6e and 6f: discharges with the rest before them, and the equilibrium potential."""
    series = (runs.in_cycling, *runs.open_circuit_series)
    labels = [label_of(one, "time") for one in series]
    curves = [curve_of_step(one.run, -1) for one in series]
    rests = [_rest(one.run.segments[-2]) for one in runs.open_circuit_series]
    columns: dict[str, tuple[str, np.ndarray]] = {}
    for label, curve in zip(labels, curves, strict=True):
        columns[f"capacity ({label})"] = ("mAh/g", curve.capacity)
        columns[f"voltage ({label})"] = ("V", curve.voltage)
    for label, (time, voltage) in zip(labels[1:], rests, strict=True):
        columns[f"rest time ({label})"] = ("min", time)
        columns[f"rest voltage ({label})"] = ("V", voltage)
    fraction, voltage = runs.fractions_and_voltages
    slope, intercept = np.polyfit(fraction, voltage, 1)
    return (
        Panel(
            "6e",
            "Discharge after 0 s to 24 h at 120 °C",
            "Charged to 4.5 V; the cell in cycling was never taken apart. Inset: voltage in the 15 min before"
            " the discharge.",
            columns,
            lambda part: _draw_discharges(part, labels, curves, rests),
        ),
        Panel(
            "6f",
            "Open-circuit voltage against Ni intermediates left",
            f"Line: least squares, intercept {intercept:.3f} V. Band: 3.74(2) V of the paper. Arrow: charge"
            " overpotential of the unheated sample.",
            {
                "fraction left": ("1", fraction),
                "open-circuit voltage": ("V", voltage),
                "line": ("V", intercept + slope * fraction),
                "intercept": ("V", np.array([intercept])),
                "slope": ("V", np.array([slope])),
            },
            lambda part: _draw_extrapolation(part, fraction, voltage, float(slope), float(intercept)),
        ),
    )


def _rest(segment: Segment) -> tuple[np.ndarray, np.ndarray]:
    """Return time [min] and voltage [V] of a rest."""
    times = np.linspace(0.0, segment.duration, 100)
    return times / 60.0, segment.at(times)[:, 4]


def _draw_discharges(
    part: FigureBase, labels: list[str], curves: list[StepCurve], rests: list[tuple[np.ndarray, np.ndarray]]
) -> None:
    (axes,) = styled(part)
    colours = ["black", *ordered_colours(len(rests))]
    for label, curve, colour in zip(labels, curves, colours, strict=True):
        axes.plot(
            curve.capacity,
            curve.voltage,
            "--" if colour == "black" else "-",
            color=colour,
            lw=0.9,
            label=label,
        )
    axes.set(xlabel="Discharge capacity (mAh g$^{-1}$)", ylabel=VOLTAGE_LABEL, xlim=(0, 255), ylim=(1.7, 6.3))
    axes.set_yticks(np.arange(2.0, 4.6, 0.5))
    axes.yaxis.set_label_coords(-0.1, 0.32)
    axes.legend(
        fontsize=SMALL_TEXT - 0.5,
        frameon=False,
        loc="upper right",
        bbox_to_anchor=(1.0, 0.6),
        labelspacing=0.15,
        handlelength=1.4,
    )
    inset = axes.inset_axes((0.2, 0.7, 0.76, 0.27))
    style_axes(inset, size=SMALL_TEXT)
    for (time, voltage), colour in zip(rests, colours[1:], strict=True):
        inset.plot(time, voltage, color=colour, lw=0.9)
    inset.set(xlabel="Rest (min)", ylabel="OCV (V)", xlim=(0, 15))


def _draw_extrapolation(
    part: FigureBase, fraction: np.ndarray, voltage: np.ndarray, slope: float, intercept: float
) -> None:
    (axes,) = styled(part)
    grid = np.array([0.0, 1.05])
    axes.axhspan(
        EQUILIBRIUM - 0.02, EQUILIBRIUM + 0.02, color=GREY, alpha=0.2, lw=0, label="paper: 3.74(2) V"
    )
    axes.plot(100.0 * grid, intercept + slope * grid, color=METAL, lw=0.9, label="least squares")
    axes.plot(100.0 * fraction, voltage, "o", color="black", ms=3.5, label="samples")
    axes.plot([0.0], [intercept], "D", color=OXYGEN, ms=4, label=f"intercept {intercept:.3f} V")
    top = 100.0 * fraction[0], voltage[0]
    arrow = {"arrowstyle": "<->", "color": ACCENT, "lw": 1.0, "shrinkA": 0, "shrinkB": 2}
    axes.annotate("", (top[0], intercept), top, arrowprops=arrow)
    axes.text(top[0] - 2, 3.95, "overpotential", color=ACCENT, size=SMALL_TEXT, rotation=90, ha="right")
    axes.set(xlabel="Ni intermediates left (%)", ylabel="OCV (V vs Li$^+$/Li)", xlim=(-4, 108))
    axes.legend(fontsize=SMALL_TEXT - 0.5, frameon=False, loc="upper left", handlelength=1.4)


def gitt_panel(runs: PaperRuns) -> Panel:
    """Return the voltages at the end of the rests of GITT (S3, S27)."""
    series = dict(zip(GITT_NAMES, (runs.pulsed, runs.pulsed_long, runs.pulsed_warm), strict=True))
    columns: dict[str, tuple[str, np.ndarray]] = {}
    for name, rests in series.items():
        columns[f"Li extracted (charge, {name})"] = ("1/f.u.", rests.charge_lithium)
        columns[f"voltage (charge, {name})"] = ("V", rests.charge_voltage)
        columns[f"Li extracted (discharge, {name})"] = ("1/f.u.", rests.discharge_lithium)
        columns[f"voltage (discharge, {name})"] = ("V", rests.discharge_voltage)
    charged = runs.in_cycling.run.segments[0].end.lithium_extracted
    return Panel(
        "S27",
        "GITT: voltage at the end of the rests",
        "Pulses of 0.5 h at 20 mA/g through a charge and a discharge. Band: 3.74(2) V of the paper. Dashed:"
        " charged to 4.5 V, the state of the samples of Fig. 6f. The paper's curves are in its supplement.",
        columns,
        lambda part: _draw_gitt(part, series, charged),
        width=DOUBLE,
        height=65.0,
    )


def _draw_gitt(part: FigureBase, series: dict[str, Titration], charged: float) -> None:
    every = styled(part, 1, 3)
    for axes, (name, rests) in zip(every, series.items(), strict=True):
        axes.axhspan(EQUILIBRIUM - 0.02, EQUILIBRIUM + 0.02, color=GREY, alpha=0.25, lw=0)
        axes.axvline(charged, color=GREY, lw=0.6, ls="--")
        up, down = (
            (rests.charge_lithium, rests.charge_voltage),
            (rests.discharge_lithium, rests.discharge_voltage),
        )
        axes.plot(*up, "^-", color=METAL, ms=2.5, lw=0.7, label="charge")
        axes.plot(*down, "v-", color=OXYGEN, ms=2.5, lw=0.7, label="discharge")
        axes.set(xlabel="Li extracted per formula unit", xlim=(0, 0.95), ylim=(1.9, 4.9))
        axes.set_title(name, size=SMALL_TEXT + 0.5, pad=3)
    every[0].set_ylabel("Voltage after rest (V)")
    every[0].legend(fontsize=SMALL_TEXT - 0.5, frameon=False, loc="lower right")
