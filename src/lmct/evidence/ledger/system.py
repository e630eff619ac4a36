"""Equations as arrays: accounts of all states and shared errors get their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.evidence.ledger.account import ACCOUNTS, SIZE, Account, Expectation
from lmct.evidence.ledger.equation import Equation, Parameter, Term
from lmct.evidence.ledger.state import StateKey


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


def _all_terms(one: Equation) -> list[Term]:
    return [*one.terms, *(term for effect in one.effects for term in effect.terms)]


def _column(rows: Sequence[tuple[float, ...]], place: int, kind: type) -> np.ndarray:
    return np.array([row[place] for row in rows], dtype=kind)
