"""Currents of the metal and the oxygen couple, of LMCT and of oxygen loss, with exact derivatives (compiled).

Every pair of forward and reverse process obeys detailed balance; mass action keeps populations inside their
bounds.
"""

from __future__ import annotations

import numpy as np

from lmct.electrode.compiled import compiled
from lmct.quantity.constants import BOLTZMANN

REFERENCE_TEMPERATURE = 298.15
"""Temperature at which rates are given [K]."""


@compiled
def arrhenius(rate: float, activation: float, temperature: float) -> float:
    """Return a rate at another temperature; the activation energy is in eV."""
    if activation == 0.0 or temperature == REFERENCE_TEMPERATURE:
        return rate
    return float(rate * np.exp(activation / BOLTZMANN * (1.0 / REFERENCE_TEMPERATURE - 1.0 / temperature)))


@compiled
def couple_current(
    rate: float, activation: float, transfer: float, filling: float, overpotential: float, temperature: float
) -> tuple[float, float, float, float]:
    r"""Butler-Volmer current of a couple by mass action, and its derivatives.

    .. math:: i = k \left[(1-x)\,e^{(1-a)\eta/k_B T} - x\,e^{-a\eta/k_B T}\right],\quad \eta = V - U

    Parameters
    ----------
    rate
        k at 298.15 K [1/(f.u. s)].
    activation
        Its activation energy [eV].
    transfer
        a [1].
    filling
        x, occupied share of the sites [1].
    overpotential
        eta [V].
    temperature
        T [K].

    Returns
    -------
    :
        Current [1/(f.u. s)], positive on oxidation, and its derivatives by filling, overpotential and
        temperature.
    """
    inverse = 1.0 / (BOLTZMANN * temperature)
    k = arrhenius(rate, activation, temperature)
    forward = k * np.exp((1.0 - transfer) * overpotential * inverse)
    reverse = k * np.exp(-transfer * overpotential * inverse)
    current = (1.0 - filling) * forward - filling * reverse
    slope = (1.0 - transfer) * (1.0 - filling) * forward + transfer * filling * reverse
    by_temperature = (current * activation - slope * overpotential) * inverse / temperature
    return current, -(forward + reverse), slope * inverse, by_temperature


@compiled
def loss_rate(
    rate: float, filling: float, affinity: float, temperature: float
) -> tuple[float, float, float, float]:
    r"""Rate of the irreversible loss of oxygen holes, and its derivatives.

    .. math:: r = k\,z\,\max(0,\ 1 - e^{-\mathcal A/k_B T})^2

    It never runs uphill, so it never raises the Gibbs energy. The square makes it end smoothly: a loss that
    is faster than what feeds it stays just above its limit, and a kink there would cost thousands of steps.

    Parameters
    ----------
    rate
        k at this temperature [1/(f.u. s)].
    filling
        z = p/p_max [1].
    affinity
        Free energy per hole that the loss sets free [eV].
    temperature
        T [K].

    Returns
    -------
    :
        Rate [1/(f.u. s)] and its derivatives by filling, affinity and temperature (at constant k).
    """
    if affinity <= 0.0 or rate == 0.0 or filling <= 0.0:
        return 0.0, 0.0, 0.0, 0.0
    thermal = BOLTZMANN * temperature
    boltzmann = np.exp(-affinity / thermal)
    share = 1.0 - boltzmann
    by_affinity = 2.0 * rate * filling * share * boltzmann / thermal
    return (
        rate * filling * share * share,
        rate * share * share,
        by_affinity,
        -by_affinity * affinity / temperature,
    )


@compiled
def transfer_rate(
    forward_rate: float, metal: float, oxygen: float, driving_force: float, temperature: float, sites: float
) -> tuple[float, float, float, float, float]:
    r"""Rate of LMCT by mass action with detailed balance, and its derivatives at constant k_f.

    .. math:: r = n_{max} k_f \left[x(1-z) - z(1-x)e^{-A/k_B T}\right]

    Parameters
    ----------
    forward_rate
        k_f [1/s].
    metal, oxygen
        x = n/n_max and z = p/p_max [1].
    driving_force
        A = U_M - U_O [eV].
    temperature
        T [K].
    sites
        n_max [1/f.u.].

    Returns
    -------
    :
        Rate [1/(f.u. s)], positive from metal to oxygen, and its derivatives by metal, oxygen, driving force
        and temperature.
    """
    inverse = 1.0 / (BOLTZMANN * temperature)
    scale = sites * forward_rate
    boltzmann = np.exp(-driving_force * inverse)
    reverse = oxygen * (1.0 - metal) * boltzmann
    rate = scale * (metal * (1.0 - oxygen) - reverse)
    by_metal = scale * (1.0 - oxygen + oxygen * boltzmann)
    by_oxygen = -scale * (metal + (1.0 - metal) * boltzmann)
    by_force = scale * reverse * inverse
    return rate, by_metal, by_oxygen, by_force, -by_force * driving_force / temperature
