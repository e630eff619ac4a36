"""What single findings and whole techniques say of an account by themselves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lmct.evidence.ledger.account import ACCOUNTS
from lmct.evidence.ledger.balance import Balance
from lmct.evidence.ledger.consistency import balance_of, techniques_of
from lmct.evidence.ledger.equation import Equation


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


def readings_against_others(technique: str, balance: Balance) -> Iterator[str]:
    """Yield what a technique says of the state where it differs most, and what all others say.

    Parameters
    ----------
    technique
        Which.
    balance
        Of all.

    Yields
    ------
    :
        One sentence, or none when the others do not know enough.
    """
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
