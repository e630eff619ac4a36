"""Marcus-Hush-Chidsey law of the oxygen couple: Marcus' law for a metal's continuum of electrons."""

from __future__ import annotations

import math

import numpy as np

from lmct.electrode import parameter_index as index
from lmct.electrode.charge_transfer import arrhenius
from lmct.electrode.compiled import compiled
from lmct.quantity.constants import BOLTZMANN

NAME = "marcus-hush-chidsey"
NUMBER = 2
SHARED = ("reorganization_energy", "electronic_coupling")


SPACING = 1.5
"""Distance of the points of the trapezoidal rule [kT]; its error is exp(-2 pi^2/1.5) = 2e-6."""

NEGLIGIBLE = 1e-17


@compiled
def symmetric_rate(reorganization: float, overpotential: float) -> tuple[float, float, float]:
    r"""Return S, the rate constant without its factor exp(E/2), and its derivatives by L and by E.

    .. math:: S(L, E) = \frac{e^{-L/4}}{\sqrt{4\pi L}}\int \frac{e^{-(x-E)^2/4L}}{2\cosh(x/2)}\,dx

    S is even in E. The integrand is analytic in a strip, so the trapezoidal rule converges exponentially.

    Parameters
    ----------
    reorganization, overpotential
        L and E [kT].

    Returns
    -------
    :
        S [1] and its two derivatives [1].
    """
    total = first = second = 0.0
    for side in (1.0, -1.0):
        x = 0.0 if side > 0.0 else -SPACING
        while True:
            distance = x - overpotential
            term = math.exp(-distance * distance / (4.0 * reorganization)) / (2.0 * math.cosh(0.5 * x))
            total += term
            first += term * distance
            second += term * distance * distance
            if (term <= NEGLIGIBLE * total and side * x > abs(overpotential)) or abs(x) > 1400.0:
                break
            x += side * SPACING
    scale = SPACING * math.exp(-0.25 * reorganization) / math.sqrt(4.0 * math.pi * reorganization)
    rate = scale * total
    by_reorganization = -rate * (0.25 + 0.5 / reorganization)
    by_reorganization += scale * second / (4.0 * reorganization * reorganization)
    return rate, by_reorganization, scale * first / (2.0 * reorganization)


@compiled
def current(
    par: np.ndarray, filling: float, overpotential: float, temperature: float
) -> tuple[float, float, float, float]:
    r"""Return the current of the oxygen couple and its exact derivatives.

    .. math::

        i_O = \nu_O\,e^h\,S(L, E)\left[(1-z)\,e^{E/2} - z\,e^{-E/2}\right],\qquad
        L = \frac{\lambda}{k_BT},\ E = \frac{V-U_O}{k_BT},\ h = \frac{H - H^2/\lambda}{k_BT}

    with S of :func:`symmetric_rate`. Far from equilibrium the rate levels off instead of turning over; the
    coupling H cannot lift it above nu_O.

    Parameters
    ----------
    par
        Parameters of the electrode; nu_O is ``oxygen_rate`` [1/(f.u. s)], with ``oxygen_activation``.
    filling
        z = p/p_max [1].
    overpotential
        V - U_O [V].
    temperature
        T [K].

    Returns
    -------
    :
        Current [1/(f.u. s)], positive on oxidation, and its derivatives by filling, overpotential and
        temperature.

    Source
    ------
    Chidsey, Science 251, 919 (1991), doi 10.1126/science.251.4996.919.
    """
    reorganization, coupling = par[index.OXYGEN_REORGANIZATION], par[index.OXYGEN_COUPLING]
    thermal, activation = BOLTZMANN * temperature, par[index.OXYGEN_ACTIVATION]
    lam, eta = reorganization / thermal, overpotential / thermal
    lowering = (coupling - coupling * coupling / reorganization) / thermal
    rate, by_lam, by_eta = symmetric_rate(lam, eta)
    if rate * math.exp(0.5 * abs(eta) + lowering) > 1.0:
        rate, by_lam, lowering = math.exp(-0.5 * abs(eta)), 0.0, 0.0
        by_eta = -0.5 * rate if eta > 0.0 else 0.5 * rate
    scale = arrhenius(par[index.OXYGEN_RATE], activation, temperature) * math.exp(lowering)
    forward, reverse = scale * math.exp(0.5 * eta), scale * math.exp(-0.5 * eta)
    balance = (1.0 - filling) * forward - filling * reverse
    slope = 0.5 * ((1.0 - filling) * forward + filling * reverse)
    total_by_eta = by_eta * balance + rate * slope
    inner = rate * balance * (activation / thermal - lowering)
    by_temperature = (inner - by_lam * lam * balance - total_by_eta * eta) / temperature
    return rate * balance, -rate * (forward + reverse), total_by_eta / thermal, by_temperature
