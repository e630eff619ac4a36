"""Verdicts: what data do not tell is said, not given."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lmct.quantity.assessment import Assessment
from lmct.quantity.value import Value
from lmct.technique.diffraction.relaxation.data import (
    lattice_decay,
)
from lmct.technique.diffraction.relaxation.interval import (
    TWO,
    interval_of_end,
    interval_of_parameter,
    interval_of_time,
)
from lmct.technique.diffraction.relaxation.model import INFINITY
from lmct.technique.diffraction.relaxation.verdict import assessment_of
from tests.technique.diffraction.relaxation.made_decay import (
    BEGIN,
    END,
    HOUR,
    ROOM,
    SPREAD,
    decay,
    fitted,
    step,
)


def test_an_early_record_does_not_tell_where_the_lattice_ends() -> None:
    """Four of twenty hours: many ends fit, and the fit says so instead of giving a confident number."""
    fit = fitted(decay(1, hours=4.0))
    end = interval_of_end(fit, factor=TWO)
    _, low, high = interval_of_time(fit, temperature=ROOM, factor=TWO)
    assessment, message = assessment_of(fit, end, (low, high))
    assert assessment is Assessment.DEGENERATE
    assert "do not limit where the lattice ends" in message
    assert abs(fit.correlation("log_time", INFINITY)) > 0.99


def test_long_record_gives_all_and_a_good_verdict() -> None:
    fit = fitted(decay(3, hours=200.0))
    _, low, high = interval_of_time(fit, temperature=ROOM, factor=TWO)
    assessment, _ = assessment_of(fit, interval_of_end(fit, factor=TWO), (low, high))
    assert assessment is Assessment.GOOD
    assert fit.linear[0] == pytest.approx(END, abs=4e-4)
    assert fit.value("lattice_at_start")[0] == pytest.approx(BEGIN, abs=1e-3)
    # Linear propagation agrees with the profile where the problem is nearly linear.
    low, high = interval_of_end(fit)
    assert 0.5 * (high - low) == pytest.approx(fit.value(INFINITY)[1], rel=0.1)


def test_wrong_law_is_called_a_poor_fit() -> None:
    """A ripple of three standard uncertainties on the decay."""
    plain = decay(5, hours=200.0)
    ripple = 3 * SPREAD * np.sin(plain.time / (5 * HOUR))
    data = lattice_decay(time=plain.time, lattice=plain.lattice + ripple, uncertainty=plain.uncertainty)
    fit = fitted(data)
    verdict = assessment_of(fit, (4.1, 4.2), (1.0, 2.0))
    assert verdict[0] is Assessment.POOR_FIT
    assert fit.scale > 3.0


def test_parameter_at_its_bound_tells_no_time_and_no_end() -> None:
    """A logarithmic creep is the limit of a small exponent, which runs to its bound."""
    fit = fitted(step(1, rise=1e-3), Value(END + 0.1, 1e-3, "Å"))
    assert fit.at_bound == ("stretching_exponent",)
    assert np.isnan(interval_of_time(fit, temperature=ROOM)).all()
    assert interval_of_end(fit) == (-math.inf, math.inf)
    assert interval_of_parameter(fit, "stretching_exponent") == (-math.inf, math.inf)
    assessment, message = assessment_of(fit, (4.1, 4.2), (1.0, 2.0))
    assert assessment is Assessment.DEGENERATE
    assert "stretching_exponent = 0.05" in message
    assert "no half-life" in message
