"""How a redox couple exchanges electrons with the current collector, for PyBaMM: one function a law."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from lmct.bridge.transfer_law import Expression
from lmct.quantity.constants import BOLTZMANN

REFERENCE_TEMPERATURE = 298.15
"""Temperature at which rates are given [K]."""

SYMMETRIES = {"metal": "transfer_coefficient", "oxygen": "oxygen_transfer_coefficient"}
"""Which parameter is the symmetry of the barrier of a couple."""

QUADRATURE_POINTS = 128

NEGLIGIBLE = 25.0
"""An integrand is left out where it is smaller than exp(-25) of its value at the Fermi level."""

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
    symmetry = parameters[SYMMETRIES[couple]]
    exchange = parameters[f"{couple}_rate"] * heated(parameters[f"{couple}_activation"], temperature)
    oxidation = (1 - filling) * np.exp((1 - symmetry) * force)
    return exchange * (oxidation - filling * np.exp(-symmetry * force))


def marcus(
    couple: str,
    filling: Expression,
    overpotential: Expression,
    temperature: Expression,
    parameters: Mapping[str, Expression],
) -> Expression:
    """Marcus' parabolas; the coupling lowers the barrier downhill to zero at most."""
    reorganization, lowering = distortion(parameters)
    downhill = (reorganization - abs(overpotential)) ** 2 / (4 * reorganization) - lowering
    constant = np.exp(-np.maximum(downhill, 0.0) / (BOLTZMANN * temperature))
    return _balanced(couple, constant, filling, overpotential, temperature, parameters)


def marcus_hush_chidsey(
    couple: str,
    filling: Expression,
    overpotential: Expression,
    temperature: Expression,
    parameters: Mapping[str, Expression],
) -> Expression:
    """Marcus' law averaged over the electrons of a metal; the coupling cannot lift the rate above nu_O."""
    thermal = BOLTZMANN * temperature
    reorganization, lowering = distortion(parameters)
    downhill = chidsey_integral(reorganization / thermal, abs(overpotential) / thermal)
    constant = np.minimum(np.exp(lowering / thermal) * downhill, 1.0)
    return _balanced(couple, constant, filling, overpotential, temperature, parameters)


OXYGEN_LAWS: Mapping[str, Law] = {
    "butler-volmer": butler_volmer,
    "marcus": marcus,
    "marcus-hush-chidsey": marcus_hush_chidsey,
}
"""Every law of the oxygen couple by the name it has in :data:`lmct.electrode.oxygen_law.LAWS`."""


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


def distortion(parameters: Mapping[str, Expression]) -> tuple[Expression, Expression]:
    """Return what the surroundings of oxygen cost and what covalence gives back.

    Parameters
    ----------
    parameters
        By name; the oxygen couple shares the values of LMCT unless it has its own.

    Returns
    -------
    :
        Reorganisation energy lambda and H - H^2/lambda [eV].

    Examples
    --------
    >>> distortion({"reorganization_energy": 2.0, "oxygen_coupling": 1.0})
    (2.0, 0.5)
    """
    shared = parameters.get("reorganization_energy")
    reorganization = parameters.get("oxygen_reorganization_energy", shared)
    coupling = parameters.get("oxygen_coupling", parameters.get("electronic_coupling", 0.0))
    return reorganization, coupling - coupling**2 / reorganization


def chidsey_integral(reorganization: Expression, downhill: Expression) -> Expression:
    r"""Return the rate constant of oxidation over nu, downhill, for the electrons of a metal.

    .. math:: k(L, E) = \frac{1}{\sqrt{4\pi L}}\int \frac{e^{-(x-L+E)^2/4L}}{1+e^x}\,dx,\qquad E \ge 0

    Trapezoidal rule between points where the integrand is negligible.

    Parameters
    ----------
    reorganization, downhill
        L and E [kT].

    Returns
    -------
    :
        Rate constant [1].

    Source
    ------
    Chidsey, Science 251, 919 (1991), doi 10.1126/science.251.4996.919.

    Examples
    --------
    >>> round(float(chidsey_integral(40.0, 40.0)), 3)  # half of it, as the Fermi function is symmetric
    0.5
    """
    below, above = (reorganization - downhill) / 2, (reorganization + downhill) / 2
    first = 2 * (below - np.sqrt(below**2 + NEGLIGIBLE * reorganization))
    last = 2 * (np.sqrt(above**2 + NEGLIGIBLE * reorganization) - above)
    spacing = (last - first) / QUADRATURE_POINTS
    total = 0.0
    for k in range(QUADRATURE_POINTS + 1):
        energy = first + k * spacing
        distance = energy - reorganization + downhill
        total = total + np.exp(-(distance**2) / (4 * reorganization)) / (1 + np.exp(energy))
    return total * spacing / np.sqrt(4 * np.pi * reorganization)


def _balanced(
    couple: str,
    constant: Expression,
    filling: Expression,
    overpotential: Expression,
    temperature: Expression,
    parameters: Mapping[str, Expression],
) -> Expression:
    """Return the current whose faster direction has the given constant, the other by detailed balance."""
    force = overpotential / (BOLTZMANN * temperature)
    exchange = parameters[f"{couple}_rate"] * heated(parameters[f"{couple}_activation"], temperature)
    oxidation = (1 - filling) * np.exp(np.minimum(force, 0.0))
    return exchange * constant * (oxidation - filling * np.exp(np.minimum(-force, 0.0)))
