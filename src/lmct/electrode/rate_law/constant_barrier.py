"""The simplest rival: one barrier, whatever the driving force, the progress or the lithium content."""

from __future__ import annotations

import numpy as np

from lmct.electrode.compiled import compiled
from lmct.quantity.constants import BOLTZMANN

NAME = "constant-barrier"
NUMBER = 1
PARAMETERS = ("attempt_frequency", "barrier")


@compiled
def log_rate(
    driving_force: float, lithium: float, metal_filling: float, temperature: float, parameters: np.ndarray
) -> tuple[float, float, float, float, float]:
    r"""Logarithm of the forward rate constant of LMCT and its exact derivatives.

    .. math:: \ln k_f = \ln\nu - E / k_B T

    Parameters
    ----------
    driving_force, lithium, metal_filling
        Not used by this law.
    temperature
        T [K].
    parameters
        nu [1/s], E [eV].

    Returns
    -------
    :
        ln k_f and its derivatives by driving force, lithium, metal filling and temperature.

    Source
    ------
    Arrhenius' law; excluded by the equal steps of Fig. 4c unless they are below 2 % (Li 2022, L226-228).
    """
    thermal = BOLTZMANN * temperature
    barrier = max(parameters[1], 0.0)
    return np.log(parameters[0]) - barrier / thermal, 0.0, 0.0, 0.0, barrier / (thermal * temperature)
