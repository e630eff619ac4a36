"""What drives LMCT along a cycle and as it proceeds: potentials, rates, barrier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lmct.quantity.constants import HOUR
from lmct.report.reproduction.cycling_panels import VOLTAGE_LABEL
from lmct.report.reproduction.mechanism import Mechanism, mechanism_of_states
from lmct.report.reproduction.panel import Panel, styled
from lmct.report.reproduction.paper_runs import PaperRuns
from lmct.technique.figure_style import ACCENT, DOUBLE, GREY, METAL, OXYGEN, SMALL_TEXT, style_axes

if TYPE_CHECKING:
    from matplotlib.figure import FigureBase

POINTS = 600

RELAXATION = "Charge at 20 mA/g until 4.5 V; Heat at 120 degC for 24 h"
"""What the diagram of energies follows."""


def mechanism_panel(runs: PaperRuns) -> Panel:
    """Return potentials and rates over the first cycle, and energies against the progress of LMCT."""
    passed, states = _first_cycle(runs)
    cycle = mechanism_of_states(states, runs.parameters)
    scale = HOUR * runs.parameters.mah_per_gram
    left, relaxing = _relaxation(runs)
    return Panel(
        id="mechanism",
        title="What drives LMCT",
        caption=(
            "a, Potential of the holes on Ni and on O beside the voltage in the first cycle: what lies"
            " between them drives LMCT. b, Holes that reach O by LMCT and directly, as a current. c, Charged"
            " to 4.5 V and held at 120 °C: both potentials and the barrier of LMCT as it uses up the holes on"
            " Ni. The paper argues this in words (L265-276, L347-352); the numbers are the model's."
        ),
        columns={
            "capacity passed": ("mAh/g", passed),
            "voltage": ("V", states[:, 4]),
            "potential of Ni holes": ("V", cycle.metal_potential),
            "potential of O holes": ("V", cycle.oxygen_potential),
            "O holes by LMCT": ("mA/g", scale * cycle.transferred),
            "O holes directly": ("mA/g", scale * cycle.direct),
            "Ni holes left": ("1", left),
            "potential of Ni holes (120 °C)": ("V", relaxing.metal_potential),
            "potential of O holes (120 °C)": ("V", relaxing.oxygen_potential),
            "barrier of LMCT (120 °C)": ("eV", relaxing.barrier),
        },
        draw=lambda part: _draw(part, passed, states, cycle, scale, left, relaxing),
        width=DOUBLE,
        height=68.0,
    )


def _first_cycle(runs: PaperRuns) -> tuple[np.ndarray, np.ndarray]:
    """Return the charge passed in either direction [mAh/g] and the states of the first cycle."""
    tables, ends, before = [], [], 0.0
    for segment, step in zip(runs.two_cycles.segments[:2], runs.two_cycles.steps[:2], strict=True):
        times = np.linspace(0.0, segment.duration, POINTS)
        tables.append(segment.at(times))
        ends.append(before + abs(step.capacity_mah_g) * times / segment.duration)
        before = ends[-1][-1]
    return np.concatenate(ends), np.concatenate(tables)


def _relaxation(runs: PaperRuns) -> tuple[np.ndarray, Mechanism]:
    """Return the share of Ni holes that are left, and energies, at 120 degC."""
    segment = runs.run(RELAXATION).segments[1]
    states = segment.at(np.geomspace(1.0, segment.duration, POINTS))
    return states[:, 0] / segment.start.metal_holes, mechanism_of_states(states, runs.parameters)


def _draw(
    part: FigureBase,
    passed: np.ndarray,
    states: np.ndarray,
    cycle: Mechanism,
    scale: float,
    left: np.ndarray,
    relaxing: Mechanism,
) -> None:
    potentials, rates, energies = styled(part, 1, 3)
    potentials.plot(passed, states[:, 4], color="black", lw=0.9, label="voltage")
    potentials.plot(passed, cycle.metal_potential, "--", color=METAL, lw=0.9, label="holes on Ni")
    potentials.plot(passed, cycle.oxygen_potential, "-.", color=OXYGEN, lw=0.9, label="holes on O")
    potentials.set(xlabel="Charge passed (mAh g$^{-1}$)", ylabel=VOLTAGE_LABEL, ylim=(1.9, 4.9))
    potentials.legend(fontsize=SMALL_TEXT - 0.5, frameon=False, loc="lower left", handlelength=1.8)
    rates.axhline(0.0, color=GREY, lw=0.5)
    rates.plot(passed, scale * cycle.transferred, color=ACCENT, lw=0.9, label="by LMCT")
    rates.plot(passed, scale * cycle.direct, "--", color=OXYGEN, lw=0.9, label="directly")
    rates.set(xlabel="Charge passed (mAh g$^{-1}$)", ylabel="Holes reaching O (mA g$^{-1}$)")
    rates.legend(fontsize=SMALL_TEXT, frameon=False, loc="lower left")
    energies.plot(100 * left, relaxing.metal_potential, "--", color=METAL, lw=0.9, label="holes on Ni")
    energies.plot(100 * left, relaxing.oxygen_potential, "-.", color=OXYGEN, lw=0.9, label="holes on O")
    energies.set(xlabel="Ni holes left (%)", ylabel="Potential (V)", xlim=(100, 0))
    barrier = energies.twinx()
    style_axes(barrier)
    energies.tick_params(right=False)
    barrier.plot(100 * left, relaxing.barrier, color=ACCENT, lw=0.9)
    barrier.set_ylabel("Barrier of LMCT (eV)", color=ACCENT)
    for one in (energies, barrier):
        low, high = one.get_ylim()
        one.set_ylim(low - 0.35 * (high - low), high)  # room for the legend
    energies.legend(fontsize=SMALL_TEXT - 0.5, frameon=False, loc="lower left", handlelength=1.8)
    for axes, letter in ((potentials, "a"), (rates, "b"), (energies, "c")):
        axes.set_title(letter, loc="left", size=SMALL_TEXT + 1.5, weight="bold", pad=3)
