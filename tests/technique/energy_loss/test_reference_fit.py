import numpy as np
import pytest
from scipy.interpolate import CubicSpline
from scipy.special import voigt_profile

from lmct.quantity.assessment import Assessment
from lmct.quantity.errors import OutOfRange
from lmct.technique.energy_loss.prepared_edge import PreparedEdge
from lmct.technique.energy_loss.reference_fit import fit_references

ENERGY = np.arange(845.0, 890.0, 0.25)
TRUTH = 0.6


def edge(*lines):
    return 0.4 * (ENERGY > 853.5) + sum(a * voigt_profile(ENERGY - c, 0.4, 0.35) for c, a in lines)


LOW = edge((853.2, 3.0), (854.9, 0.8), (870.5, 1.0), (871.6, 0.6))
HIGH = edge((854.3, 2.0), (855.7, 3.0), (872.2, 1.6), (873.0, 0.4))
OTHER_HOST = edge((853.2, 3.0), (854.9, 1.3), (870.5, 1.0), (871.6, 0.6))


def counted(random, shape, peak, times=1.0):
    """One edge on a background that is known, with Poisson noise of both."""
    scale = times * peak / LOW.max()
    mean = scale * shape + 0.5 * times * peak
    counts = random.poisson(mean) - 0.5 * times * peak
    return PreparedEdge(ENERGY, counts / scale, mean / scale**2)


def draw(random, peak, shift=0.0, low=LOW):
    shape = CubicSpline(ENERGY, TRUTH * low + (1 - TRUTH) * HIGH)(ENERGY - shift)
    references = {"low": counted(random, LOW, peak, 4.0), "high": counted(random, HIGH, peak, 4.0)}
    return fit_references(counted(random, shape, peak), references, window=(849.0, 880.0))


@pytest.mark.parametrize(("peak", "shift", "bias"), [(1e5, 0.15, 0.005), (1e4, 0.0, 0.005)])
def test_shares_are_unbiased_and_their_uncertainty_honest(peak, shift, bias):
    random = np.random.default_rng(11)
    fits = [draw(random, peak, shift) for _ in range(30)]
    shares = np.array([fit.fractions["low"].value for fit in fits])
    pulls = (shares - TRUTH) / [fit.fractions["low"].uncertainty for fit in fits]
    assert shares.mean() == pytest.approx(TRUTH, abs=bias)
    assert 0.8 < pulls.std() < 1.3
    assert np.mean([fit.shift.value for fit in fits]) == pytest.approx(shift, abs=0.01)
    assert np.mean([fit.assessment is Assessment.GOOD for fit in fits]) > 0.95


@pytest.mark.slow
@pytest.mark.parametrize(
    ("peak", "shift"),
    [
        (1e5, 0.0),
        (1e5, 0.15),
        (1e4, 0.0),
        (1e4, 0.15),
    ],
)
def test_coverage_over_two_hundred_draws(peak, shift):
    random = np.random.default_rng(12)
    fits = [draw(random, peak, shift) for _ in range(200)]
    pulls = [(fit.fractions["low"].value - TRUTH) / fit.fractions["low"].uncertainty for fit in fits]
    assert 0.60 < np.mean(np.abs(pulls) < 1.0) < 0.76


def test_a_reference_of_another_host_shows_up_as_misfit_and_systematic():
    fit = draw(np.random.default_rng(13), 1e5, low=OTHER_HOST)
    share = fit.fractions["low"]
    assert fit.assessment is Assessment.POOR_FIT
    assert fit.systematic["low"] > 3 * share.uncertainty
    assert abs(share.value - TRUTH) < 3 * np.hypot(share.uncertainty, fit.systematic["low"])


def test_shares_add_up_to_one():
    fit = draw(np.random.default_rng(14), 1e4)
    assert sum(value.value for value in fit.fractions.values()) == pytest.approx(1.0)
    np.testing.assert_allclose(fit.covariance.sum(axis=0), 0.0, atol=1e-9)


def test_bad_requests_are_refused():
    random = np.random.default_rng(15)
    one = counted(random, LOW, 1e4)
    with pytest.raises(OutOfRange, match="two or more"):
        fit_references(one, {"low": one}, window=(849.0, 880.0))
    with pytest.raises(OutOfRange, match="reference low covers"):
        fit_references(one, {"low": one, "high": one}, window=(840.0, 880.0))
    with pytest.raises(OutOfRange, match="holds 5 channels"):
        fit_references(one, {"low": one, "high": one}, window=(850.0, 851.0))
