"""The order of Rodas5P and of its dense output, shown on the electrode itself."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.electrode import Drive, Electrode, rodas5p
from lmct.electrode.jacobian import jacobian
from lmct.electrode.structure import model_from_parameters

CURRENT = 20e-3 * 82.690 / 96485.33212


@pytest.fixture(scope="module")
def problem(plain):
    parameters = plain.replace(thermal_time=300.0)
    drive = np.array([0.0, CURRENT, 0.0, 340.0])
    start = np.array([0.3, 0.2, 0.0, 0.0, 4.2, 298.15, 4.2])
    return start, (model_from_parameters(parameters), drive)


def integrate(start, rest, steps, length):
    state = start.copy()
    for _ in range(steps):
        state = rodas5p.single_step(state, length, *rest)
    return state


def test_fixed_steps_converge_with_order_five(problem):
    start, rest = problem
    span = 300.0
    exact = integrate(start, rest, 400, span / 400)
    steps = np.array([8, 16, 32, 64])
    errors = [np.abs(integrate(start, rest, k, span / k) - exact)[[0, 1, 4]].max() for k in steps]
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert np.all(orders > 4.8), (errors, orders)


def test_dense_output_converges_with_order_four(problem):
    start, rest = problem
    errors = []
    for length in (10.0, 5.0, 2.5):
        model, drive = rest
        work, end = rodas5p.workspace(model), np.empty(7)
        jacobian(start, model, drive, work.gradients, work.blocks, work.links)
        rodas5p.step(start, length, model, drive, work, end)
        dense, middle = np.empty((3, 7)), np.empty(7)
        rodas5p.dense_coefficients(work.stages, dense)
        rodas5p.interpolate(start, end, dense, 0.4, middle)
        exact = integrate(start, rest, 64, 0.4 * length / 64)
        errors.append(np.abs(middle - exact)[[0, 1, 4]].max())
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert np.all(orders > 4.4), (errors, orders)  # local error of an output of order four


def test_tighter_tolerance_gives_a_proportionally_smaller_error(plain):
    start = Electrode(plain).pristine()
    drive = Drive(current=CURRENT, duration=30000.0)
    exact = Electrode(plain, tolerance=1e-12).advance(start, drive).end
    errors = [
        abs(Electrode(plain, tolerance=tolerance).advance(start, drive).end.voltage - exact.voltage)
        for tolerance in (1e-5, 1e-7, 1e-9)
    ]
    assert errors[0] < 1e-4
    assert errors[1] < 1e-6
    assert errors[2] < 1e-8


def test_the_method_is_stiffly_accurate_and_damps_what_is_infinitely_stiff(plain):
    # R(z) -> 0 for z -> -infinity: one step of y' = -k y with a huge k leaves nothing.
    drive = np.array([0.0, 0.0, 0.0, 299.15])
    start = np.array([0.2, 0.2, 0.0, 0.0, 3.9, 298.15, 3.9])
    rest = (model_from_parameters(plain.replace(thermal_time=1e-9)), drive)
    end = rodas5p.single_step(start, 10.0, *rest)
    assert end[5] == pytest.approx(299.15, abs=1e-6)
