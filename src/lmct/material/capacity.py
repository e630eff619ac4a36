"""Electrons per formula unit and specific capacity."""

from __future__ import annotations

from lmct.quantity.constants import COULOMB_PER_MAH, FARADAY


def capacity_from_electrons(*, electrons: float, molar_mass: float) -> float:
    r"""Specific capacity of a number of electrons per formula unit.

    .. math:: Q = \frac{n F}{3.6\,\mathrm{C\,mAh^{-1}}\; M}

    Parameters
    ----------
    electrons
        Electrons (or lithium) per formula unit [1].
    molar_mass
        Mass of one mole of the same formula unit [g/mol].

    Returns
    -------
    :
        Specific capacity [mAh/g].

    Source
    ------
    Faraday's law.

    Examples
    --------
    >>> round(capacity_from_electrons(electrons=1.0, molar_mass=82.690), 2)
    324.12
    """
    return electrons * FARADAY / COULOMB_PER_MAH / molar_mass


def electrons_from_capacity(*, specific_capacity: float, molar_mass: float) -> float:
    """Electrons per formula unit that a specific capacity stands for.

    Parameters
    ----------
    specific_capacity
        Specific capacity [mAh/g].
    molar_mass
        Mass of one mole of formula units [g/mol].

    Returns
    -------
    :
        Electrons (or lithium) per formula unit [1].

    Source
    ------
    Faraday's law.

    Examples
    --------
    >>> round(electrons_from_capacity(specific_capacity=200.0, molar_mass=82.690), 3)
    0.617
    """
    return specific_capacity * COULOMB_PER_MAH * molar_mass / FARADAY
