"""Butler-Volmer law of the oxygen couple, with its own transfer coefficient."""

from __future__ import annotations

import numpy as np

from lmct.electrode import parameter_index as index
from lmct.electrode.charge_transfer import couple_current
from lmct.electrode.compiled import compiled

NAME = "butler-volmer"
NUMBER = 0
SHARED: tuple[str, ...] = ()


@compiled
def current(
    par: np.ndarray, filling: float, overpotential: float, temperature: float
) -> tuple[float, float, float, float]:
    """Return the current of the couple by :func:`lmct.electrode.charge_transfer.couple_current`.

    Parameters
    ----------
    par
        Parameters of the electrode.
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
    """
    return couple_current(
        par[index.OXYGEN_RATE],
        par[index.OXYGEN_ACTIVATION],
        par[index.OXYGEN_TRANSFER],
        filling,
        overpotential,
        temperature,
    )
