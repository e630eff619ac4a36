"""Rate laws of LMCT for PyBaMM: one function each, the forward rate constant of its formula.

Written from docs/how-to/add-a-rate-law.md and the papers, not from the compiled laws, which they check.
numpy's functions act on numbers and on PyBaMM's symbols alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from lmct.quantity.constants import BOLTZMANN, PLANCK

Expression: TypeAlias = Any
"""A number, an array or a PyBaMM symbol."""

NEAREST = 1e-12
"""The logarithm of a filling is taken no closer to empty and full than this [1]."""

Law: TypeAlias = Callable[
    [Expression, Expression, Expression, Expression, Mapping[str, Expression]], Expression
]
"""Driving force [eV], lithium extracted, metal filling, temperature [K], parameters -> k_f [1/s]."""


def marcus(
    driving_force: Expression,
    lithium: Expression,
    metal_filling: Expression,
    temperature: Expression,
    parameters: Mapping[str, Expression],
) -> Expression:
    """Marcus' law whose barrier falls with the lithium extracted."""
    reorganization = parameters["reorganization_energy"]
    barrier = (reorganization - driving_force) ** 2 / (4 * reorganization)
    return activated(barrier - _lowered(lithium, parameters), temperature, parameters)


def constant_barrier(
    driving_force: Expression,
    lithium: Expression,
    metal_filling: Expression,
    temperature: Expression,
    parameters: Mapping[str, Expression],
) -> Expression:
    """Arrhenius' law: one barrier whatever happens."""
    return activated(parameters["barrier"], temperature, parameters)


def progress_barrier(
    driving_force: Expression,
    lithium: Expression,
    metal_filling: Expression,
    temperature: Expression,
    parameters: Mapping[str, Expression],
) -> Expression:
    """Arrhenius' law, a barrier that rises as holes leave the metal and falls with the lithium extracted."""
    barrier = parameters["first_barrier"] + parameters["barrier_rise"] * (1 - metal_filling)
    return activated(barrier - _lowered(lithium, parameters), temperature, parameters)


def landau_zener(
    driving_force: Expression,
    lithium: Expression,
    metal_filling: Expression,
    temperature: Expression,
    parameters: Mapping[str, Expression],
) -> Expression:
    """Marcus' law with the Landau-Zener chance of crossing, and a coupling that lowers the barrier."""
    reorganization, thermal = parameters["reorganization_energy"], BOLTZMANN * temperature
    weakened = 1 - parameters["covalence_loss"] * (1 - metal_filling)
    coupling = np.maximum(parameters["electronic_coupling"] * weakened, 1e-12)
    frequency = coupling**2 / PLANCK * np.sqrt(np.pi**3 / (reorganization * thermal))
    stays = np.exp(-frequency / parameters["attempt_frequency"])
    crosses = 2 * (1 - stays) / (2 - stays)
    barrier = (reorganization - driving_force) ** 2 / (4 * reorganization)
    barrier = barrier - coupling + coupling**2 / reorganization - _lowered(lithium, parameters)
    return crosses * activated(barrier, temperature, parameters)


def metal_potential(
    driving_force: Expression,
    lithium: Expression,
    metal_filling: Expression,
    temperature: Expression,
    parameters: Mapping[str, Expression],
) -> Expression:
    """Marcus' law with the full chemical potential of the metal, and a coupling that lowers the barrier."""
    reorganization, coupling = parameters["reorganization_energy"], parameters["electronic_coupling"]
    filling = np.minimum(np.maximum(metal_filling, NEAREST), 1 - NEAREST)
    force = driving_force + BOLTZMANN * temperature * np.log(filling / (1 - filling))
    barrier = (reorganization - force) ** 2 / (4 * reorganization)
    barrier = barrier - coupling + coupling**2 / reorganization - _lowered(lithium, parameters)
    return activated(barrier, temperature, parameters)


TRANSFER_LAWS: Mapping[str, Law] = {
    "marcus": marcus,
    "constant-barrier": constant_barrier,
    "progress-barrier": progress_barrier,
    "landau-zener": landau_zener,
    "metal-potential": metal_potential,
}
"""Every rate law by the name it has in :data:`lmct.electrode.rate_law.LAWS`."""


def activated(
    barrier: Expression, temperature: Expression, parameters: Mapping[str, Expression]
) -> Expression:
    """Return a rate constant, never above the attempt frequency.

    Parameters
    ----------
    barrier
        [eV].
    temperature
        [K].
    parameters
        With ``attempt_frequency`` [1/s].

    Returns
    -------
    :
        [1/s].

    Examples
    --------
    >>> float(activated(-0.1, 300.0, {"attempt_frequency": 1e12}))
    1000000000000.0
    """
    return parameters["attempt_frequency"] * np.exp(-np.maximum(barrier, 0.0) / (BOLTZMANN * temperature))


def _lowered(lithium: Expression, parameters: Mapping[str, Expression]) -> Expression:
    return parameters["lithium_slope"] * (lithium - parameters["lithium_reference"])
