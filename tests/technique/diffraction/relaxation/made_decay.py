"""Lattices that relax by a law written out here."""

from __future__ import annotations

import math

import numpy as np

from lmct.quantity.value import Value
from lmct.relaxation.laws import laws_for
from lmct.technique.diffraction.relaxation.data import (
    LatticeDecay,
    TemperatureProfile,
    lattice_decay,
)
from lmct.technique.diffraction.relaxation.fit import LatticeRelaxation, fit_lattice_relaxation
from lmct.technique.diffraction.relaxation.model import LatticeModel

HOUR, SPREAD, ROOM = 3600.0, 1.6e-4, 298.15
END, BEGIN, EXPONENT, CONSTANT = 4.162, 4.111, 0.6, 20.0 * HOUR
HALF = CONSTANT * math.log(2.0) ** (1.0 / EXPONENT)


def decay(seed: int, hours: float = 100.0, scans: int = 60, spread: float = SPREAD) -> LatticeDecay:
    draw = np.random.default_rng(seed)
    time = np.linspace(600.0, hours * HOUR, scans)
    lattice = END + (BEGIN - END) * np.exp(-((time / CONSTANT) ** EXPONENT))
    profile = TemperatureProfile(np.zeros(1), np.array([ROOM]))
    noisy = lattice + draw.normal(0.0, spread, scans)
    return lattice_decay(time=time, lattice=noisy, uncertainty=np.full(scans, spread), profile=profile)


def fitted(data: LatticeDecay, prior: Value | None = None) -> LatticeRelaxation:
    (law,) = laws_for(data.heating, 1e13, ["stretched exponential"])
    fit = fit_lattice_relaxation(LatticeModel(law, data, prior))
    assert fit is not None
    return fit


def step(seed: int, *, rise: float = 0.0) -> LatticeDecay:
    """A lattice that had ended before the first scan: only the noise (and a slow creep) is left to fit."""
    time = np.linspace(600.0, 48 * HOUR, 60)
    noise = np.random.default_rng(seed).normal(0.0, SPREAD, 60)
    lattice = END + rise * np.log(time / 600.0) + noise
    return lattice_decay(time=time, lattice=lattice, uncertainty=np.full(60, SPREAD))
