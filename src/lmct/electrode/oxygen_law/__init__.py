"""Laws of the oxygen couple: one file each, behind one contract (docs/how-to/add-a-rate-law.md).

A law gives the current of the couple and its exact derivatives; its forward and reverse rates obey detailed
balance.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np

from lmct.electrode.compiled import compiled
from lmct.electrode.oxygen_law import butler_volmer, marcus, marcus_hush_chidsey
from lmct.quantity.errors import unknown_name

LAWS: dict[str, ModuleType] = {module.NAME: module for module in (butler_volmer, marcus, marcus_hush_chidsey)}
"""Every law of the oxygen couple by name."""


def law(name: str) -> ModuleType:
    """Return the module of a law of the oxygen couple.

    Parameters
    ----------
    name
        A key of :data:`LAWS`.

    Returns
    -------
    :
        The module, with ``NAME``, ``NUMBER``, ``SHARED`` and ``current``.

    Raises
    ------
    UnknownName
        There is no such law.
    """
    if name not in LAWS:
        raise unknown_name("law of the oxygen couple", name, LAWS)
    return LAWS[name]


@compiled
def current(
    number: int, par: np.ndarray, filling: float, overpotential: float, temperature: float
) -> tuple[float, float, float, float]:
    """Return the current of the law with that number and its derivatives by the three variables."""
    if number == marcus.NUMBER:
        return marcus.current(par, filling, overpotential, temperature)
    if number == marcus_hush_chidsey.NUMBER:
        return marcus_hush_chidsey.current(par, filling, overpotential, temperature)
    return butler_volmer.current(par, filling, overpotential, temperature)
