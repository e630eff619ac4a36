"""What the paper says about the titration: heated portions and their discharges (Fig. 4)."""

from __future__ import annotations

import numpy as np

from lmct.report.reproduction.discharge import VISIBLE, Discharge
from lmct.report.reproduction.paper_runs import PaperRuns
from lmct.report.reproduction.statement import Answer, Statement, met_if, numbers
from lmct.technique.electrochemistry.differential_capacity import differential_capacity_from_curve

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
)
"""Statements on the titration."""
