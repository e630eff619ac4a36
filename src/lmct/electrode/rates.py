"""Right-hand side of the electrode's differential equations (compiled).

State and model: :mod:`lmct.electrode.structure`.
"""

from __future__ import annotations

import math

import numpy as np

from lmct.electrode import oxygen_law, rate_law
from lmct.electrode import parameter_index as index
from lmct.electrode.charge_transfer import arrhenius, couple_current, loss_rate, transfer_rate
from lmct.electrode.compiled import compiled
from lmct.electrode.structure import NOT_METAL, Model
from lmct.electrode.thermodynamics import (
    gas_potential,
    lithium_extracted,
    lithium_term,
    logit,
    metal_holes,
    standard_potentials,
)
from lmct.quantity.constants import BOLTZMANN

# Places in the array that tells what drives the electrode during one step.
CONTROL = 0
CURRENT = 1
SWEEP = 2
SURROUNDINGS = 3

CURRENT_CONTROL = 0.0
VOLTAGE_CONTROL = 1.0


@compiled
def flux_count(model: Model) -> int:
    """Return the number of fluxes of a shell: i_M of each class, r of each class, i_O, r_d, r_g."""
    return int(2 * model.sites.shape[1] + 3)


@compiled
def fluxes(shell: np.ndarray, temperature: float, model: Model, out: np.ndarray) -> None:
    """Write the fluxes of one shell into ``out`` [1/(f.u. s)], in the order of :func:`flux_count`."""
    par, classes = model.par, model.sites.shape[1]
    n, p, voltage = metal_holes(shell, classes), shell[classes], shell[classes + 3]
    y = lithium_extracted(shell, classes)
    metal_potential, oxygen_potential = standard_potentials(n, float(p), y, par)
    z = p / par[index.OXYGEN_HOLES_MAX]
    force = metal_potential - oxygen_potential
    for k in range(classes):
        sites = model.sites[0, k] * par[index.METAL_HOLES_MAX]
        x = shell[k] / sites
        out[k] = couple_current(
            par[index.METAL_RATE] * model.sites[0, k],
            par[index.METAL_ACTIVATION],
            par[index.TRANSFER_COEFFICIENT],
            x,
            voltage - metal_potential,
            temperature,
        )[0]
        log_rate = rate_law.log_rate(model.law, force, y, x, temperature, model.law_par)[0]
        rate = math.exp(log_rate - model.sites[1, k] / (BOLTZMANN * temperature))
        out[classes + k] = transfer_rate(rate, x, z, force, temperature, sites)[0]
    overpotential = voltage - oxygen_potential
    out[2 * classes] = oxygen_law.current(model.oxygen_law, par, z, overpotential, temperature)[0]
    out[2 * classes + 1] = 0.0
    out[2 * classes + 2] = 0.0
    if par[index.DARK_RATE] > 0.0 or par[index.GAS_RATE] > 0.0:
        level = oxygen_potential - lithium_term(y, par) + BOLTZMANN * temperature * logit(z)
        activation = par[index.LOSS_ACTIVATION]
        dark = arrhenius(par[index.DARK_RATE], activation, temperature)
        gas = arrhenius(par[index.GAS_RATE], activation, temperature)
        onset = gas_potential(shell[classes + 2], model)[0]
        out[2 * classes + 1] = loss_rate(dark, z, level - par[index.DARK_POTENTIAL], temperature)[0]
        out[2 * classes + 2] = loss_rate(gas, z, level - onset, temperature)[0]


@compiled
def transport(temperature: float, par: np.ndarray) -> float:
    """Return the conductance of lithium transport through a face of one [1/(f.u. s V)]."""
    if par[index.TRANSPORT_TIME] == 0.0:
        return 0.0
    return arrhenius(1.0 / par[index.TRANSPORT_TIME], par[index.TRANSPORT_ACTIVATION], temperature)


@compiled
def right_hand_side(
    state: np.ndarray, model: Model, drive: np.ndarray, flux: np.ndarray, out: np.ndarray
) -> None:
    """Write the time derivative of a state into ``out``; ``flux`` is work space for the fluxes of a shell."""
    classes, shells = model.sites.shape[1], model.shells.shape[1]
    size, last = classes + NOT_METAL, state.shape[0] - 1
    temperature = state[last - 1]
    resistance = model.resistance
    set_current = drive[CONTROL] == CURRENT_CONTROL
    if set_current:
        entering = drive[CURRENT]
    elif resistance > 0.0:
        entering = (state[last] - state[size - 1]) / resistance
    else:
        entering = 0.0
    through = transport(temperature, model.par)
    for s in range(shells):
        first = s * size
        shell = state[first : first + size]
        fluxes(shell, temperature, model, flux)
        spent, made, lost = (
            flux[2 * classes],
            flux[2 * classes],
            flux[2 * classes + 1] + flux[2 * classes + 2],
        )
        for k in range(classes):
            spent += flux[k]
            made += flux[classes + k]
            out[first + k] = flux[k] - flux[classes + k]
        out[first + classes] = made - lost
        out[first + classes + 1] = flux[2 * classes + 1]
        out[first + classes + 2] = 0.25 * flux[2 * classes + 2]
        leaving = 0.0
        if s < shells - 1:
            leaving = through * model.shells[1, s] * (state[first + size - 1] - state[first + 2 * size - 1])
        change = (entering - leaving) / model.shells[0, s] - spent
        out[first + size - 1] = change / model.par[index.CAPACITANCE]
        entering = leaving
    if set_current:
        out[last] = out[size - 1]
    else:
        out[last] = drive[SWEEP]
        if resistance == 0.0:
            out[size - 1] = drive[SWEEP]
    out[last - 1] = (drive[SURROUNDINGS] - temperature) / model.par[index.THERMAL_TIME]


@compiled
def current_entering(state: np.ndarray, model: Model, drive: np.ndarray, flux: np.ndarray) -> float:
    """Return the current at the terminals [1/(f.u. s)], positive on charge; ``flux`` is work space."""
    if drive[CONTROL] == CURRENT_CONTROL:
        return float(drive[CURRENT])
    classes = model.sites.shape[1]
    size, last = classes + NOT_METAL, state.shape[0] - 1
    if model.resistance > 0.0:
        return float((state[last] - state[size - 1]) / model.resistance)
    fluxes(state[:size], state[last - 1], model, flux)
    spent = flux[2 * classes] + model.par[index.CAPACITANCE] * drive[SWEEP]
    for k in range(classes):
        spent += flux[k]
    leaving = 0.0
    if model.shells.shape[1] > 1:
        drop = state[size - 1] - state[2 * size - 1]
        leaving = transport(state[last - 1], model.par) * model.shells[1, 0] * drop
    return float(spent * model.shells[0, 0] + leaving)
