"""The electrode's equations for PyBaMM, from docs/explanation/electrode.md: state -> potentials -> rates.

Nothing here comes from the compiled kernels, so that agreement with them means something. All functions act
on numbers and on PyBaMM's symbols alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lmct.bridge.couple_law import OXYGEN_LAWS, butler_volmer, heated
from lmct.bridge.transfer_law import TRANSFER_LAWS, Expression
from lmct.quantity.constants import BOLTZMANN
from lmct.quantity.errors import unknown_name

EDGE = 0.005
"""Width of the edges of the staircase of O2, of all that can be released [1]."""

EXHAUSTED = 5.0
"""Rise of the potential of O2 when the last environment is exhausted [V]."""


SMALLEST = 1e-100
"""Keeps a quotient finite where both of its numbers vanish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The six numbers of the electrode, as numbers or as PyBaMM's symbols.

    Parameters
    ----------
    metal_holes, oxygen_holes, dark_holes, oxygen_gas
        n, p, d and o2 [1/f.u.].
    potential
        V, that of the electrode; the voltage at its terminals has the series resistance in it [V].
    temperature
        T [K].
    """

    metal_holes: Expression
    oxygen_holes: Expression
    dark_holes: Expression
    oxygen_gas: Expression
    potential: Expression
    temperature: Expression

    @property
    def lithium(self) -> Expression:
        """Lithium extracted, y [1/f.u.]."""
        return self.metal_holes + self.oxygen_holes + self.dark_holes + 4 * self.oxygen_gas


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What happens in a state, all in holes [1/(f.u. s)].

    Parameters
    ----------
    metal, oxygen
        Currents i_M and i_O of the couples, positive on oxidation.
    transfer
        LMCT, r, positive from metal to oxygen.
    dark, gas
        Loss of oxygen holes to dark oxygen and to O2.
    """

    metal: Expression
    oxygen: Expression
    transfer: Expression
    dark: Expression
    gas: Expression


def hole_potentials(state: State, parameters: Mapping[str, Expression]) -> tuple[Expression, Expression]:
    """Return U_M and U_O of a state without the lithium term, which both couples share.

    Parameters
    ----------
    state
        The state.
    parameters
        Of the electrode, by name.

    Returns
    -------
    :
        Two potentials [V].
    """
    n, p, mixed = state.metal_holes, state.oxygen_holes, parameters["metal_oxygen"]
    metal = parameters["metal_potential"] + parameters["metal_metal"] * n + mixed * p
    oxygen = parameters["oxygen_potential"] + mixed * n + parameters["oxygen_oxygen"] * p
    return metal, oxygen


def gas_potential(released: Expression, parameters: Mapping[str, Expression]) -> Expression:
    """Return the potential at which the next O2 leaves: a staircase whose edges have a width.

    Parameters
    ----------
    released
        O2 that has left, o2 [molecules/f.u.].
    parameters
        Of the electrode, by name.

    Returns
    -------
    :
        [V].
    """
    amounts: list[Expression] = []
    while f"gas_amount_{len(amounts) + 1}" in parameters:
        amounts.append(parameters[f"gas_amount_{len(amounts) + 1}"])
    width, edge = EDGE * sum(amounts), 0.0
    potential = parameters["gas_potential"]
    for number, amount in enumerate(amounts, start=1):
        edge = edge + amount
        rise = parameters[f"gas_step_{number}"] if number < len(amounts) else EXHAUSTED
        potential = potential + rise / (1 + np.exp((edge - released) / width))
    return potential


def loss(
    way: str,
    filling: Expression,
    level: Expression,
    onset: Expression,
    temperature: Expression,
    parameters: Mapping[str, Expression],
) -> Expression:
    """Return the rate at which oxygen holes are lost, one way and only downhill.

    Parameters
    ----------
    way
        ``"dark"`` or ``"gas"``.
    filling
        z = p/p_max [1].
    level
        U_O without the lithium term [V].
    onset
        Potential above which the loss runs, U [V].
    temperature
        [K].
    parameters
        Of the electrode, by name.

    Returns
    -------
    :
        k z max(0, 1 - exp(-(level + kT ln(z/(1-z)) - U)/kT))^2 without its logarithm [1/(f.u. s)].
    """
    rate = parameters[f"{way}_rate"] * heated(parameters["loss_activation"], temperature)
    back = np.exp((onset - level) / (BOLTZMANN * temperature))
    return rate * np.maximum(filling - (1 - filling) * back, 0.0) ** 2 / (filling + SMALLEST)


def rates(state: State, parameters: Mapping[str, Expression], *, lmct_law: str, oxygen_law: str) -> Rates:
    """Return the rates of every process in a state.

    Parameters
    ----------
    state
        The state.
    parameters
        Those of the electrode and those of the rate law of LMCT, by name.
    lmct_law
        A key of :data:`lmct.bridge.transfer_law.TRANSFER_LAWS`.
    oxygen_law
        A key of :data:`lmct.bridge.couple_law.OXYGEN_LAWS`.

    Returns
    -------
    :
        The rates.

    Raises
    ------
    UnknownName
        There is no such law in PyBaMM's terms.
    """
    for kind, name, laws in (("LMCT", lmct_law, TRANSFER_LAWS), ("oxygen", oxygen_law, OXYGEN_LAWS)):
        if name not in laws:
            raise unknown_name(f"{kind} law of the bridge to PyBaMM", name, laws)
    temperature, y = state.temperature, state.lithium
    x = state.metal_holes / parameters["metal_holes_max"]
    z = state.oxygen_holes / parameters["oxygen_holes_max"]
    metal, oxygen = hole_potentials(state, parameters)
    sites = -parameters["lithium_width"] * np.log(1 - y / parameters["lithium_max"])
    force = metal - oxygen
    forward = TRANSFER_LAWS[lmct_law](force, y, x, temperature, parameters)
    back = np.exp(-force / (BOLTZMANN * temperature))
    return Rates(
        metal=butler_volmer("metal", x, state.potential - metal - sites, temperature, parameters),
        oxygen=OXYGEN_LAWS[oxygen_law](
            "oxygen", z, state.potential - oxygen - sites, temperature, parameters
        ),
        transfer=parameters["metal_holes_max"] * forward * (x * (1 - z) - z * (1 - x) * back),
        dark=loss("dark", z, oxygen, parameters["dark_potential"], temperature, parameters),
        gas=loss("gas", z, oxygen, gas_potential(state.oxygen_gas, parameters), temperature, parameters),
    )
