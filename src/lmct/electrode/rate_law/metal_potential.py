"""Marcus' law with a barrier that follows the chemical potential of the metal, as a voltmeter sees it."""

from __future__ import annotations

import numpy as np

from lmct.electrode.compiled import compiled
from lmct.quantity.constants import BOLTZMANN

NAME = "metal-potential"
NUMBER = 4
PARAMETERS = (
    "attempt_frequency",
    "reorganization_energy",
    "electronic_coupling",
    "lithium_slope",
    "lithium_reference",
)
NEAREST = 1e-12
"""The logarithm of the filling is taken no closer to empty and full than this [1]."""


@compiled
def log_rate(
    driving_force: float, lithium: float, metal_filling: float, temperature: float, parameters: np.ndarray
) -> tuple[float, float, float, float, float]:
    r"""Logarithm of the forward rate constant of LMCT and its exact derivatives.

    .. math::

        \ln k_f = \ln\nu - \frac{B}{k_BT},\qquad
        B = \frac{(\lambda - \Delta)^2}{4\lambda} - H + \frac{H^2}{\lambda} - s\,(y - y_0),\qquad
        \Delta = A + k_BT\ln\frac{x}{1-x} = \mu_M - U_O

    The last holes of a metal that is nearly full stand at the highest potential and go first, so a current
    can drive LMCT at any speed at the end of charge, and LMCT slows down as soon as the current stops and
    the open circuit falls. A barrier below zero counts as zero.

    Parameters
    ----------
    driving_force
        A = U_M - U_O [eV].
    lithium
        Lithium extracted, y [1/f.u.].
    metal_filling
        x = n/n_max of the metal sites concerned [1].
    temperature
        T [K].
    parameters
        nu [1/s], lambda [eV], H [eV], s [eV f.u.], y_0 [1/f.u.].

    Returns
    -------
    :
        ln k_f and its derivatives by driving force, lithium, metal filling and temperature.

    Source
    ------
    Driving force from full chemical potentials: Bazant, Faraday Discuss. 246, 60 (2023), doi
    10.1039/D3FD00108C. That the barrier follows the metal's potential is a hypothesis for Li 2022, L303-306
    (overpotential linear in the amount of intermediates) and L348-352 (rate falls with the reaction).
    """
    lam, coupling, slope = parameters[1], parameters[2], parameters[3]
    thermal = BOLTZMANN * temperature
    x = min(max(metal_filling, NEAREST), 1.0 - NEAREST)
    logarithm = np.log(x / (1.0 - x))
    distance = lam - driving_force - thermal * logarithm
    lowering = coupling - coupling * coupling / lam + slope * (lithium - parameters[4])
    barrier = distance * distance / (4.0 * lam) - lowering
    if barrier <= 0.0:
        return np.log(parameters[0]), 0.0, 0.0, 0.0, 0.0
    by_force = distance / (2.0 * lam) / thermal
    inside = NEAREST < metal_filling < 1.0 - NEAREST
    return (
        np.log(parameters[0]) - barrier / thermal,
        by_force,
        slope / thermal,
        by_force * thermal / (x * (1.0 - x)) if inside else 0.0,
        barrier / (thermal * temperature) + by_force * BOLTZMANN * logarithm,
    )
