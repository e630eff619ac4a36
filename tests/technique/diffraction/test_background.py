from __future__ import annotations

import numpy as np
import pytest

from lmct.quantity.errors import OutOfRange
from lmct.technique.diffraction.background import (
    chebyshev_basis,
    hump_shape,
    kept_points,
    lower_envelope,
)

GRID = np.linspace(10.0, 90.0, 801)


def test_chebyshev_polynomials_are_cosines_of_multiples():
    place = np.linspace(-1.0, 1.0, 801)
    basis = chebyshev_basis(two_theta=GRID, terms=6)
    for order in range(6):
        assert np.allclose(basis[order], np.cos(order * np.arccos(place)), atol=1e-9)


def test_derivatives_of_a_hump_are_differences():
    step = 1e-5
    _, by_position, by_width = hump_shape(two_theta=GRID, position=40.0, width=6.0)
    more, less = (hump_shape(two_theta=GRID, position=40.0 + s, width=6.0)[0] for s in (step, -step))
    assert np.allclose(by_position, (more - less) / (2.0 * step), atol=1e-9)
    more, less = (hump_shape(two_theta=GRID, position=40.0, width=6.0 + s)[0] for s in (step, -step))
    assert np.allclose(by_width, (more - less) / (2.0 * step), atol=1e-9)


def test_excluded_regions_take_out_their_points_only():
    kept = kept_points(two_theta=GRID, excluded=((20.0, 30.0), (50.0, 51.0)))
    assert np.array_equal(kept, ~(((GRID >= 20) & (GRID <= 30)) | ((GRID >= 50) & (GRID <= 51))))


def test_empty_region_is_refused():
    with pytest.raises(OutOfRange, match="lower angle first"):
        kept_points(two_theta=GRID, excluded=((30.0, 20.0),))


def test_envelope_cuts_lines_and_keeps_a_hump():
    hump = 100.0 + 50.0 * np.exp(-0.5 * ((GRID - 45.0) / 12.0) ** 2)
    line = 500.0 * np.exp(-0.5 * ((GRID - 50.0) / 0.15) ** 2)
    envelope = lower_envelope(intensity=hump + line, reach=15)
    assert np.abs(envelope - hump).max() < 3.0
