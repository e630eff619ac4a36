"""Marcus' law with a plain attempt frequency and a barrier that falls with the lithium extracted."""

from __future__ import annotations

import numpy as np

from lmct.electrode.compiled import compiled
from lmct.quantity.constants import BOLTZMANN

NAME = "marcus"
NUMBER = 0
PARAMETERS = ("attempt_frequency", "reorganization_energy", "lithium_slope", "lithium_reference")


@compiled
def log_rate(
    driving_force: float, lithium: float, metal_filling: float, temperature: float, parameters: np.ndarray
) -> tuple[float, float, float, float, float]:
    r"""Logarithm of the forward rate constant of LMCT and its exact derivatives.

    .. math:: \ln k_f = \ln\nu - \frac{1}{k_B T}\left[\frac{(\lambda - A)^2}{4\lambda} - s\,(y - y_0)\right]

    A barrier below zero counts as zero: no rate exceeds the attempt frequency.

    Parameters
    ----------
    driving_force
        A = U_M - U_O [eV].
    lithium
        Lithium extracted, y [1/f.u.].
    metal_filling
        n/n_max [1]; this law does not use it.
    temperature
        T [K].
    parameters
        nu [1/s], lambda [eV], s [eV f.u.], y_0 [1/f.u.].

    Returns
    -------
    :
        ln k_f and its derivatives by driving force, lithium, metal filling and temperature.

    Source
    ------
    Marcus, Rev. Mod. Phys. 65, 599 (1993), doi 10.1103/RevModPhys.65.599; the dependence on y is an
    assumption that makes the 4.8 V state relax faster than the 200 mAh/g state (Li 2022, L233-235).
    """
    frequency, reorganization, slope, reference = parameters[0], parameters[1], parameters[2], parameters[3]
    thermal = BOLTZMANN * temperature
    distance = reorganization - driving_force
    barrier = distance * distance / (4.0 * reorganization) - slope * (lithium - reference)
    if barrier <= 0.0:
        return np.log(frequency), 0.0, 0.0, 0.0, 0.0
    by_force = distance / (2.0 * reorganization) / thermal
    return (
        np.log(frequency) - barrier / thermal,
        by_force,
        slope / thermal,
        0.0,
        barrier / (thermal * temperature),
    )
