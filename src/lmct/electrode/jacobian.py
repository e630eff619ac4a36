"""Exact Jacobian of the right-hand side, shell by shell (compiled).

Shells meet only in their potentials, so the Jacobian is a dense block for every shell, two numbers that link
its potential to those of its neighbours, and a column for the temperature, which depends on nothing else.
"""

from __future__ import annotations

import math

import numpy as np

from lmct.electrode import oxygen_law, rate_law
from lmct.electrode import parameter_index as index
from lmct.electrode.charge_transfer import arrhenius, couple_current, loss_rate, transfer_rate
from lmct.electrode.compiled import compiled
from lmct.electrode.rates import CONTROL, CURRENT_CONTROL, transport
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


@compiled
def flux_gradients(shell: np.ndarray, temperature: float, model: Model, out: np.ndarray) -> None:
    """Write the gradients of the fluxes of one shell by its entries and the temperature into ``out``.

    Parameters
    ----------
    shell
        Entries of the shell (classes + 4,).
    temperature
        T [K].
    model
        The electrode.
    out
        Filled (fluxes, classes + 5); the last column is by temperature.
    """
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = 0.0
    par, classes = model.par, model.sites.shape[1]
    n, p, voltage = metal_holes(shell, classes), shell[classes], shell[classes + 3]
    y = lithium_extracted(shell, classes)
    metal_potential, oxygen_potential = standard_potentials(n, float(p), y, par)
    p_max = par[index.OXYGEN_HOLES_MAX]
    z = p / p_max
    by_lithium = par[index.LITHIUM_WIDTH] / (par[index.LITHIUM_MAX] - y)
    for k in range(classes):
        share, offset = model.sites[0, k], model.sites[1, k]
        metal_gradient(shell, k, classes, share, metal_potential, by_lithium, temperature, par, out)
        force = metal_potential - oxygen_potential
        x = shell[k] / (share * par[index.METAL_HOLES_MAX])
        logarithm = rate_law.log_rate(model.law, force, y, x, temperature, model.law_par)
        transfer_gradient(shell, k, classes, share, offset, force, logarithm, temperature, par, out)
    _, i_z, i_eta, i_t = oxygen_law.current(model.oxygen_law, par, z, voltage - oxygen_potential, temperature)
    last = 2 * classes
    for j in range(classes):
        out[last, j] = -i_eta * (par[index.METAL_OXYGEN] + by_lithium)
    out[last, classes] = i_z / p_max - i_eta * (par[index.OXYGEN_OXYGEN] + by_lithium)
    out[last, classes + 1] = -i_eta * by_lithium
    out[last, classes + 2] = -4.0 * i_eta * by_lithium
    out[last, classes + 3] = i_eta
    out[last, classes + 4] = i_t
    if par[index.DARK_RATE] > 0.0 or par[index.GAS_RATE] > 0.0:
        loss_gradients(shell, oxygen_potential - lithium_term(y, par), temperature, model, out)


@compiled
def metal_gradient(
    shell: np.ndarray,
    k: int,
    classes: int,
    share: float,
    metal_potential: float,
    by_lithium: float,
    temperature: float,
    par: np.ndarray,
    out: np.ndarray,
) -> None:
    """Write the gradient of i_M of one class into its row of ``out``."""
    sites = share * par[index.METAL_HOLES_MAX]
    _, i_x, i_eta, i_t = couple_current(
        par[index.METAL_RATE] * share,
        par[index.METAL_ACTIVATION],
        par[index.TRANSFER_COEFFICIENT],
        shell[k] / sites,
        shell[classes + 3] - metal_potential,
        temperature,
    )
    for j in range(classes):
        out[k, j] = -i_eta * (par[index.METAL_METAL] + by_lithium)
    out[k, k] += i_x / sites
    out[k, classes] = -i_eta * (par[index.METAL_OXYGEN] + by_lithium)
    out[k, classes + 1] = -i_eta * by_lithium
    out[k, classes + 2] = -4.0 * i_eta * by_lithium
    out[k, classes + 3] = i_eta
    out[k, classes + 4] = i_t


@compiled
def transfer_gradient(
    shell: np.ndarray,
    k: int,
    classes: int,
    share: float,
    offset: float,
    force: float,
    logarithm: tuple[float, float, float, float, float],
    temperature: float,
    par: np.ndarray,
    out: np.ndarray,
) -> None:
    """Write the gradient of LMCT at one class of sites into its row of ``out``.

    ``logarithm`` is what the rate law gives there: ln k_f and its derivatives.
    """
    row, sites, p_max = classes + k, share * par[index.METAL_HOLES_MAX], par[index.OXYGEN_HOLES_MAX]
    x, z, thermal = shell[k] / sites, shell[classes] / p_max, BOLTZMANN * temperature
    log_rate, l_force, l_lithium, l_x, l_t = logarithm
    forward = math.exp(log_rate - offset / thermal)
    rate, r_x, r_z, r_force, r_t = transfer_rate(forward, x, z, force, temperature, sites)
    r_force += rate * l_force
    r_lithium = rate * l_lithium
    force_n = par[index.METAL_METAL] - par[index.METAL_OXYGEN]
    force_p = par[index.METAL_OXYGEN] - par[index.OXYGEN_OXYGEN]
    for j in range(classes):
        out[row, j] = r_force * force_n + r_lithium
    out[row, k] += (r_x + rate * l_x) / sites
    out[row, classes] = r_z / p_max + r_force * force_p + r_lithium
    out[row, classes + 1] = r_lithium
    out[row, classes + 2] = 4.0 * r_lithium
    out[row, classes + 4] = r_t + rate * (l_t + offset / (thermal * temperature))


@compiled
def loss_gradients(
    shell: np.ndarray, oxygen_level: float, temperature: float, model: Model, out: np.ndarray
) -> None:
    """Write the gradients of the losses of oxygen holes, to dark oxygen and to O2, into the last two rows."""
    par, classes = model.par, model.sites.shape[1]
    p_max = par[index.OXYGEN_HOLES_MAX]
    z = shell[classes] / p_max
    thermal = BOLTZMANN * temperature
    level = oxygen_level + thermal * logit(z)
    activation = par[index.LOSS_ACTIVATION]
    onset, by_gas = gas_potential(shell[classes + 2], model)
    for place, rate, potential in (
        (1, par[index.DARK_RATE], par[index.DARK_POTENTIAL]),
        (2, par[index.GAS_RATE], onset),
    ):
        row = 2 * classes + place
        constant = arrhenius(rate, activation, temperature)
        flow, by_z, by_affinity, by_t = loss_rate(constant, z, level - potential, temperature)
        if flow > 0.0:
            for j in range(classes):
                out[row, j] = by_affinity * par[index.METAL_OXYGEN]
            crowding = thermal / (max(z * (1.0 - z), 1e-300) * p_max)
            out[row, classes] = by_z / p_max + by_affinity * (par[index.OXYGEN_OXYGEN] + crowding)
            if place == 2:
                out[row, classes + 2] = -by_affinity * by_gas
            out[row, classes + 4] = (
                by_t + by_affinity * BOLTZMANN * logit(z) + flow * activation / (thermal * temperature)
            )


@compiled
def jacobian(
    state: np.ndarray,
    model: Model,
    drive: np.ndarray,
    gradients: np.ndarray,
    blocks: np.ndarray,
    links: np.ndarray,
) -> None:
    """Write the Jacobian.

    Parameters
    ----------
    state
        The state.
    model, drive
        The electrode and what drives it.
    gradients
        Work space (fluxes, size + 1).
    blocks
        Filled (shells, size, size + 1): derivatives of every shell by its own entries and by temperature.
    links
        Filled (shells, 2): derivative of a shell's potential by that of the shell outside and inside it.
    """
    classes, shells = model.sites.shape[1], model.shells.shape[1]
    size = classes + NOT_METAL
    temperature = state[state.shape[0] - 2]
    capacitance = model.par[index.CAPACITANCE]
    through = transport(temperature, model.par)
    by_temperature = through * model.par[index.TRANSPORT_ACTIVATION] / (BOLTZMANN * temperature * temperature)
    outer, outer_drop = 0.0, 0.0
    set_voltage = drive[CONTROL] != CURRENT_CONTROL
    if set_voltage and model.resistance > 0.0:
        outer = 1.0 / model.resistance
    for s in range(shells):
        shell = state[s * size : (s + 1) * size]
        flux_gradients(shell, temperature, model, gradients)
        block_from_gradients(gradients, classes, capacitance, blocks[s])
        inner, inner_drop = 0.0, 0.0
        if s < shells - 1:
            inner = through * model.shells[1, s]
            inner_drop = by_temperature * model.shells[1, s] * (shell[size - 1] - state[(s + 2) * size - 1])
        scale = 1.0 / (model.shells[0, s] * capacitance)
        blocks[s, size - 1, size - 1] -= (outer + inner) * scale
        blocks[s, size - 1, size] += (outer_drop - inner_drop) * scale
        links[s, 0], links[s, 1] = outer * scale, inner * scale
        outer, outer_drop = inner, inner_drop
    if set_voltage and model.resistance == 0.0:
        for j in range(size + 1):
            blocks[0, size - 1, j] = 0.0
        links[0, 1] = 0.0


@compiled
def block_from_gradients(gradients: np.ndarray, classes: int, capacitance: float, block: np.ndarray) -> None:
    """Write what the fluxes of one shell do to its own entries into ``block`` (size, size + 1)."""
    for j in range(classes + NOT_METAL + 1):
        spent = gradients[2 * classes, j]
        made = spent - gradients[2 * classes + 1, j] - gradients[2 * classes + 2, j]
        for k in range(classes):
            spent += gradients[k, j]
            made += gradients[classes + k, j]
            block[k, j] = gradients[k, j] - gradients[classes + k, j]
        block[classes, j] = made
        block[classes + 1, j] = gradients[2 * classes + 1, j]
        block[classes + 2, j] = 0.25 * gradients[2 * classes + 2, j]
        block[classes + 3, j] = -spent / capacitance
