"""What the paper says about relaxation at rest, at other states of charge and in later cycles."""

from __future__ import annotations

import numpy as np

from lmct.report.reproduction.discharge import VISIBLE
from lmct.report.reproduction.paper_runs import PaperRuns
from lmct.report.reproduction.statement import Answer, Statement, met_if, within

ELECTRONS = np.array([1.0, 1.0, 1.0, 4.0])
"""Charge of a metal hole, oxygen hole, dark hole and O2."""


def _charged_4_8(runs: PaperRuns) -> tuple[tuple[float, float], tuple[float, float]]:
    """Plateaus of a discharge from 4.8 V at once, and after 60 days of rest."""
    fresh = runs.run("Charge at 20 mA/g until 4.8 V; Discharge at 20 mA/g until 1.85 V")
    return runs.plateaus(fresh), runs.plateaus(runs.rested)


def _gain_at_rest(runs: PaperRuns) -> Answer:
    fresh, rested = _charged_4_8(runs)
    return within(rested[1] - fresh[1], 42.0, 4.2, "mAh/g after 60 days", digits=0)


def _nickel_vanished_at_rest(runs: PaperRuns) -> Answer:
    fresh, rested = _charged_4_8(runs)
    return met_if(f"{rested[0]:.0f} of {fresh[0]:.0f} mAh/g left after 60 days", rested[0] < 0.1 * fresh[0])


def _charge_dependence(runs: PaperRuns) -> Answer:
    left = []
    for limit in ("4.8 V", "200 mAh/g"):
        run = runs.run(f"Charge at 20 mA/g until {limit}; Heat at 80 degC for 4 h")
        left.append(run.end.metal_holes / run.segments[0].end.metal_holes)
    return met_if(
        f"after 4 h at 80 °C {left[0]:.2f} of the Ni holes left at 4.8 V, {left[1]:.2f} at 200 mAh/g",
        left[0] < left[1] - 0.02,
    )


def _second_cycle(runs: PaperRuns) -> Answer:
    cycle = "Charge at 20 mA/g until 4.5 V; Discharge at 20 mA/g until 1.85 V; Charge at 20 mA/g until 4.5 V"
    fresh = runs.plateaus(runs.run(f"{cycle}; Discharge at 20 mA/g until 1.85 V"))
    heated = runs.plateaus(runs.run(f"{cycle}; Heat at 140 degC for 24 h; Discharge at 20 mA/g until 1.85 V"))
    return met_if(
        f"2nd cycle, 24 h at 140 °C: Ni {fresh[0]:.0f} to {heated[0]:.0f}, O {fresh[1]:.0f} to"
        f" {heated[1]:.0f} mAh/g",
        fresh[0] - heated[0] > VISIBLE and heated[1] - fresh[1] > VISIBLE,
    )


def _reactivated(runs: PaperRuns) -> Answer:
    run = runs.run(
        "Charge at 20 mA/g until 4.5 V; Heat at 140 degC for 24 h; Discharge at 20 mA/g until 1.85 V;"
        " Charge at 20 mA/g until 4.5 V"
    )
    first, relaxed, again = (run.segments[step].end.metal_holes for step in (0, 1, 3))
    return met_if(
        f"Ni holes {first:.3f} charged, {relaxed:.3f} relaxed, {again:.3f} charged again",
        relaxed < 0.1 * first and again > 0.9 * first,
    )


def _retriggered(runs: PaperRuns) -> Answer:
    run = runs.run("Charge at 20 mA/g until 4.5 V; Heat at 140 degC for 24 h; Charge at 20 mA/g until 4.8 V")
    before, after = run.segments[1].end.metal_holes, run.segments[2].states[:, 0].max()
    return met_if(
        f"Ni holes {before:.3f} relaxed, {after:.3f} when charged on to 4.8 V", after > 2.0 * before + 0.01
    )


def _conserved(runs: PaperRuns) -> Answer:
    segment = runs.rested.segments[1]
    held = segment.states[:, :4] @ ELECTRONS + runs.parameters.capacitance * segment.states[:, 4]
    drift = float(np.ptp(held))
    return met_if(f"charge constant within {drift:.1e} per formula unit", drift < 1e-9)


def _voltage_falls(runs: PaperRuns) -> Answer:
    voltage = runs.rested.segments[1].states[:, 4]
    return met_if(
        f"{voltage[0]:.2f} V falls to {voltage[-1]:.2f} V in 60 days", bool(np.all(np.diff(voltage) < 1e-9))
    )


STATEMENTS = (
    Statement(
        id="oxygen-gain-42",
        text="After the relaxation of a 4.8 V electrode the O plateau is ~42 mAh/g longer.",
        paper="~42 mAh/g, ± 10 %",
        line="L214",
        answer=_gain_at_rest,
    ),
    Statement(
        id="nickel-vanished",
        text="After the relaxation of a 4.8 V electrode the Ni plateau has almost totally vanished.",
        paper="vanished: below 10 % left",
        line="L215",
        answer=_nickel_vanished_at_rest,
    ),
    Statement(
        id="state-of-charge",
        text="A 4.8 V electrode relaxes faster than one at ~4.4 V (200 mAh/g).",
        paper="faster, by 2 % of the Ni holes at least",
        line="L233",
        answer=_charge_dependence,
    ),
    Statement(
        id="second-cycle-relaxation",
        text="The relaxation is reproduced in the second cycle.",
        paper="Ni plateau shorter, O plateau longer",
        line="L235",
        answer=_second_cycle,
    ),
    Statement(
        id="reactivation",
        text="After full relaxation Ni3+/4+ is activated again in the next charge.",
        paper="activated again",
        line="L236",
        answer=_reactivated,
    ),
    Statement(
        id="retriggering",
        text="Ni3+/4+ is re-triggered even from the ground state within the O region.",
        paper="re-triggered",
        line="L327",
        answer=_retriggered,
    ),
    Statement(
        id="charge-conserved",
        text="Out of the electrolyte charge only moves within the electrode.",
        paper="conserved, to 1e-9 per formula unit",
        line="L198",
        answer=_conserved,
    ),
    Statement(
        id="voltage-falls",
        text="At open circuit after a charge to 4.8 V the voltage drops.",
        paper="falls",
        line="L198",
        answer=_voltage_falls,
    ),
)
"""Statements on relaxation."""
