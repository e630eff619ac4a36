"""Humps that a background leaves: noticed where they are, hardly ever where there is none."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from lmct.material.crystal.library import load
from lmct.quantity.assessment import Assessment
from lmct.technique.diffraction.background import Hump, chebyshev_basis
from lmct.technique.diffraction.diffractometer import laboratory_copper
from lmct.technique.diffraction.flags import LEFT_HUMP
from lmct.technique.diffraction.left_hump import hump_left_in_residual
from lmct.technique.diffraction.rietveld.refine import refine
from lmct.technique.diffraction.rietveld.settings import RietveldSettings
from lmct.technique.diffraction.rock_salt.fit import RockSaltEngine
from lmct.technique.diffraction.rock_salt.settings import RockSaltSettings
from lmct.technique.diffraction.simulation import sample
from lmct.technique.diffraction.simulation.pattern import simulate_pattern

GRID = np.arange(30.0, 100.0, 0.02)
SALT = load("li-ti-ni-o")
CELL = 4.1437


def left(residual, *, background=400.0, lines=(), net=0.0, terms=10):
    level = np.full(len(GRID), background)
    return hump_left_in_residual(
        two_theta=GRID,
        observed=level + net + residual,
        calculated=level + net,
        background=level,
        uncertainty=np.full(len(GRID), np.sqrt(background)),
        lines=np.array(lines, dtype=float),
        terms=terms,
    )


def fitted(curve, terms=10):
    """What a polynomial leaves of a curve."""
    basis = chebyshev_basis(two_theta=GRID, terms=terms)
    return curve - np.linalg.lstsq(basis.T, curve, rcond=None)[0] @ basis


def bell(centre, width, height=1.0):
    return height * np.exp(-0.5 * ((GRID - centre) / width) ** 2)


def noise(seed, scatter=20.0):
    return np.random.default_rng(seed).normal(0.0, scatter, len(GRID))


@pytest.mark.parametrize(("centre", "width"), [(40.0, 2.5), (61.0, 4.0), (85.0, 1.5)])
def test_the_hump_is_found_with_its_place_width_and_height(centre, width):
    found = left(fitted(bell(centre, width, 60.0) + noise(1)))
    assert found.position == pytest.approx(centre, abs=1.0)
    assert found.width == width
    assert found.height == pytest.approx(60.0 / 400.0, rel=0.2)
    assert found.significance > 5.0
    assert f"--hump {found.position:.0f} " in found.message


def test_twice_the_noise_halves_the_significance():
    curve = bell(61.0, 4.0, 60.0)
    quiet, loud = left(fitted(curve + noise(1))), left(fitted(curve + noise(1, scatter=40.0)))
    assert 0.35 < loud.significance / quiet.significance < 0.65


def test_noise_alone_is_hardly_ever_a_hump():
    assert sum(left(fitted(noise(seed))) is not None for seed in range(200)) <= 10


def test_a_wave_of_the_polynomial_is_no_hump():
    assert left(chebyshev_basis(two_theta=GRID, terms=10)[9] * 50.0) is None


def test_what_stands_at_lines_is_no_hump():
    lines = np.arange(32.0, 99.0, 7.0)
    net = sum(bell(place, 0.2, 4000.0) for place in lines)
    wrong = 0.1 * net
    assert left(wrong + noise(2), lines=lines, net=net) is None


def test_too_little_between_the_lines_says_nothing():
    lines = np.arange(30.5, 100.0, 1.0)
    net = sum(bell(place, 0.4, 4000.0) for place in lines)
    assert left(bell(60.0, 4.0, 100.0), lines=lines, net=net) is None


@cache
def mean_pattern(height):
    hump = sample.Hump(centre=55.0, width=12.0, height=height)
    return simulate_pattern(
        [sample.Phase(crystal=SALT.with_cell(CELL), size=60.0, microstrain=1e-3)],
        diffractometer=laboratory_copper(),
        two_theta=GRID,
        alignment=sample.Alignment(displacement=0.08),
        background=sample.Background(coefficients=(1600.0, -600.0, 200.0), humps=(hump,)),
        peak_counts=20_000.0,
    )


def pattern(seed, height=0.0):
    mean = mean_pattern(height)
    counts = np.random.default_rng(seed).poisson(mean.intensity).astype(float)
    return replace(mean, intensity=counts, uncertainty=np.sqrt(np.maximum(counts, 1.0)))


def refined(engine, seed, height=0.0, humps=()):
    if engine == "fast":
        settings = RockSaltSettings(humps=humps)
        return RockSaltEngine(laboratory_copper(), SALT, settings).refine(pattern(seed, height))
    return refine(
        pattern(seed, height),
        phases=[SALT],
        diffractometer=laboratory_copper(),
        settings=RietveldSettings(humps=humps, axial=False),
    )


@pytest.mark.parametrize("engine", ["fast", "rietveld"])
def test_both_engines_name_the_hump_and_are_silent_once_it_is_named(engine):
    unnamed = refined(engine, 1, height=600.0)
    assert unnamed.assessment is Assessment.GOOD
    assert LEFT_HUMP in unnamed.flags
    assert "The background leaves a broad hump near 5" in unnamed.message
    named = refined(engine, 1, height=600.0, humps=(Hump(52.0),))
    assert LEFT_HUMP not in named.flags
    assert named.values["hump_position(1)"].value == pytest.approx(55.0, abs=1.0)
    assert named.values["hump_width(1)"].value == pytest.approx(12.0 / 2.3548, rel=0.15)


def test_noticed_with_a_hump_and_not_without():
    start = {"a": CELL, "displacement": 0.08}
    engine = RockSaltEngine(laboratory_copper(), SALT, RockSaltSettings())
    with_hump = [LEFT_HUMP in engine.refine(pattern(seed, 600.0), start).flags for seed in range(20)]
    without = [LEFT_HUMP in engine.refine(pattern(100 + seed), start).flags for seed in range(100)]
    assert np.mean(with_hump) > 0.9
    assert np.mean(without) <= 0.05


@pytest.mark.parametrize("place", [48.0, 55.0, 62.0])
def test_a_hump_is_found_from_where_it_is_named_roughly_and_is_never_below_the_background(place):
    settings = RockSaltSettings(humps=(Hump(place),))
    found = RockSaltEngine(laboratory_copper(), SALT, settings).refine(pattern(2, 600.0))
    assert found.values["hump_position(1)"].value == pytest.approx(55.0, abs=1.0)
    assert found.goodness_of_fit < 1.1
