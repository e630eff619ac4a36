"""Window openings of simulated cells against the truth of the simulation, toy curves, and a real file."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lmct.instrument import cycler
from lmct.protocol import galvanostatic, parse_steps, simulate, window_opening
from lmct.quantity.errors import OutOfRange, UnknownName
from lmct.technique.electrochemistry import analyse as technique
from lmct.technique.electrochemistry.accuracy import Accuracy
from lmct.technique.electrochemistry.analysed_opening import accuracy_of_window, analysed_opening
from lmct.technique.electrochemistry.simulate import IDEAL, Channel, record_from_run
from lmct.technique.electrochemistry.window_opening_boundary import (
    Crossing,
    crossing_from_curve,
    shift_between,
    uncertainty_of_part,
)
from lmct.technique.electrochemistry.window_opening_series import find_openings

LIMITS = (4.2, 4.4, 4.6, 4.8)
DATA = Path(os.environ.get("LMCT_DATA", Path(__file__).parents[4] / "shared" / "data"))


def measured(record, name="cell", sample="sample"):
    return technique.analyse_record(
        record, name=name, sample=sample, active_mass=None, condition={}, options={}
    )


def recorded(run, seed=1, **settings):
    channel = replace(Channel(), **settings)
    return record_from_run(run, active_mass=7e-3, channel=channel, random=np.random.default_rng(seed))


def of(result, quantity):
    return [one for one in result.findings if one.quantity == quantity]


def charge_below(run, step, voltage):
    """Return the charge that a step passes while the electrode is below a voltage [mAh/g]."""
    segment = run.segments[step]
    states = segment.at(np.linspace(0.0, segment.duration, 200_001))
    return float(np.mean(states[:, 4] < voltage)) * abs(run.steps[step].capacity_mah_g)


@pytest.fixture(scope="module")
def run():
    return simulate(window_opening("charge", limits=LIMITS))


@pytest.fixture(scope="module")
def result(run):
    return technique.window_opening([measured(recorded(run))], {})


def test_the_rising_limit_is_found_after_a_full_cycle(run):
    (opening,) = find_openings([measured(recorded(run))])
    assert opening.side == "charge"
    assert [window.limit for window in opening.windows] == pytest.approx(LIMITS, abs=2e-3)
    assert opening.windows[0].label == "charged to 4.20 V"
    assert opening.one_record


def test_capacities_of_every_window_are_those_of_the_simulation(run, result):
    for kind, first in (("charge", 2), ("discharge", 3)):
        truth = [abs(run.steps[first + 2 * place].capacity_mah_g) for place in range(len(LIMITS))]
        found = of(result, f"window_{kind}_capacity")
        assert [one.value.value for one in found] == pytest.approx(truth, abs=0.1)
        means = [run.steps[first + 2 * place].mean_voltage for place in range(len(LIMITS))]
        assert [one.value.value for one in of(result, f"window_mean_{kind}_voltage")] == pytest.approx(
            means, abs=1e-3
        )
    below = [charge_below(run, 3 + 2 * place, 2.5) for place in range(len(LIMITS))]
    assert [one.value.value for one in of(result, "window_capacity_below_boundary")] == pytest.approx(
        below, abs=0.2
    )
    total = [one.value.value for one in of(result, "window_discharge_capacity")]
    above = [one.value.value for one in of(result, "window_capacity_above_boundary")]
    assert np.array(above) + below == pytest.approx(total, abs=0.2)


def test_the_boundary_shift_is_that_of_the_simulation(run, result):
    below = np.array([charge_below(run, 3 + 2 * place, 2.5) for place in range(len(LIMITS))])
    total = np.array([abs(run.steps[3 + 2 * place].capacity_mah_g) for place in range(len(LIMITS))])
    found = of(result, "boundary_shift")
    assert [one.condition for one in found] == [f"charged to {limit:.2f} V" for limit in LIMITS[1:]]
    assert [one.value.value for one in found] == pytest.approx(below[1:] - below[0], abs=0.2)
    (path,) = of(result, "path_dependence")
    assert path.value.value == pytest.approx((below[-1] - below[0]) / (total[-1] - total[0]), abs=2e-3)
    assert path.value.uncertainty < 0.01
    assert path.condition == "charged to 4.20 V to 4.80 V"


def test_uncertainties_cover_the_truth(run):
    """Sixty cells, each with its own mass, gain, offset and noise; pulls must be neither wide nor tiny."""
    random = np.random.default_rng(7)
    short = simulate(window_opening("charge", limits=(4.2, 4.5), first_cycle=False))
    truth = {
        "window_capacity_below_boundary": [charge_below(short, step, 2.5) for step in (1, 3)],
        "window_discharge_capacity": [abs(short.steps[step].capacity_mah_g) for step in (1, 3)],
    }
    below, total = truth["window_capacity_below_boundary"], truth["window_discharge_capacity"]
    truth["boundary_shift"] = [below[1] - below[0]]
    truth["path_dependence"] = [(below[1] - below[0]) / (total[1] - total[0])]
    pulls = {name: [] for name in truth}
    for _ in range(60):
        channel = Channel(
            interval=300.0,
            voltage_interval=0.02,
            voltage_noise=5e-4,
            voltage_offset=1e-3 * random.standard_normal(),
            current_gain=1.0 + 1e-3 * random.standard_normal(),
        )
        mass = 7e-3 * (1.0 + 0.02 * random.standard_normal())
        record = record_from_run(short, active_mass=7e-3, true_mass=mass, channel=channel, random=random)
        found = technique.window_opening([measured(record)], {})
        for name, expected in truth.items():
            for one, value in zip(of(found, name), expected, strict=True):
                pulls[name].append((one.value.value - value) / one.value.uncertainty)
    for name in ("window_capacity_below_boundary", "window_discharge_capacity", "boundary_shift"):
        assert 0.7 < np.std(pulls[name]) < 1.35, (name, np.std(pulls[name]))
        assert abs(np.mean(pulls[name])) < 0.5
    assert np.sqrt(np.mean(np.square(pulls["path_dependence"]))) < 1.35


def test_noise_does_not_shift_the_result(run, result):
    noisy = technique.window_opening([measured(recorded(run, seed=3, voltage_noise=3e-3))], {})
    clean = of(result, "path_dependence")[0].value.value
    found = of(noisy, "path_dependence")[0].value
    assert found.value == pytest.approx(clean, abs=max(3.0 * found.uncertainty, 5e-3))


def test_a_falling_lower_limit_is_found_and_its_charges_divided():
    run = simulate(window_opening("discharge", limits=(3.2, 2.2, 2.0)))
    result = technique.window_opening([measured(recorded(run))], {"charge_boundary": 4.2})
    assert [one.condition.split(",")[0] for one in of(result, "window_charge_capacity")] == [
        f"discharged to {limit:.2f} V" for limit in (3.2, 2.2, 2.0)
    ]
    steps = [step for step, one in enumerate(run.protocol) if one.kind == "charge"][2:]
    above = [abs(run.steps[step].capacity_mah_g) - charge_below(run, step, 4.2) for step in steps]
    shifts = [one.value.value for one in of(result, "boundary_shift")]
    assert shifts == pytest.approx(np.array(above[1:]) - above[0], abs=0.3)
    assert any("charge_boundary" in text for text in result.messages)


def test_windows_in_several_files_are_taken_together():
    cells = []
    for limit in LIMITS:
        steps = (*galvanostatic(cycles=1), *galvanostatic(cycles=1, upper_voltage=limit))
        cells.append(measured(recorded(simulate(steps)), name=f"to {limit} V", sample=f"charged to {limit}"))
    result = technique.window_opening(cells[::-1], {})
    alone = of(technique.window_opening([cells[0], cells[-1]], {}), "path_dependence")[0]
    (path,) = of(result, "path_dependence")
    assert path.value.value == pytest.approx(alone.value.value, abs=1e-9)
    assert path.sample == "charged to 4.2; charged to 4.8"
    one_file = technique.window_opening([measured(recorded(simulate(window_opening(limits=LIMITS))))], {})
    same = of(one_file, "path_dependence")[0].value
    assert path.value.value == pytest.approx(same.value, abs=0.02)
    assert path.value.uncertainty > 2.0 * same.uncertainty


def test_of_several_cycles_to_one_limit_the_last_counts():
    words = "Charge at 20 mA/g until {} V; Discharge at 20 mA/g until 2 V"
    steps = parse_steps("; ".join(words.format(limit) for limit in (4.2, 4.2, 4.2, 4.6, 4.6)))
    (opening,) = find_openings([measured(recorded(simulate(steps)))])
    assert [(window.repeats, window.charge) for window in opening.windows] == [(3, 4), (2, 8)]


def test_constant_limits_are_no_opening():
    same = measured(recorded(simulate(galvanostatic(cycles=3))), "same")
    rest = measured(recorded(simulate(parse_steps("Rest for 1 h"))), "rest")
    result = technique.window_opening([same, rest], {})
    assert result.findings == result.figures == ()
    assert [text.split(" has ")[0] for text in result.messages] == [
        "Window opening: same",
        "Window opening: rest",
    ]


def test_windows_that_do_not_reach_the_boundary_are_named(run):
    result = technique.window_opening([measured(recorded(run))], {"boundary": 1.5})
    assert of(result, "path_dependence") == []
    assert any("does not pass 1.5 V" in text for text in result.messages)
    assert [one.value.value for one in of(result, "window_capacity_below_boundary")] == pytest.approx(
        [0.0] * len(LIMITS), abs=1e-9
    )


def ramp(low, high, charge=100.0, points=401):
    return np.linspace(0.0, charge, points), np.linspace(low, high, points)


def test_a_state_function_has_no_path_dependence():
    """Curves that are pieces of one function of the state of charge cross at the same state of charge."""
    crossings = []
    for top in (60.0, 100.0):
        state = np.linspace(top, 0.0, 401)
        crossings.append(crossing_from_curve(capacity=top - state, voltage=2.0 + 0.02 * state, boundary=2.5))
    assert [one.after for one in crossings] == pytest.approx([25.0, 25.0])
    shift = shift_between(*crossings, Accuracy(), one_record=True)
    assert (shift.shift, shift.share) == pytest.approx((0.0, 0.0), abs=1e-9)


def test_a_plateau_that_comes_first_whatever_was_charged_has_full_path_dependence():
    crossings = []
    for oxygen in (20.0, 90.0):
        capacity = np.array([0.0, 100.0, 100.001, 100.001 + oxygen])
        crossings.append(
            crossing_from_curve(capacity=capacity, voltage=np.array([4.2, 3.5, 2.3, 2.0]), boundary=2.5)
        )
    assert shift_between(*crossings, Accuracy(), one_record=True).share == pytest.approx(1.0, abs=1e-4)


def test_a_rising_curve_is_divided_at_its_crossing():
    capacity, voltage = ramp(3.0, 5.0)
    found = crossing_from_curve(capacity=capacity, voltage=voltage, boundary=4.5)
    assert (found.before, found.after) == pytest.approx((75.0, 25.0))
    assert found.slope == pytest.approx(50.0, rel=1e-6)


def test_uncertainty_of_a_part_by_hand():
    crossing = Crossing(total=100.0, after=25.0, slope=50.0, noise=0.03, opening=0.6, crosses=True)
    accuracy = Accuracy(voltage=2e-3, mass_relative=0.02, current_relative=0.0)
    below = uncertainty_of_part(25.0, crossing, accuracy, opening=False)
    assert below == pytest.approx(np.hypot(np.hypot(50.0 * 2e-3, 0.03), 25.0 * 0.02))
    above = uncertainty_of_part(75.0, crossing, accuracy, opening=True)
    assert above == pytest.approx(np.sqrt(0.1**2 + 0.03**2 + (75.0 * 0.02) ** 2 + 0.6**2 / 12.0), rel=1e-9)


def test_errors_common_to_one_record_cancel():
    first = Crossing(total=100.0, after=25.0, slope=50.0, noise=0.0, opening=0.0, crosses=True)
    last = replace(first, total=150.0, after=60.0)
    accuracy = Accuracy(voltage=1e-3, mass_relative=0.02, voltage_linearity=0.0, current_linearity=0.0)
    one = shift_between(first, last, accuracy, one_record=True)
    two = shift_between(first, last, accuracy, one_record=False)
    assert one.shift == two.shift == 35.0
    assert one.shift_uncertainty == pytest.approx(35.0 * accuracy.scale_relative)
    assert one.share_uncertainty == pytest.approx(0.0, abs=1e-12)
    assert two.shift_uncertainty == pytest.approx(
        np.hypot(50.0 * 1e-3 * np.sqrt(2.0), accuracy.scale_relative * np.hypot(25.0, 60.0))
    )


def test_the_figure_holds_its_numbers_and_draws(result):
    (sheet,) = result.figures
    assert sheet.paper_figure == "6a, 6b"
    assert sheet.columns["limit"][1] == pytest.approx(LIMITS, abs=2e-3)
    grid = sheet.columns["dQ/dV grid (cell, charged to 4.80 V, discharge)"][1]
    density = sheet.columns["dQ/dV (cell, charged to 4.80 V, discharge)"][1]
    capacity = sheet.columns["capacity (cell, charged to 4.80 V, discharge)"][1]
    assert -np.trapezoid(density, grid) == pytest.approx(capacity[-1], rel=1e-3)
    assert len(sheet.draw().axes) == 3


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"boundary_voltage": 2.5}, UnknownName),
        ({"boundary": -1.0}, OutOfRange),
        ({"charge_boundary": "4"}, OutOfRange),
    ],
)
def test_senseless_options_are_refused(options, error):
    with pytest.raises(error):
        technique.window_opening([], options)


def test_an_ideal_record_without_a_mass_stays_in_mah(run):
    record = replace(record_from_run(run, active_mass=7e-3, channel=IDEAL), active_mass=None)
    result = technique.window_opening([measured(record)], {})
    assert {one.value.unit for one in of(result, "boundary_shift")} == {"mAh"}


@pytest.mark.files
def test_a_real_cell_whose_upper_limit_was_raised():
    """4.2 V three times, then 4.6 V eight times, lower limit 2.5 V (yadg, gcpl.issue_228)."""
    file = DATA / "cycling" / "yadg_biologic" / "gcpl.issue_228.mpr"
    if not file.is_file():
        pytest.skip(f"{file} is not there")
    cell = measured(cycler.read(file))
    (opening,) = find_openings([cell])
    assert [round(window.limit, 1) for window in opening.windows] == [4.2, 4.6]
    assert [window.repeats for window in opening.windows] == [3, 8]
    result = technique.window_opening([cell], {"boundary": 3.7})
    (path,) = of(result, "path_dependence")
    assert abs(path.value.value) < 0.1


@pytest.mark.files
@pytest.mark.parametrize(
    "name", ["navani/arbin_example.res", "yadg_biologic/gcpl.issue_175.mpr", "cellpy/maccor_three.txt"]
)
def test_real_cells_between_fixed_limits_are_none(name):
    file = DATA / "cycling" / name
    if not file.is_file():
        pytest.skip(f"{file} is not there")
    try:
        cell = measured(cycler.read(file))
    except OSError as error:
        pytest.skip(f"{name}: {error}")
    assert technique.window_opening([cell], {}).findings == ()


def test_windows_are_compared_with_the_first_that_crosses_the_boundary(run):
    (opening,) = find_openings([measured(recorded(run))])
    lowest = analysed_opening(opening, 2.5)
    assert lowest.shifts[0] is None
    assert all(shift is not None for shift in lowest.shifts[1:])
    assert (lowest.returning, lowest.unit) == ("discharge", "mAh/g")
    unreached = analysed_opening(opening, 5.5)
    assert not any(one.crosses for one in unreached.crossings)
    assert unreached.shifts == (None,) * len(LIMITS)


def test_accuracies_of_a_data_set_go_before_the_defaults(run):
    (opening,) = find_openings([measured(recorded(run))])
    window = opening.windows[0]
    window.measurement.dataset.attrs.update(voltage_uncertainty_volt=0.02, mass_relative_uncertainty=0.03)
    assert accuracy_of_window(window) == Accuracy(voltage=0.02, mass_relative=0.03)
    for name in ("voltage_uncertainty_volt", "mass_relative_uncertainty"):
        del window.measurement.dataset.attrs[name]
    assert accuracy_of_window(window) == Accuracy(voltage=Accuracy().voltage, mass_relative=0.0)
