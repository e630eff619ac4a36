"""Statements of Li et al., Nature Materials 21, 1165 (2022) on electrochemistry, held against the shipped
electrode.

"L123" is the line of the manuscript. What the text gives only in words is judged by the word. A statement
that the shipped parameters miss stands here as an expected failure with the measured value.
"""

from __future__ import annotations

import numpy as np
import pytest

from lmct.protocol import (
    Portion,
    galvanostatic,
    parse_steps,
    simulate,
    temperature_series,
    time_series,
    titration,
)
from lmct.protocol.simulation import Run
from lmct.study.campaign_truth import plateau_capacities

pytestmark = pytest.mark.published


@pytest.fixture(scope="module")
def two_cycles():
    return simulate(galvanostatic(upper_voltage=4.8, lower_voltage=2.0, cycles=2))


def discharge_after(portion):
    run = simulate(titration(portion))
    return (*plateau_capacities(run, run.parameters), run)


@pytest.fixture(scope="module")
def in_cycling():
    return discharge_after(Portion(in_cycling=True))


def series(portions):
    return [discharge_after(portion) for portion in portions]


@pytest.fixture(scope="module")
def by_temperature():
    return series(temperature_series())


@pytest.fixture(scope="module")
def by_time():
    return series(time_series())


@pytest.fixture(scope="module")
def ocv_series():
    return series(time_series(temperature=393.15))


def states_at(run, segment, capacities):
    """States of a segment after given capacities [mAh/g] at 20 mA/g."""
    return run.segments[segment].at(np.asarray(capacities) / 20.0 * 3600.0)


def run_to(run, steps):
    """The first steps of a run."""
    return Run(run.protocol[:steps], run.segments[:steps], run.parameters)


def test_voltage_at_200_mah_per_gram(two_cycles):
    """About 4.4 V (L234-235, L254)."""
    assert states_at(two_cycles, 0, [200.0])[0, 4] == pytest.approx(4.40, abs=0.05)


def test_nickel_is_oxidised_before_oxygen_on_charge(two_cycles):
    """Ni2+ -> Ni3+/4+ slope, then the oxygen plateau (L123-134)."""
    table = states_at(two_cycles, 0, np.linspace(0, two_cycles.steps[0].capacity_mah_g, 200))
    metal, oxygen = table[:, 0] / table[:, 0].max(), table[:, 1] / table[:, 1].max()
    assert np.argmax(metal > 0.5) < 0.7 * np.argmax(oxygen > 0.5)
    early, late = slice(20, 80), slice(150, 199)
    assert np.ptp(metal[early]) > 5 * np.ptp(oxygen[early])
    assert np.ptp(oxygen[late]) > 5 * np.ptp(metal[late])


def test_nickel_is_slightly_reduced_in_the_oxygen_part_of_the_charge(two_cycles):
    """Peak B falls from #2 to #3: "a slight Ni reduction rather than oxidation" (L128-130)."""
    holes = states_at(two_cycles, 0, np.linspace(150, two_cycles.steps[0].capacity_mah_g, 200))[:, 0]
    assert 0 < holes.max() - holes[-1] < 0.25 * holes.max()


@pytest.mark.parametrize("cycle", [0, 1])
def test_the_discharge_is_inverted_nickel_first_then_oxygen_alone(two_cycles, cycle):
    """#3 -> #4 reduces Ni, #4 -> #5 oxygen alone (L141-152); the second cycle mirrors the first."""
    segment = two_cycles.segments[2 * cycle + 1]
    n, p = segment.states[:, 0], segment.states[:, 1]
    empty = np.argmax(n < 0.02 * n[0])
    assert 0 < empty < len(n) - 1
    assert p[empty] > 0.8 * p[0]
    assert p[-1] < 0.1 * p[0]


def test_discharge_plateaus(two_cycles):
    """Ni near 3.8-4 V, oxygen near 2.2 V between 4.8 and 2.0 V (L110-111, L141, L144)."""
    whole = -two_cycles.steps[1].capacity_mah_g
    metal, _ = plateau_capacities(run_to(two_cycles, 2), two_cycles.parameters)
    middle = states_at(two_cycles, 1, [metal / 2, (metal + whole) / 2])[:, 4]
    assert 3.75 < middle[0] < 4.05
    assert middle[1] == pytest.approx(2.2, abs=0.05)


def test_more_nickel_gives_a_longer_high_voltage_plateau():
    """As x falls, the ~4 V plateau grows at the expense of the ~2.2 V plateau (L110-111)."""
    shares = []
    for x in (0.2, 0.3, 0.4, 0.5, 0.6):
        run = simulate(galvanostatic(lower_voltage=1.85, cycles=1), x=x)
        metal, oxygen = plateau_capacities(run, run.parameters)
        shares.append(metal / (metal + oxygen))
    assert np.all(np.diff(shares) < 0)


def test_dry_relaxation_conserves_charge():
    """Out of the electrolyte charge only moves from oxygen to nickel (L198-200); to 1e-9 per formula unit."""
    run = simulate(parse_steps("Charge at 20 mA/g until 4.8 V; Rest for 60 days"))
    held = (
        run.segments[1].states[:, :4] @ np.array([1, 1, 1, 4])
        + run.parameters.capacitance * run.segments[1].states[:, 4]
    )
    assert np.ptp(held) < 1e-9


@pytest.mark.parametrize("which", ["by_temperature", "by_time"])
def test_heating_moves_capacity_from_nickel_to_oxygen_monotonically(request, which):
    """Shorter Ni and longer O plateaus with temperature (L220-224) and with time (L224-227)."""
    metal, oxygen, _ = zip(*request.getfixturevalue(which), strict=True)
    assert np.all(np.diff(metal) < 0)
    assert np.all(np.diff(oxygen) > 0)
    totals = np.add(metal, oxygen)
    assert totals.max() <= totals[0] * (1 + 1e-6)


def test_the_first_ninety_seconds_move_about_as_much_as_the_last_twenty_hours(by_time, in_cycling):
    """0 s -> 90 s and 4 h -> 24 h at 140 degC "obtain similar rearranged capacities" (L226-228)."""
    metal = [row[0] for row in by_time]
    first, last = metal[0] - metal[1], metal[-2] - metal[-1]
    assert abs(first - last) < 0.03 * in_cycling[0]


def test_relaxation_at_room_temperature_is_much_slower(by_temperature):
    """It proceeds at room temperature too but much slower (L230-232)."""
    unheated, at_25 = by_temperature[0][0], by_temperature[1][0]
    at_140 = by_temperature[-1][0]
    assert 0 < unheated - at_25 < 0.15 * (unheated - at_140)


def test_the_nickel_plateau_almost_vanishes_after_a_day_at_140_degrees(by_temperature, in_cycling):
    """Ni3+/4+ "can fully evolve to Ni2+ during relaxation" (L33)."""
    assert by_temperature[-1][0] < 0.1 * in_cycling[0]


def test_open_circuit_voltage_is_linear_in_the_nickel_fraction(ocv_series, in_cycling):
    """A solid linear relationship with intercept 3.74(2) V (L295-301, Fig. 6f)."""
    fraction = np.array([row[0] for row in ocv_series]) / in_cycling[0]
    voltage = np.array([row[2].segments[-1].start.voltage for row in ocv_series])
    slope, intercept = np.polyfit(fraction, voltage, 1)
    residual = voltage - intercept - slope * fraction
    assert 1 - residual.var() / voltage.var() > 0.99
    assert intercept == pytest.approx(3.74, abs=0.02)
    assert slope > 0


def test_the_open_circuit_voltage_is_very_stable_in_the_rest_before_the_discharge(ocv_series):
    """ "very stable OCV during 15 min resting period" (L295-296)."""
    for _, _, run in ocv_series[1:]:
        rest = run.segments[-2].at(np.array([600.0, 900.0]))
        assert abs(rest[1, 4] - rest[0, 4]) < 5e-3


def test_a_charge_to_4_8_volts_relaxes_faster_than_one_to_200_mah_per_gram():
    """Faster for 4.8 V than for about 4.4 V, 200 mAh/g (L233-235)."""
    left = []
    for limit in ("4.8 V", "200 mAh/g"):
        run = simulate(parse_steps(f"Charge at 20 mA/g until {limit}; Heat at 80 degC for 4 h"))
        left.append(run.end.metal_holes / run.segments[0].end.metal_holes)
    assert left[0] < left[1] - 0.05


def test_nickel_is_activated_again_after_full_relaxation():
    """Ni3+/4+ "can be re-activated in the second charge" (L236-239)."""
    lines = (
        "Charge at 20 mA/g until 4.5 V",
        "Heat at 140 degC for 24 h",
        "Discharge at 20 mA/g until 1.85 V",
        "Charge at 20 mA/g until 4.5 V",
    )
    run = simulate(parse_steps(lines))
    assert run.segments[1].end.metal_holes < 0.02 * run.segments[0].end.metal_holes
    assert run.segments[3].end.metal_holes > 0.9 * run.segments[0].end.metal_holes


@pytest.mark.xfail(
    strict=True,
    reason="measured 0.449 oxygen holes at 4.8 V without LMCT, 0.490 with it: the symmetric Butler-Volmer law"
    " of the oxygen couple, slow at 2.2 V, is as fast at 4.5 V, so this set oxidises oxygen directly",
)
def test_without_lmct_there_is_no_oxygen_redox():
    """LMCT is "essential to trigger the anionic redox activity" (L311-315)."""
    run = simulate(galvanostatic(cycles=1), settings={"attempt_frequency": 1e-30})
    assert run.segments[0].end.oxygen_holes < 0.1
    with_lmct = simulate(galvanostatic(cycles=1))
    assert with_lmct.segments[0].end.oxygen_holes > 5 * run.segments[0].end.oxygen_holes


def test_the_oxygen_plateau_gains_what_the_nickel_plateau_loses(by_temperature):
    """Conversion of Ni into O redox: gain over loss is at most one (L239-241)."""
    loss = by_temperature[0][0] - by_temperature[-1][0]
    gain = by_temperature[-1][1] - by_temperature[0][1]
    assert 0 < gain <= loss * (1 + 1e-6)


@pytest.mark.xfail(
    strict=True, reason="measured 1.00: no oxygen is lost; dark_rate and gas_rate are not calibrated yet"
)
def test_the_conversion_is_not_full(by_temperature):
    """ "the conversion of Ni redox into O redox is not full" (L239-241)."""
    loss = by_temperature[0][0] - by_temperature[-1][0]
    gain = by_temperature[-1][1] - by_temperature[0][1]
    assert gain < 0.98 * loss


@pytest.mark.xfail(strict=True, reason="measured 0: gas_rate is not calibrated yet")
def test_oxygen_gas_in_the_first_charge(two_cycles):
    """1.2 % of the oxygen atoms leave as O2 (L135-140)."""
    assert 2 * two_cycles.segments[0].end.oxygen_gas / 2 == pytest.approx(0.012, rel=0.2)


@pytest.mark.xfail(
    strict=True, reason="measured 3.54 V: the metal couple sets the open circuit until its holes are gone"
)
def test_the_fully_relaxed_electrode_sits_at_the_extrapolated_potential():
    """3.74 V agrees with "nearly fully relaxing the electrode" (L301-303)."""
    from lmct.electrode import Electrode

    run = simulate(parse_steps("Charge at 20 mA/g until 4.5 V"))
    relaxed = Electrode(run.parameters).relaxed(run.end.lithium_extracted)
    assert relaxed.voltage == pytest.approx(3.74, abs=0.02)
