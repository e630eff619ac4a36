import numpy as np
import pytest

from lmct.electrode import load
from lmct.electrode.of_material import parameters_of_material
from lmct.protocol.hysteresis import hysteresis_budget
from lmct.report.reproduction.gitt import LIMITS, Titration
from lmct.report.reproduction.paper_runs import FAMILY, UPPER_LIMITS, PaperRuns, first_steps, states_at


@pytest.fixture(scope="module")
def runs():
    return PaperRuns()


def test_simulations_run_once(runs):
    assert runs.two_cycles is runs.two_cycles
    assert runs.family[0.4].steps == runs.two_cycles.steps
    assert tuple(runs.family) == FAMILY


def test_settings_reach_every_simulation():
    changed = PaperRuns({"metal_potential": 3.7})
    assert changed.parameters.metal_potential == 3.7
    assert changed.family[0.2].parameters.metal_potential == 3.7


def test_window_opening_starts_with_a_full_cycle(runs):
    assert tuple(runs.openings) == UPPER_LIMITS
    for limit, run in runs.openings.items():
        assert [round(step.end_voltage, 6) for step in run.steps] == [4.8, 2.0, limit, 2.0]


def test_plateaus_are_the_whole_discharge(runs):
    for one in (*runs.by_time, runs.in_cycling):
        assert one.metal + one.oxygen == pytest.approx(-one.run.steps[-1].capacity_mah_g)


def test_the_unheated_sample_defines_no_fraction_above_one(runs):
    fraction, voltage = runs.fractions_and_voltages
    assert fraction.max() <= 1.0
    assert len(fraction) == len(voltage) == len(runs.open_circuit_series)


def test_without_transfer_nothing_moves_at_rest(runs):
    assert runs.without_transfer.segments[0].budget().transfer == pytest.approx(0.0, abs=1e-12)


def test_first_steps_and_states(runs):
    run = first_steps(runs.two_cycles, 1)
    whole = run.steps[0].capacity_mah_g
    assert states_at(run, 0, np.array([whole]))[0, 4] == pytest.approx(4.8, abs=1e-6)


def test_gitt_reaches_both_limits_and_conserves_the_pulses(runs):
    for rests in (runs.pulsed, runs.pulsed_long, runs.pulsed_warm):
        assert rests.charge_voltage.max() < LIMITS["charge"]
        assert rests.discharge_voltage.min() > LIMITS["discharge"]
        pulse = 10.0 / runs.parameters.mah_per_gram
        moved = np.diff(rests.charge_lithium)[:-1]
        held = runs.parameters.capacitance * np.diff(rests.charge_voltage)[:-1]
        np.testing.assert_allclose(moved + held, pulse, rtol=1e-4)


def test_branches_are_compared_where_both_exist():
    rests = Titration(np.array([0.1, 0.5]), np.array([3.0, 4.0]), np.array([0.4, 0.0]), np.array([3.0, 2.0]))
    lithium, upper, lower = rests.branches(points=3)
    np.testing.assert_allclose(lithium, [0.1, 0.25, 0.4])
    np.testing.assert_allclose(upper, [3.0, 3.375, 3.75])
    np.testing.assert_allclose(lower, [2.25, 2.625, 3.0])


def test_another_set_can_be_compared_and_keeps_its_members():
    rival = PaperRuns(base=load("li-ti-ni-o-direct"))
    assert rival.parameters == load("li-ti-ni-o-direct")
    assert rival.family[0.4].parameters == rival.parameters
    assert rival.family[0.2].parameters == parameters_of_material(
        "li-ti-ni-o", 0.2, parameter_set="li-ti-ni-o-direct"
    )


def test_the_lattice_is_anchored_at_the_charged_electrode(runs):
    charged = runs.two_cycles.segments[0].end.as_array()[None, :]
    assert runs.lattice.of_states(charged)[0] == pytest.approx(4.111, abs=1e-12)
    assert runs.rested_lattice(0.0) == pytest.approx(4.111, abs=1e-5)
    end = runs.lattice.of_states(runs.rested.segments[1].states[-1:])[0]
    assert runs.rested_lattice(60.0) == pytest.approx(end, abs=1e-9)


def test_the_share_of_lmct_belongs_to_the_second_cycle(runs):
    assert runs.second_loop.cycle == 2
    assert runs.share.dissipation == pytest.approx(runs.second_loop.lmct_share, rel=1e-6)
    without = hysteresis_budget(runs.without_transfer, cycle=2).loop_area
    assert runs.share.loop_area_without == pytest.approx(without, rel=1e-6)
    assert without < runs.share.loop_area


def test_transfer_speed_scales_the_rate_and_nothing_else(runs):
    faster = runs.at_transfer_speed(100.0)
    assert faster.parameters == runs.parameters.replace(
        attempt_frequency=100.0 * runs.parameters.lmct_parameters["attempt_frequency"]
    )
    assert faster.two_cycles.segments[0].end.metal_holes < runs.two_cycles.segments[0].end.metal_holes
