"""Rate laws of LMCT: one file each, behind one contract (docs/how-to/add-a-rate-law.md).

A law gives the logarithm of the forward rate constant and its exact derivatives; the reverse rate follows
from detailed balance, so no law can break thermodynamics.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np

from lmct.electrode.compiled import compiled
from lmct.electrode.rate_law import constant_barrier, landau_zener, marcus, metal_potential, progress_barrier
from lmct.quantity.errors import unknown_name

LAWS: dict[str, ModuleType] = {
    module.NAME: module
    for module in (marcus, constant_barrier, progress_barrier, landau_zener, metal_potential)
}
"""Every rate law by name."""


def law(name: str) -> ModuleType:
    """Return the module of a rate law.

    Parameters
    ----------
    name
        A key of :data:`LAWS`.

    Returns
    -------
    :
        The module, with ``NAME``, ``NUMBER``, ``PARAMETERS`` and ``log_rate``.

    Raises
    ------
    UnknownName
        There is no such law.
    """
    if name not in LAWS:
        raise unknown_name("rate law", name, LAWS)
    return LAWS[name]


@compiled
def log_rate(
    number: int,
    driving_force: float,
    lithium: float,
    metal_filling: float,
    temperature: float,
    parameters: np.ndarray,
) -> tuple[float, float, float, float, float]:
    """Return ln k_f [k_f in 1/s] of the law with that number and its derivatives by the four variables."""
    if number == constant_barrier.NUMBER:
        return constant_barrier.log_rate(driving_force, lithium, metal_filling, temperature, parameters)
    if number == progress_barrier.NUMBER:
        return progress_barrier.log_rate(driving_force, lithium, metal_filling, temperature, parameters)
    if number == landau_zener.NUMBER:
        return landau_zener.log_rate(driving_force, lithium, metal_filling, temperature, parameters)
    if number == metal_potential.NUMBER:
        return metal_potential.log_rate(driving_force, lithium, metal_filling, temperature, parameters)
    return marcus.log_rate(driving_force, lithium, metal_filling, temperature, parameters)
