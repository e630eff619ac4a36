"""Figures 1a, 1c, 3a, 3c, 3e and 3f: patterns of the family, Rietveld plot, patterns of cycles, rests."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lmct.quantity.constants import HOUR, ZERO_CELSIUS
from lmct.report.reproduction.cycling_panels import VOLTAGE_LABEL
from lmct.report.reproduction.panel import Panel, styled
from lmct.report.reproduction.paper_runs import PaperRuns
from lmct.technique.diffraction.diffractometer import laboratory_copper
from lmct.technique.diffraction.refined import RefinedSequence
from lmct.technique.diffraction.rietveld.migration import SIGNIFICANT
from lmct.technique.diffraction.simulation.family import family_patterns
from lmct.technique.figure_style import ACCENT, GREY, METAL, OXYGEN, SMALL_TEXT, ordered_colours

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

    from lmct.instrument.diffraction.pattern import DiffractionPattern
    from lmct.report.reproduction.virtual_diffraction import RefinedRest
    from lmct.technique.diffraction.refined import RefinedPattern

ANGLE_LABEL = "2θ (°), Cu Kα"
SIMULATED = "Simulated with true Voigt profiles and counting noise, refined as measured patterns are."

MOVED = "occupancy(8c, Ti4+)"
"""Refined number of the titanium that left 4a."""

LINE = (41.5, 46.0)
"""Angles around 200, the strongest line, that show the drift [deg]."""

FAMILY_ANGLES = np.arange(15.0, 90.0, 0.03)


def family_patterns_panel(runs: PaperRuns) -> Panel:
    """Return Fig. 1a: patterns of the members of the family."""
    patterns = family_patterns(
        diffractometer=laboratory_copper(), two_theta=FAMILY_ANGLES, random=np.random.default_rng(1)
    )
    columns: dict[str, tuple[str, np.ndarray]] = {"two theta": ("deg", FAMILY_ANGLES)}
    columns |= {f"counts, x = {x:g}": ("1", pattern.intensity) for x, pattern in patterns.items()}
    return Panel(
        id="1a",
        title="Patterns of the family",
        caption=(
            "Simulated from structures that are given, not predicted: disordered rock salt up to x = 0.6,"
            " layered Li2TiO3 at x = 1, where 003 and the lines of the honeycomb appear."
        ),
        columns=columns,
        draw=lambda part: _draw_family(part, patterns),
        height=95.0,
    )


def _draw_family(part: FigureBase, patterns: dict[float, DiffractionPattern]) -> None:
    (axes,) = styled(part)
    for place, ((x, pattern), colour) in enumerate(
        zip(patterns.items(), ordered_colours(len(patterns)), strict=True)
    ):
        axes.plot(
            pattern.two_theta,
            place + 0.92 * pattern.intensity / pattern.intensity.max(),
            color=colour,
            lw=0.6,
        )
        axes.text(88.5, place + 0.16, f"x = {x:g}", ha="right", size=SMALL_TEXT, color=colour)
    top = len(patterns) - 1
    axes.annotate("003", (18.5, top + 0.75), ha="center", size=SMALL_TEXT)
    axes.annotate(
        "honeycomb",
        (20.4, top + 0.3),
        (24.0, top + 0.62),
        size=SMALL_TEXT,
        arrowprops={"arrowstyle": "-", "lw": 0.5, "color": GREY},
    )
    axes.set(
        xlabel=ANGLE_LABEL, ylabel="Intensity (arb. units)", yticks=[], xlim=(15, 90), ylim=(0, top + 1.05)
    )


def rietveld_panel(runs: PaperRuns) -> Panel:
    """Return Fig. 1c: refinement of the pristine powder at the synchrotron."""
    refined = runs.diffraction.pristine
    moved, systematic = refined.values[MOVED], refined.systematic[MOVED]
    seen = moved.value > SIGNIFICANT * math.hypot(moved.uncertainty, systematic)
    return Panel(
        id="1c",
        title="Rietveld refinement of the pristine electrode",
        caption=(
            f"{SIMULATED} λ = 0.458 Å, all cations on 4a; a = {refined.values['a']}, GoF"
            f" {refined.goodness_of_fit:.2f}. Ti on 8c comes out as {moved}, with a systematic error of"
            f" {systematic:.4f}: {'significant' if seen else 'not significant'}."
        ),
        columns={
            "two theta": ("deg", refined.two_theta),
            "observed": ("1", refined.observed),
            "calculated": ("1", refined.calculated),
            "background": ("1", refined.background),
        },
        draw=lambda part: _draw_rietveld(part, refined),
        height=80.0,
    )


def _draw_rietveld(part: FigureBase, refined: RefinedPattern) -> None:
    (axes,) = styled(part)
    top = float(refined.observed.max())
    axes.plot(
        refined.two_theta,
        refined.observed,
        "o",
        ms=1.0,
        mfc="none",
        mew=0.3,
        color="black",
        label="observed",
        rasterized=True,
    )
    axes.plot(refined.two_theta, refined.calculated, color=OXYGEN, lw=0.7, label="calculated")
    axes.plot(
        refined.two_theta,
        refined.observed - refined.calculated - 0.16 * top,
        color=METAL,
        lw=0.4,
        label="difference",
    )
    for angles in refined.ticks.values():
        axes.vlines(angles, -0.08 * top, -0.03 * top, color=ACCENT, lw=0.8)
    axes.set(xlabel="2θ (°), λ = 0.458 Å", ylabel="Counts", xlim=refined.two_theta[[0, -1]])
    axes.legend(fontsize=SMALL_TEXT, frameon=False, handlelength=1.4, loc="upper right")


def voltage_panel(runs: PaperRuns) -> Panel:
    """Return Fig. 3a: the cycles that the patterns were measured in."""
    cycler = runs.diffraction.operando.cycler
    return Panel(
        id="3a",
        title="Cycles of the in-situ cell",
        caption="20 mA/g between 4.8 and 2.0 V.",
        columns={"time": ("h", cycler.time / HOUR), "voltage": ("V", cycler.voltage)},
        draw=lambda part: _draw_voltage(part, cycler.time / HOUR, cycler.voltage),
        height=70.0,
    )


def _draw_voltage(part: FigureBase, time: np.ndarray, voltage: np.ndarray) -> None:
    (axes,) = styled(part)
    axes.plot(voltage, time, color="black", lw=0.9)
    axes.set(xlabel=VOLTAGE_LABEL, ylabel="Time (h)", ylim=(0.0, time[-1]), xlim=(1.8, 5.0))


def map_panel(runs: PaperRuns) -> Panel:
    """Return Fig. 3c: the patterns of both cycles as a map, time upwards as in Fig. 3a."""
    operando = runs.diffraction.operando
    sequence, hours = operando.sequence, operando.joined.time / HOUR
    known = np.isfinite(hours)
    return Panel(
        id="3c",
        title="Patterns of two cycles",
        caption=f"{SIMULATED} Square root of the intensity.",
        columns={
            "two theta": ("deg", sequence.two_theta),
            **{
                f"intensity at {hour:.2f} h": ("1", row)
                for hour, row in zip(hours[known], sequence.intensity[known], strict=True)
            },
        },
        draw=lambda part: _draw_map(part, sequence, hours, known),
        height=70.0,
    )


def _draw_map(part: FigureBase, sequence: RefinedSequence, hours: np.ndarray, known: np.ndarray) -> None:
    (axes,) = styled(part)
    mesh = axes.pcolormesh(
        sequence.two_theta,
        hours[known],
        np.sqrt(sequence.intensity[known]),
        cmap="cividis",
        shading="nearest",
        rasterized=True,
    )
    axes.set(xlabel=ANGLE_LABEL, ylabel="Time (h)", xlim=(35.0, 85.0))
    bar = part.colorbar(mesh, ax=axes, pad=0.02)
    bar.set_label("√ intensity", size=SMALL_TEXT)
    bar.ax.tick_params(labelsize=SMALL_TEXT - 0.5, width=0.5, length=2)
    bar.outline.set_linewidth(0.5)


def rest_panels(runs: PaperRuns) -> tuple[Panel, Panel]:
    """Return Fig. 3e and 3f: patterns at rest after 4.8 V, and of a less oxidised cell, then warm."""
    liquid = runs.diffraction.at_rest(runs.in_situ_rest, 1)
    solid = runs.diffraction.at_rest(runs.solid_state_rest, 1)
    return (
        _rest_panel("3e", liquid, "Charged to 4.8 V, two days at rest at 25 °C."),
        _rest_panel("3f", solid, "Charged to 200 mAh/g, two days at 25 °C, then two at 55 °C (red)."),
    )


def _rest_panel(name: str, rest: RefinedRest, words: str) -> Panel:
    lattice, uncertainty = rest.sequence.column("a")
    return Panel(
        id=name,
        title="The lattice at rest",
        caption=f"{words} {SIMULATED} Left: around 200, first scan below. Right: a, standard uncertainty.",
        columns={
            "time": ("h", rest.time / HOUR),
            "lattice parameter": ("Å", lattice),
            "standard uncertainty": ("Å", uncertainty),
            "open-circuit voltage": ("V", rest.voltage),
            "temperature": ("K", rest.temperature),
        },
        draw=lambda part: _draw_rest(part, rest),
        height=80.0,
    )


def _draw_rest(part: FigureBase, rest: RefinedRest) -> None:
    left, right = styled(part, 1, 2)
    _draw_lines(left, rest)
    lattice, uncertainty = rest.sequence.column("a")
    warm = rest.temperature > ZERO_CELSIUS + 40.0
    for rows, colour in ((~warm, "black"), (warm, OXYGEN)):
        right.errorbar(
            rest.time[rows] / HOUR,
            lattice[rows],
            yerr=uncertainty[rows],
            fmt="o",
            ms=2.5,
            color=colour,
            elinewidth=0.6,
        )
    right.set(xlabel="Time (h)", ylabel="$a$ (Å)")


def _draw_lines(axes: Axes, rest: RefinedRest) -> None:
    sequence = rest.sequence
    shown = (sequence.two_theta >= LINE[0]) & (sequence.two_theta <= LINE[1])
    rows = sequence.intensity[:, shown]
    step = 0.12 * float(np.nanmax(rows))
    colours = ordered_colours(len(rows))
    for place, (row, colour) in enumerate(zip(rows, colours, strict=True)):
        warm = rest.temperature[place] > ZERO_CELSIUS + 40.0
        axes.plot(sequence.two_theta[shown], row + step * place, color=OXYGEN if warm else colour, lw=0.7)
    axes.set(xlabel=ANGLE_LABEL, ylabel="Intensity, shifted", yticks=[], xlim=LINE)
