"""Marcus' law with the Landau-Zener prefactor: from weak to strong metal-oxygen coupling in one formula."""

from __future__ import annotations

import numpy as np

from lmct.electrode.compiled import compiled
from lmct.quantity.constants import BOLTZMANN, PLANCK

NAME = "landau-zener"
NUMBER = 3
PARAMETERS = (
    "attempt_frequency",
    "reorganization_energy",
    "electronic_coupling",
    "covalence_loss",
    "lithium_slope",
    "lithium_reference",
)


@compiled
def log_rate(
    driving_force: float, lithium: float, metal_filling: float, temperature: float, parameters: np.ndarray
) -> tuple[float, float, float, float, float]:
    r"""Logarithm of the forward rate constant of LMCT and its exact derivatives.

    .. math::

        k_f = \nu\,\kappa\,e^{-B/k_BT},\qquad \kappa = \frac{2P}{1+P},\qquad
        P = 1 - \exp\!\left[-\frac{H^2}{h\nu}\sqrt{\frac{\pi^3}{\lambda k_BT}}\right]

        B = \frac{(\lambda - A)^2}{4\lambda} - H + \frac{H^2}{\lambda} - s\,(y - y_0),\qquad
        H = H_0\,[1 - c\,(1 - x)]

    For a weak coupling H the prefactor is proportional to H squared (non-adiabatic), for a strong one it is
    the attempt frequency and the barrier is lowered (adiabatic). The coupling, the metal-oxygen covalence,
    weakens as the metal loses its holes when c is positive.

    Parameters
    ----------
    driving_force
        A = U_M - U_O [eV].
    lithium
        Lithium extracted, y [1/f.u.].
    metal_filling
        x = n/n_max [1].
    temperature
        T [K].
    parameters
        nu [1/s], lambda [eV], H_0 [eV], c [1], s [eV f.u.], y_0 [1/f.u.].

    Returns
    -------
    :
        ln k_f and its derivatives by driving force, lithium, metal filling and temperature.

    Source
    ------
    Brunschwig and Sutin, Coord. Chem. Rev. 187, 233 (1999), doi 10.1016/S0010-8545(98)00188-X; covalence that
    weakens: Li 2022, L348-355.
    """
    frequency, reorganization, loss, slope = parameters[0], parameters[1], parameters[3], parameters[4]
    thermal = BOLTZMANN * temperature
    coupling = parameters[2] * (1.0 - loss * (1.0 - metal_filling))
    by_filling = parameters[2] * loss
    if coupling < 1e-12:
        coupling, by_filling = 1e-12, 0.0
    hopping = coupling * coupling / (PLANCK * frequency) * np.sqrt(np.pi**3 / (reorganization * thermal))
    stay = np.exp(-hopping)
    passing = -np.expm1(-hopping)
    log_kappa = np.log(2.0 * passing) - np.log1p(passing)
    kappa_by_hopping = stay / (passing * (1.0 + passing))
    distance = reorganization - driving_force
    lowering = coupling - coupling * coupling / reorganization
    barrier = distance * distance / (4.0 * reorganization) - lowering - slope * (lithium - parameters[5])
    by_coupling = kappa_by_hopping * 2.0 * hopping / coupling
    by_temperature = -kappa_by_hopping * 0.5 * hopping / temperature
    if barrier <= 0.0:
        return np.log(frequency) + log_kappa, 0.0, 0.0, by_coupling * by_filling, by_temperature
    by_coupling += (1.0 - 2.0 * coupling / reorganization) / thermal
    return (
        np.log(frequency) + log_kappa - barrier / thermal,
        distance / (2.0 * reorganization) / thermal,
        slope / thermal,
        by_coupling * by_filling,
        by_temperature + barrier / (thermal * temperature),
    )
