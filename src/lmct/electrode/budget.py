"""Where the energy goes: stored, or dissipated by each process (the hysteresis budget)."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from lmct.electrode import parameters as index
from lmct.electrode.compiled import compiled
from lmct.electrode.rates import (
    CONTROL,
    CURRENT,
    CURRENT_CONTROL,
    FLUX_DARK,
    FLUX_GAS,
    FLUX_METAL,
    FLUX_OXYGEN,
    FLUX_TRANSFER,
    SWEEP,
    fluxes,
)
from lmct.electrode.rodas5p import interpolate, interpolate_slope
from lmct.electrode.thermodynamics import (
    DARK_HOLES,
    GAS,
    METAL_HOLES,
    OXYGEN_HOLES,
    STATES,
    TEMPERATURE,
    VOLTAGE,
    chemical_potentials,
    entropy,
    gibbs_energy,
    lithium_extracted,
    lithium_term,
)

# Gauss-Legendre rule with five points on (0, 1).
NODES, WEIGHTS = (
    (np.polynomial.legendre.leggauss(5)[0] + 1.0) / 2.0,
    np.polynomial.legendre.leggauss(5)[1] / 2.0,
)

EXHAUSTED = 1e-4
NEGLIGIBLE = 1e-12


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

    @property
    def dissipated(self) -> float:
        """Sum of all dissipation."""
        return self.metal + self.oxygen + self.transfer + self.dark + self.gas

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
def settle_exhausted(state: np.ndarray, slope: np.ndarray, par: np.ndarray, flux: np.ndarray) -> None:
    """Take the current of an exhausted or filled couple from its own change instead of from its rate law.

    There (and when no lithium is left) the population only follows the voltage; it is smaller than the error
    of the integration, and a rate law evaluated with it would be the difference of two large wrong numbers.
    """
    x = state[METAL_HOLES] / par[index.METAL_HOLES_MAX]
    z = state[OXYGEN_HOLES] / par[index.OXYGEN_HOLES_MAX]
    no_lithium = lithium_extracted(state) > (1.0 - EXHAUSTED) * par[index.LITHIUM_MAX]
    if no_lithium or min(x, 1.0 - x) < EXHAUSTED:
        flux[FLUX_METAL] = slope[METAL_HOLES] + flux[FLUX_TRANSFER]
        state[METAL_HOLES] = par[index.METAL_HOLES_MAX] * min(max(x, NEGLIGIBLE), 1.0 - NEGLIGIBLE)
    if no_lithium or min(z, 1.0 - z) < EXHAUSTED:
        lost = flux[FLUX_DARK] + flux[FLUX_GAS]
        flux[FLUX_OXYGEN] = slope[OXYGEN_HOLES] - flux[FLUX_TRANSFER] + lost
        state[OXYGEN_HOLES] = par[index.OXYGEN_HOLES_MAX] * min(max(z, NEGLIGIBLE), 1.0 - NEGLIGIBLE)


@compiled
def _integrals(
    times: np.ndarray,
    states: np.ndarray,
    dense: np.ndarray,
    par: np.ndarray,
    law: int,
    law_par: np.ndarray,
    drive: np.ndarray,
) -> np.ndarray:
    """Return the integrals over time of supplied power, S dT/dt and the five dissipations."""
    total = np.zeros(7)
    state, slope, flux = np.empty(STATES), np.empty(STATES), np.empty(5)
    for row in range(dense.shape[0]):
        length = times[row + 1] - times[row]
        for node in range(NODES.shape[0]):
            interpolate(states[row], states[row + 1], dense[row], NODES[node], state)
            weight = WEIGHTS[node] * length
            fluxes(state, par, law, law_par, flux)
            interpolate_slope(states[row], states[row + 1], dense[row], NODES[node], length, slope)
            settle_exhausted(state, slope, par, flux)
            metal, oxygen = chemical_potentials(state, par)
            current = drive[CURRENT]
            if drive[CONTROL] != CURRENT_CONTROL:
                moved = slope[METAL_HOLES] + slope[OXYGEN_HOLES] + slope[DARK_HOLES] + 4.0 * slope[GAS]
                current = moved + par[index.CAPACITANCE] * drive[SWEEP]
            level = oxygen - lithium_term(lithium_extracted(state), par)
            total[0] += weight * state[VOLTAGE] * current
            total[1] += weight * entropy(state, par) * slope[TEMPERATURE]
            total[2] += weight * flux[FLUX_METAL] * (state[VOLTAGE] - metal)
            total[3] += weight * flux[FLUX_OXYGEN] * (state[VOLTAGE] - oxygen)
            total[4] += weight * flux[FLUX_TRANSFER] * (metal - oxygen)
            total[5] += weight * flux[FLUX_DARK] * (level - par[index.DARK_POTENTIAL])
            total[6] += weight * flux[FLUX_GAS] * (level - par[index.GAS_POTENTIAL])
    return total


def budget_from_solution(
    *,
    times: np.ndarray,
    states: np.ndarray,
    dense: np.ndarray,
    par: np.ndarray,
    law: int,
    law_par: np.ndarray,
    drive: np.ndarray,
) -> Budget:
    r"""Integrate every term of the energy balance over a solution.

    .. math:: V i = \dot G + S\dot T + C V\dot V + i_M(V-\mu_M) + i_O(V-\mu_O) + r(\mu_M-\mu_O) + \dots

    The dissipated powers come from the rate laws, not from the balance, so the imbalance is a real check.

    Parameters
    ----------
    times, states, dense
        Solution of :func:`lmct.electrode.integrator.integrate`.
    par, law, law_par, drive
        What it was made with.

    Returns
    -------
    :
        The terms [eV/f.u.].
    """
    total = _integrals(times, states, dense, par, law, law_par, drive)
    first, last = states[0], states[-1]
    capacitance = par[index.CAPACITANCE]
    return Budget(
        supplied=float(total[0]),
        stored=float(gibbs_energy(last, par) - gibbs_energy(first, par)),
        double_layer=float(0.5 * capacitance * (last[VOLTAGE] ** 2 - first[VOLTAGE] ** 2)),
        heating=float(total[1]),
        metal=float(total[2]),
        oxygen=float(total[3]),
        transfer=float(total[4]),
        dark=float(total[5]),
        gas=float(total[6]),
    )
