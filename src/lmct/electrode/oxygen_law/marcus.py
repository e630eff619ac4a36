"""Marcus' law of the oxygen couple: one electron, one distortion of the surroundings."""

from __future__ import annotations

import numpy as np

from lmct.electrode import parameter_index as index
from lmct.electrode.charge_transfer import arrhenius
from lmct.electrode.compiled import compiled
from lmct.quantity.constants import BOLTZMANN

NAME = "marcus"
NUMBER = 1
SHARED = ("reorganization_energy", "electronic_coupling")


@compiled
def current(
    par: np.ndarray, filling: float, overpotential: float, temperature: float
) -> tuple[float, float, float, float]:
    r"""Return the current of the oxygen couple and its exact derivatives.

    .. math::

        i_O = \nu_O\left[(1-z)\,e^{-B_+/k_BT} - z\,e^{-B_-/k_BT}\right],\qquad
        B_\pm = \frac{(\lambda \mp \eta)^2}{4\lambda} - H + \frac{H^2}{\lambda},\qquad \eta = V - U_O

    Both barriers fall by the same amount with the coupling H, so detailed balance holds; a lower one below
    zero stops both from falling further.

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
    Marcus, Rev. Mod. Phys. 65, 599 (1993), doi 10.1103/RevModPhys.65.599; the paper's reasoning in Li 2022,
    L270-276.
    """
    lam, coupling = par[index.OXYGEN_REORGANIZATION], par[index.OXYGEN_COUPLING]
    inverse = 1.0 / (BOLTZMANN * temperature)
    rate, activation = par[index.OXYGEN_RATE], par[index.OXYGEN_ACTIVATION]
    prefactor = arrhenius(rate, activation, temperature)
    lowering = coupling - coupling * coupling / lam
    oxidation = (lam - overpotential) ** 2 / (4.0 * lam) - lowering
    reduction = (lam + overpotential) ** 2 / (4.0 * lam) - lowering
    oxidation_slope = (lam - overpotential) / (2.0 * lam)
    reduction_slope = (lam + overpotential) / (2.0 * lam)
    if oxidation < 0.0 and oxidation <= reduction:
        oxidation, reduction = 0.0, overpotential
        oxidation_slope, reduction_slope = 0.0, 1.0
    elif reduction < 0.0:
        oxidation, reduction = -overpotential, 0.0
        oxidation_slope, reduction_slope = 1.0, 0.0
    forward = prefactor * np.exp(-oxidation * inverse)
    reverse = prefactor * np.exp(-reduction * inverse)
    total = (1.0 - filling) * forward - filling * reverse
    slope = (1.0 - filling) * forward * oxidation_slope + filling * reverse * reduction_slope
    heat = (1.0 - filling) * forward * (oxidation + activation) - filling * reverse * (reduction + activation)
    return total, -(forward + reverse), slope * inverse, heat * inverse / temperature
