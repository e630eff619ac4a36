"""Relaxation of the lattice: truths written out here, not taken from the rate laws that are fitted."""

from __future__ import annotations

import math

import numpy as np

from lmct.relaxation.laws import laws_for
from lmct.technique.diffraction.relaxation.data import (
    TemperatureProfile,
    lattice_decay,
)
from lmct.technique.diffraction.relaxation.fit import fit_lattice_relaxation
from lmct.technique.diffraction.relaxation.model import LatticeModel
from tests.technique.diffraction.relaxation.made_decay import BEGIN, END, HOUR, ROOM, SPREAD, decay, fitted


def test_activation_energy_from_a_heated_sequence_with_expansion() -> None:
    """40 h at 25 °C, then 55 °C: the rate jumps by Arrhenius' law, and the lattice expands at once."""
    energy, boltzmann, hot = 1.0, 8.617333262e-5, 328.15
    time = np.linspace(600.0, 80 * HOUR, 120)
    warm = time > 40 * HOUR
    faster = math.exp(energy / boltzmann * (1 / ROOM - 1 / hot))
    effective = np.minimum(time, 40 * HOUR) + faster * np.maximum(time - 40 * HOUR, 0.0)
    left = np.exp(-((effective / (300 * HOUR)) ** 0.8))
    lattice = END + (BEGIN - END) * left + 4.14 * 1.5e-5 * (hot - ROOM) * warm
    lattice += np.random.default_rng(4).normal(0.0, SPREAD, 120)
    profile = TemperatureProfile(np.array([0.0, 40 * HOUR]), np.array([ROOM, hot]))
    data = lattice_decay(time=time, lattice=lattice, uncertainty=np.full(120, SPREAD), profile=profile)
    fit = fitted(data)
    value, spread = fit.value("activation_energy")
    assert abs(value - energy) < 3 * spread
    assert spread < 0.1
    expansion, width = fit.value("expansion")
    assert abs(expansion - 1.5e-5) < 3 * width


def test_too_few_scans_give_no_fit() -> None:
    data = decay(1, scans=4)
    (law,) = laws_for(data.heating, 1e13, ["stretched exponential"])
    assert fit_lattice_relaxation(LatticeModel(law, data)) is None
