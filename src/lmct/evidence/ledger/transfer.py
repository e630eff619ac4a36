"""What the metal lost at rest against what oxygen gained: the heart of LMCT, technique by technique."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lmct.evidence.ledger.account import Account
from lmct.evidence.ledger.balance import Balance, solve_balance
from lmct.evidence.ledger.context import LedgerContext
from lmct.evidence.ledger.conversion.conservation import NAME as CONSERVATION
from lmct.evidence.ledger.equation import Equation, Term
from lmct.evidence.ledger.state import StateKey
from lmct.evidence.ledger.system import system_from_equations
from lmct.quantity.value import Value, shorthand

CLOSED = 1e-3
"""How exactly a closed transfer is kept [1/f.u.]."""

KNOWN = 0.1
"""A transfer counts as measured by a technique when it is known better than this [1/f.u.]."""

SIGNIFICANT = 3.0
"""Standard deviations above which two readings of one transfer are called contradictory."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer, read by two techniques as if nothing were lost.

    Parameters
    ----------
    before, after
        States of one powder.
    metal_technique, oxygen_technique
        Which one saw the metal, and which one oxygen.
    metal, oxygen
        Electrons that the metal gained and holes that oxygen gained, each by its technique alone, if all that
        one loses the other gains [1/f.u.].
    sigmas
        How far they are apart.
    words
        What that means.
    is_conflict
        Whether they contradict each other and nothing else tells which one is right.
    """

    before: StateKey
    after: StateKey
    metal_technique: str
    oxygen_technique: str
    metal: Value
    oxygen: Value
    sigmas: float
    words: str
    is_conflict: bool

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "before": str(self.before),
            "after": str(self.after),
            "metal_technique": self.metal_technique,
            "oxygen_technique": self.oxygen_technique,
            "metal": self.metal.to_json(),
            "oxygen": self.oxygen.to_json(),
            "sigmas": self.sigmas,
            "is_conflict": self.is_conflict,
            "words": self.words,
        }


def transfers_of(balance: Balance, context: LedgerContext) -> tuple[Transfer, ...]:
    """Compare the two sides of the transfer in each powder where different techniques saw them.

    If another technique confirms one of the sides, the difference is charge that cannot be recovered and is
    in the accounts; if none does, it is reported as a contradiction with both ways out.

    Parameters
    ----------
    balance
        Of all findings.
    context
        Material and powders.

    Returns
    -------
    :
        One for each later state of a powder and pair of techniques.
    """
    found: list[Transfer] = []
    for powder in context.powders:
        members = [one for one in balance.system.states if one.sample in powder.samples]
        members.sort(key=lambda one: (powder.samples.index(one.sample), one.place))
        for after in members[1:]:
            found += _transfers(balance, members[0], after, context)
    return tuple(found)


def _transfers(
    balance: Balance, before: StateKey, after: StateKey, context: LedgerContext
) -> Iterator[Transfer]:
    metal = _seen_by(balance, before, after, Account.METAL)
    oxygen = _seen_by(balance, before, after, Account.OXYGEN)
    if len(metal) != 1 or len(oxygen) != 1 or metal.keys() == oxygen.keys():
        return
    (first, gained), (second, taken) = *metal.items(), *oxygen.items()
    spread = math.hypot(gained.uncertainty, taken.uncertainty)
    apart = abs(gained.value - taken.value) / spread
    words = _words(before, after, (first, gained), (second, taken), apart, context)
    yield Transfer(before, after, first, second, gained, taken, apart, words, apart > SIGNIFICANT)


def _seen_by(balance: Balance, before: StateKey, after: StateKey, account: Account) -> dict[str, Value]:
    """Return what each technique alone says of a closed transfer, from its findings on one account."""
    found: dict[str, Value] = {}
    chosen: dict[str, list[Equation]] = {}
    for one in balance.system.equations:
        if one.technique == CONSERVATION:
            continue
        about = {term.state for term in one.terms}
        if one.main is None or (one.main.account is account and about <= {before, after}):
            chosen.setdefault(one.technique, []).append(one)
    expected = dict(zip(tuple(Account), balance.system.expected, strict=True))
    for technique, equations in chosen.items():
        states = {term.state for one in equations for term in one.terms}
        if not {before, after} <= states:
            continue
        closed = [*equations, *_closed(before, after)]
        if account is Account.METAL:
            closed.append(_zero_point(before))
        alone = solve_balance(system_from_equations(equations=closed, expected=expected))
        sign = -1.0 if account is Account.METAL else 1.0
        moved = alone.combination({(after, account): sign, (before, account): -sign})
        if moved[1] < KNOWN:
            found[technique] = Value(*moved, "1/f.u.")
    return found


def _closed(before: StateKey, after: StateKey) -> Iterator[Equation]:
    """Yield that metal and recoverable oxygen only exchange, and nothing else changes."""
    yield Equation(
        technique=CONSERVATION,
        value=0.0,
        uncertainty=CLOSED,
        terms=(
            Term(after, Account.METAL, 1.0),
            Term(before, Account.METAL, -1.0),
            Term(after, Account.OXYGEN, 1.0),
            Term(before, Account.OXYGEN, -1.0),
        ),
    )
    for account in (Account.DARK, Account.GAS, Account.SIDE):
        yield Equation(
            technique=CONSERVATION,
            value=0.0,
            uncertainty=CLOSED,
            terms=(Term(after, account, 1.0), Term(before, account, -1.0)),
        )


def _zero_point(before: StateKey) -> Equation:
    """Return that oxygen is counted from the first state: findings on the metal tell only its change."""
    return Equation(
        technique=CONSERVATION, value=0.0, uncertainty=CLOSED, terms=(Term(before, Account.OXYGEN, 1.0),)
    )


def _words(
    before: StateKey,
    after: StateKey,
    metal: tuple[str, Value],
    oxygen: tuple[str, Value],
    apart: float,
    context: LedgerContext,
) -> str:
    (first, gained), (second, taken) = metal, oxygen
    sides = (
        f"From {str(before)!r} to {str(after)!r} {first} says that the metal gained"
        f" {_both(gained, context)}, {second} that oxygen gave {_both(taken, context)} that can be recovered:"
        f" {apart:.1f} sigma apart"
    )
    if apart <= SIGNIFICANT:
        return f"{sides}, which agrees."
    missing = abs(gained.value - taken.value)
    more = (
        "irrecoverable oxygen or gas" if gained.value > taken.value else "a source that is not in the balance"
    )
    factor = gained.value / taken.value if taken.value else math.inf
    return (
        f"{sides} if nothing was lost. Either {missing:.2f} electrons became {more}, or the calibration of"
        f" {first} is wrong by a factor of {factor:.1f} (or that of {second} by its inverse). No other"
        " technique saw either side, so the ledger cannot tell which."
    )


def _both(value: Value, context: LedgerContext) -> str:
    """Return a number in electrons and in mAh/g."""
    return (
        f"{shorthand(value.value, value.uncertainty)} electrons ({value.value * context.capacity:.0f} mAh/g)"
    )
