"""Conflicts in plain words: who, by how much, and what error would remove it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lmct.evidence.ledger.account import ACCOUNTS, Account
from lmct.evidence.ledger.balance import Balance, solve_balance
from lmct.evidence.ledger.chance import probability_from_chi_square
from lmct.evidence.ledger.consistency import (
    REST,
    Agreement,
    Pull,
    account_range,
    pulls_of,
    techniques_of,
)
from lmct.evidence.ledger.equation import Equation
from lmct.evidence.ledger.reading import readings_against_others
from lmct.evidence.ledger.system import system_from_equations

FALSE_ALARMS = 0.02
"""Chance that a ledger without any contradiction is said to have one: shared out among all its tests, so that
it is an upper limit."""

MOST_CONFLICTS = 5


@dataclass(frozen=True, slots=True)
class Conflict:
    """A contradiction larger than chance allows.

    Parameters
    ----------
    technique
        Who is blamed: letting it go removes most of the contradiction. Empty when nobody can be.
    cause
        The shared error or finding that would have to be wrong.
    sigmas
        How large the contradiction is.
    words
        What is said, by whom, and what would remove it.
    """

    technique: str
    cause: str
    sigmas: float
    words: str


def conflicts_of(balance: Balance, against: Sequence[Agreement]) -> tuple[Conflict, ...]:
    """Return the contradictions, the largest first.

    All tests share the chance of a false alarm. After the largest contradiction its cause is let go and the
    balance is solved again, so that one error is not reported many times.

    Parameters
    ----------
    balance
        The balance of all findings.
    against
        Each technique against the rest.

    Returns
    -------
    :
        At most five.
    """
    found: list[Conflict] = []
    current = balance
    while len(found) < MOST_CONFLICTS:
        worst = _worst(current)
        if worst is None:
            break
        found.append(_of_pull(worst, current))
        current = _without(worst, current)
    if not found:
        found += _of_techniques(against, balance)
    found += _negative(current, balance)
    if not found:
        found += _of_all(balance)
    return tuple(found)


def tests_of(balance: Balance) -> int:
    """Return how many tests share the chance of a false alarm.

    Parameters
    ----------
    balance
        The balance.
    """
    accounts = int(np.sum(np.isfinite(account_range(balance))))
    return len(pulls_of(balance)) + accounts + len(techniques_of(balance.system.equations)) + 1


def _worst(balance: Balance) -> Pull | None:
    pulls = pulls_of(balance)
    if not pulls or pulls[0].probability * tests_of(balance) > FALSE_ALARMS:
        return None
    return pulls[0]


def _without(pull: Pull, balance: Balance) -> Balance:
    """Return the balance with a shared error unknown beforehand, or without a finding."""
    system = balance.system
    equations = [
        _freed(one, pull.name) if pull.parameter is not None else one
        for one in system.equations
        if pull.equation is None or one is not pull.equation
    ]
    expected = dict(zip(ACCOUNTS, system.expected, strict=True))
    return solve_balance(system_from_equations(equations=equations, expected=expected, states=system.states))


FREED = 100.0
"""How many times wider an error is taken when it is let go [1]."""


def _freed(one: Equation, name: str) -> Equation:
    effects = tuple(
        replace(
            effect,
            parameter=replace(effect.parameter, free=True, size=effect.parameter.size * FREED),
            constant=effect.constant * FREED,
            terms=tuple(replace(term, coefficient=term.coefficient * FREED) for term in effect.terms),
        )
        if effect.parameter.name == name
        else effect
        for effect in one.effects
    )
    return replace(one, effects=effects)


def _of_pull(pull: Pull, balance: Balance) -> Conflict:
    sentences = [f"{pull.technique} contradicts the others by {abs(pull.sigmas):.1f} sigma."]
    sentences += readings_against_others(pull.technique, balance)
    if pull.parameter is not None:
        stated, wanted = _stated(pull), pull.parameter.words(pull.wanted)
        sentences.append(
            f"{wanted[0].upper()}{wanted[1:]} in {pull.name!r}, which was taken as known to"
            f" {stated}, would remove it."
        )
    else:
        sentences.append(f"Without {pull.name!r} it is gone.")
    return Conflict(pull.technique, pull.name, abs(pull.sigmas), " ".join(sentences))


def _stated(pull: Pull) -> str:
    if pull.parameter is None:
        return ""
    if pull.parameter.unit:
        return f"{pull.parameter.size:.2g} {pull.parameter.unit}"
    return f"{pull.parameter.size:.1%}"


def _of_techniques(against: Sequence[Agreement], balance: Balance) -> Iterator[Conflict]:
    """Yield the technique that contradicts the rest most, when no single error could be named."""
    limit = FALSE_ALARMS / tests_of(balance)
    bad = [one for one in against if one.probability < limit]
    if bad:
        worst = min(bad, key=lambda one: one.probability)
        words = [
            f"{worst.first} contradicts {REST} by {worst.sigmas:.1f} sigma (chi-square {worst.chi_square:.1f}"
            f" for {worst.degrees_of_freedom:.1f} degrees of freedom); no single error would remove it.",
            *readings_against_others(worst.first, balance),
        ]
        yield Conflict(worst.first, "", worst.sigmas, " ".join(words))


def _negative(current: Balance, first: Balance) -> Iterator[Conflict]:
    """Yield accounts that come out below zero, which cannot be."""
    distance = account_range(current)
    limit = FALSE_ALARMS / tests_of(first)
    for row, state in enumerate(current.system.states):
        for column, account in enumerate(ACCOUNTS):
            below = -distance[row, column]
            if account is Account.SIDE or not below > 0.0:
                continue
            if 0.5 * math.erfc(below / math.sqrt(2.0)) < limit:
                yield Conflict(
                    "",
                    f"{account.value} of {state}",
                    float(below),
                    f"{account.value.capitalize()} of {str(state)!r} comes out at"
                    f" {current.accounts[row, column]:.3f} electrons, {below:.1f} sigma below zero: charge is"
                    " missing in the balance, and no single error of a technique explains it.",
                )


def _of_all(balance: Balance) -> Iterator[Conflict]:
    chance = probability_from_chi_square(balance.chi_square, balance.degrees_of_freedom)
    if chance * tests_of(balance) < FALSE_ALARMS:
        yield Conflict(
            "",
            "",
            math.nan,
            f"The findings scatter more than they state (chi-square {balance.chi_square:.1f} for"
            f" {balance.degrees_of_freedom:.1f} degrees of freedom), and nobody can be blamed for it.",
        )
