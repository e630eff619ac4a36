"""Least squares over all accounts of all states and all shared errors at once, with the full covariance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.evidence.ledger.account import ACCOUNTS, SIZE, Account
from lmct.evidence.ledger.normal_matrix import (
    SparseMatrix,
    covariance_parts,
    linearised,
    normal_matrix,
    solved,
    variances_of_products,
)
from lmct.evidence.ledger.state import StateKey
from lmct.evidence.ledger.system import System
from lmct.quantity.errors import NotConverged

MOST_ROUNDS, TOLERANCE = 200, 1e-6
"""Rounds of linearisation, and the change [standard deviations of what is assumed] at which they end."""


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
        variance = float(vector @ solved(self.normal, vector))
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
        From :func:`~lmct.evidence.ledger.system.system_from_equations`.
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
        slopes, measured = linearised(system, unknown, variance)
        normal = normal_matrix(system, slopes)
        new, new_variance = solved(normal, slopes.T @ measured), variances_of_products(system, normal)
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
    covariance, variance, used_up = covariance_parts(system, normal, slopes)
    rest = measured - slopes @ unknown
    pulls = unknown / system.widths
    used = 1.0 - variance / system.widths**2
    chi_square = float(rest @ rest + np.sum(pulls[system.informative] ** 2))
    freedom = len(rest) - float(np.sum(used[~system.informative]))
    left = np.clip(1.0 - used_up, 0.0, 1.0)
    return Balance(system, unknown, covariance, variance, rest, left, normal, chi_square, max(freedom, 0.0))
