"""Atomic masses of all elements and the molar mass of a composition."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType

from lmct.quantity.errors import unknown_name


@functools.cache
def atomic_masses() -> Mapping[str, float]:
    """Return the atomic mass of every element [g/mol] by symbol.

    Returns
    -------
    :
        Standard atomic weights; the abridged value where the standard is an interval, the mass number of one
        isotope where there is no standard (radioactive elements).

    Source
    ------
    IUPAC 2021, doi 10.1515/pac-2019-0603; the file ``atomic_masses.csv`` says of each value what it is.
    """
    text = (resources.files("lmct.material") / "atomic_masses.csv").read_text(encoding="utf-8")
    rows = [line.split(",") for line in text.splitlines() if not line.startswith(("#", "number"))]
    return MappingProxyType({symbol: float(mass) for _, symbol, mass, _ in rows})


def atomic_mass(symbol: str) -> float:
    """Return the atomic mass of one element [g/mol].

    Parameters
    ----------
    symbol
        Symbol of the element, for example ``"Ni"``.

    Returns
    -------
    :
        Its atomic mass [g/mol].

    Raises
    ------
    UnknownName
        There is no such element.

    Source
    ------
    IUPAC 2021, doi 10.1515/pac-2019-0603.

    Examples
    --------
    >>> atomic_mass("Ni")
    58.6934
    """
    masses = atomic_masses()
    if symbol not in masses:
        raise unknown_name("element", symbol, masses)
    return masses[symbol]


def molar_mass(composition: Mapping[str, float]) -> float:
    """Return the molar mass of a composition [g/mol].

    Parameters
    ----------
    composition
        Amount of each element per formula unit [1].

    Returns
    -------
    :
        Mass of one mole of formula units [g/mol].

    Raises
    ------
    UnknownName
        A symbol is no element.

    Examples
    --------
    >>> round(molar_mass({"H": 2, "O": 1}), 3)
    18.015
    """
    return sum(amount * atomic_mass(symbol) for symbol, amount in composition.items())
