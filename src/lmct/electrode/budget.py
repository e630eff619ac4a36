"""Where the energy goes: stored, or dissipated by each process (the hysteresis budget)."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from lmct.electrode import parameter_index as index
from lmct.electrode.compiled import compiled
from lmct.electrode.exhausted import UNKNOWN, metal_level, settle_exhausted, settled_level
from lmct.electrode.rates import CONTROL, CURRENT, CURRENT_CONTROL, fluxes, transport
from lmct.electrode.rodas5p import interpolate, interpolate_slope
from lmct.electrode.structure import NOT_METAL, Model
from lmct.electrode.thermodynamics import (
    entropy,
    gas_potential,
    gibbs_energy,
    lithium_extracted,
    lithium_term,
    logit,
    metal_holes,
    standard_potentials,
)
from lmct.quantity.constants import BOLTZMANN

# Gauss-Legendre rule with five points on (0, 1).
NODES, WEIGHTS = (
    (np.polynomial.legendre.leggauss(5)[0] + 1.0) / 2.0,
    np.polynomial.legendre.leggauss(5)[1] / 2.0,
)

DISSIPATED = ("metal", "oxygen", "transfer", "dark", "gas", "transport", "ohmic")
"""Terms of the budget that are dissipation: never negative."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Energy balance of a stretch of time [eV/f.u. until scaled].

    Parameters
    ----------
    supplied
        Electrical work put in, the integral of V dQ; over a closed cycle it is the loop area.
    stored
        Increase of the Gibbs energy of the electrode.
    double_layer
        Increase of the energy in the double layer.
    heating
        Integral of S dT while the temperature changes (zero at constant temperature).
    metal, oxygen
        Dissipated by the slow exchange of the metal and of the oxygen couple with the current collector.
    transfer
        Dissipated by LMCT.
    dark, gas
        Dissipated by the loss of oxygen holes to dark oxygen and to O2.
    transport
        Dissipated by lithium that moves between the shells of a particle.
    ohmic
        Dissipated in the series resistance.
    """

    supplied: float = 0.0
    stored: float = 0.0
    double_layer: float = 0.0
    heating: float = 0.0
    metal: float = 0.0
    oxygen: float = 0.0
    transfer: float = 0.0
    dark: float = 0.0
    gas: float = 0.0
    transport: float = 0.0
    ohmic: float = 0.0

    @property
    def dissipated(self) -> float:
        """Sum of all dissipation."""
        return sum((float(getattr(self, name)) for name in DISSIPATED), 0.0)

    @property
    def imbalance(self) -> float:
        """What is supplied and neither stored nor dissipated: the error of the balance."""
        return self.supplied - self.stored - self.double_layer - self.heating - self.dissipated

    def __add__(self, other: Budget) -> Budget:
        return Budget(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})

    def scaled(self, factor: float) -> Budget:
        """Return the budget in another unit, every term times a factor."""
        return Budget(**{f.name: factor * getattr(self, f.name) for f in fields(self)})


@compiled
def add_shell(
    shell: np.ndarray,
    slope: np.ndarray,
    temperature: float,
    weight: float,
    model: Model,
    flux: np.ndarray,
    total: np.ndarray,
) -> None:
    """Add S and what the fluxes of one shell dissipate, times a weight, to ``total`` (1 to 6)."""
    par, classes = model.par, model.sites.shape[1]
    fluxes(shell, temperature, model, flux)
    settle_exhausted(shell, slope, model, flux)
    n, p, voltage = metal_holes(shell, classes), shell[classes], shell[classes + 3]
    y = lithium_extracted(shell, classes)
    thermal = BOLTZMANN * temperature
    metal, oxygen = standard_potentials(n, float(p), y, par)
    z = p / par[index.OXYGEN_HOLES_MAX]
    oxygen += thermal * logit(z)
    lithium = lithium_term(y, par)
    if min(z, 1.0 - z) < UNKNOWN:
        oxygen = settled_level(oxygen, metal, lithium, shell, thermal, model)
    for k in range(classes):
        level = metal_level(metal, shell, k, thermal, model)
        total[2] += weight * flux[k] * (voltage - level)
        total[4] += weight * flux[classes + k] * (level - oxygen)
    total[1] += weight * entropy(shell, model)
    total[3] += weight * flux[2 * classes] * (voltage - oxygen)
    free = oxygen - lithium
    total[5] += weight * flux[2 * classes + 1] * (free - par[index.DARK_POTENTIAL])
    total[6] += weight * flux[2 * classes + 2] * (free - gas_potential(shell[classes + 2], model)[0])


@compiled
def _integrals(
    times: np.ndarray, states: np.ndarray, dense: np.ndarray, model: Model, drive: np.ndarray
) -> np.ndarray:
    """Return the integrals over time of supplied power, S dT/dt and the terms of DISSIPATED."""
    total, part = np.zeros(9), np.zeros(9)
    count = states.shape[1]
    classes, shells = model.sites.shape[1], model.shells.shape[1]
    size = classes + NOT_METAL
    state, slope, flux = np.empty(count), np.empty(count), np.empty(2 * classes + 3)
    for row in range(dense.shape[0]):
        length = times[row + 1] - times[row]
        for node in range(NODES.shape[0]):
            interpolate(states[row], states[row + 1], dense[row], NODES[node], state)
            interpolate_slope(states[row], states[row + 1], dense[row], NODES[node], length, slope)
            temperature = state[count - 2]
            part[:] = 0.0
            moved = 0.0
            through = transport(temperature, model.par)
            for s in range(shells):
                shell, change = state[s * size : (s + 1) * size], slope[s * size : (s + 1) * size]
                moved += model.shells[0, s] * lithium_extracted(change, classes)
                moved += model.shells[0, s] * model.par[index.CAPACITANCE] * change[size - 1]
                if s < shells - 1:
                    drop = shell[size - 1] - state[(s + 2) * size - 1]
                    part[7] += through * model.shells[1, s] * drop * drop
                add_shell(shell, change, temperature, model.shells[0, s], model, flux, part)
            current = drive[CURRENT] if drive[CONTROL] == CURRENT_CONTROL else moved
            part[0] = state[count - 1] * current
            part[1] *= slope[count - 2]
            part[8] = model.resistance * current * current
            for i in range(9):
                total[i] += WEIGHTS[node] * length * part[i]
    return total


def stored_energies(state: np.ndarray, model: Model) -> tuple[float, float]:
    """Return the Gibbs energy of a state and the energy in its double layers [eV/f.u.]."""
    size = model.sites.shape[1] + NOT_METAL
    gibbs = double_layer = 0.0
    for s, volume in enumerate(model.shells[0]):
        shell = state[s * size : (s + 1) * size]
        gibbs += volume * gibbs_energy(shell, state[-2], model)
        double_layer += volume * 0.5 * model.par[index.CAPACITANCE] * shell[-1] ** 2
    return float(gibbs), float(double_layer)


def budget_from_solution(
    *, times: np.ndarray, states: np.ndarray, dense: np.ndarray, model: Model, drive: np.ndarray
) -> Budget:
    r"""Integrate every term of the energy balance over a solution.

    .. math:: U i = \dot G + S\dot T + C V\dot V + i_M(V-\mu_M) + i_O(V-\mu_O) + r(\mu_M-\mu_O) + \dots

    The dissipated powers come from the rate laws, not from the balance, so the imbalance is a real check.

    Parameters
    ----------
    times, states, dense
        Solution of :func:`lmct.electrode.integrator.integrate`.
    model, drive
        What it was made with.

    Returns
    -------
    :
        The terms [eV/f.u.].
    """
    total = _integrals(times, states, dense, model, drive)
    first, first_layer = stored_energies(states[0], model)
    last, last_layer = stored_energies(states[-1], model)
    terms = zip(DISSIPATED, total[2:], strict=True)
    return Budget(
        supplied=float(total[0]),
        stored=last - first,
        double_layer=last_layer - first_layer,
        heating=float(total[1]),
        **{name: float(value) for name, value in terms},
    )
