"""Known parameters, simulated curves with noise, and what comes back."""

from __future__ import annotations

import dataclasses
import math
import time

import numpy as np
import pytest

from lmct.electrode import Electrode, load
from lmct.evidence.calibration.assess import solution_at
from lmct.evidence.calibration.calibration_run import calibrate
from lmct.evidence.calibration.evaluation import Evaluator
from lmct.evidence.calibration.parameter_space import FreeParameter, ParameterSpace
from lmct.evidence.calibration.polish import polished
from lmct.evidence.calibration.problem import CurveFit, Problem
from lmct.evidence.calibration.rebuilt_protocol import curve_from_record
from lmct.protocol import parse_steps, run_protocol
from lmct.quantity.errors import OutOfRange
from lmct.technique.electrochemistry.simulate import record_from_run

WORDS = "Charge at 20 mA/g until 4.8 V; Rest for 2 hours; Discharge at 20 mA/g until 2.0 V; Rest for 2 hours"
TRUTH = {
    "metal_potential": 3.70,
    "metal_metal": 0.80,
    "lithium_width": 0.22,
    "oxygen_rate": 1.5e-13,
    "reorganization_energy": 5.9,
}
FREE = (
    FreeParameter("metal_potential", 3.3, 3.9),
    FreeParameter("metal_metal", 0.3, 1.4),
    FreeParameter("lithium_width", 0.05, 0.35),
    FreeParameter("oxygen_rate", 1e-20, 1e-12, logarithmic=True),
    FreeParameter("reorganization_energy", 5.0, 7.0),
)


@pytest.fixture(scope="module")
def clean():
    parameters = load("li-ti-ni-o-direct").replace(**TRUTH)
    run = run_protocol(Electrode(parameters), parse_steps(WORDS))
    return record_from_run(run, active_mass=7e-3)


def measured(clean, seed, noise=1e-3):
    columns = dict(clean.columns)
    random = np.random.default_rng(seed)
    columns["voltage_volt"] = columns["voltage_volt"] + random.normal(0.0, noise, clean.rows)
    return curve_from_record(dataclasses.replace(clean, columns=columns))


def test_truth_is_found_blind_and_what_the_curve_cannot_tell_is_flat(clean):
    # All is measured at one temperature, so the activation energy of the metal couple cannot show.
    free = (*FREE, FreeParameter("metal_activation", 0.2, 0.6))
    problem = Problem(ParameterSpace(load("li-ti-ni-o-direct"), free), (), (CurveFit(measured(clean, 11)),))
    found = calibrate(problem, seconds=40.0, seed=2).best
    for one in found.free[:-1]:
        assert one.is_decided, one.name
        position = one.bounds.position_of(TRUTH[one.name])
        assert abs(found.position[problem.space.names.index(one.name)] - position) < 4 * one.with_model_error
        assert one.with_model_error < 2.0 * one.statistical
    assert not found.free[-1].is_decided
    assert found.free[-1].dominated_by == "bounds"
    assert [set(one.components) for one in found.flat] == [{"metal_activation"}]
    assert "noise" in found.curve_verdict
    assert all(step.rms < 2e-3 for step in found.steps)


def test_uncertainties_cover_the_truth_over_many_noises(clean):
    truth = load("li-ti-ni-o-direct").replace(**TRUTH)
    space = ParameterSpace(truth, FREE)
    pulls = []
    for seed in range(10):
        problem = Problem(space, (), (CurveFit(measured(clean, seed)),))
        evaluator = Evaluator(problem, None, math.inf)
        position, _ = polished(evaluator, np.clip(space.position_of(truth) + 0.01, 0.0, 1.0))
        found = solution_at(evaluator, position, label="test")
        spread = np.array([one.with_model_error for one in found.free])
        pulls.append((position - space.position_of(truth)) / spread)
    # 50 pulls of unit variance: their root mean square lies in 0.7-1.3 with 99.7 % probability.
    assert 0.7 < np.sqrt(np.mean(np.square(pulls))) < 1.4


def test_a_model_that_is_wrong_says_so_and_widens_its_uncertainties(clean):
    """The capacity of the metal is held at a wrong value, so the curve cannot be fitted."""
    wrong = load("li-ti-ni-o-direct").replace(metal_holes_max=0.33)
    problem = Problem(ParameterSpace(wrong, FREE[:3]), (), (CurveFit(measured(clean, 3)),))
    found = calibrate(problem, seconds=20.0, generations=5, seed=1).best
    assert "error of the model" in found.curve_verdict
    assert max(step.rms for step in found.steps) > 10e-3
    assert all(step.independent_points < 0.5 * step.points for step in found.steps if step.rms > 10e-3)
    for one in found.free:
        assert one.with_model_error > 3 * one.statistical


def test_an_electrode_that_cannot_follow_ends_in_time(clean):
    curve = measured(clean, 1)
    free = (FreeParameter("lithium_max", 0.05, 0.3), FreeParameter("metal_rate", 1e-12, 1.0, True))
    problem = Problem(ParameterSpace(load("li-ti-ni-o-direct"), free), (), (CurveFit(curve),))
    began = time.monotonic()
    found = calibrate(problem, seconds=3.0)
    assert time.monotonic() - began < 20.0
    assert found.best.steps[0].rms > 0.1


@pytest.mark.parametrize("numbers", [{"model_error": -1.0}, {"model_error": math.nan}, {"weight": 0.0}])
def test_weights_that_make_no_sense_are_refused(clean, numbers):
    with pytest.raises(OutOfRange):
        CurveFit(measured(clean, 1), **numbers)


def test_nothing_to_compare_with_is_refused():
    with pytest.raises(OutOfRange, match="nothing to compare"):
        Problem(ParameterSpace(load("li-ti-ni-o-direct"), FREE))
