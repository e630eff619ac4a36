"""Conflicts in plain words: who, by how much, and what error would remove it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lmct.evidence.ledger.account import ACCOUNTS, Account
from lmct.evidence.ledger.balance import Balance, solve_balance, system_from_equations
from lmct.evidence.ledger.consistency import (
    REST,
    Agreement,
    Pull,
    account_range,
    balance_of,
    probability_from_chi_square,
    pulls_of,
    techniques_of,
)
from lmct.evidence.ledger.equation import Equation

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
    sentences += _readings(pull.technique, balance)
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


def _readings(technique: str, balance: Balance) -> Iterator[str]:
    """Yield what the technique says of the state where it differs most, and what all others say."""
    names = techniques_of(balance.system.equations)
    if len(names) < 2:
        return
    rest = balance_of(balance, [name for name in names if name != technique])
    spread = np.sqrt(np.maximum(rest.covariance[:, range(len(ACCOUNTS)), range(len(ACCOUNTS))], 1e-30))
    best, words = 0.0, ""
    for one in balance.system.equations:
        if one.technique != technique or one.main is None or len(one.terms) > 3:
            continue
        state = balance.system.states.index(one.main.state)
        account = ACCOUNTS.index(one.main.account)
        if rest.known[state, account] < 0.9:
            continue
        reading, doubt = reading_of(one, balance), spread[state, account]
        other = rest.accounts[state, account]
        if abs(reading - other) / doubt > best:
            best = abs(reading - other) / doubt
            words = (
                f"For {str(one.main.state)!r} it says {reading:.2f} electrons of {one.main.account.value},"
                f" all others together {other:.2f}({doubt:.2f})."
            )
    if words:
        yield words


def reading_of(one: Equation, balance: Balance) -> float:
    """Return the account that an equation is about as it says itself, its shared errors taken as stated.

    Parameters
    ----------
    one
        With a main account.
    balance
        Tells the other accounts, and what nobody knew beforehand, such as a zero point.

    Returns
    -------
    :
        The account [1/f.u.].
    """
    system = balance.system
    accounts = {
        (state, account): balance.accounts[row, column]
        for row, state in enumerate(system.states)
        if any(term.state == state for term in one.terms)
        for column, account in enumerate(ACCOUNTS)
    }
    place = {parameter.name: number for number, parameter in enumerate(system.parameters)}
    rest = one.value - one.constant
    for term in one.terms[1:]:
        rest -= term.coefficient * accounts[term.state, term.account]
    for effect in one.effects:
        if effect.parameter.free:
            rest -= effect.constant * balance.parameter(place[effect.parameter.name])[0]
    return float(rest / one.terms[0].coefficient)


def _of_techniques(against: Sequence[Agreement], balance: Balance) -> Iterator[Conflict]:
    """Yield the technique that contradicts the rest most, when no single error could be named."""
    limit = FALSE_ALARMS / tests_of(balance)
    bad = [one for one in against if one.probability < limit]
    if bad:
        worst = min(bad, key=lambda one: one.probability)
        words = [
            f"{worst.first} contradicts {REST} by {worst.sigmas:.1f} sigma (chi-square {worst.chi_square:.1f}"
            f" for {worst.degrees_of_freedom:.1f} degrees of freedom); no single error would remove it.",
            *_readings(worst.first, balance),
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
