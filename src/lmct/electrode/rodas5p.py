"""One step of the Rosenbrock method Rodas5P: order 5(4), L-stable, stiffly accurate, dense output of order 4.

Coefficients: G. Steinebach, BIT Numer. Math. 63, 27 (2023), doi 10.1007/s10543-023-00967-x, in the form that
needs no multiplication by the Jacobian (Hairer & Wanner, Solving ODEs II, eq. IV.7.25): W k_i = f(u_i) +
(1/h) sum_j C_ij k_j.
"""

from __future__ import annotations

import numpy as np

from lmct.electrode.compiled import compiled
from lmct.electrode.rates import jacobian, right_hand_side
from lmct.electrode.thermodynamics import STATES

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


@compiled
def factorise(matrix: np.ndarray, order: np.ndarray) -> bool:
    """Replace a matrix by its LU factors with partial pivoting; False when it is singular or not finite."""
    size = matrix.shape[0]
    for k in range(size):
        pivot, largest = k, abs(matrix[k, k])
        for i in range(k + 1, size):
            if abs(matrix[i, k]) > largest:
                pivot, largest = i, abs(matrix[i, k])
        if not (largest > 0.0 and largest < np.inf):
            return False
        order[k] = pivot
        if pivot != k:
            for j in range(size):
                matrix[k, j], matrix[pivot, j] = matrix[pivot, j], matrix[k, j]
        inverse = 1.0 / matrix[k, k]
        for i in range(k + 1, size):
            factor = matrix[i, k] * inverse
            matrix[i, k] = factor
            if factor != 0.0:
                for j in range(k + 1, size):
                    matrix[i, j] -= factor * matrix[k, j]
    return True


@compiled
def substitute(factors: np.ndarray, order: np.ndarray, vector: np.ndarray) -> None:
    """Solve in place with the factors of :func:`factorise`."""
    size = vector.shape[0]
    for k in range(size):
        pivot = order[k]
        if pivot != k:
            vector[k], vector[pivot] = vector[pivot], vector[k]
    for i in range(1, size):
        for j in range(i):
            vector[i] -= factors[i, j] * vector[j]
    for i in range(size - 1, -1, -1):
        for j in range(i + 1, size):
            vector[i] -= factors[i, j] * vector[j]
        vector[i] /= factors[i, i]


@compiled
def step(
    state: np.ndarray,
    length: float,
    jac: np.ndarray,
    par: np.ndarray,
    law: int,
    law_par: np.ndarray,
    drive: np.ndarray,
    stages: np.ndarray,
    new_state: np.ndarray,
) -> bool:
    """Take one step from ``state`` with the Jacobian ``jac`` there.

    Parameters
    ----------
    state
        State at the start (6,).
    length
        Step length [s].
    jac
        Jacobian at the start (6, 6).
    par, law, law_par, drive
        What the right-hand side needs.
    stages
        Filled with the stages (8, 6); the last one is the estimate of the error of the step.
    new_state
        Filled with the state at the end (6,).

    Returns
    -------
    :
        False when the linear system is singular or a stage is not finite; the step must then be tried
        shorter.
    """
    matrix = np.empty((STATES, STATES))
    order = np.empty(STATES, dtype=np.int64)
    flux = np.empty(5)
    slope = np.empty(STATES)
    diagonal = 1.0 / (GAMMA * length)
    for i in range(STATES):
        for j in range(STATES):
            matrix[i, j] = -jac[i, j]
        matrix[i, i] += diagonal
    if not factorise(matrix, order):
        return False
    for stage in range(STAGES):
        increment = stages[stage]
        for i in range(STATES):
            new_state[i] = state[i]
            increment[i] = 0.0
        for j in range(stage):
            weight, coupling = A[stage, j], C[stage, j] / length
            for i in range(STATES):
                new_state[i] += weight * stages[j, i]
                increment[i] += coupling * stages[j, i]
        right_hand_side(new_state, par, law, law_par, drive, flux, slope)
        for i in range(STATES):
            increment[i] += slope[i]
        substitute(matrix, order, increment)
        for i in range(STATES):
            if not np.isfinite(increment[i]):
                return False
    for i in range(STATES):
        new_state[i] += stages[STAGES - 1, i]
    return True


@compiled
def dense_coefficients(stages: np.ndarray, out: np.ndarray) -> None:
    """Write the coefficients (3, 6) of the dense output of a step into ``out``."""
    for m in range(3):
        for i in range(STATES):
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
    for i in range(STATES):
        inner = dense[0, i] + fraction * (dense[1, i] + fraction * dense[2, i])
        out[i] = rest * (start[i] + fraction * inner) + fraction * end[i]


@compiled
def interpolate_slope(
    start: np.ndarray, end: np.ndarray, dense: np.ndarray, fraction: float, length: float, out: np.ndarray
) -> None:
    """Write the time derivative of the dense output at a fraction of a step of some length into ``out``."""
    rest = 1.0 - fraction
    for i in range(STATES):
        inner = dense[0, i] + fraction * (dense[1, i] + fraction * dense[2, i])
        by_fraction = dense[1, i] + 2.0 * fraction * dense[2, i]
        change = end[i] - start[i] + (rest - fraction) * inner + rest * fraction * by_fraction
        out[i] = change / length


@compiled
def single_step(
    state: np.ndarray, length: float, par: np.ndarray, law: int, law_par: np.ndarray, drive: np.ndarray
) -> np.ndarray:
    """Return the state after one step of fixed length (for tests of the order)."""
    jac = np.empty((STATES, STATES))
    jacobian(state, par, law, law_par, drive, np.empty((5, STATES)), jac)
    new_state = np.empty(STATES)
    step(state, length, jac, par, law, law_par, drive, np.empty((STAGES, STATES)), new_state)
    return new_state
