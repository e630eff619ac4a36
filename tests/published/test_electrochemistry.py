"""Statements of Li et al., Nature Materials 21, 1165 (2022) on electrochemistry, held against the shipped
electrode.

"L123" is the line of the manuscript. What the text gives only in words is judged by the word. A statement
that the shipped parameters miss stands here as an expected failure with the measured value.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from lmct.electrode import Electrode
from lmct.electrode.lattice import Lattice
from lmct.protocol import (
    Portion,
    galvanostatic,
    parse_steps,
    run_protocol,
    simulate,
    temperature_series,
    time_series,
    titration,
)
from lmct.protocol.hysteresis import hysteresis_budget
from lmct.protocol.hysteresis_share import lmct_share, without_lmct
from lmct.protocol.run import Run
from lmct.study.campaign_truth import plateau_capacities
from lmct.technique.electrochemistry.differential_capacity import differential_capacity_from_curve

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


@pytest.mark.xfail(
    strict=True,
    reason="measured 22 mAh/g at 25 °C, 22 % of the 104 that 140 °C moves; much slower is taken as 15 %",
)
def test_relaxation_at_room_temperature_is_much_slower(by_temperature):
    """It proceeds at room temperature too but much slower (L230-232)."""
    unheated, at_25 = by_temperature[0][0], by_temperature[1][0]
    at_140 = by_temperature[-1][0]
    assert 0 < unheated - at_25 < 0.15 * (unheated - at_140)


@pytest.mark.xfail(strict=True, reason="measured 12.2 % left")
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
    assert left[0] < left[1] - 0.02


def test_nickel_is_activated_again_after_full_relaxation():
    """Ni3+/4+ "can be re-activated in the second charge" (L236-239)."""
    lines = (
        "Charge at 20 mA/g until 4.5 V",
        "Heat at 140 degC for 24 h",
        "Discharge at 20 mA/g until 1.85 V",
        "Charge at 20 mA/g until 4.5 V",
    )
    run = simulate(parse_steps(lines))
    assert run.segments[1].end.metal_holes < 0.1 * run.segments[0].end.metal_holes
    assert run.segments[3].end.metal_holes > 0.9 * run.segments[0].end.metal_holes


@pytest.fixture(scope="module")
def without_lmct_runs(two_cycles):
    electrode = Electrode(without_lmct(two_cycles.parameters))
    return run_protocol(electrode, galvanostatic(upper_voltage=4.8, lower_voltage=2.0, cycles=2))


def test_without_lmct_there_is_no_oxygen_redox(two_cycles, without_lmct_runs):
    """LMCT is "essential to trigger the anionic redox activity" (L311-315)."""
    off, on = (run.segments[0].end.oxygen_holes for run in (without_lmct_runs, two_cycles))
    assert off < 0.1 * on
    plateaus = [
        plateau_capacities(run_to(run, 2), run.parameters)[1] for run in (without_lmct_runs, two_cycles)
    ]
    assert plateaus[0] < 0.1 * plateaus[1]


def test_without_lmct_there_is_no_inversion(two_cycles, without_lmct_runs):
    """The intermediate and its LMCT cause the inversion (L279-284, L355-357)."""
    assert hysteresis_budget(two_cycles).inversion_index > 0.5
    index = hysteresis_budget(without_lmct_runs).inversion_index
    assert math.isnan(index) or abs(index) < 0.05


def test_the_loop_without_lmct_is_small(two_cycles):
    """Asked of the program: below 5 % of the loop with LMCT."""
    assert lmct_share(two_cycles).counterfactual > 0.95


def test_lmct_causes_most_of_the_hysteresis(two_cycles):
    """ "validates the role of cationic intermediates in voltage hysteresis" (L306-307)."""
    share = lmct_share(two_cycles)
    assert share.counterfactual > 0.5
    assert share.dissipation > 0.1


def test_the_shares_of_the_hysteresis_sum_to_the_loop(two_cycles):
    budget = hysteresis_budget(two_cycles)
    assert budget.closure_error < 1e-6
    assert min(budget.processes.values()) >= -1e-9


def test_the_oxygen_plateau_gains_what_the_nickel_plateau_loses(by_temperature):
    """Conversion of Ni into O redox: gain over loss is at most one (L239-241)."""
    loss = by_temperature[0][0] - by_temperature[-1][0]
    gain = by_temperature[-1][1] - by_temperature[0][1]
    assert 0 < gain <= loss * (1 + 1e-6)


def test_the_conversion_is_not_full(by_temperature):
    """ "the conversion of Ni redox into O redox is not full" (L239-241)."""
    loss = by_temperature[0][0] - by_temperature[-1][0]
    gain = by_temperature[-1][1] - by_temperature[0][1]
    assert gain < 0.98 * loss


def test_oxygen_gas_in_the_first_charge(two_cycles):
    """1.2 % of the oxygen atoms leave as O2 (L135-140)."""
    assert 2 * two_cycles.segments[0].end.oxygen_gas / 2 == pytest.approx(0.012, rel=0.2)


def test_the_fully_relaxed_electrode_sits_at_the_extrapolated_potential():
    """3.74 V agrees with "nearly fully relaxing the electrode" (L301-303)."""
    run = simulate(parse_steps("Charge at 20 mA/g until 4.5 V"))
    relaxed = Electrode(run.parameters).relaxed(run.end.lithium_extracted)
    assert relaxed.voltage == pytest.approx(3.74, abs=0.02)


@pytest.fixture(scope="module")
def lattice(two_cycles):
    """The slope of Ni from Shannon's radii; 4.111 Å at the end of the charge, in situ (L188)."""
    return Lattice(origin=4.0).through(two_cycles.segments[0].end, 4.111)


def lattice_of(lattice, run, segment):
    """Lattice parameter at even times of a segment, with the holes on Ni."""
    chosen = run.segments[segment]
    states = chosen.at(np.linspace(0.0, chosen.duration, 500))
    return lattice.of_states(states), states


def test_the_lattice_shrinks_linearly_while_nickel_is_oxidised(lattice, two_cycles):
    """ "On 1st charge the lattice shrinks linearly upon Ni oxidation" (L170-171)."""
    a, states = lattice_of(lattice, two_cycles, 0)
    rows = slice(0, int(np.argmax(states[:, 0] > 0.9 * states[:, 0].max())))
    time = np.arange(len(a))[rows]
    slope, origin = np.polyfit(time, a[rows], 1)
    assert slope < 0
    assert np.var(a[rows] - origin - slope * time) < 0.01 * np.var(a[rows])


def test_the_lattice_expands_first_and_then_barely_changes_on_discharge(lattice, two_cycles):
    """ "drastic expansion of the lattice ... until triggering the O reduction" (L173-175)."""
    a, states = lattice_of(lattice, two_cycles, 1)
    empty = int(np.argmax(states[:, 4] < 2.5))
    assert a[empty] - a[0] > 0.02
    assert abs(a[-1] - a[empty]) < 0.2 * (a[empty] - a[0])


def test_the_lattice_is_larger_on_discharge_than_on_charge_at_equal_lithium(lattice, two_cycles):
    """Structural hysteresis (L177-179, Fig. 3d)."""
    lithium = np.linspace(0.25, 0.6, 50)
    branches = []
    for segment in (0, 1):
        a, states = lattice_of(lattice, two_cycles, segment)
        order = slice(None, None, 1 if segment == 0 else -1)
        extracted = states[:, :4] @ np.array([1, 1, 1, 4])
        branches.append(np.interp(lithium, extracted[order], a[order]))
    assert np.all(branches[1] - branches[0] > 0.005)


@pytest.mark.xfail(
    strict=True,
    reason="measured +0.005 Å per Li after -0.105: Ni is reduced meanwhile",
)
def test_the_lattice_shrinks_less_in_the_oxygen_part_of_the_charge(lattice, two_cycles):
    """ "with the slope decreases through the O oxidation region" (L171-173)."""
    a, states = lattice_of(lattice, two_cycles, 0)
    most = int(np.argmax(states[:, 0]))
    early = (a[most // 2] - a[0]) / (most // 2)
    late = (a[-1] - a[most]) / (len(a) - 1 - most)
    assert 0.5 * early < late < 0


@pytest.mark.xfail(strict=True, reason="measured +0.0046, then +0.0041 Å per Li: the cycles nearly coincide")
def test_the_lattice_shrinks_more_steeply_in_the_second_oxygen_part(lattice, two_cycles):
    """ "except for the steeper lattice parameter change during O redox" (L175-176)."""
    slopes = []
    for segment in (0, 2):
        a, states = lattice_of(lattice, two_cycles, segment)
        most = int(np.argmax(states[:, 0]))
        slopes.append((a[-1] - a[most]) / (two_cycles.segments[segment].duration * (1 - most / (len(a) - 1))))
    assert slopes[1] < slopes[0] < 0


@pytest.mark.xfail(
    strict=True, reason="measured 4.130 and 4.135 Å: 45 % of the Ni plateau is left after two months"
)
@pytest.mark.parametrize(("days", "paper"), [(14.0, 4.141), (60.0, 4.162)])
def test_the_lattice_drifts_at_rest(lattice, days, paper):
    """4.111 Å, after two weeks 4.141, after two months 4.162 (L187-192); the tolerance is ours."""
    run = simulate(parse_steps(f"Charge at 20 mA/g until 4.8 V; Rest for {days:g} days"))
    assert lattice.of_states(run.end.as_array()[None, :])[0] == pytest.approx(paper, abs=0.005)


def test_the_oxygen_plateau_grows_by_42_at_rest():
    """After the rest at 4.8 V the O plateau is about 42 mAh/g longer (L213-215)."""
    gained = after_rest()[1] - after_rest(rest="")[1]
    assert gained == pytest.approx(42.0, rel=0.1)


@pytest.mark.xfail(strict=True, reason="measured 59 of 130 mAh/g left after two months")
def test_the_nickel_plateau_almost_vanishes_at_rest():
    """The Ni plateau "almost totally vanished" (L215); two months as for the diffraction, an assumption."""
    assert after_rest()[0] < 0.1 * after_rest(rest="")[0]


def after_rest(rest="Rest for 60 days;"):
    """Plateaus of a discharge from 4.8 V."""
    run = simulate(parse_steps(f"Charge at 20 mA/g until 4.8 V; {rest} Discharge at 20 mA/g until 1.85 V"))
    return plateau_capacities(run, run.parameters)


def highest_densities(run):
    """Largest dQ/dV of a discharge above 3 V and below 2.5 V [mAh/g/V]."""
    segment = run.segments[-1]
    times = np.linspace(0.0, segment.duration, 2000)
    capacity = -run.steps[-1].capacity_mah_g * times / segment.duration
    curve = differential_capacity_from_curve(capacity=capacity, voltage=segment.at(times)[:, 4])
    return curve.density[curve.voltage > 3.0].max(), curve.density[curve.voltage < 2.5].max()


@pytest.mark.xfail(
    strict=True,
    reason="measured O peaks of 631 mAh/g/V unheated, 652 after 25 °C, 546 after 140 °C and after 24 h: the"
    " plateau grows longer, not higher, and some oxygen is lost",
)
@pytest.mark.parametrize("which", ["by_temperature", "by_time"])
def test_the_oxygen_peak_rises_as_the_nickel_peak_falls(request, which):
    """ "a decrease in the Ni reduction peak and increase in O reduction" (L223-226)."""
    metal, oxygen = np.transpose([highest_densities(row[2]) for row in request.getfixturevalue(which)])
    assert np.all(np.diff(metal) < 0)
    assert np.all(np.diff(oxygen) > 0)


@pytest.mark.xfail(
    strict=True,
    reason="measured 215 mAh/g, as many as x = 0.1 gives: the sets have no limit by lithium transport",
)
def test_the_member_without_titanate_has_limited_activity():
    """ "limited electrochemical activity due to their limited Li diffusion" (L106-107)."""
    runs = [simulate(galvanostatic(cycles=1), x=x) for x in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)]
    capacity = np.array([-run.steps[1].capacity_mah_g for run in runs])
    assert capacity[1:].min() - capacity[0] > np.ptp(capacity[1:])


@pytest.mark.xfail(
    strict=True, reason="measured 257.41, then 257.39 mAh/g: the model loses some oxygen but does not age"
)
def test_the_capacity_fades(two_cycles):
    """ "decent capacities, which fades upon cycling" (L108); a cycler sees 0.1 %."""
    first, second = (-two_cycles.steps[step].capacity_mah_g for step in (1, 3))
    assert second < 0.999 * first


def test_oxygen_is_oxidised_by_lmct_and_not_directly(two_cycles):
    """Electrons leave Ni 3d more easily than O 2p, and LMCT passes the hole on (L270-276): at the end of the
    charge the holes of oxygen with LMCT are many times those without it, and Ni is full first."""
    charge = two_cycles.segments[0]
    n, p = charge.states[:, 0], charge.states[:, 1]
    assert p[np.argmax(n)] < 0.3 * p[-1]
    assert charge.budget().transfer > 10 * charge.budget().oxygen


def test_the_relaxation_slows_down(by_time):
    """ "exponentially decreases with the progressing relaxation" (L226)."""
    times = np.array([portion.hold_time for portion in time_series()])
    metal = np.array([row[0] for row in by_time])
    named = np.isin(times, (0.0, 90.0, 4 * 3600.0, 24 * 3600.0))
    rates = -np.diff(metal[named]) / np.diff(times[named])
    assert np.all(np.diff(rates) < 0)


def test_oxygen_gas_comes_in_steps(two_cycles):
    """ "the oxygen release increases stepwise" (L135-139): the rate has more than one maximum."""
    charge = two_cycles.segments[0]
    gas = charge.at(np.linspace(0.0, charge.duration, 400))[:, 3]
    rate = np.gradient(gas)
    inner = rate[1:-1]
    peaks = (inner > rate[:-2]) & (inner > rate[2:]) & (inner > 0.1 * rate.max())
    assert peaks.sum() >= 2


@pytest.mark.xfail(
    strict=True,
    reason="measured O holes of 0.58 before and after, with 0.21 metal holes gone: as much oxygen is lost",
)
@pytest.mark.parametrize("name", ["li-rich-nmc", "li-ni-mn-o"])
def test_a_day_at_140_degrees_rearranges_the_capacity_of_the_layered_siblings(name):
    """ "similar capacity rearrangement behavior" (L342-346), after what Li-Ti-Ni-O was heated."""
    starts = []
    for portion in (Portion(in_cycling=True), Portion(hold_temperature=413.15, hold_time=86400.0)):
        starts.append(simulate(titration(portion), material=name).segments[-1].start)
    assert starts[1].metal_holes < 0.9 * starts[0].metal_holes
    assert starts[1].oxygen_holes > 1.02 * starts[0].oxygen_holes


TWO_DAYS = np.array([0.0, 48 * 3600.0])


def growth_at_rest(lattice, run, step):
    """Growth of the lattice parameter in two days at rest [Å]."""
    return float(np.diff(lattice.of_states(run.segments[step].at(TWO_DAYS)))[0])


@pytest.fixture(scope="module")
def less_oxidised():
    return simulate(parse_steps("Charge at 20 mA/g for 10 h; Rest for 48 h; Heat at 55 degC for 48 h"))


def test_the_lattice_grows_faster_at_55_degrees(lattice, less_oxidised):
    """ "55°C heating was applied to accelerate the relaxation" (L203-204)."""
    cold = np.diff(lattice.of_states(less_oxidised.segments[1].at(np.array([24.0, 48.0]) * 3600.0)))[0]
    assert growth_at_rest(lattice, less_oxidised, 2) > 2.0 * cold


@pytest.mark.xfail(reason="13.6 mÅ in two days from 4.8 V, 14.0 from 200 mAh/g", strict=True)
def test_a_less_oxidised_electrode_relaxes_more_slowly(lattice, less_oxidised):
    """ "the less oxidized state obtained by ASSB makes the relaxation slower" (L204-205)."""
    full = simulate(parse_steps("Charge at 20 mA/g until 4.8 V; Rest for 48 h"))
    assert growth_at_rest(lattice, less_oxidised, 1) < growth_at_rest(lattice, full, 1)
