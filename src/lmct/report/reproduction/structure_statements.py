"""What the paper says about the lattice parameter in situ and at rest (Fig. 3)."""

from __future__ import annotations

import numpy as np

from lmct.protocol.run import Run
from lmct.quantity.constants import DAY, HOUR
from lmct.report.reproduction.lattice_curve import LatticeCurve, LatticeLoop, lattice_curve, lattice_loop
from lmct.report.reproduction.paper_runs import PaperRuns
from lmct.report.reproduction.statement import Answer, Statement, met_if, numbers

METAL, OXYGEN = 0, 1
"""Columns of a state."""

MOST_OF_THE_METAL = 0.9
"""The metal is being oxidised until it holds this share of the most holes it will hold [1]."""

SMALLEST_LOOP = 0.1
"""A loop that fills less of the box around it is no hysteresis [1]."""

TOLERANCE = 0.005
"""Of a lattice parameter at rest, a tenth of the drift [Å]; the text gives no uncertainty."""

PAPER_RESTS = {14.0: 4.141, 60.0: 4.162}
"""Days at rest, about two weeks and about two months -> lattice parameter [Å] (L187-192)."""


def _curve(runs: PaperRuns, step: int) -> LatticeCurve:
    return lattice_curve(runs.two_cycles, step, runs.lattice)


def _slope(curve: LatticeCurve, rows: slice) -> float:
    """Return the slope of the lattice parameter over the lithium extracted [Å f.u.]."""
    return float(np.polyfit(curve.lithium[rows], curve.lattice[rows], 1)[0])


def _metal_rows(curve: LatticeCurve) -> slice:
    """Return the rows of a charge in which the metal is oxidised."""
    metal = curve.states[:, METAL]
    return slice(0, int(np.argmax(metal >= MOST_OF_THE_METAL * metal.max())) + 1)


def _oxygen_rows(curve: LatticeCurve) -> slice:
    """Return the rows of a charge from the most holes on the metal to the end."""
    return slice(int(np.argmax(curve.states[:, METAL])), None)


def _linear_shrinking(runs: PaperRuns) -> Answer:
    curve = _curve(runs, 0)
    rows = _metal_rows(curve)
    lithium, lattice = curve.lithium[rows], curve.lattice[rows]
    slope, origin = np.polyfit(lithium, lattice, 1)
    unexplained = float(np.var(lattice - origin - slope * lithium))
    linear = unexplained < 0.01 * float(np.var(lattice))
    largest = 1000 * float(np.max(np.abs(lattice - origin - slope * lithium)))
    return met_if(
        f"{slope:+.3f} Å per Li, {largest:.1f} mÅ off a line at most, until Ni holds 90 % of its most holes",
        bool(slope < 0 and linear),
    )


def _smaller_slope(runs: PaperRuns) -> Answer:
    """Judge both slopes, and say from which slope of the oxygen holes, an assumption, the verdict turns."""
    curve = _curve(runs, 0)
    nickel, oxygen = _slope(curve, _metal_rows(curve)), _slope(curve, _oxygen_rows(curve))
    holes = np.polyfit(curve.lithium[_oxygen_rows(curve)], curve.states[_oxygen_rows(curve), OXYGEN], 1)[0]
    per_hole = runs.lattice.per_oxygen_hole
    return met_if(
        f"{nickel:+.3f}, then {oxygen:+.3f} Å per Li with {per_hole:+.4f} Å for each hole on O, an"
        f" assumption; beyond {per_hole - oxygen / holes:+.4f} Å the lattice would go on shrinking",
        bool(0.5 * nickel < oxygen < 0),
    )


def _expansion(runs: PaperRuns) -> Answer:
    """Judge the two parts of the discharge, above and below 2.5 V."""
    curve = _curve(runs, 1)
    empty = int(np.argmax(curve.voltage < 2.5))
    first, rest = curve.lattice[empty] - curve.lattice[0], curve.lattice[-1] - curve.lattice[empty]
    return met_if(
        f"{first:+.4f} Å above 2.5 V, {rest:+.4f} Å below", first > 0 and abs(rest) < 0.2 * abs(first)
    )


def _hysteresis(loop: LatticeLoop) -> bool:
    return loop.open_in_the_middle and loop.filled > SMALLEST_LOOP


def _structural_hysteresis(runs: PaperRuns) -> Answer:
    loop = lattice_loop(_curve(runs, 0), _curve(runs, 1))
    return met_if(
        f"a is up to {loop.gap.max():.3f} Å larger on discharge; the loop fills {100 * loop.filled:.0f} % of"
        " the box around it",
        _hysteresis(loop),
    )


def _hysteresis_of_the_family(runs: PaperRuns) -> Answer:
    others = {x: run for x, run in runs.family.items() if x not in (0.0, 0.4)}
    loops = [
        lattice_loop(lattice_curve(run, 0, runs.lattice), lattice_curve(run, 1, runs.lattice))
        for run in others.values()
    ]
    filled = numbers([100 * loop.filled for loop in loops])
    return met_if(
        f"x = {numbers(list(others), digits=1)}: the loop fills {filled} % of its box",
        all(map(_hysteresis, loops)),
    )


def _second_cycle_mirrors(runs: PaperRuns) -> Answer:
    both = []
    for charge in (0, 2):
        curve, back = _curve(runs, charge), _curve(runs, charge + 1)
        both.append((np.ptp(curve.lattice), np.ptp(back.lattice)))
    first, second = np.array(both)
    return met_if(
        f"a changes by {first[0]:.4f} and {first[1]:.4f} Å in the first cycle, by {second[0]:.4f} and"
        f" {second[1]:.4f} Å in the second",
        bool(np.all(np.abs(second / first - 1) < 0.2)),
    )


def _steeper_second(runs: PaperRuns) -> Answer:
    first, second = (_slope(curve, _oxygen_rows(curve)) for curve in (_curve(runs, 0), _curve(runs, 2)))
    return met_if(
        f"{first:+.4f} Å per Li in the first charge, {second:+.4f} in the second; the cycles nearly coincide",
        second < first < 0,
    )


def _drift(days: float, paper: float) -> Statement:
    weeks = "two weeks" if days < 30 else "two months"
    return Statement(
        id=f"lattice-{days:.0f}-days",
        text=f"Charged to 4.8 V, the lattice parameter has grown from 4.111 Å after {weeks} at rest.",
        paper=f"{paper:.3f} Å, ± {TOLERANCE} Å",
        line="L188" if days > 30 else "L191",
        figure="3d",
        answer=lambda runs: _drift_answer(runs, days, paper),
    )


def _drift_answer(runs: PaperRuns, days: float, paper: float) -> Answer:
    """Judge the lattice parameter that refinement finds in a simulated synchrotron pattern (L188-192)."""
    found = runs.diffraction.rested_cell(days)
    return met_if(f"{found}, refined", abs(found.value - paper) <= TOLERANCE)


def _grows_at_rest(runs: PaperRuns) -> Answer:
    segment = runs.rested.segments[1]
    lattice = runs.lattice.of_states(segment.at(np.linspace(0.0, max(PAPER_RESTS) * DAY, 200)))
    return met_if(
        f"{lattice[0]:.3f} Å grows to {lattice[-1]:.3f} Å in 60 days", bool(np.all(np.diff(lattice) > 0))
    )


def _lattice_after(runs: PaperRuns, run: Run, step: int, hours: float) -> float:
    """Return the lattice parameter so long after a step of a run began [Å]."""
    return float(runs.lattice.of_states(run.segments[step].at(np.array([hours * HOUR])))[0])


def _voltage_drops(runs: PaperRuns) -> Answer:
    rest = runs.diffraction.at_rest(runs.in_situ_rest, 1)
    lattice, _ = rest.sequence.column("a")
    return met_if(
        f"a {lattice[0]:.4f} to {lattice[-1]:.4f} Å, refined, and {rest.voltage[0]:.2f} to"
        f" {rest.voltage[-1]:.2f} V in {rest.time[-1] / HOUR:.0f} h",
        bool(lattice[-1] > lattice[0] and np.all(np.diff(rest.voltage) < 0)),
    )


def _warmth_accelerates(runs: PaperRuns) -> Answer:
    run = runs.solid_state_rest
    cold = _lattice_after(runs, run, 1, 48.0) - _lattice_after(runs, run, 1, 24.0)
    warm = _lattice_after(runs, run, 2, 24.0) - _lattice_after(runs, run, 2, 0.0)
    words = f"{1e3 * cold:.1f} mÅ in the second day at 25 °C, {1e3 * warm:.1f} in the first at 55 °C"
    return met_if(words, warm > cold)


def _less_oxidised_is_slower(runs: PaperRuns) -> Answer:
    growth = [
        _lattice_after(runs, run, 1, 48.0) - _lattice_after(runs, run, 1, 0.0)
        for run in (runs.in_situ_rest, runs.solid_state_rest)
    ]
    return met_if(
        f"{1e3 * growth[0]:.1f} mÅ in two days from 4.8 V, {1e3 * growth[1]:.1f} from 200 mAh/g",
        growth[1] < growth[0],
    )


STATEMENTS = (
    Statement(
        id="lattice-linear",
        text="On the first charge the lattice shrinks linearly while Ni is oxidised.",
        paper="linear: R² > 0.99",
        line="L170",
        figure="3b",
        answer=_linear_shrinking,
    ),
    Statement(
        id="lattice-smaller-slope",
        text="The slope decreases through the region of O oxidation.",
        paper="smaller slope: still shrinking, below half as steep",
        line="L171",
        figure="3b",
        answer=_smaller_slope,
    ),
    Statement(
        id="lattice-expansion",
        text="On discharge the lattice expands drastically while Ni is reduced, then it barely changes.",
        paper="barely: below 20 % of the expansion before",
        line="L173",
        figure="3b",
        answer=_expansion,
    ),
    Statement(
        id="lattice-second-cycle",
        text="The second cycle almost mirrors the first.",
        paper="almost: change of a within 20 %",
        line="L175",
        figure="3b",
        answer=_second_cycle_mirrors,
    ),
    Statement(
        id="lattice-steeper-second",
        text="In the second cycle the lattice shrinks more steeply during O redox than in the first.",
        paper="steeper",
        line="L176",
        figure="3b",
        answer=_steeper_second,
    ),
    Statement(
        id="structural-hysteresis",
        text="The lattice parameter against lithium content shows a structural hysteresis.",
        paper="a loop: open over the middle half, above a tenth of its box",
        line="L177",
        figure="3d",
        answer=_structural_hysteresis,
    ),
    Statement(
        id="structural-hysteresis-family",
        text="The structural hysteresis is seen in other members of the family.",
        paper="seen: each loop open over the middle half, above a tenth of its box",
        line="L178",
        figure="3d",
        answer=_hysteresis_of_the_family,
    ),
    Statement(
        id="lattice-grows-at-rest",
        text="At open circuit after a charge to 4.8 V the lattice grows.",
        paper="grows",
        line="L197",
        figure="3d",
        answer=_grows_at_rest,
    ),
    Statement(
        id="voltage-drops-as-the-lattice-grows",
        text="The growth at open circuit is accompanied by a drop of the open-circuit voltage.",
        paper="drops",
        line="L198",
        figure="3e",
        answer=_voltage_drops,
    ),
    Statement(
        id="warmth-accelerates-the-lattice",
        text="At 55 °C the lattice of the charged electrode grows faster.",
        paper="faster",
        line="L203",
        figure="3f",
        answer=_warmth_accelerates,
    ),
    Statement(
        id="less-oxidised-relaxes-slower",
        text="A less oxidised electrode relaxes more slowly.",
        paper="slower",
        line="L204",
        figure="3f",
        answer=_less_oxidised_is_slower,
    ),
    *(_drift(days, paper) for days, paper in PAPER_RESTS.items()),
)
"""Statements on the lattice."""
