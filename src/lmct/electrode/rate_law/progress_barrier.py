"""A barrier that rises as the reaction proceeds, and may fall with the lithium extracted."""

from __future__ import annotations

import numpy as np

from lmct.electrode.compiled import compiled
from lmct.quantity.constants import BOLTZMANN

NAME = "progress-barrier"
NUMBER = 2
PARAMETERS = ("attempt_frequency", "first_barrier", "barrier_rise", "lithium_slope", "lithium_reference")


@compiled
def log_rate(
    driving_force: float, lithium: float, metal_filling: float, temperature: float, parameters: np.ndarray
) -> tuple[float, float, float, float, float]:
    r"""Logarithm of the forward rate constant of LMCT and its exact derivatives.

    .. math:: \ln k_f = \ln\nu - \frac{E_0 + g\,(1 - x) - s\,(y - y_0)}{k_B T}

    Parameters
    ----------
    driving_force
        Not used by this law.
    lithium
        Lithium extracted, y [1/f.u.].
    metal_filling
        x = n/n_max [1].
    temperature
        T [K].
    parameters
        nu [1/s], E_0 [eV], g [eV], s [eV f.u.], y_0 [1/f.u.].

    Returns
    -------
    :
        ln k_f and its derivatives by driving force, lithium, metal filling and temperature.

    Source
    ------
    Li 2022, L348-352: the LMCT rate decreases with the reaction progressing; Elovich's law in another form.
    """
    rise, slope = parameters[2], parameters[3]
    thermal = BOLTZMANN * temperature
    barrier = parameters[1] + rise * (1.0 - metal_filling) - slope * (lithium - parameters[4])
    if barrier <= 0.0:
        return np.log(parameters[0]), 0.0, 0.0, 0.0, 0.0
    logarithm = np.log(parameters[0]) - barrier / thermal
    return logarithm, 0.0, slope / thermal, rise / thermal, barrier / (thermal * temperature)
