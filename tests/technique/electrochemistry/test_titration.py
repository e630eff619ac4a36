from __future__ import annotations

import math

import numpy as np
import pytest

from lmct.quantity.errors import OutOfRange, UnknownName
from lmct.technique.electrochemistry.boundary import with_observed_boundary
from lmct.technique.electrochemistry.cells import CellGroup, duration_text, groups_from_measurements
from lmct.technique.electrochemistry.pooled_scatter import pooled_scatter_from_groups, t_factor
from lmct.technique.electrochemistry.series import reference_group, series_from_groups
from lmct.technique.electrochemistry.significance import conservation_probability, trend_probability
from lmct.technique.electrochemistry.titration import (
    fieller_interval,
    rearrangement_from_groups,
    remaining_fraction,
)
from lmct.technique.electrochemistry.titration_analysis import analyse_titration

METAL = {0.0: 137.0, 298.15: 126.0, 333.15: 96.0, 373.15: 39.0, 413.15: 12.0}
"""Hold temperature [K] (0: unheated) -> true metal capacity."""
TOTAL, LOST = 240.0, 0.2
"""Capacity before heating, and share of what leaves the metal that never comes back."""


def truth(metal):
    return metal, TOTAL - METAL[0.0] + (1.0 - LOST) * (METAL[0.0] - metal)


def make_group(metal, random, *, temperature=0.0, cells=4, mass=0.02, own=0.002, boundary=0.0):
    weights = 1.0 + mass * random.standard_normal((cells, 1))
    values = np.array([truth(metal)]) * weights * (1.0 + own * random.standard_normal((cells, 2)))
    role = "heated" if temperature else "unheated"
    return CellGroup(
        f"{temperature:g}", role, 86400.0 if temperature else 0.0, temperature or 298.15, (), values, boundary
    )


def campaign(random, **options):
    return [
        make_group(metal, random, temperature=temperature, **options) for temperature, metal in METAL.items()
    ]


def scatter_of(groups):
    return pooled_scatter_from_groups(groups=[one.values for one in groups], relative=[True, True])


def share_inside(draws, compute, **options):
    """Return how often the 68 % interval of what compute returns holds its truth."""
    random = np.random.default_rng(17)
    inside = total = 0
    for _ in range(draws):
        groups = campaign(random, **options)
        for value, true in compute(groups, scatter_of(groups)):
            inside += abs(value.value - true) < t_factor(value.degrees_of_freedom) * value.uncertainty
            total += 1
    return inside / total


def test_fractions_cover():
    def fractions(groups, scatter):
        return [
            (remaining_fraction(one, groups[0], scatter), m / 137.0)
            for one, m in zip(groups[1:], list(METAL.values())[1:], strict=True)
        ]

    assert 0.64 < share_inside(300, fractions) < 0.73


@pytest.mark.parametrize("quantity", ["metal", "oxygen", "total"])
def test_rearranged_capacities_cover(quantity):
    def changes(groups, scatter):
        for one, metal in zip(groups[1:], list(METAL.values())[1:], strict=True):
            moved = getattr(rearrangement_from_groups(one, groups[0], scatter, "mAh/g"), quantity)
            change = np.array(truth(metal)) - truth(137.0)
            yield moved, {"metal": change[0], "oxygen": change[1], "total": change.sum()}[quantity]

    assert 0.63 < share_inside(250, changes) < 0.74


def test_yield_covers_with_the_correlation_of_the_mass():
    def yields(groups, scatter):
        for one in groups[2:]:
            yield rearrangement_from_groups(one, groups[0], scatter, "mAh/g").conversion_yield, 1.0 - LOST

    assert 0.62 < share_inside(250, yields) < 0.75


def test_without_the_correlation_the_total_would_be_too_certain():
    groups = campaign(np.random.default_rng(0))
    total = rearrangement_from_groups(groups[3], groups[0], scatter_of(groups), "mAh/g").total.uncertainty
    uncorrelated = scatter_of(groups)
    parts = rearrangement_from_groups(groups[3], groups[0], uncorrelated, "mAh/g")
    assert total > 1.1 * math.hypot(parts.metal.uncertainty, parts.oxygen.uncertainty)


def test_the_reference_itself_is_exactly_one():
    groups = campaign(np.random.default_rng(1))
    value = remaining_fraction(groups[0], groups[0], scatter_of(groups))
    assert (value.value, value.uncertainty) == (1.0, 0.0)


def test_an_empty_reference_is_refused():
    groups = campaign(np.random.default_rng(1))
    nothing = CellGroup("flat", "unheated", 0.0, 298.15, (), np.zeros((3, 2)))
    with pytest.raises(OutOfRange, match="'flat'"):
        remaining_fraction(groups[1], nothing, scatter_of(groups))


def test_no_yield_without_a_loss():
    random = np.random.default_rng(2)
    same = [
        make_group(137.0, random),
        make_group(136.5, random, temperature=298.15),
        make_group(30.0, random, temperature=400.0),
    ]
    moved = rearrangement_from_groups(same[1], same[0], scatter_of(same), "mAh/g")
    assert moved.conversion_yield is None
    assert (
        moved.yield_interval == (-math.inf, math.inf)
        or moved.yield_interval[1] - moved.yield_interval[0] > 1.0
    )


def test_fieller_becomes_the_normal_interval_for_a_large_loss():
    low, high = fieller_interval(np.array([100.0, -80.0]), np.array([[1.0, -0.3], [-0.3, 1.0]]), 1.0)
    gradient = np.array([-0.8, -1.0]) / 100.0
    width = math.sqrt(gradient @ np.array([[1.0, -0.3], [-0.3, 1.0]]) @ gradient)
    assert (low, high) == pytest.approx((0.8 - width, 0.8 + width), rel=1e-3)


def test_boundary_moves_charge_between_the_plateaus_only():
    random = np.random.default_rng(3)
    groups = campaign(random)
    wide = CellGroup("w", "heated", 1.0, 400.0, (), groups[3].values, 3.0)
    plain, moved = (
        rearrangement_from_groups(one, groups[0], scatter_of(groups), "mAh/g") for one in (groups[3], wide)
    )
    assert moved.metal.uncertainty == pytest.approx(math.hypot(plain.metal.uncertainty, 1.5))
    assert moved.oxygen.uncertainty == pytest.approx(math.hypot(plain.oxygen.uncertainty, 1.5))
    assert moved.total.uncertainty == pytest.approx(plain.total.uncertainty)


def test_a_condition_that_scatters_more_keeps_its_own_scatter():
    random = np.random.default_rng(4)
    groups = [*campaign(random), make_group(8.0, random, temperature=420.0, mass=0.5)]
    widened, messages = with_observed_boundary(groups)
    assert [one.boundary > 0.0 for one in widened] == [False] * 5 + [True]
    assert len(messages) == 1
    assert "'420'" in messages[0]
    own = float(np.std(groups[5].values[:, 0], ddof=1))
    assert widened[5].boundary == pytest.approx(own, rel=0.15)


def test_conservation_is_kept_or_rejected():
    random = np.random.default_rng(5)
    kept = rejected = 0
    for _ in range(200):
        groups = campaign(random, own=0.0)
        totals = [
            CellGroup(
                g.sample,
                g.role,
                g.hold_time,
                g.hold_temperature,
                (),
                g.values[:, :1] * 0 + g.values.sum(axis=1, keepdims=True),
            )
            for g in groups
        ]
        flat = [
            CellGroup(
                g.sample, g.role, 0.0, 298.15, (), 240.0 * (1.0 + 0.02 * random.standard_normal((4, 1)))
            )
            for g in groups
        ]
        for set_, counts in ((flat, True), (totals, False)):
            scatter = pooled_scatter_from_groups(groups=[one.values for one in set_], relative=[True])
            probability = conservation_probability(set_, scatter, 0)
            kept += counts and probability > 0.05
            rejected += (not counts) and probability < 0.05
    assert 0.90 < kept / 200 < 0.985
    assert rejected / 200 > 0.9


def test_trend_is_found_in_its_own_direction_only():
    groups = campaign(np.random.default_rng(6))
    assert trend_probability(groups, 0, rising=False) < 1e-6
    assert trend_probability(groups, 1, rising=True) < 1e-6
    assert trend_probability(groups, 0, rising=True) > 0.99
    assert math.isnan(trend_probability(groups[:1], 0, rising=True))


def test_shuffled_conditions_show_no_trend():
    random = np.random.default_rng(7)
    small = [
        trend_probability([make_group(100.0, random) for _ in range(6)], 0, rising=False) < 0.05
        for _ in range(300)
    ]
    assert 0.02 < np.mean(small) < 0.09


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "0 s"), (90.0, "90 s"), (3600.0, "60 min"), (86400.0, "24 h"), (5184000.0, "60 d")],
)
def test_durations_as_people_write_them(seconds, text):
    assert duration_text(seconds) == text


@pytest.fixture
def cells(cell):
    random = np.random.default_rng(30)
    built = []
    for temperature, metal in METAL.items():
        condition = (
            {"hold_temperature": temperature, "hold_time": 86400.0} if temperature else {"hold_time": 0.0}
        )
        for number in range(4):
            weight = 1.0 + 0.02 * random.standard_normal()
            values = np.array(truth(metal)) * weight
            numbers = {
                "metal_plateau_capacity": (values[0], 0.02 * values[0]),
                "oxygen_plateau_capacity": (values[1], 0.02 * values[1]),
            }
            built.append(cell(f"{temperature:g} K", number, condition, numbers))
    return built


def found(result, quantity, sample):
    (one,) = (f for f in result.findings if f.quantity == quantity and f.sample == sample)
    return one


def test_analysis_recovers_the_truth(cells):
    result = analyse_titration(cells, {})
    for temperature, metal in METAL.items():
        sample = f"{temperature:g} K"
        for quantity, true in zip(
            ("metal_plateau_capacity", "oxygen_plateau_capacity"), truth(metal), strict=True
        ):
            value = found(result, quantity, sample).value
            assert abs(value.value - true) < 3.5 * value.uncertainty
            assert value.degrees_of_freedom == 15
            assert value.uncertainty == pytest.approx(0.01 * true, rel=0.5)
    hot = found(result, "conversion_yield", "413.15 K")
    assert abs(hot.value.value - 0.8) < 3.5 * hot.value.uncertainty
    assert found(result, "remaining_metal_fraction", "0 K").value.value == 1.0
    assert found(result, "rearranged_metal_capacity", "413.15 K").value.value < -110.0
    (probability,) = (f for f in result.findings if f.quantity == "metal_trend_p_value")
    assert probability.value.value < 1e-4
    assert probability.condition == "against temperature at 24 h"
    assert [sheet.paper_figure for sheet in result.figures] == ["4a", "4b"]


def test_every_finding_names_its_files(cells):
    moved = found(analyse_titration(cells, {}), "rearranged_metal_capacity", "413.15 K")
    assert moved.source_file.count("; ") == 7
    assert "413.15 K_0.mpt" in moved.source_file
    assert "0 K_0.mpt" in moved.source_file


def test_cells_without_plateaus_are_named(cells, cell):
    lonely = cell("x", 0, {"hold_time": 0.0}, {"discharge_capacity": (1.0, 0.1)})
    assert any("x 0 is left out" in text for text in analyse_titration([*cells, lonely], {}).messages)


def test_cells_in_other_units_are_left_out(cells, cell):
    units = dict.fromkeys(("metal_plateau_capacity", "oxygen_plateau_capacity"), "mAh")
    odd = cell(
        "0 K",
        9,
        {"hold_time": 0.0},
        {"metal_plateau_capacity": (1.0, 0.1), "oxygen_plateau_capacity": (1.0, 0.1)},
        units,
    )
    result = analyse_titration([*cells, odd], {})
    assert any("0 K 9 is left out" in text and "mAh/g" in text for text in result.messages)
    assert found(result, "metal_plateau_capacity", "0 K").source_file.count(";") == 3


def test_without_a_reference_there_are_means_only(cells):
    heated = [one for one in cells if one.condition["hold_time"] > 0.0]
    result = analyse_titration(heated, {})
    assert not [f for f in result.findings if f.quantity in ("remaining_metal_fraction", "conversion_yield")]
    assert any("no unheated or in-cycling reference" in text for text in result.messages)


def test_states_of_charge_are_not_pooled_in_silence(cells, cell):
    from dataclasses import replace

    mixed = [
        replace(one, condition={**one.condition, "charge_voltage": 4.5 if k else 4.8})
        for k, one in enumerate(cells)
    ]
    assert any("4.5 V, 4.8 V" in text for text in analyse_titration(mixed, {}).messages)


def test_one_cell_per_condition_still_has_uncertainties(cells):
    single = [one for one in cells if one.name.endswith(" 0")]
    result = analyse_titration(single, {})
    assert any("One cell per condition" in text for text in result.messages)
    value = found(result, "metal_plateau_capacity", "298.15 K").value
    assert value.uncertainty == pytest.approx(0.02 * value.value, rel=1e-6)
    assert math.isinf(value.degrees_of_freedom)


def test_nothing_at_all_is_a_sentence():
    assert analyse_titration([], {}).messages == ("Titration: no cell has both plateaus.",)


def test_titration_has_no_options(cells):
    with pytest.raises(UnknownName):
        analyse_titration(cells, {"limit": 2.4})


def test_roles_references_and_series(cell):
    numbers = {"metal_plateau_capacity": (1.0, 0.1)}
    conditions = {
        "whole": {"in_cycling": 1.0},
        "dried": {},
        **{f"T{t}": {"hold_temperature": float(t), "hold_time": 86400.0} for t in (400, 300, 350)},
        **{f"t{t}": {"hold_temperature": 400.0, "hold_time": float(t)} for t in (600, 90)},
    }
    groups, _ = groups_from_measurements(
        [cell(s, 0, c, numbers) for s, c in conditions.items()], list(numbers)
    )
    roles = {one.sample: one.role for one in groups}
    assert roles["whole"] == "in_cycling"
    assert roles["dried"] == "unheated"
    assert roles["t90"] == "heated"
    assert reference_group(groups, prefer="in_cycling").sample == "whole"
    assert reference_group(groups, prefer="unheated").sample == "dried"
    by_kind = {one.variable: [g.sample for g in one.groups] for one in series_from_groups(groups)}
    assert by_kind == {
        "temperature": ["dried", "T300", "T350", "T400"],
        "time": ["dried", "t90", "t600", "T400"],
    }
