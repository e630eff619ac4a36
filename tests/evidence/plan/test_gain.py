"""Gains against closed forms and against integrals on a grid."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.evidence.plan.density import VirtualData, virtual_data
from lmct.evidence.plan.gain import (
    expected_width,
    gain_of_quantity,
    gain_of_unknowns,
    normal_scores,
    sample_weights,
)
from lmct.evidence.plan.gaussian import gaussian_gain_of_unknowns, linear_gain_of_quantity

SAMPLES = 600


def _problem(design, noise, seed, samples=SAMPLES, repeats=2):
    """Return data of y = design @ theta + noise for standard normal theta."""
    rng = np.random.default_rng(seed)
    theta = rng.standard_normal((samples, design.shape[1]))
    means = theta @ design.T
    covariances = np.broadcast_to(noise, (samples, *noise.shape))
    data = virtual_data(means=means, covariances=covariances, repeats=repeats, rng=rng)
    return theta, means, covariances, data


def _closed(design, noise):
    """Return the gains of all unknowns and of the first one."""
    total = design @ design.T + noise
    everything = 0.5 * (np.linalg.slogdet(total)[1] - np.linalg.slogdet(noise)[1])
    after = np.linalg.inv(np.eye(design.shape[1]) + design.T @ np.linalg.solve(noise, design))
    return everything, -0.5 * np.log(after[0, 0])


DESIGNS = [
    (np.array([[0.5, 0.0]]), np.array([[1.0]])),
    (np.array([[1.0, 1.0]]), np.array([[0.25]])),
    (np.array([[1.0, 1.0], [1.0, -0.5], [0.2, 2.0]]), np.diag([0.3, 0.5, 1.0]) + 0.2),
    (np.array([[3.0, 2.0], [1.0, 0.0]]), np.diag([0.5, 0.1])),
]


@pytest.mark.parametrize(("design", "noise"), DESIGNS)
def test_linear_gaussian_case_has_its_closed_form(design, noise):
    pulls, errors = {"all": [], "one": []}, []
    everything, first = _closed(design, noise)
    for seed in range(6):
        theta, means, covariances, data = _problem(design, noise, seed)
        whole = gain_of_unknowns(data)
        one = gain_of_quantity(data, quantity=np.exp(theta[:, 0]))
        pulls["all"].append((whole.value - everything) / whole.error)
        pulls["one"].append((one.value - first) / one.error)
        errors += [whole.error, one.error]
        assert linear_gain_of_quantity(
            means=means, covariances=covariances, quantity=theta[:, 0]
        ) == pytest.approx(first, abs=0.12)
        assert gaussian_gain_of_unknowns(means=means, covariances=covariances) == pytest.approx(
            everything, abs=0.15
        )
    for found in pulls.values():
        assert np.sqrt(np.mean(np.square(found))) < 2.0
    assert max(errors) < 0.3


def test_expected_width_of_a_linear_gaussian_case():
    design, noise = DESIGNS[2]
    theta, _, _, data = _problem(design, noise, 1)
    after = np.linalg.inv(np.eye(2) + design.T @ np.linalg.solve(noise, design))
    found = expected_width(data, quantity=5.0 * theta[:, 0])
    assert found == pytest.approx(5.0 * np.sqrt(after[0, 0]), rel=0.06)


def _grid_information(function, noise, prior):
    """Return the mutual information of x and y = function(x) + noise by integrals on grids."""
    x = np.linspace(-1.0, 1.0, 1201) if prior == "uniform" else np.linspace(-5.0, 5.0, 1201)
    weight = np.ones(len(x)) if prior == "uniform" else np.exp(-0.5 * x**2)
    weight = weight / weight.sum()
    centre = function(x)
    y = np.linspace(centre.min() - 8 * noise, centre.max() + 8 * noise, 3001)
    density = np.exp(-0.5 * ((y[None, :] - centre[:, None]) / noise) ** 2) / noise / np.sqrt(2 * np.pi)
    marginal = weight @ density
    inside = density > 1e-300
    terms = np.zeros_like(density)
    terms[inside] = (density * np.log(density / np.where(marginal > 0, marginal, 1.0)))[inside]
    return float(weight @ terms.sum(axis=1) * (y[1] - y[0]))


@pytest.mark.parametrize(
    ("function", "noise", "prior"),
    [
        (lambda x: np.tanh(2.0 * x), 0.3, "normal"),
        (lambda x: x**3, 0.2, "uniform"),
        (lambda x: 1.0 / (1.0 + np.exp(-20.0 * x)), 0.15, "uniform"),
    ],
)
def test_one_dimension_against_brute_force(function, noise, prior):
    truth = _grid_information(function, noise, prior)
    rng = np.random.default_rng(7)
    x = rng.standard_normal(SAMPLES) if prior == "normal" else rng.uniform(-1.0, 1.0, SAMPLES)
    means, covariances = function(x)[:, None], np.full((SAMPLES, 1, 1), noise**2)
    data = virtual_data(means=means, covariances=covariances, repeats=2, rng=rng)
    whole = gain_of_unknowns(data)
    assert whole.value == pytest.approx(truth, abs=3 * whole.error)
    assert whole.error < 0.1
    assert gaussian_gain_of_unknowns(means=means, covariances=covariances) > truth - 0.05
    one = gain_of_quantity(data, quantity=x)
    assert one.value < truth + 3 * one.error
    assert one.value > 0.6 * truth


def test_data_that_say_nothing_gain_nothing():
    design, noise = np.zeros((1, 2)), np.array([[1.0]])
    theta, _, _, data = _problem(design, noise, 2)
    assert gain_of_unknowns(data).value < 1e-9
    assert gain_of_quantity(data, quantity=theta[:, 0]).value < 0.01


def test_more_than_the_samples_can_show_is_not_claimed():
    design, noise = np.array([[1.0, 0.0]]), np.array([[1e-8]])
    theta, _, _, data = _problem(design, noise, 4, samples=200)
    everything, first = _closed(design, noise)
    one = gain_of_quantity(data, quantity=theta[:, 0])
    assert one.resolved < 0.1
    assert 1.0 < one.value < first
    whole = gain_of_unknowns(data, most=everything)
    assert whole.error > 1.0
    weights, enough = sample_weights(data)
    assert 1.0 / np.square(weights).sum(axis=1).min() > 9.0
    assert enough.max() == 0.0


def test_normal_scores_do_not_depend_on_the_scale():
    rng = np.random.default_rng(0)
    quantity = rng.standard_normal(500)
    assert np.array_equal(normal_scores(quantity), normal_scores(np.exp(5 * quantity)))
    assert np.std(normal_scores(quantity)) == pytest.approx(1.0, abs=0.01)


def test_equal_samples_count_as_one():
    design, noise = DESIGNS[1]
    theta, means, covariances, data = _problem(design, noise, 5, samples=300)
    twice = virtual_data(
        means=np.repeat(means, 2, axis=0),
        covariances=np.repeat(covariances, 2, axis=0),
        repeats=2,
        rng=np.random.default_rng(1),
        origins=np.repeat(np.arange(300), 2),
    )
    assert isinstance(data, VirtualData)
    everything, first = _closed(design, noise)
    whole, one = gain_of_unknowns(data), gain_of_quantity(data, quantity=theta[:, 0])
    again = gain_of_unknowns(twice)
    assert again.value == pytest.approx(everything, abs=3 * again.error)
    assert again.error == pytest.approx(whole.error, rel=0.35)
    again = gain_of_quantity(twice, quantity=np.repeat(theta[:, 0], 2))
    assert again.value == pytest.approx(first, abs=3 * again.error + 0.03)
    assert again.error == pytest.approx(one.error, rel=0.5)
