"""Gibbs energy of the electrode and its derivatives: potentials, chemical potentials, entropy (compiled).

One Gibbs energy generates everything, so the model cannot contradict itself:
G = U_M0 n + U_O0 p + (g_MM n^2)/2 + g_MO n p + (g_OO p^2)/2 + Phi(y) + U_d d + 4 U_g o2 - T S_mix.
"""

from __future__ import annotations

import numpy as np

from lmct.electrode import parameters as index
from lmct.electrode.compiled import compiled
from lmct.quantity.constants import BOLTZMANN

# Places in the state array.
METAL_HOLES = 0
OXYGEN_HOLES = 1
DARK_HOLES = 2
GAS = 3
VOLTAGE = 4
TEMPERATURE = 5
STATES = 6


@compiled
def lithium_extracted(state: np.ndarray) -> float:
    """Return y = n + p + d + 4 o2, lithium extracted, from charge neutrality [1/f.u.]."""
    return float(state[METAL_HOLES] + state[OXYGEN_HOLES] + state[DARK_HOLES] + 4.0 * state[GAS])


@compiled
def lithium_term(lithium: float, par: np.ndarray) -> float:
    """Return phi(y) = -w ln(1 - y/y_max), the potential of the lithium sites [V]; finite when empty."""
    return float(-par[index.LITHIUM_WIDTH] * np.log(max(1.0 - lithium / par[index.LITHIUM_MAX], 1e-12)))


@compiled
def standard_potentials(state: np.ndarray, par: np.ndarray) -> tuple[float, float]:
    """Return U_M and U_O, the potentials of the couples without the entropy of mixing [V]."""
    n, p = state[METAL_HOLES], state[OXYGEN_HOLES]
    phi = lithium_term(lithium_extracted(state), par)
    metal = par[index.METAL_POTENTIAL] + par[index.METAL_METAL] * n + par[index.METAL_OXYGEN] * p + phi
    oxygen = par[index.OXYGEN_POTENTIAL] + par[index.METAL_OXYGEN] * n + par[index.OXYGEN_OXYGEN] * p + phi
    return metal, oxygen


@compiled
def logit(fraction: float) -> float:
    """Return ln(x/(1-x)), finite at the limits: the logarithm is taken no closer to them than 1e-300."""
    return float(np.log(max(fraction, 1e-300)) - np.log(max(1.0 - fraction, 1e-300)))


@compiled
def chemical_potentials(state: np.ndarray, par: np.ndarray) -> tuple[float, float]:
    """Return mu_M and mu_O = dG/dn and dG/dp [eV]."""
    metal, oxygen = standard_potentials(state, par)
    thermal = BOLTZMANN * state[TEMPERATURE]
    x = state[METAL_HOLES] / par[index.METAL_HOLES_MAX]
    z = state[OXYGEN_HOLES] / par[index.OXYGEN_HOLES_MAX]
    return metal + thermal * logit(x), oxygen + thermal * logit(z)


@compiled
def mixing(fraction: float) -> float:
    """Return x ln x + (1-x) ln(1-x), zero at both limits."""
    total = 0.0
    if fraction > 0.0:
        total += fraction * np.log(fraction)
    if fraction < 1.0:
        total += (1.0 - fraction) * np.log(1.0 - fraction)
    return total


@compiled
def entropy(state: np.ndarray, par: np.ndarray) -> float:
    """Return the configurational entropy of the holes [eV/(K f.u.)]."""
    n_max, p_max = par[index.METAL_HOLES_MAX], par[index.OXYGEN_HOLES_MAX]
    metal, oxygen = mixing(state[METAL_HOLES] / n_max), mixing(state[OXYGEN_HOLES] / p_max)
    return float(-BOLTZMANN * (n_max * metal + p_max * oxygen))


@compiled
def gibbs_energy(state: np.ndarray, par: np.ndarray) -> float:
    """Return the Gibbs energy without the double layer [eV/f.u.]."""
    n, p = state[METAL_HOLES], state[OXYGEN_HOLES]
    y, y_max, w = lithium_extracted(state), par[index.LITHIUM_MAX], par[index.LITHIUM_WIDTH]
    free = max(1.0 - y / y_max, 1e-300)
    lithium = w * y_max * (free * np.log(free) - free + 1.0)
    linear = par[index.METAL_POTENTIAL] * n + par[index.OXYGEN_POTENTIAL] * p
    linear += par[index.DARK_POTENTIAL] * state[DARK_HOLES] + 4.0 * par[index.GAS_POTENTIAL] * state[GAS]
    pairs = (
        0.5 * par[index.METAL_METAL] * n * n
        + par[index.METAL_OXYGEN] * n * p
        + 0.5 * par[index.OXYGEN_OXYGEN] * p * p
    )
    return float(linear + pairs + lithium - state[TEMPERATURE] * entropy(state, par))
