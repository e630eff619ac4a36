"""Limits of intervals where chi square is a parabola, one-sided, or never ends to fall."""

from __future__ import annotations

import math

import pytest

from lmct.technique.diffraction.relaxation.fit import LatticeRelaxation
from lmct.technique.diffraction.relaxation.limit_search import interval_from_chi_square
from tests.technique.diffraction.relaxation.made_decay import decay, fitted


@pytest.fixture(scope="module")
def fit() -> LatticeRelaxation:
    return fitted(decay(3, hours=200.0))


LIMITS = (-100.0, 100.0)


@pytest.mark.parametrize("width", [0.3, 2.0, 7.0])
def test_a_parabola_is_left_at_its_standard_uncertainty(fit: LatticeRelaxation, width: float) -> None:
    """Whatever width the search starts from."""

    def chi(value: float) -> float:
        return fit.chi_square + fit.scale * ((value - 5.0) / 2.0) ** 2

    low, high, ended = interval_from_chi_square(
        fit, chi, centre=5.0, width=width, limits=LIMITS, factor=1.959964
    )
    assert ended
    assert low == pytest.approx(5.0 - 2.0 * 1.959964, abs=0.1)
    assert high == pytest.approx(5.0 + 2.0 * 1.959964, abs=0.1)


def test_a_side_that_never_rises_has_no_limit(fit: LatticeRelaxation) -> None:
    def chi(value: float) -> float:
        return fit.chi_square + fit.scale * min(value - 5.0, 0.0) ** 2

    low, high, ended = interval_from_chi_square(fit, chi, centre=5.0, width=1.0, limits=LIMITS, factor=1.0)
    assert ended
    assert low == pytest.approx(4.0, abs=0.02)
    assert high == math.inf
