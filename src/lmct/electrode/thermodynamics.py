"""Gibbs energy of one shell of the electrode and its derivatives: potentials, entropy (compiled).

One Gibbs energy generates everything, so the model cannot contradict itself:
G = U_M0 n + U_O0 p + (g_MM n^2)/2 + g_MO n p + (g_OO p^2)/2 + Phi(y) + U_d d + G_gas(o2) - T S_mix.
"""

from __future__ import annotations

import math

import numpy as np

from lmct.electrode import parameter_index as index
from lmct.electrode.compiled import compiled
from lmct.electrode.structure import Model
from lmct.quantity.constants import BOLTZMANN

GAS_SHARPNESS = 0.005
"""Width of the change from one oxygen environment to the next, of all O2 that can be released [1]."""


@compiled
def lithium_term(lithium: float, par: np.ndarray) -> float:
    """Return phi(y) = -w ln(1 - y/y_max), the potential of the lithium sites [V]; finite when empty."""
    return float(-par[index.LITHIUM_WIDTH] * math.log(max(1.0 - lithium / par[index.LITHIUM_MAX], 1e-12)))


@compiled
def standard_potentials(
    metal_holes: float, oxygen_holes: float, lithium: float, par: np.ndarray
) -> tuple[float, float]:
    """Return U_M and U_O, the potentials of the couples without the entropy of mixing [V]."""
    n, p = metal_holes, oxygen_holes
    phi = lithium_term(lithium, par)
    metal = par[index.METAL_POTENTIAL] + par[index.METAL_METAL] * n + par[index.METAL_OXYGEN] * p + phi
    oxygen = par[index.OXYGEN_POTENTIAL] + par[index.METAL_OXYGEN] * n + par[index.OXYGEN_OXYGEN] * p + phi
    return metal, oxygen


@compiled
def logit(fraction: float) -> float:
    """Return ln(x/(1-x)), finite at the limits: the logarithm is taken no closer to them than 1e-300."""
    return float(math.log(max(fraction, 1e-300)) - math.log(max(1.0 - fraction, 1e-300)))


@compiled
def chemical_potentials(
    metal_holes: float, oxygen_holes: float, lithium: float, temperature: float, par: np.ndarray
) -> tuple[float, float]:
    """Return mu_M = dG/dn (all classes filled alike) and mu_O = dG/dp [eV]."""
    metal, oxygen = standard_potentials(metal_holes, oxygen_holes, lithium, par)
    thermal = BOLTZMANN * temperature
    x, z = metal_holes / par[index.METAL_HOLES_MAX], oxygen_holes / par[index.OXYGEN_HOLES_MAX]
    return metal + thermal * logit(x), oxygen + thermal * logit(z)


@compiled
def gas_width(model: Model) -> float:
    """Return the width of the change from one environment to the next [molecules/f.u.]."""
    return float(GAS_SHARPNESS * model.gas[0, -1])


@compiled
def gas_potential(released: float, model: Model) -> tuple[float, float]:
    """Return the potential at which the next O2 leaves [V] and its derivative by the O2 released.

    The environments come in the order of their potentials: a staircase with rounded steps.
    """
    potential, slope = model.par[index.GAS_POTENTIAL], 0.0
    for k in range(model.gas.shape[1]):
        width = gas_width(model)
        share = 1.0 / (1.0 + math.exp(-(released - model.gas[0, k]) / width))
        potential += model.gas[1, k] * share
        slope += model.gas[1, k] * share * (1.0 - share) / width
    return float(potential), float(slope)


@compiled
def gas_energy(released: float, model: Model) -> float:
    """Return the Gibbs energy of the O2 released: four holes each at its potential [eV/f.u.]."""
    energy = model.par[index.GAS_POTENTIAL] * released
    for k in range(model.gas.shape[1]):
        width = gas_width(model)
        before = math.log1p(math.exp(-model.gas[0, k] / width))
        distance = (released - model.gas[0, k]) / width
        now = max(distance, 0.0) + math.log1p(math.exp(-abs(distance)))
        energy += model.gas[1, k] * width * (now - before)
    return float(4.0 * energy)


@compiled
def mixing(fraction: float) -> float:
    """Return x ln x + (1-x) ln(1-x), zero at both limits."""
    total = 0.0
    if fraction > 0.0:
        total += fraction * math.log(fraction)
    if fraction < 1.0:
        total += (1.0 - fraction) * math.log(1.0 - fraction)
    return total


@compiled
def entropy(shell: np.ndarray, model: Model) -> float:
    """Return the configurational entropy of the holes of one shell [eV/(K f.u.)]."""
    classes = model.sites.shape[1]
    n_max, p_max = model.par[index.METAL_HOLES_MAX], model.par[index.OXYGEN_HOLES_MAX]
    total = p_max * mixing(shell[classes] / p_max)
    for k in range(classes):
        sites = n_max * model.sites[0, k]
        total += sites * mixing(shell[k] / sites)
    return float(-BOLTZMANN * total)


@compiled
def metal_holes(shell: np.ndarray, classes: int) -> float:
    """Return n of a shell, summed over the classes of metal sites [1/f.u.]."""
    total = 0.0
    for k in range(classes):
        total += shell[k]
    return total


@compiled
def lithium_extracted(shell: np.ndarray, classes: int) -> float:
    """Return y = n + p + d + 4 o2 of a shell, lithium extracted, from charge neutrality [1/f.u.]."""
    rest = shell[classes] + shell[classes + 1] + 4.0 * shell[classes + 2]
    return float(metal_holes(shell, classes) + rest)


@compiled
def gibbs_energy(shell: np.ndarray, temperature: float, model: Model) -> float:
    """Return the Gibbs energy of one shell without the double layer [eV/f.u.]."""
    par, classes = model.par, model.sites.shape[1]
    n, p = metal_holes(shell, classes), shell[classes]
    y, y_max, w = lithium_extracted(shell, classes), par[index.LITHIUM_MAX], par[index.LITHIUM_WIDTH]
    free = max(1.0 - y / y_max, 1e-300)
    lithium = w * y_max * (free * math.log(free) - free + 1.0)
    linear = par[index.METAL_POTENTIAL] * n + par[index.OXYGEN_POTENTIAL] * p
    linear += par[index.DARK_POTENTIAL] * shell[classes + 1] + gas_energy(shell[classes + 2], model)
    pairs = (
        0.5 * par[index.METAL_METAL] * n * n
        + par[index.METAL_OXYGEN] * n * p
        + 0.5 * par[index.OXYGEN_OXYGEN] * p * p
    )
    return float(linear + pairs + lithium - temperature * entropy(shell, model))
