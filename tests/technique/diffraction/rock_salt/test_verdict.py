from __future__ import annotations

import numpy as np
import pytest

from lmct.technique.diffraction.rock_salt.verdict import (
    line_heights,
    significance_of_lines,
    unexplained_lines,
)

GRID = np.linspace(30.0, 60.0, 1501)
FLAT = np.ones((1, 1501))


def line(place, height, width=0.1):
    return height * np.exp(-0.5 * ((GRID - place) / width) ** 2)


def test_height_of_each_line_is_found():
    lines = np.stack([line(35.0, 300.0), line(45.0, 200.0)])
    residual = -0.8 * lines[1] + 5.0
    heights = line_heights(residual=residual, lines=lines, background=FLAT, variance=np.full(1501, 100.0))
    assert heights.height == pytest.approx([1.0, 0.2], abs=1e-6)
    information = 1.0 / heights.uncertainty**2
    assert heights.missing_share == pytest.approx(information[1] / information.sum())


def test_significance_is_that_of_a_height_with_its_background():
    # Height over its uncertainty, by least squares with a free constant.
    pattern = line(45.0, 30.0)
    rows = np.stack([pattern, np.ones(1501)])
    covariance = np.linalg.inv(rows @ rows.T / 49.0)
    found = significance_of_lines(lines=pattern, background=FLAT, variance=np.full(1501, 49.0))
    assert found == pytest.approx(1.0 / np.sqrt(covariance[0, 0]))


def test_foreign_lines_are_found_where_they_are_and_noise_is_none():
    random = np.random.default_rng(4)
    noise = random.normal(scale=10.0, size=1501)
    arguments = {"two_theta": GRID, "variance": np.full(1501, 100.0), "width": 0.25}
    everywhere = np.ones(1501, dtype=bool)
    places, _ = unexplained_lines(residual=noise, apart=everywhere, **arguments)
    assert len(places) == 0
    residual = noise + line(40.0, 200.0) + line(52.0, 100.0)
    places, areas = unexplained_lines(residual=residual, apart=everywhere, **arguments)
    assert places == pytest.approx([40.0, 52.0], abs=0.1)
    assert areas == pytest.approx([200.0 * 0.1 * np.sqrt(2 * np.pi), 25.07], rel=0.2)
    places, _ = unexplained_lines(residual=residual, apart=np.abs(GRID - 40.0) > 1.0, **arguments)
    assert places == pytest.approx([52.0], abs=0.1)
