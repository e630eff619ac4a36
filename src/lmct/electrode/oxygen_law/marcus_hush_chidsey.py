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


@compiled
def log_complement(argument: float) -> tuple[float, float]:
    """Return ln erfc(a) and its derivative, also where erfc itself underflows (a > 25)."""
    if argument < 25.0:
        value = math.erfc(argument)
        slope = -2.0 / math.sqrt(math.pi) * math.exp(-argument * argument) / value
        return math.log(value), slope
    square = argument * argument
    series = 1.0 - 0.5 / square + 0.75 / (square * square)
    by_argument = (1.0 / square - 3.0 / (square * square)) / (argument * series)
    value = -square - math.log(argument * math.sqrt(math.pi)) + math.log(series)
    return value, -2.0 * argument - 1.0 / argument + by_argument


@compiled
def current(
    par: np.ndarray, filling: float, overpotential: float, temperature: float
) -> tuple[float, float, float, float]:
    r"""Current of the oxygen couple and its exact derivatives.

    .. math::

        i_O = \nu_O e^{h}\,\tfrac12\operatorname{erfc}\!\left(\frac{L-\sqrt{1+\sqrt L+E^2}}{2\sqrt L}\right)
        \left[\frac{1-z}{1+e^{-E}} - \frac{z}{1+e^{E}}\right],\qquad
        L = \frac{\lambda}{k_BT},\ E = \frac{V-U_O}{k_BT},\ h = \frac{H - H^2/\lambda}{k_BT}

    The closed form is within 5 % of the integral over the metal's states; the ratio of its forward to its
    reverse rate is exactly exp(E). Far from equilibrium the rate levels off instead of turning over.

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
    Chidsey, Science 251, 919 (1991), doi 10.1126/science.251.4996.919; closed form: Zeng et al., J.
    Electroanal. Chem. 735, 77 (2014), doi 10.1016/j.jelechem.2014.09.038.
    """
    reorganization, coupling = par[index.OXYGEN_REORGANIZATION], par[index.OXYGEN_COUPLING]
    thermal = BOLTZMANN * temperature
    lam, eta = reorganization / thermal, overpotential / thermal
    lowering = (coupling - coupling * coupling / reorganization) / thermal
    root, square = math.sqrt(lam), math.sqrt(1.0 + math.sqrt(lam) + eta * eta)
    argument = (lam - square) / (2.0 * root)
    logarithm, slope = log_complement(argument)
    if logarithm - math.log(2.0) + lowering > 0.0:
        logarithm, slope, lowering = math.log(2.0), 0.0, 0.0
    activation = par[index.OXYGEN_ACTIVATION]
    rate = 0.5 * arrhenius(par[index.OXYGEN_RATE], activation, temperature) * math.exp(logarithm + lowering)
    by_eta = slope * -eta / (2.0 * root * square)
    by_lam = slope * ((1.0 - 0.25 / (root * square)) / (2.0 * root) - argument / (2.0 * lam))
    forward, reverse = 1.0 / (1.0 + math.exp(-eta)), 1.0 / (1.0 + math.exp(eta))
    balance = (1.0 - filling) * forward - filling * reverse
    total = rate * balance
    by_overpotential = (total * by_eta + rate * forward * reverse) / thermal
    inner = -by_lam * lam - by_eta * eta - lowering + activation / thermal
    by_temperature = (total * inner - rate * forward * reverse * eta) / temperature
    return total, -rate * (forward + reverse), by_overpotential, by_temperature
