"""Statements of Li et al., Nature Materials 21, 1165 (2022) on GITT, window opening, states of charge and
what follows a relaxation, held against the shipped electrode.

"L123" is the line of the manuscript. What the text gives only in words is judged by the word.
"""

from __future__ import annotations

import numpy as np
import pytest

from lmct.protocol import (
    gitt,
    named_protocol,
    reactivation,
    retriggering,
    second_cycle_relaxation,
    simulate,
    state_of_charge_series,
    titration,
    voltammetry,
    window_opening,
)
from lmct.protocol.reactivation import FULL_RELAXATION

pytestmark = pytest.mark.published

EQUILIBRIUM = 3.74
"""L299 [V]."""


def rested_voltages(run):
    """Charge passed [mAh/g] and voltage after every rest, on charge and on discharge."""
    passed = np.cumsum([step.capacity_mah_g for step in run.steps])
    branches = []
    for kind in ("charge", "discharge"):
        rests = [i for i in range(1, len(run.steps), 2) if run.steps[i - 1].kind == kind]
        order = np.argsort(passed[rests])
        branches.append((passed[rests][order], np.array([run.steps[i].end_voltage for i in rests])[order]))
    return branches


@pytest.fixture(scope="module", params=["gitt", "gitt-200-h", "gitt-55-degC"])
def gap(request):
    """Rested voltages of charge and of discharge at equal capacities: the inner 80 % of what both pass."""
    (q_up, v_up), (q_down, v_down) = rested_voltages(simulate(named_protocol(request.param)))
    low, high = max(q_up[0], q_down[0]), min(q_up[-1], q_down[-1])
    capacities = np.linspace(low + 0.1 * (high - low), high - 0.1 * (high - low), 81)
    return np.interp(capacities, q_up, v_up), np.interp(capacities, q_down, v_down)


def test_the_gap_of_gitt_never_closes(gap):
    """ "the voltage gap between charge and discharge never closed even under high temperature (55 degC) or
    long-period relaxations" (L289-291)."""
    charged, discharged = gap
    assert np.all(charged - discharged > 0.1)


def test_the_extrapolated_potential_lies_in_the_gap(gap):
    """3.74 V "lies at exactly the gap between the GITT equilibriums" (L299-302): at the middle of the range,
    and nearer to the ends both branches lie on one side of it."""
    charged, discharged = gap
    middle = len(charged) // 2
    assert discharged[middle] < EQUILIBRIUM < charged[middle]


def test_longer_and_warmer_rests_narrow_the_gap():
    """The gap is kept open by long-lived Ni intermediates (L291): what makes them decay narrows it."""
    at_150 = {}
    for name in ("gitt", "gitt-200-h", "gitt-55-degC"):
        (q_up, v_up), (q_down, v_down) = rested_voltages(simulate(named_protocol(name)))
        at_150[name] = np.interp(150.0, q_up, v_up) - np.interp(150.0, q_down, v_down)
    assert at_150["gitt-200-h"] < at_150["gitt"] - 0.05
    assert at_150["gitt-55-degC"] < at_150["gitt"] - 0.05


def test_both_directions_of_a_pulse_titration_can_be_run_alone():
    up = simulate(gitt(charge_capacity=100.0, discharge_capacity=None))
    assert {step.kind for step in up.steps} == {"charge", "rest"}


def lithium_at_half_of_the_nickel(segment):
    """Lithium extracted where half of the Ni holes of the start of a discharge are left."""
    n = segment.states[:, 0]
    row = np.argmax(n < 0.5 * n[0])
    return segment.states[row, :4] @ np.array([1, 1, 1, 4])


def test_opening_the_charge_window_shifts_the_state_of_charge_of_the_nickel_redox():
    """Path dependence (L152-153, L286-287, Fig. 6a, S26): Ni is reduced at a lithium content that follows the
    end of charge."""
    limits = (4.2, 4.4, 4.6, 4.8)
    run = simulate(window_opening("charge", limits=limits))
    extracted = [lithium_at_half_of_the_nickel(segment) for segment in run.segments[3::2]]
    assert np.all(np.diff(extracted) > 0.005)


def test_the_nickel_reduced_first_appears_again_on_a_charge_from_the_middle_of_the_discharge():
    """Opening the discharge window (S9): after the Ni plateau alone, the next charge oxidises Ni first."""
    run = simulate(window_opening("discharge", limits=(3.2, 2.0)))
    partial, back = run.segments[3], run.segments[4]
    assert partial.end.metal_holes < 0.05 * partial.start.metal_holes
    assert partial.end.oxygen_holes > 0.9 * partial.start.oxygen_holes
    assert back.end.metal_holes > 0.7 * partial.start.metal_holes


def test_relaxation_is_faster_from_a_higher_state_of_charge():
    """Faster for 4.8 V than for about 4.4 V, 200 mAh/g (L233-235, S18)."""
    left = []
    for steps in state_of_charge_series().values():
        run = simulate(steps)
        heated = [step.kind for step in steps].index("heat")
        left.append(run.segments[heated].end.metal_holes / run.segments[heated].start.metal_holes)
    assert np.all(np.diff(left) < 0)
    assert left[-1] < left[0] - 0.02


def test_relaxation_is_reproduced_in_the_second_cycle():
    """ "reproduced in the second cycle" (L235-236, S19)."""
    first = simulate(titration(FULL_RELAXATION, charge_voltage=4.5))
    second = simulate(second_cycle_relaxation())
    assert second.segments[4].start.metal_holes == pytest.approx(
        first.segments[2].start.metal_holes, rel=0.02
    )
    assert second.segments[4].end.metal_holes < 0.1 * second.segments[4].start.metal_holes


def test_nickel_is_activated_again_after_full_relaxation_and_discharges_first_again():
    """Re-activated "in the second charge and onward" (L237-239, S20)."""
    run = simulate(reactivation())
    again, discharge = run.segments[-2], run.segments[-1]
    assert again.end.metal_holes > 0.9 * run.segments[0].end.metal_holes
    empty = np.argmax(discharge.states[:, 0] < 0.02 * discharge.states[0, 0])
    assert discharge.states[empty, 1] > 0.8 * discharge.states[0, 1]


def test_nickel_is_triggered_again_from_the_ground_state_in_the_oxygen_region():
    """Ni3+/4+ "will always be re-triggered even at a ground state in O redox region" (L326-328, S29)."""
    relaxed, further = simulate(retriggering()).segments[1:3]
    assert relaxed.end.metal_holes < 0.25 * relaxed.start.metal_holes
    assert further.end.metal_holes > 3 * relaxed.end.metal_holes
    early = further.at(np.array([0.0, 0.4 * further.duration]))
    assert early[1, 0] - early[0, 0] > early[1, 1] - early[0, 1]


def test_the_voltammogram_shows_two_separate_reductions():
    """Inversion in a sweep (0.05 mV/s, 1.5-4.8 V, L598-601): Ni is reduced above 3 V, oxygen below."""
    run = simulate(voltammetry())
    table = run.sample(interval=60.0)
    for step in (2, 4):
        rows = table["step"] == step
        voltage, current = table["voltage"][rows], -table["specific_current"][rows]
        high, low = current[voltage > 3.0].max(), current[voltage < 2.6].max()
        between = current[(voltage > 2.6) & (voltage < 3.4)].min()
        assert min(high, low) > 5 * between
