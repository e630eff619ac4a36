from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from lmct.electrode.lattice import Lattice
from lmct.electrode.model import Electrode
from lmct.electrode.of_material import parameters_of_material
from lmct.instrument.diffraction import read_sequence
from lmct.material import load
from lmct.material.crystal.library import load as load_phase
from lmct.protocol.galvanostatic import galvanostatic
from lmct.protocol.simulation import run_protocol
from lmct.quantity.errors import OutOfRange
from lmct.technique.diffraction.diffractometer import laboratory_copper
from lmct.technique.diffraction.simulation.files import write_sequence
from lmct.technique.diffraction.simulation.measurement import Measurement
from lmct.technique.diffraction.simulation.run import merged_cells, states_of_run
from lmct.technique.diffraction.simulation.sample import Alignment, Background, Phase
from lmct.technique.diffraction.simulation.sequence import SimulatedSequence

CLOCK = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LAW = Lattice(origin=4.15, per_metal_hole=-0.09, per_oxygen_hole=-0.02, per_lithium=0.003)
SETTING = Measurement(
    diffractometer=laboratory_copper(),
    two_theta=np.arange(34.0, 68.0, 0.04),
    counting_time=900.0,
    background=Background(coefficients=(80.0,)),
    alignment=Alignment(displacement=0.05),
    drift=0.04,
    peak_counts=3000.0,
)


@pytest.fixture(scope="module")
def run():
    parameters = parameters_of_material("li-ti-ni-o")
    return run_protocol(Electrode(parameters), galvanostatic(cycles=1))


@pytest.fixture(scope="module")
def starts(run):
    last = sum(segment.duration for segment in run.segments) - SETTING.counting_time
    return np.linspace(0.0, last, 9)


def made(run, starts, **more):
    setting = replace(SETTING, **more.pop("setting", {}))
    keywords = {"material": load("li-ti-ni-o"), "lattice": LAW, "clock": CLOCK, "seed": 4} | more
    return SimulatedSequence(run, starts=starts, measurement=setting, **keywords)


def place_of(pattern, first, last):
    inside = (pattern.two_theta > first) & (pattern.two_theta < last)
    net = pattern.intensity[inside] - pattern.intensity[inside].min()
    return (pattern.two_theta[inside] * net**2).sum() / (net**2).sum()


def test_truth_is_the_mean_of_the_state_over_the_counting_time(run, starts):
    truth = made(run, starts).truth
    fine = starts[4] + np.linspace(0.0, SETTING.counting_time, 201)
    n, p, dark, gas = states_of_run(run, fine)[:, :4].mean(axis=0)
    taken = n + p + dark + 4 * gas
    assert truth.metal_holes[4] == pytest.approx(n, abs=2e-4)
    assert truth.oxygen_holes[4] == pytest.approx(p, abs=2e-4)
    assert truth.lithium_extracted[4] == pytest.approx(taken, abs=2e-4)
    expected = 4.15 - 0.09 * n - 0.02 * p + 0.003 * taken
    assert truth.lattice_parameter[4] == pytest.approx(expected, abs=2e-5)
    assert np.ptp(truth.lattice_parameter) > 0.02


def test_states_of_a_run_agree_with_its_table(run):
    table = run.sample(interval=3600.0)
    inside = np.flatnonzero(np.diff(table["time"], append=np.inf) > 1.0)
    states = states_of_run(run, table["time"][inside])
    assert states[:, 0] == pytest.approx(table["metal_holes"][inside], abs=1e-6)
    assert states[:, 1] == pytest.approx(table["oxygen_holes"][inside], abs=1e-6)


def test_lines_follow_the_truth_and_the_drift(run, starts):
    sequence = made(run, starts, seed=None)
    truth = sequence.truth
    assert truth.displacement == pytest.approx(0.05 + 0.04 * np.arange(9) / 8)
    places = np.array([place_of(pattern, 42.5, 45.5) for pattern in sequence])
    theta = np.arcsin(1.54056 / truth.lattice_parameter)
    bragg = np.degrees(2 * theta - 2 * truth.displacement * np.cos(theta) / 217.5)
    # the second wavelength shifts all alike
    assert places - bragg == pytest.approx(np.mean(places - bragg), abs=0.004)


def test_clock_temperature_and_noise(run, starts):
    sequence = made(run, starts)
    pattern = sequence[3]
    assert pattern.start_time == CLOCK + timedelta(seconds=starts[3])
    assert pattern.end_time == pattern.start_time + timedelta(seconds=900)
    assert pattern.temperature == pytest.approx(298.15, abs=0.01)
    assert np.array_equal(pattern.intensity, made(run, starts)[3].intensity)
    assert not np.array_equal(pattern.intensity, made(run, starts, seed=5)[3].intensity)
    assert made(run, starts, clock=None)[0].start_time is None


def test_first_pattern_has_the_counts_asked_for_and_the_window_stays(run, starts):
    window = Phase(crystal=load_phase("beryllium"), share=0.5, height=0.4)
    bare = made(run, starts, seed=None)
    behind = made(run, starts, seed=None, setting={"around": (window,)})
    assert bare[0].intensity.max() == pytest.approx(3080.0, abs=2.0)
    first, last = (behind[i].intensity - bare[i].intensity for i in (0, 8))
    assert first.max() > 100.0
    moved = np.argmax(first) - np.argmax(last)
    assert 0 <= moved <= 2  # by the drift alone, 0.02 deg


def test_gradient_in_the_particle_widens_lines(starts):
    parameters = parameters_of_material("li-ti-ni-o").replace(transport_time=3e5)
    run = run_protocol(Electrode(parameters), galvanostatic(cycles=1))
    last = sum(segment.duration for segment in run.segments) - SETTING.counting_time
    truth = made(run, np.array([0.3 * last]), seed=None).truth
    states = states_of_run(run, truth.start + np.array([90.0, 270.0, 450.0, 630.0, 810.0]))
    assert truth.lattice_parameter[0] == pytest.approx(LAW.of_states(states).mean(), abs=1e-7)
    assert truth.lattice_spread[0] > 1e-4


def test_merging_keeps_the_mean():
    factors = np.sort(np.random.default_rng(0).normal(1.0, 1e-3, 100))
    shares = np.full(100, 0.01)
    merged = np.array(merged_cells(factors, shares, resolution=2e-4))
    assert len(merged) < 40
    assert merged[:, 0] @ merged[:, 1] == pytest.approx(factors.mean(), rel=1e-12)
    assert merged[:, 1].sum() == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["operando", "operando.xrdml", "operando.5"])
def test_files_give_back_patterns_and_times(run, starts, tmp_path, name):
    sequence = made(run, starts[:3])
    write_sequence(sequence, tmp_path / name)
    again = read_sequence(tmp_path / name)
    assert len(again) == 3
    for old, new in zip(sequence, again, strict=True):
        assert new.two_theta == pytest.approx(old.two_theta, abs=1e-6)
        assert np.array_equal(new.intensity, old.intensity)
        assert new.start_time == old.start_time
        assert new.wavelengths == pytest.approx(old.wavelengths)
    lines = (tmp_path / f"{name.removesuffix('.xrdml')}_truth.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("scan,start,end,lattice_parameter")
    assert float(lines[2].split(",")[3]) == sequence.truth.lattice_parameter[1]


def test_patterns_outside_the_run_and_wrong_times_are_refused(run, starts):
    for wrong in (starts + 1e6, starts - 1.0, starts[::-1], starts[:0]):
        with pytest.raises(OutOfRange, match="patterns"):
            made(run, wrong)
    with pytest.raises(OutOfRange, match="counting time"):
        made(run, starts, setting={"counting_time": 0.0})
    with pytest.raises(OutOfRange, match="no line"):
        made(run, starts, setting={"two_theta": np.arange(5.0, 6.0, 0.1), "drift": 0.0})
