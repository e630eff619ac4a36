"""One step of the Rosenbrock method Rodas5P: order 5(4), L-stable, stiffly accurate, dense output of order 4.

Coefficients: G. Steinebach, BIT Numer. Math. 63, 27 (2023), doi 10.1007/s10543-023-00967-x, in the form that
needs no multiplication by the Jacobian (Hairer & Wanner, Solving ODEs II, eq. IV.7.25): W k_i = f(u_i) +
(1/h) sum_j C_ij k_j.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lmct.electrode import parameter_index as index
from lmct.electrode.compiled import compiled
from lmct.electrode.jacobian import jacobian
from lmct.electrode.linear_system import factorise_shells, substitute_shells
from lmct.electrode.rates import CONTROL, CURRENT_CONTROL, flux_count, right_hand_side
from lmct.electrode.structure import Model, block_size

STAGES = 8
ORDER = 5
GAMMA = 0.21193756319429014

A = np.array([
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [2.849394379747939, 0.45842242204463923, 0.0, 0.0, 0.0, 0.0, 0.0],
    [-6.954028509809101, 2.489845061869568, -10.358996098473584, 0.0, 0.0, 0.0, 0.0],
    [2.8029986275628964, 0.5072464736228206, -0.3988312541770524, -0.04721187230404641, 0.0, 0.0, 0.0],
    [-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256,
     0.030198172008377946, 0.0, 0.0],
    [-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256,
     0.030198172008377946, 1.0, 0.0],
    [-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256,
     0.030198172008377946, 1.0, 1.0],
])  # fmt: skip

C = np.array([
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [-14.155112264123755, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [-17.97296035885952, -2.859693295451294, 0.0, 0.0, 0.0, 0.0, 0.0],
    [147.12150275711716, -1.41221402718213, 71.68940251302358, 0.0, 0.0, 0.0, 0.0],
    [165.43517024871676, -0.4592823456491126, 42.90938336958603, -5.961986721573306, 0.0, 0.0, 0.0],
    [24.854864614690072, -3.0009227002832186, 47.4931110020768, 5.5814197821558125,
     -0.6610691825249471, 0.0, 0.0],
    [30.91273214028599, -3.1208243349937974, 77.79954646070892, 34.28646028294783, -19.097331116725623,
     -28.087943162872662, 0.0],
    [37.80277123390563, -3.2571969029072276, 112.26918849496327, 66.9347231244047, -40.06618937091002,
     -54.66780262877968, -9.48861652309627],
])  # fmt: skip

DENSE = np.array([
    [25.948786856663858, -2.5579724845846235, 10.433815404888879, -2.3679251022685204, 0.524948541321073,
     1.1241088310450404, 0.4272876194431874, -0.17202221070155493],
    [-9.91568850695171, -0.9689944594115154, 3.0438037242978453, -24.495224566215796, 20.176138334709044,
     15.98066361424651, -6.789040303419874, -6.710236069923372],
    [11.419903575922262, 2.8879645146136994, 72.92137995996029, 80.12511834622643, -52.072871366152654,
     -59.78993625266729, -0.15582684282751913, 4.883087185713722],
])  # fmt: skip


class Workspace(NamedTuple):
    """Arrays that one integration uses again and again.

    Parameters
    ----------
    flux, gradients
        Fluxes of a shell and their gradients.
    blocks, links
        The Jacobian, see :func:`lmct.electrode.jacobian.jacobian`.
    factors, order, responses
        Its factors, see :func:`lmct.electrode.linear_system.factorise_shells`.
    slope
        Right-hand side.
    stages
        Stages of the step (8, size); the last one is the estimate of the error.
    """

    flux: np.ndarray
    gradients: np.ndarray
    blocks: np.ndarray
    links: np.ndarray
    factors: np.ndarray
    order: np.ndarray
    responses: np.ndarray
    slope: np.ndarray
    stages: np.ndarray


@compiled
def workspace(model: Model) -> Workspace:
    """Return a workspace for an electrode."""
    shells, size, count = model.shells.shape[1], block_size(model), flux_count(model)
    length = shells * size + 2
    return Workspace(
        np.empty(count),
        np.empty((count, size + 1)),
        np.empty((shells, size, size + 1)),
        np.zeros((shells, 2)),
        np.empty((shells, size, size)),
        np.empty((shells, size), dtype=np.int64),
        np.zeros((shells, size)),
        np.empty(length),
        np.empty((STAGES, length)),
    )


@compiled
def eliminate(
    increment: np.ndarray, diagonal: float, cooling: float, set_current: bool, link: float, blocks: np.ndarray
) -> None:
    """Solve (diagonal - J) k = increment for temperature and terminals, and move them to the right-hand side.

    ``cooling`` is the rate at which the temperature follows [1/s], ``link`` the answer of the surface to the
    voltage at the terminals [1/s].
    """
    shells, size = blocks.shape[0], blocks.shape[1]
    last = shells * size + 1
    increment[last - 1] /= diagonal + cooling
    if not set_current:
        increment[last] /= diagonal
        increment[size - 1] += link * increment[last]
    for s in range(shells):
        for i in range(size):
            increment[s * size + i] += blocks[s, i, size] * increment[last - 1]


@compiled
def step(
    state: np.ndarray,
    length: float,
    model: Model,
    drive: np.ndarray,
    work: Workspace,
    new_state: np.ndarray,
) -> bool:
    """Take one step from ``state`` with the Jacobian there.

    Parameters
    ----------
    state
        State at the start.
    length
        Step length [s].
    model, drive
        The electrode and what drives it.
    work
        Workspace that holds the Jacobian at the start; its stages are filled.
    new_state
        Filled with the state at the end.

    Returns
    -------
    :
        False when the linear system is singular or a stage is not finite; the step must then be tried
        shorter.
    """
    stages, slope, flux, blocks, links = work.stages, work.slope, work.flux, work.blocks, work.links
    factors, order, responses = work.factors, work.order, work.responses
    count, surface = state.shape[0], blocks.shape[1] - 1
    set_current, cooling = drive[CONTROL] == CURRENT_CONTROL, 1.0 / model.par[index.THERMAL_TIME]
    diagonal = 1.0 / (GAMMA * length)
    if not factorise_shells(diagonal, blocks, links, factors, order, responses):
        return False
    for stage in range(STAGES):
        increment = stages[stage]
        for i in range(count):
            new_state[i] = state[i]
            increment[i] = 0.0
        for j in range(stage):
            weight, coupling = A[stage, j], C[stage, j] / length
            for i in range(count):
                new_state[i] += weight * stages[j, i]
                increment[i] += coupling * stages[j, i]
        right_hand_side(new_state, model, drive, flux, slope)
        for i in range(count):
            increment[i] += slope[i]
        eliminate(increment, diagonal, cooling, set_current, links[0, 0], blocks)
        substitute_shells(links, factors, order, responses, increment)
        if set_current:
            increment[count - 1] = increment[surface]
        for i in range(count):
            if not np.isfinite(increment[i]):
                return False
    for i in range(count):
        new_state[i] += stages[STAGES - 1, i]
    return True


@compiled
def dense_coefficients(stages: np.ndarray, out: np.ndarray) -> None:
    """Write the coefficients (3, size) of the dense output of a step into ``out``."""
    for m in range(3):
        for i in range(out.shape[1]):
            total = 0.0
            for j in range(STAGES):
                total += DENSE[m, j] * stages[j, i]
            out[m, i] = total


@compiled
def interpolate(
    start: np.ndarray, end: np.ndarray, dense: np.ndarray, fraction: float, out: np.ndarray
) -> None:
    """Write the state at a fraction (0 to 1) of a step into ``out``."""
    rest = 1.0 - fraction
    for i in range(out.shape[0]):
        inner = dense[0, i] + fraction * (dense[1, i] + fraction * dense[2, i])
        out[i] = rest * (start[i] + fraction * inner) + fraction * end[i]


@compiled
def interpolate_slope(
    start: np.ndarray, end: np.ndarray, dense: np.ndarray, fraction: float, length: float, out: np.ndarray
) -> None:
    """Write the time derivative of the dense output at a fraction of a step of some length into ``out``."""
    rest = 1.0 - fraction
    for i in range(out.shape[0]):
        inner = dense[0, i] + fraction * (dense[1, i] + fraction * dense[2, i])
        by_fraction = dense[1, i] + 2.0 * fraction * dense[2, i]
        change = end[i] - start[i] + (rest - fraction) * inner + rest * fraction * by_fraction
        out[i] = change / length


@compiled
def single_step(state: np.ndarray, length: float, model: Model, drive: np.ndarray) -> np.ndarray:
    """Return the state after one step of fixed length (for tests of the order)."""
    work = workspace(model)
    jacobian(state, model, drive, work.gradients, work.blocks, work.links)
    new_state = np.empty(state.shape[0])
    step(state, length, model, drive, work, new_state)
    return new_state
