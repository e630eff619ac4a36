"""Currents and potentials of couples that are nearly empty or nearly full, for the energy balance (compiled).

Their populations are smaller than the error of the integration: rate laws and chemical potentials evaluated
with them would be wrong, while what enters and leaves is known from the change of the state.
"""

from __future__ import annotations

import numpy as np

from lmct.electrode import parameter_index as index
from lmct.electrode.compiled import compiled
from lmct.electrode.structure import Model
from lmct.electrode.thermodynamics import gas_potential, lithium_extracted, logit

EXHAUSTED = 1e-4
"""Share of the sites below which a couple's current is taken from the change of its population."""
UNKNOWN = 1e-8
"""Share of the sites below which the couple's potential is lost in the error of the integration."""
NEGLIGIBLE = 1e-12


@compiled
def settle_exhausted(shell: np.ndarray, slope: np.ndarray, model: Model, flux: np.ndarray) -> None:
    """Take the current of an exhausted or filled couple from its own change instead of from its rate law.

    There (and when no lithium is left) the population only follows the voltage; it is smaller than the error
    of the integration, and a rate law evaluated with it would be the difference of two large wrong numbers.
    """
    par, classes = model.par, model.sites.shape[1]
    no_lithium = lithium_extracted(shell, classes) > (1.0 - EXHAUSTED) * par[index.LITHIUM_MAX]
    for k in range(classes):
        sites = par[index.METAL_HOLES_MAX] * model.sites[0, k]
        x = shell[k] / sites
        if no_lithium or min(x, 1.0 - x) < EXHAUSTED:
            flux[k] = slope[k] + flux[classes + k]
            shell[k] = sites * min(max(x, NEGLIGIBLE), 1.0 - NEGLIGIBLE)
    p_max = par[index.OXYGEN_HOLES_MAX]
    z = shell[classes] / p_max
    if no_lithium or min(z, 1.0 - z) < EXHAUSTED:
        flux[2 * classes + 1], flux[2 * classes + 2] = slope[classes + 1], 4.0 * slope[classes + 2]
        gained = slope[classes] + flux[2 * classes + 1] + flux[2 * classes + 2]
        for k in range(classes):
            gained -= flux[classes + k]
        flux[2 * classes] = gained
        shell[classes] = p_max * min(max(z, NEGLIGIBLE), 1.0 - NEGLIGIBLE)


@compiled
def metal_level(standard: float, shell: np.ndarray, k: int, thermal: float, model: Model) -> float:
    """Return the potential of one class of metal sites with its entropy [V]."""
    return float(
        standard + thermal * logit(shell[k] / (model.par[index.METAL_HOLES_MAX] * model.sites[0, k]))
    )


@compiled
def settled_level(
    level: float, metal: float, lithium: float, shell: np.ndarray, thermal: float, model: Model
) -> float:
    """Return the potential of an exhausted or filled oxygen couple [V].

    Such a couple only passes on what it receives: its potential lies between those of the current collector,
    of the metal and of the ways its holes are lost.
    """
    par, classes = model.par, model.sites.shape[1]
    least = most = shell[classes + 3]
    for k in range(classes):
        other = metal_level(metal, shell, k, thermal, model)
        least, most = min(least, other), max(most, other)
    if par[index.DARK_RATE] > 0.0:
        other = par[index.DARK_POTENTIAL] + lithium
        least, most = min(least, other), max(most, other)
    if par[index.GAS_RATE] > 0.0:
        other = gas_potential(shell[classes + 2], model)[0] + lithium
        least, most = min(least, other), max(most, other)
    return float(min(max(level, least), most))
