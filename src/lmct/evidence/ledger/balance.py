"""Least squares over all accounts of all states and all shared errors at once, with the full covariance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from jaxtyping import Float

from lmct.evidence.ledger.account import ACCOUNTS, SIZE, Account, Expectation
from lmct.evidence.ledger.equation import Equation, Parameter, Term
from lmct.evidence.ledger.state import StateKey
from lmct.quantity.errors import NotConverged

MOST_ROUNDS, TOLERANCE = 200, 1e-6
"""Rounds of linearisation, and the change [standard deviations of what is assumed] at which they end."""

SHARPNESS = 8
"""A shared error changes how a finding follows an account where the account is known: share to this power."""

DENSE = 1200
"""Up to so many unknowns the normal matrix is inverted as a whole."""

CHUNK = 256
"""Columns of the inverse that are computed at once."""

SparseMatrix: TypeAlias = Any
"""A matrix of scipy.sparse, which has no types."""


@dataclass(frozen=True, eq=False)
class System:
    """Equations as arrays; unknowns are accounts by state, then shared errors in standard deviations.

    Parameters
    ----------
    states, parameters, equations
        In the order of the unknowns and rows.
    measured
        Value minus constant over uncertainty, by row.
    linear
        Rows, columns and coefficients.
    products
        Rows, columns of the parameter, columns of the account, and coefficients.
    widths
        Standard deviation of what is assumed of every unknown.
    informative
        Whether that counts as knowledge.
    expected
        What is assumed of every account, in their order.
    """

    states: tuple[StateKey, ...]
    parameters: tuple[Parameter, ...]
    equations: tuple[Equation, ...]
    measured: Float[np.ndarray, "row"]
    linear: tuple[np.ndarray, np.ndarray, np.ndarray]
    products: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
    widths: Float[np.ndarray, "unknown"]
    informative: np.ndarray
    expected: tuple[Expectation, ...]


@dataclass(frozen=True, eq=False)
class Balance:
    """The solved balance.

    Parameters
    ----------
    system
        What was solved.
    estimate
        Every unknown.
    covariance
        Of the accounts of each state.
    variance
        Of every unknown.
    residuals
        Measured minus predicted over uncertainty, by equation.
    freedom
        Variance of each residual if all uncertainties are right: 0 where nothing else knows the number.
    normal
        Inverse of the covariance of all unknowns, a sparse matrix.
    chi_square, degrees_of_freedom
        Of equations and shared errors; what nothing measured takes no degree of freedom, what is measured
        well takes one, so the number need not be whole.
    """

    system: System
    estimate: Float[np.ndarray, "unknown"]
    covariance: Float[np.ndarray, "state account account"]
    variance: Float[np.ndarray, "unknown"]
    residuals: Float[np.ndarray, "row"]
    freedom: Float[np.ndarray, "row"]
    normal: SparseMatrix
    chi_square: float
    degrees_of_freedom: float

    @property
    def accounts(self) -> Float[np.ndarray, "state account"]:
        """Estimates of the accounts [1/f.u.]."""
        return np.asarray(self.estimate[: SIZE * len(self.system.states)].reshape(-1, SIZE))

    def combination(self, weights: Mapping[tuple[StateKey, Account], float]) -> tuple[float, float]:
        """Return a weighted sum of accounts, of several states if wanted, and its standard uncertainty.

        Parameters
        ----------
        weights
            By state and account.
        """
        vector = np.zeros(len(self.estimate))
        for (state, account), weight in weights.items():
            vector[SIZE * self.system.states.index(state) + ACCOUNTS.index(account)] = weight
        variance = float(vector @ _solved(self.normal, vector))
        return float(vector @ self.estimate), math.sqrt(max(variance, 0.0))

    @property
    def known(self) -> Float[np.ndarray, "state account"]:
        """How much of what is assumed the findings replaced: 0 not measured, 1 measured well."""
        widths = np.array([one.width for one in self.system.expected])
        variance = self.variance[: SIZE * len(self.system.states)].reshape(-1, SIZE)
        return np.asarray(np.clip(1.0 - variance / widths**2, 0.0, 1.0))

    def parameter(self, place: int) -> tuple[float, float]:
        """Return a shared error and its standard uncertainty, in its own standard deviations."""
        at = SIZE * len(self.system.states) + place
        return float(self.estimate[at]), float(np.sqrt(max(self.variance[at], 0.0)))


def system_from_equations(
    *, equations: Sequence[Equation], expected: Mapping[Account, Expectation], states: Sequence[StateKey] = ()
) -> System:
    """Give numbers to the unknowns and collect the coefficients.

    Parameters
    ----------
    equations
        Statements; every uncertainty is positive.
    expected
        What is assumed of every account.
    states
        States that must be there even when no equation names them.

    Returns
    -------
    :
        The arrays.
    """
    seen = dict.fromkeys(states)
    parameters: dict[str, Parameter] = {}
    for one in equations:
        for term in _all_terms(one):
            seen.setdefault(term.state)
        for effect in one.effects:
            parameters.setdefault(effect.parameter.name, effect.parameter)
    place = {state: SIZE * number for number, state in enumerate(seen)}
    order = {account: number for number, account in enumerate(ACCOUNTS)}
    column = {name: SIZE * len(seen) + number for number, name in enumerate(parameters)}

    def at(term: Term) -> int:
        return place[term.state] + order[term.account]

    linear: list[tuple[int, int, float]] = []
    products: list[tuple[int, int, int, float]] = []
    for row, one in enumerate(equations):
        scale = 1.0 / one.uncertainty
        linear += [(row, at(term), term.coefficient * scale) for term in one.terms]
        for effect in one.effects:
            where = column[effect.parameter.name]
            if effect.constant:
                linear.append((row, where, effect.constant * scale))
            products += [(row, where, at(term), term.coefficient * scale) for term in effect.terms]
    widths = [expected[account].own_width for account in ACCOUNTS] * len(seen) + [1.0] * len(parameters)
    known = [False] * (SIZE * len(seen))
    return System(
        tuple(seen),
        tuple(parameters.values()),
        tuple(equations),
        np.array([(one.value - one.constant) / one.uncertainty for one in equations]),
        (_column(linear, 0, int), _column(linear, 1, int), _column(linear, 2, float)),
        (
            _column(products, 0, int),
            _column(products, 1, int),
            _column(products, 2, int),
            _column(products, 3, float),
        ),
        np.array(widths),
        np.array([*known, *(not one.free for one in parameters.values())], dtype=bool),
        tuple(expected[account] for account in ACCOUNTS),
    )


def solve_balance(system: System, around: Balance | None = None) -> Balance:
    r"""Solve the balance.

    .. math:: v_i = c_i + \sum_j a_{ij} x_j + \sum_k \theta_k \Big(b_{ik} + \sum_j e_{ikj} \hat x_j\Big)

    Shared errors multiply the accounts of the round before, and those that are known are linearised with
    them, until nothing changes; so a relative error is a share of what is true and not of
    what was measured, which would pull everything down (Peelle). The product of what an account and an error
    may differ from their estimates adds to the uncertainty of the finding (second order of the GUM), so that
    an unknown account times an unknown error explains nothing away.

    Parameters
    ----------
    system
        From :func:`system_from_equations`.
    around
        A balance of more findings with the same states: its accounts are multiplied, in one round, so that
        the chi-squares of both can be compared.

    Returns
    -------
    :
        Estimate, covariance of every state, chi-square.

    Raises
    ------
    NotConverged
        The rounds do not settle.

    Source
    ------
    Generalised least squares with shared errors: D'Agostini, Nucl. Instrum. Methods A 346, 306 (1994), doi
    10.1016/0168-9002(94)90719-6.
    """
    unknown, variance = np.zeros(len(system.widths)), system.widths**2
    if around is not None:
        accounts = slice(0, SIZE * len(system.states))
        unknown[accounts], variance[accounts] = around.estimate[accounts], around.variance[accounts]
        place = {one.name: accounts.stop + at for at, one in enumerate(around.system.parameters)}
        chosen = [place[one.name] for one in system.parameters]
        unknown[accounts.stop :], variance[accounts.stop :] = around.estimate[chosen], around.variance[chosen]
    for _ in range(MOST_ROUNDS):
        slopes, measured = _linear(system, unknown, variance)
        normal = _normal(system, slopes)
        new, new_variance = _solved(normal, slopes.T @ measured), _variances(system, normal)
        change = np.max(np.abs(new - unknown) / system.widths, initial=0.0)
        wider = np.max(np.abs(new_variance - variance) / system.widths**2, initial=0.0)
        unknown, variance = new, new_variance
        if max(change, wider) < TOLERANCE or around is not None:
            break
    else:
        raise NotConverged(
            f"the ledger did not settle within {MOST_ROUNDS} rounds. Expected findings that a conversion can"
            " explain. Look for a number in a wrong unit."
        )
    covariance, variance, used_up = _covariance(system, normal, slopes)
    rest = measured - slopes @ unknown
    pulls = unknown / system.widths
    used = 1.0 - variance / system.widths**2
    chi_square = float(rest @ rest + np.sum(pulls[system.informative] ** 2))
    freedom = len(rest) - float(np.sum(used[~system.informative]))
    left = np.clip(1.0 - used_up, 0.0, 1.0)
    return Balance(system, unknown, covariance, variance, rest, left, normal, chi_square, max(freedom, 0.0))


def _linear(system: System, unknown: np.ndarray, variance: np.ndarray) -> tuple[SparseMatrix, np.ndarray]:
    """Return coefficients and measured numbers of one round, each row over its uncertainty."""
    from scipy.sparse import csr_array

    row, column, coefficient = system.linear
    where, parameter, account, product = system.products
    shape = (len(system.measured), len(unknown))
    doubt = np.bincount(where, product**2 * variance[account] * variance[parameter], minlength=shape[0])[
        : shape[0]
    ]
    weight = 1.0 / np.sqrt(1.0 + doubt)
    known = np.clip(1.0 - variance / system.widths**2, 0.0, 1.0)[account] ** SHARPNESS
    bent = product * known * unknown[parameter]
    rows, columns = np.concatenate([row, where, where]), np.concatenate([column, parameter, account])
    values = np.concatenate([coefficient, product * unknown[account], bent]) * weight[rows]
    measured = system.measured + np.bincount(where, bent * unknown[account], minlength=shape[0])[: shape[0]]
    return csr_array((values, (rows, columns)), shape=shape), measured * weight


def _variances(system: System, normal: SparseMatrix) -> np.ndarray:
    """Return the variance of accounts and shared errors that multiply each other; others keep their width."""
    variance = system.widths**2
    wanted = np.unique(np.concatenate(system.products[1:3]))
    if len(system.widths) <= DENSE:
        variance[wanted] = np.diag(np.linalg.inv(normal.toarray()))[wanted]
        return variance
    from scipy.sparse.linalg import splu

    factor = splu(normal, permc_spec="MMD_AT_PLUS_A")
    for start in range(0, len(wanted), CHUNK):
        places = wanted[start : start + CHUNK]
        unit = np.zeros((len(variance), len(places)))
        unit[places, np.arange(len(places))] = 1.0
        variance[places] = factor.solve(unit)[places, np.arange(len(places))]
    return variance


def _all_terms(one: Equation) -> list[Term]:
    return [*one.terms, *(term for effect in one.effects for term in effect.terms)]


def _column(rows: Sequence[tuple[float, ...]], place: int, kind: type) -> np.ndarray:
    return np.array([row[place] for row in rows], dtype=kind)


def _normal(system: System, slopes: SparseMatrix) -> SparseMatrix:
    from scipy.sparse import diags_array

    return (slopes.T @ slopes + diags_array(system.widths**-2.0)).tocsc()


def _solved(normal: SparseMatrix, right: np.ndarray) -> np.ndarray:
    from scipy.sparse.linalg import splu

    if len(right) <= DENSE:
        return np.asarray(np.linalg.solve(normal.toarray(), right))
    return np.asarray(splu(normal, permc_spec="MMD_AT_PLUS_A").solve(right))


def _covariance(
    system: System, normal: SparseMatrix, slopes: SparseMatrix
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the covariance of the accounts of each state, the variance of every unknown and prediction."""
    count, states = len(system.widths), len(system.states)
    if count <= DENSE:
        whole = np.linalg.inv(normal.toarray())
        blocks = [whole[at : at + SIZE, at : at + SIZE] for at in range(0, SIZE * states, SIZE)]
        predicted = slopes.multiply(slopes @ whole).sum(axis=1)
        return np.array(blocks).reshape(-1, SIZE, SIZE), np.diag(whole).copy(), np.asarray(predicted)
    from scipy.sparse.linalg import splu

    factor = splu(normal, permc_spec="MMD_AT_PLUS_A")
    variance, parts = np.empty(count), np.empty((states, SIZE, SIZE))
    predicted = np.zeros(slopes.shape[0])
    columns = slopes.tocsc()
    chunk = CHUNK - CHUNK % SIZE
    for start in range(0, count, chunk):
        places = np.arange(start, min(start + chunk, count))
        unit = np.zeros((count, len(places)))
        unit[places, np.arange(len(places))] = 1.0
        inverse = factor.solve(unit)
        variance[places] = inverse[places, np.arange(len(places))]
        predicted += columns[:, places].multiply(slopes @ inverse).sum(axis=1)
        for first in range(start, min(start + chunk, SIZE * states), SIZE):
            inside = slice(first, first + SIZE)
            parts[first // SIZE] = inverse[inside, first - start : first - start + SIZE]
    return parts, variance, predicted
