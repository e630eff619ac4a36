"""Simulated patterns of the electrode for tests of the Rietveld refinement; form factors are not rietx's."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from lmct.material.crystal.crystal import Crystal, Site
from lmct.technique.diffraction.diffractometer import beamline_11bm, laboratory_copper
from lmct.technique.diffraction.simulation.pattern import simulate_pattern
from lmct.technique.diffraction.simulation.sample import Alignment, Background, Hump, Phase

LAB = replace(laboratory_copper(), lorentzian_y=0.03, axial=0.03)
BEAMLINE = replace(beamline_11bm(), axial=0.0)
GRID = np.arange(15.0, 120.0, 0.03)
SYNCHROTRON_GRID = np.arange(4.0, 50.0, 0.002)


def rock_salt(a=4.144, on_8c=0.004, b_cation=0.8, b_oxygen=1.1, lithium=0.585):
    """Li.585 Ti.29 Ni.125 O with some Ti on 8c."""
    sites = [
        Site(
            label="4a",
            occupancy={"Li1+": lithium, "Ti4+": 0.29 - 2 * on_8c, "Ni2+": 0.125},
            position=(0.0, 0.0, 0.0),
            b_iso=b_cation,
        ),
        Site(label="4b", occupancy={"O2-": 1.0}, position=(0.5, 0.5, 0.5), b_iso=b_oxygen),
    ]
    if on_8c:
        sites.append(Site(label="8c", occupancy={"Ti4+": on_8c}, position=(0.25,) * 3, b_iso=b_cation))
    return Crystal(name="rock salt", space_group="F m -3 m", cell=(a, a, a, 90, 90, 90), sites=tuple(sites))


def cubic(name, cell, *sites, space_group="F m -3 m"):
    """A cubic crystal of (label, ion, position) with B 0.5."""
    placed = tuple(Site(label=label, occupancy={ion: 1.0}, position=place) for label, ion, place in sites)
    return Crystal(name=name, space_group=space_group, cell=(cell,) * 3 + (90.0,) * 3, sites=placed)


NICKEL_OXIDE = cubic("NiO", 4.1771, ("4a", "Ni2+", (0, 0, 0)), ("4b", "O2-", (0.5, 0.5, 0.5)))
FLUORITE = cubic("CaF2", 5.4631, ("4a", "Ca2+", (0, 0, 0)), ("8c", "F1-", (0.25, 0.25, 0.25)))
BORIDE = cubic(
    "LaB6", 4.156826, ("1a", "La3+", (0, 0, 0)), ("6f", "B", (0.1997, 0.5, 0.5)), space_group="P m -3 m"
)


@cache
def _mean_laboratory(on_8c, displacement):
    return simulate_pattern(
        [Phase(crystal=rock_salt(on_8c=on_8c))],
        diffractometer=LAB,
        two_theta=GRID,
        alignment=Alignment(displacement=displacement),
        background=Background(
            coefficients=(500, -180, 60), humps=(Hump(centre=27.6, width=9.4, height=400),)
        ),
        peak_counts=20_000.0,
    )


def laboratory(seed, *, on_8c=0.004, displacement=0.1):
    """A laboratory pattern, Cu doublet, with an amorphous hump."""
    return noisy(_mean_laboratory(on_8c, displacement), seed)


@cache
def _mean_synchrotron(on_8c):
    return simulate_pattern(
        [Phase(crystal=rock_salt(on_8c=on_8c))],
        diffractometer=BEAMLINE,
        two_theta=SYNCHROTRON_GRID,
        alignment=Alignment(zero=0.0005),
        background=Background(coefficients=(700, -250, 60)),
        peak_counts=40_000.0,
    )


def synchrotron(seed, *, on_8c=0.004):
    """A pattern like that of 11-BM."""
    return noisy(_mean_synchrotron(on_8c), seed)


def mixture(phases, *, seed=1, background=200.0, diffractometer=LAB, displacement=0.05, grid=GRID):
    """A laboratory pattern of several phases."""
    mean = simulate_pattern(
        phases,
        diffractometer=diffractometer,
        two_theta=grid,
        alignment=Alignment(displacement=displacement),
        background=Background(coefficients=(background,)),
        peak_counts=20_000.0,
    )
    return noisy(mean, seed)


def noisy(pattern, seed):
    """The pattern with Poisson counts."""
    counts = np.random.default_rng(seed).poisson(pattern.intensity).astype(float)
    return replace(pattern, intensity=counts, uncertainty=np.sqrt(np.maximum(counts, 1.0)))
