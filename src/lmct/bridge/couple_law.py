"""How a redox couple exchanges electrons with the current collector, for PyBaMM: one function a law."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from lmct.bridge.transfer_law import Expression
from lmct.quantity.constants import BOLTZMANN

REFERENCE_TEMPERATURE = 298.15
"""Temperature at which rates are given [K]."""

Law: TypeAlias = Callable[[str, Expression, Expression, Expression, Mapping[str, Expression]], Expression]
"""Couple, filling, overpotential [V], temperature [K], parameters -> current [1/(f.u. s)]."""


def butler_volmer(
    couple: str,
    filling: Expression,
    overpotential: Expression,
    temperature: Expression,
    parameters: Mapping[str, Expression],
) -> Expression:
    """Mass action with a symmetry of the barrier; positive on oxidation."""
    force = overpotential / (BOLTZMANN * temperature)
    symmetry = parameters["transfer_coefficient"]
    exchange = parameters[f"{couple}_rate"] * heated(parameters[f"{couple}_activation"], temperature)
    oxidation = (1 - filling) * np.exp((1 - symmetry) * force)
    return exchange * (oxidation - filling * np.exp(-symmetry * force))


OXYGEN_LAWS: Mapping[str, Law] = {"butler-volmer": butler_volmer}
"""Every law of the oxygen couple by name."""


def heated(activation: Expression, temperature: Expression) -> Expression:
    """Return the factor by which a rate at another temperature exceeds that at 298.15 K.

    Parameters
    ----------
    activation
        Activation energy [eV].
    temperature
        [K].

    Returns
    -------
    :
        Arrhenius' factor [1].

    Examples
    --------
    >>> float(heated(0.8, 298.15))
    1.0
    """
    return np.exp(activation / BOLTZMANN * (1 / REFERENCE_TEMPERATURE - 1 / temperature))
