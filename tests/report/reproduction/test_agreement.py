"""The tests of published statements and the statements of the report give the same verdicts."""

import ast
from pathlib import Path

import pytest

from lmct.report.reproduction.paper_runs import PaperRuns
from lmct.report.reproduction.statements import STATEMENTS

PUBLISHED = Path(__file__).parents[2] / "published" / "test_electrochemistry.py"

SAME = {
    "test_voltage_at_200_mah_per_gram": ["voltage-at-200"],
    "test_nickel_is_oxidised_before_oxygen_on_charge": ["charge-order"],
    "test_nickel_is_slightly_reduced_in_the_oxygen_part_of_the_charge": ["nickel-reduced-on-charge"],
    "test_the_discharge_is_inverted_nickel_first_then_oxygen_alone": [
        "discharge-inverted",
        "second-discharge-inverted",
        "oxygen-alone",
    ],
    "test_discharge_plateaus": ["high-plateau", "low-plateau"],
    "test_more_nickel_gives_a_longer_high_voltage_plateau": ["composition-trend"],
    "test_dry_relaxation_conserves_charge": ["charge-conserved"],
    "test_heating_moves_capacity_from_nickel_to_oxygen_monotonically": [
        "temperature-series",
        "time-series",
        "no-capacity-gained",
    ],
    "test_the_first_ninety_seconds_move_about_as_much_as_the_last_twenty_hours": ["equal-steps"],
    "test_relaxation_at_room_temperature_is_much_slower": ["room-temperature"],
    "test_the_nickel_plateau_almost_vanishes_after_a_day_at_140_degrees": ["full-relaxation"],
    "test_open_circuit_voltage_is_linear_in_the_nickel_fraction": ["linear-voltage", "equilibrium-potential"],
    "test_the_open_circuit_voltage_is_very_stable_in_the_rest_before_the_discharge": ["stable-voltage"],
    "test_a_charge_to_4_8_volts_relaxes_faster_than_one_to_200_mah_per_gram": ["state-of-charge"],
    "test_nickel_is_activated_again_after_full_relaxation": ["reactivation"],
    "test_without_lmct_there_is_no_oxygen_redox": ["transfer-essential", "no-oxygen-plateau"],
    "test_without_lmct_there_is_no_inversion": ["no-inversion-without-transfer", "inversion-of-nickel"],
    "test_lmct_causes_most_of_the_hysteresis": ["hysteresis-share"],
    "test_the_lattice_shrinks_linearly_while_nickel_is_oxidised": ["lattice-linear"],
    "test_the_lattice_expands_first_and_then_barely_changes_on_discharge": ["lattice-expansion"],
    "test_the_lattice_is_larger_on_discharge_than_on_charge_at_equal_lithium": ["structural-hysteresis"],
    "test_the_lattice_shrinks_less_in_the_oxygen_part_of_the_charge": ["lattice-smaller-slope"],
    "test_the_lattice_shrinks_more_steeply_in_the_second_oxygen_part": ["lattice-steeper-second"],
    "test_the_lattice_drifts_at_rest": ["lattice-14-days", "lattice-60-days"],
    "test_the_lattice_grows_faster_at_55_degrees": ["warmth-accelerates-the-lattice"],
    "test_a_less_oxidised_electrode_relaxes_more_slowly": ["less-oxidised-relaxes-slower"],
    "test_the_oxygen_plateau_grows_by_42_at_rest": ["oxygen-gain-42"],
    "test_the_nickel_plateau_almost_vanishes_at_rest": ["nickel-vanished"],
    "test_the_oxygen_peak_rises_as_the_nickel_peak_falls": ["temperature-peaks", "time-peaks"],
    "test_the_member_without_titanate_has_limited_activity": ["nickel-end-member"],
    "test_the_capacity_fades": ["fading"],
    "test_oxygen_is_oxidised_by_lmct_and_not_directly": ["holes-by-transfer"],
    "test_the_relaxation_slows_down": ["slowing-down"],
    "test_oxygen_gas_comes_in_steps": ["gas-stepwise"],
    "test_a_day_at_140_degrees_rearranges_the_capacity_of_the_layered_siblings": ["siblings"],
    "test_the_oxygen_plateau_gains_what_the_nickel_plateau_loses": ["conversion-bounded"],
    "test_the_conversion_is_not_full": ["conversion-not-full"],
    "test_oxygen_gas_in_the_first_charge": ["gas-share"],
    "test_the_fully_relaxed_electrode_sits_at_the_extrapolated_potential": ["relaxed-potential"],
}
"""Tests in tests/published, and the statements that say the same."""

OF_THE_PROGRAM = {"test_the_shares_of_the_hysteresis_sum_to_the_loop", "test_the_loop_without_lmct_is_small"}
"""What is asked of the program and not said by the paper."""


def expected_to_fail():
    """Return each test with whether it is marked as an expected failure."""
    tree = ast.parse(PUBLISHED.read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {
        node.name: any("xfail" in ast.unparse(mark) for mark in node.decorator_list)
        for node in functions
        if node.name.startswith("test_")
    }


def test_every_published_test_has_its_statements():
    assert set(expected_to_fail()) == set(SAME) | OF_THE_PROGRAM


@pytest.mark.published
def test_verdicts_agree():
    runs = PaperRuns()
    verdicts = {one.id: one.answer(runs).verdict for one in STATEMENTS}
    for test, fails in expected_to_fail().items():
        wanted = "missed" if fails else "met"
        if test not in OF_THE_PROGRAM:
            assert {name: verdicts[name] for name in SAME[test]} == dict.fromkeys(SAME[test], wanted), test
