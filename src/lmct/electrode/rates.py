"""Right-hand side of the electrode's differential equations and its exact Jacobian (compiled).

State: n, p, d [holes/f.u.], o2 [molecules/f.u.], V [V], T [K].
"""

from __future__ import annotations

import numpy as np

from lmct.electrode import parameters as index
from lmct.electrode import rate_law
from lmct.electrode.charge_transfer import arrhenius, couple_current, loss_rate, transfer_rate
from lmct.electrode.compiled import compiled
from lmct.electrode.thermodynamics import (
    DARK_HOLES,
    GAS,
    METAL_HOLES,
    OXYGEN_HOLES,
    STATES,
    TEMPERATURE,
    VOLTAGE,
    lithium_extracted,
    lithium_term,
    logit,
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

# Places in the array of fluxes.
FLUX_METAL = 0
FLUX_OXYGEN = 1
FLUX_TRANSFER = 2
FLUX_DARK = 3
FLUX_GAS = 4


@compiled
def fluxes(state: np.ndarray, par: np.ndarray, law: int, law_par: np.ndarray, out: np.ndarray) -> None:
    """Write i_M, i_O, r, r_d and r_g (holes into O2) of a state into ``out`` [1/(f.u. s)]."""
    temperature, voltage = state[TEMPERATURE], state[VOLTAGE]
    metal_potential, oxygen_potential = standard_potentials(state, par)
    x = state[METAL_HOLES] / par[index.METAL_HOLES_MAX]
    z = state[OXYGEN_HOLES] / par[index.OXYGEN_HOLES_MAX]
    transfer = par[index.TRANSFER_COEFFICIENT]
    force = metal_potential - oxygen_potential
    y = lithium_extracted(state)
    log_rate = rate_law.log_rate(law, force, y, x, temperature, law_par)[0]
    out[FLUX_METAL] = couple_current(
        par[index.METAL_RATE],
        par[index.METAL_ACTIVATION],
        transfer,
        x,
        voltage - metal_potential,
        temperature,
    )[0]
    out[FLUX_OXYGEN] = couple_current(
        par[index.OXYGEN_RATE],
        par[index.OXYGEN_ACTIVATION],
        transfer,
        z,
        voltage - oxygen_potential,
        temperature,
    )[0]
    out[FLUX_TRANSFER] = transfer_rate(
        np.exp(log_rate), x, z, force, temperature, par[index.METAL_HOLES_MAX]
    )[0]
    out[FLUX_DARK] = 0.0
    out[FLUX_GAS] = 0.0
    if par[index.DARK_RATE] > 0.0 or par[index.GAS_RATE] > 0.0:
        level = oxygen_potential - lithium_term(y, par) + BOLTZMANN * temperature * logit(z)
        activation = par[index.LOSS_ACTIVATION]
        dark = arrhenius(par[index.DARK_RATE], activation, temperature)
        gas = arrhenius(par[index.GAS_RATE], activation, temperature)
        out[FLUX_DARK] = loss_rate(dark, z, level - par[index.DARK_POTENTIAL], temperature)[0]
        out[FLUX_GAS] = loss_rate(gas, z, level - par[index.GAS_POTENTIAL], temperature)[0]


@compiled
def right_hand_side(
    state: np.ndarray,
    par: np.ndarray,
    law: int,
    law_par: np.ndarray,
    drive: np.ndarray,
    flux: np.ndarray,
    out: np.ndarray,
) -> None:
    """Write the time derivative of a state into ``out``; ``flux`` is work space of length 5."""
    fluxes(state, par, law, law_par, flux)
    out[METAL_HOLES] = flux[FLUX_METAL] - flux[FLUX_TRANSFER]
    out[OXYGEN_HOLES] = flux[FLUX_OXYGEN] + flux[FLUX_TRANSFER] - flux[FLUX_DARK] - flux[FLUX_GAS]
    out[DARK_HOLES] = flux[FLUX_DARK]
    out[GAS] = 0.25 * flux[FLUX_GAS]
    if drive[CONTROL] == CURRENT_CONTROL:
        out[VOLTAGE] = (drive[CURRENT] - flux[FLUX_METAL] - flux[FLUX_OXYGEN]) / par[index.CAPACITANCE]
    else:
        out[VOLTAGE] = drive[SWEEP]
    out[TEMPERATURE] = (drive[SURROUNDINGS] - state[TEMPERATURE]) / par[index.THERMAL_TIME]


@compiled
def flux_gradients(
    state: np.ndarray, par: np.ndarray, law: int, law_par: np.ndarray, out: np.ndarray
) -> None:
    """Write the gradients of the five fluxes by the six state variables into ``out`` (5, 6)."""
    out[:, :] = 0.0
    temperature, voltage = state[TEMPERATURE], state[VOLTAGE]
    n_max, p_max = par[index.METAL_HOLES_MAX], par[index.OXYGEN_HOLES_MAX]
    metal_potential, oxygen_potential = standard_potentials(state, par)
    x, z = state[METAL_HOLES] / n_max, state[OXYGEN_HOLES] / p_max
    y = lithium_extracted(state)
    force = metal_potential - oxygen_potential
    by_lithium = par[index.LITHIUM_WIDTH] / (par[index.LITHIUM_MAX] - y)
    transfer = par[index.TRANSFER_COEFFICIENT]

    _, i_x, i_eta, i_t = couple_current(
        par[index.METAL_RATE],
        par[index.METAL_ACTIVATION],
        transfer,
        x,
        voltage - metal_potential,
        temperature,
    )
    out[FLUX_METAL, METAL_HOLES] = i_x / n_max - i_eta * (par[index.METAL_METAL] + by_lithium)
    out[FLUX_METAL, OXYGEN_HOLES] = -i_eta * (par[index.METAL_OXYGEN] + by_lithium)
    out[FLUX_METAL, DARK_HOLES] = -i_eta * by_lithium
    out[FLUX_METAL, GAS] = -4.0 * i_eta * by_lithium
    out[FLUX_METAL, VOLTAGE] = i_eta
    out[FLUX_METAL, TEMPERATURE] = i_t

    _, i_z, i_eta, i_t = couple_current(
        par[index.OXYGEN_RATE],
        par[index.OXYGEN_ACTIVATION],
        transfer,
        z,
        voltage - oxygen_potential,
        temperature,
    )
    out[FLUX_OXYGEN, METAL_HOLES] = -i_eta * (par[index.METAL_OXYGEN] + by_lithium)
    out[FLUX_OXYGEN, OXYGEN_HOLES] = i_z / p_max - i_eta * (par[index.OXYGEN_OXYGEN] + by_lithium)
    out[FLUX_OXYGEN, DARK_HOLES] = -i_eta * by_lithium
    out[FLUX_OXYGEN, GAS] = -4.0 * i_eta * by_lithium
    out[FLUX_OXYGEN, VOLTAGE] = i_eta
    out[FLUX_OXYGEN, TEMPERATURE] = i_t

    log_rate, l_force, l_lithium, l_x, l_t = rate_law.log_rate(law, force, y, x, temperature, law_par)
    rate, r_x, r_z, r_force, r_t = transfer_rate(np.exp(log_rate), x, z, force, temperature, n_max)
    r_force += rate * l_force
    r_lithium = rate * l_lithium
    force_n = par[index.METAL_METAL] - par[index.METAL_OXYGEN]
    force_p = par[index.METAL_OXYGEN] - par[index.OXYGEN_OXYGEN]
    out[FLUX_TRANSFER, METAL_HOLES] = (r_x + rate * l_x) / n_max + r_force * force_n + r_lithium
    out[FLUX_TRANSFER, OXYGEN_HOLES] = r_z / p_max + r_force * force_p + r_lithium
    out[FLUX_TRANSFER, DARK_HOLES] = r_lithium
    out[FLUX_TRANSFER, GAS] = 4.0 * r_lithium
    out[FLUX_TRANSFER, TEMPERATURE] = r_t + rate * l_t

    if par[index.DARK_RATE] > 0.0 or par[index.GAS_RATE] > 0.0:
        loss_gradients(state, par, oxygen_potential - lithium_term(y, par), out)


@compiled
def loss_gradients(state: np.ndarray, par: np.ndarray, oxygen_level: float, out: np.ndarray) -> None:
    """Write the gradients of the two losses of oxygen holes into rows FLUX_DARK and FLUX_GAS of ``out``."""
    temperature = state[TEMPERATURE]
    p_max = par[index.OXYGEN_HOLES_MAX]
    z = state[OXYGEN_HOLES] / p_max
    thermal = BOLTZMANN * temperature
    level = oxygen_level + thermal * logit(z)
    activation = par[index.LOSS_ACTIVATION]
    for row, rate, potential in (
        (FLUX_DARK, par[index.DARK_RATE], par[index.DARK_POTENTIAL]),
        (FLUX_GAS, par[index.GAS_RATE], par[index.GAS_POTENTIAL]),
    ):
        k = arrhenius(rate, activation, temperature)
        flow, by_z, by_affinity, by_t = loss_rate(k, z, level - potential, temperature)
        if flow > 0.0:
            out[row, METAL_HOLES] = by_affinity * par[index.METAL_OXYGEN]
            mixing = thermal / (max(z * (1.0 - z), 1e-300) * p_max)
            out[row, OXYGEN_HOLES] = by_z / p_max + by_affinity * (par[index.OXYGEN_OXYGEN] + mixing)
            out[row, TEMPERATURE] = (
                by_t + by_affinity * BOLTZMANN * logit(z) + flow * activation / (thermal * temperature)
            )


@compiled
def jacobian(
    state: np.ndarray,
    par: np.ndarray,
    law: int,
    law_par: np.ndarray,
    drive: np.ndarray,
    gradients: np.ndarray,
    out: np.ndarray,
) -> None:
    """Write the exact Jacobian (6, 6) into ``out``; ``gradients`` is work space (5, 6)."""
    flux_gradients(state, par, law, law_par, gradients)
    for j in range(STATES):
        metal, oxygen, transfer = (
            gradients[FLUX_METAL, j],
            gradients[FLUX_OXYGEN, j],
            gradients[FLUX_TRANSFER, j],
        )
        dark, gas = gradients[FLUX_DARK, j], gradients[FLUX_GAS, j]
        out[METAL_HOLES, j] = metal - transfer
        out[OXYGEN_HOLES, j] = oxygen + transfer - dark - gas
        out[DARK_HOLES, j] = dark
        out[GAS, j] = 0.25 * gas
        out[VOLTAGE, j] = (
            -(metal + oxygen) / par[index.CAPACITANCE] if drive[CONTROL] == CURRENT_CONTROL else 0.0
        )
        out[TEMPERATURE, j] = 0.0
    out[TEMPERATURE, TEMPERATURE] = -1.0 / par[index.THERMAL_TIME]
