"""A charge that is part of what is called the relaxation is refused; a rest is not."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from lmct.quantity.errors import DataError
from lmct.quantity.value import Value
from lmct.technique.diffraction.refined import RefinedScan, RefinedSequence
from lmct.technique.diffraction.relaxation.data import decay_of_sequence
from lmct.technique.diffraction.relaxation.fall import falls_and_rises

NOON = datetime(2025, 7, 2, 12)
SPREAD = 4e-4


def charge_and_rest(scans: int = 60) -> np.ndarray:
    """From 4.156 to 4.110 Å in 10 h, then up again by 0.016 Å."""
    hours = np.arange(scans, dtype=float)
    resting = 4.126 - 0.016 * np.exp(-(np.maximum(hours - 10.0, 0.0) / 15.0))
    return np.where(hours < 10.0, 4.156 - 0.0046 * hours, resting)


def noisy(lattice: np.ndarray, seed: int) -> np.ndarray:
    return np.asarray(lattice + np.random.default_rng(seed).normal(0.0, SPREAD, len(lattice)))


def sequence(lattice: np.ndarray, temperatures: np.ndarray | None = None) -> RefinedSequence:
    scans = tuple(
        RefinedScan(
            k, f"{k}.xye", 0, {"a": Value(float(one), SPREAD, "Å")}, {"a": SPREAD}, 1.0, 0.1,
            NOON + timedelta(hours=k), NOON + timedelta(hours=k + 0.2),
            298.15 if temperatures is None else float(temperatures[k]), (),
        )
        for k, one in enumerate(lattice)
    )  # fmt: skip
    return RefinedSequence(scans, np.array([40.0]), np.ones((len(scans), 1)), 1.54056)


def test_charge_before_the_rest_is_refused_without_a_begin() -> None:
    made = sequence(noisy(charge_and_rest(), 1))
    with pytest.raises(DataError, match="--cycler"):
        decay_of_sequence(made)
    assert len(decay_of_sequence(made, begin=NOON + timedelta(hours=10))) == 50


def test_begin_within_the_charge_is_refused() -> None:
    with pytest.raises(DataError, match="falls and then rises after"):
        decay_of_sequence(sequence(noisy(charge_and_rest(), 2)), begin=NOON + timedelta(hours=2))


def test_known_begin_allows_a_lattice_that_shrinks_at_rest() -> None:
    falling = sequence(noisy(4.12 + 0.01 * np.exp(-np.arange(60.0) / 20.0), 3))
    assert len(decay_of_sequence(falling, begin=NOON)) == 60
    with pytest.raises(DataError, match="--cycler"):
        decay_of_sequence(falling)


def test_cooling_is_no_fall() -> None:
    """40 K cooler by hand: 4.12 x 1.3e-5 x 40 = 0.0021 Å."""
    warm = np.arange(60) < 30
    lattice = 4.12 + 0.004 * (1.0 - np.exp(-np.arange(60.0) / 8.0)) + 0.0021 * warm
    assert len(decay_of_sequence(sequence(noisy(lattice, 4), np.where(warm, 338.15, 298.15)))) == 60


def test_noise_and_rises_are_no_fall_in_two_hundred_rests() -> None:
    rest, width = charge_and_rest()[10:], np.full(50, SPREAD)
    for seed in range(200):
        assert falls_and_rises(lattice=noisy(rest, seed), uncertainty=width) == (False, True)
        assert falls_and_rises(lattice=noisy(np.full(50, 4.1), seed), uncertainty=width) == (False, False)


def test_few_scans_are_not_judged() -> None:
    assert falls_and_rises(lattice=np.linspace(4.2, 4.1, 5), uncertainty=np.full(5, 1e-4)) == (False, False)
