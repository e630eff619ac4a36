"""What the paper says about relaxation and the titration (Fig. 4)."""

from __future__ import annotations

import numpy as np

from lmct.report.reproduction.paper_runs import Discharge, PaperRuns
from lmct.report.reproduction.statement import Answer, Statement, met_if, numbers, within
from lmct.technique.electrochemistry.differential_capacity import differential_capacity_from_curve

ELECTRONS = np.array([1.0, 1.0, 1.0, 4.0])
"""Charge of a metal hole, oxygen hole, dark hole and O2."""

VISIBLE = 1.0
"""Smallest change of a plateau that a discharge would show [mAh/g]."""

NAMED_TIMES = (0.0, 90.0, 14400.0, 86400.0)
"""Times at 140 degC that the text names [s] (L225-228)."""


def _trend(series: tuple[Discharge, ...]) -> Answer:
    metal, oxygen = np.array([(one.metal, one.oxygen) for one in series]).T
    return met_if(
        f"Ni {numbers(metal)}; O {numbers(oxygen)} mAh/g",
        bool(np.all(np.diff(metal) < 0) and np.all(np.diff(oxygen) > 0)),
    )


def _peak_trend(series: tuple[Discharge, ...]) -> Answer:
    """Judge the highest dQ/dV of the metal, above 3 V, and of oxygen, below 2.5 V."""
    heights = []
    for one in series:
        segment = one.run.segments[-1]
        times = np.linspace(0.0, segment.duration, 2000)
        capacity = -one.run.steps[-1].capacity_mah_g * times / segment.duration
        curve = differential_capacity_from_curve(capacity=capacity, voltage=segment.at(times)[:, 4])
        upper, lower = curve.voltage > 3.0, curve.voltage < 2.5
        heights.append((curve.density[upper].max(), curve.density[lower].max()))
    metal, oxygen = np.array(heights).T
    return met_if(
        f"height: Ni {numbers(metal)}; O {numbers(oxygen, digits=2)} mAh/g/V",
        bool(np.all(np.diff(metal) < 0) and np.all(np.diff(oxygen) > 0)),
    )


def _total(runs: PaperRuns) -> Answer:
    totals = [[one.metal + one.oxygen for one in series] for series in (runs.by_temperature, runs.by_time)]
    excess = max(max(total) / total[0] for total in totals)
    return met_if(f"the largest total is {excess:.6f} of the unheated one", excess <= 1 + 1e-6)


def _equal_steps(runs: PaperRuns) -> Answer:
    metal = [one.metal for one in runs.by_time]
    first, last = metal[0] - metal[1], metal[-2] - metal[-1]
    alike = abs(first - last) < 0.03 * runs.in_cycling.metal
    return met_if(f"{first:.1f} and {last:.1f} mAh/g", alike and min(first, last) > VISIBLE)


def _slowing(runs: PaperRuns) -> Answer:
    """Judge the times that the text names; the one after 90 s still feels how slowly the oven heats."""
    named = [one for one in runs.by_time if one.portion.hold_time in NAMED_TIMES]
    rates = -np.diff([one.metal for one in named]) / np.diff(NAMED_TIMES) * 3600.0
    return met_if(
        f"{numbers(rates, digits=1)} mAh/g/h from 0 s to 90 s, 4 h and 24 h",
        bool(np.all(np.diff(rates) < 0) and rates[0] > VISIBLE),
    )


def _room_temperature(runs: PaperRuns) -> Answer:
    unheated, at_25 = runs.by_temperature[0].metal, runs.by_temperature[1].metal
    hot = unheated - runs.by_temperature[-1].metal
    lost = unheated - at_25
    return met_if(f"24 h at 25 °C move {lost:.1f} mAh/g, at 140 °C {hot:.1f}", bool(0 < lost < 0.15 * hot))


def _full_relaxation(runs: PaperRuns) -> Answer:
    left = runs.by_temperature[-1].metal / runs.in_cycling.metal
    return met_if(f"{100 * left:.1f} % of the Ni plateau left after 24 h at 140 °C", left < 0.1)


def _gain_over_loss(runs: PaperRuns) -> float:
    first, last = runs.by_temperature[0], runs.by_temperature[-1]
    return (last.oxygen - first.oxygen) / (first.metal - last.metal)


def _conversion_bounded(runs: PaperRuns) -> Answer:
    end = runs.by_temperature[-1].run.end
    ratio = _gain_over_loss(runs)
    return met_if(
        f"gain/loss {ratio:.3f}; {end.oxygen_gas:.3f} O2, {end.dark_holes:.3f} dark holes per formula unit",
        0 < ratio <= 1 + 1e-6,
    )


def _conversion_not_full(runs: PaperRuns) -> Answer:
    ratio = _gain_over_loss(runs)
    return met_if(f"gain/loss {ratio:.3f}", 0 < ratio < 0.98)


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
        id="temperature-series",
        text="After 24 h at a higher temperature the Ni plateau is shorter and the O plateau longer.",
        paper="monotone",
        line="L220",
        figure="4a",
        answer=lambda runs: _trend(runs.by_temperature),
    ),
    Statement(
        id="temperature-peaks",
        text="With temperature the Ni peak of dQ/dV falls and the O peak rises.",
        paper="monotone",
        line="L223",
        figure="4b",
        answer=lambda runs: _peak_trend(runs.by_temperature),
    ),
    Statement(
        id="time-series",
        text="The same trend with time at 140 °C, 0 s to 24 h.",
        paper="monotone",
        line="L224",
        figure="4c",
        answer=lambda runs: _trend(runs.by_time),
    ),
    Statement(
        id="time-peaks",
        text="With time at 140 °C the Ni peak of dQ/dV falls and the O peak rises.",
        paper="monotone",
        line="L224",
        figure="4d",
        answer=lambda runs: _peak_trend(runs.by_time),
    ),
    Statement(
        id="no-capacity-gained",
        text="Heating rearranges capacity: the total does not grow.",
        paper="total <= unheated",
        line="L239",
        figure="4a",
        answer=_total,
    ),
    Statement(
        id="equal-steps",
        text="At 140 °C the first 90 s rearrange as much capacity as 4 h to 24 h.",
        paper="similar, within 3 % of the Ni plateau",
        line="L227",
        figure="4c",
        answer=_equal_steps,
    ),
    Statement(
        id="slowing-down",
        text="The relaxation slows down as it proceeds.",
        paper="monotone",
        line="L226",
        figure="4c",
        answer=_slowing,
    ),
    Statement(
        id="room-temperature",
        text="At room temperature it relaxes too, but much slower.",
        paper="much slower: below 15 % of what 140 °C moves",
        line="L231",
        figure="4a",
        answer=_room_temperature,
    ),
    Statement(
        id="full-relaxation",
        text="Ni3+/4+ can fully evolve to Ni2+ during relaxation.",
        paper="fully: below 10 % left",
        line="L33",
        figure="4a",
        answer=_full_relaxation,
    ),
    Statement(
        id="conversion-bounded",
        text="The O plateau gains no more than the Ni plateau loses.",
        paper="gain/loss <= 1",
        line="L239",
        figure="4a",
        answer=_conversion_bounded,
    ),
    Statement(
        id="conversion-not-full",
        text="The conversion of Ni redox into O redox is not full.",
        paper="gain/loss below 1, by 2 % at least",
        line="L239",
        figure="4a",
        answer=_conversion_not_full,
    ),
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
