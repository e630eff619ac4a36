"""Patterns of rock salts apart from the package: true Voigt lines, every hkl by brute force, Poisson."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import gemmi
import numpy as np
from scipy.special import wofz

from lmct.instrument.diffraction.pattern import DiffractionPattern
from lmct.material.crystal.crystal import Crystal, Site

COPPER = (1.54056, 1.54439)
CATIONS = {"Li+": 0.585, "Ti4+": 0.282, "Ni2+": 0.125}


@dataclass(frozen=True)
class Truth:
    """What a pattern is made of."""

    a: float = 4.144
    displacement: float = 0.1
    lorentzian_x: float = 0.08
    lorentzian_y: float = 0.15
    gaussian: tuple[float, float, float] = (0.004, -0.002, 0.0025)
    b_cation: float = 0.8
    b_oxygen: float = 1.1
    titanium_8c: float = 0.0
    scale: float = 1.0
    background: float = 300.0
    hump: float = 100.0
    radius: float = 217.5
    wavelengths: tuple[float, ...] = COPPER

    def at(self, **changes):
        return replace(self, **changes)


def crystal(a=4.13):
    """The rock salt whose occupancies the generator uses, as the package knows it."""
    return Crystal(
        name="rock salt",
        space_group="F m -3 m",
        cell=(a, a, a, 90.0, 90.0, 90.0),
        sites=(
            Site(label="4a", occupancy={"Li1+": 0.585, "Ti4+": 0.282, "Ni2+": 0.125}, position=(0, 0, 0)),
            Site(label="4b", occupancy={"O2-": 1.0}, position=(0.5, 0.5, 0.5)),
        ),
    )


def form_factor(element, charge, stol2, wavelength):
    gemmi.IT92_set_ignore_charge(False)
    found = gemmi.IT92_get_exact(gemmi.Element(element), charge)
    gemmi.IT92_set_ignore_charge(True)
    still = sum(a * np.exp(-b * stol2) for a, b in zip(found.a, found.b, strict=True)) + found.c
    energy = 12398.419843 / wavelength
    real, imaginary = gemmi.cromer_liberman(z=gemmi.Element(element).atomic_number, energy=energy)
    return still + real + 1j * imaginary


@functools.cache
def indices(reach):
    """How many hkl of an F lattice have each h² + k² + l² and each phase of 8c and of 4b, by brute force."""
    h, k, l = np.meshgrid(*3 * [np.arange(-reach, reach + 1)], indexing="ij")  # noqa: E741
    squares, total = h * h + k * k + l * l, h + k + l
    allowed = (h % 2 == k % 2) & (k % 2 == l % 2) & (squares > 0) & (squares <= reach**2)
    rows = np.stack([squares[allowed], total[allowed] % 4], axis=1)
    return np.unique(rows, axis=0, return_counts=True)


def lines(truth, reach=12):
    """h² + k² + l² -> sum of |F|² over all hkl."""
    sums = {}
    wavelength = truth.wavelengths[0]
    for (n, total), count in zip(*indices(reach), strict=True):
        stol2 = n / (4.0 * truth.a**2)
        damp, damp_o = np.exp(-truth.b_cation * stol2), np.exp(-truth.b_oxygen * stol2)
        ti, x = form_factor("Ti", 4, stol2, wavelength), truth.titanium_8c
        on_4a = 0.585 * form_factor("Li", 1, stol2, wavelength) + (0.282 - 2 * x) * ti
        on_4a = on_4a + 0.125 * form_factor("Ni", 2, stol2, wavelength)
        on_8c = x * ti * 2.0 * np.cos(0.5 * np.pi * total)
        on_4b = form_factor("O", -2, stol2, wavelength) * np.cos(np.pi * total)
        squared = abs(4.0 * ((on_4a + on_8c) * damp + on_4b * damp_o)) ** 2
        sums[n] = sums.get(n, 0.0) + count * squared
    return sums


_LINES = {}


def pattern_mean(truth, two_theta):
    """The pattern without noise."""
    key = replace(truth, scale=1.0, lorentzian_x=0, lorentzian_y=0, displacement=0, hump=0, background=0)
    if key not in _LINES:
        _LINES.clear()
        reach = int(np.ceil(2 * truth.a * np.sin(np.radians(two_theta[-1] / 2 + 1)) / truth.wavelengths[0]))
        _LINES[key] = lines(truth, reach + 1)
    total = np.zeros_like(two_theta)
    shares = (2.0 / 3.0, 1.0 / 3.0) if len(truth.wavelengths) == 2 else (1.0,)
    for n, squared in _LINES[key].items():
        for wavelength, share in zip(truth.wavelengths, shares, strict=True):
            sine = wavelength * np.sqrt(n) / (2.0 * truth.a)
            if sine >= 0.99:
                continue
            theta = np.arcsin(sine)
            place = np.degrees(2 * theta - 2 * truth.displacement * np.cos(theta) / truth.radius)
            u, v, w = truth.gaussian
            sigma = np.sqrt(u * np.tan(theta) ** 2 + v * np.tan(theta) + w) / np.sqrt(8 * np.log(2))
            gamma = 0.5 * (truth.lorentzian_x / np.cos(theta) + truth.lorentzian_y * np.tan(theta))
            factor = (1 + np.cos(2 * theta) ** 2) / (2 * np.sin(theta) ** 2 * np.cos(theta))
            z = (two_theta - place + 1j * gamma) / (sigma * np.sqrt(2))
            total += share * factor * squared * wofz(z).real / (sigma * np.sqrt(2 * np.pi))
    tilt = truth.background * (1.2 - 0.4 * (two_theta - two_theta[0]) / (two_theta[-1] - two_theta[0]))
    hump = truth.hump * np.exp(-0.5 * ((two_theta - 42.0) / 6.0) ** 2)
    return 0.005 * truth.scale * total + tilt + hump


def record(two_theta, counts, **facts):
    """A pattern of counts."""
    return DiffractionPattern(
        two_theta=two_theta,
        intensity=counts.astype(float),
        uncertainty=np.sqrt(np.maximum(counts, 1.0)),
        wavelengths=COPPER,
        source_file="made.xye",
        **facts,
    )


def noisy(truth, two_theta, seed, **facts):
    """A pattern with Poisson noise."""
    counts = np.random.default_rng(seed).poisson(pattern_mean(truth, two_theta))
    return record(two_theta, counts, **facts)
