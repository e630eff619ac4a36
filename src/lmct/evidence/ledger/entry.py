"""Rows of a ledger: the accounts of a state, and what each finding says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lmct.evidence.ledger.account import ACCOUNTS, Account
from lmct.evidence.ledger.balance import Balance
from lmct.evidence.ledger.reading import reading_of
from lmct.evidence.ledger.state import StateKey
from lmct.quantity.finding import Finding
from lmct.quantity.value import Value

UNIT = "1/f.u."

MEASURED = 0.5
"""An account counts as measured when the findings took away this share of the variance assumed [1]."""


@dataclass(frozen=True, eq=False)
class Entry:
    """The accounts of one state.

    Parameters
    ----------
    state
        Which.
    accounts
        Electrons per formula unit, with uncertainty, of every account.
    covariance
        Of the accounts in their order [1/f.u.²].
    known
        By account, how much of what was assumed the findings replaced: 0 not measured, 1 measured well.
    total
        Sum of all accounts: lithium extracted and side reactions.
    lost
        Irrecoverable oxygen, gas and side reactions together, which are often known only as a sum.
    techniques
        Who has a say.
    """

    state: StateKey
    accounts: Mapping[Account, Value]
    covariance: np.ndarray
    known: Mapping[Account, float]
    total: Value
    lost: Value
    techniques: tuple[str, ...]

    def is_measured(self, account: Account) -> bool:
        """Tell whether findings say more of an account than was assumed."""
        return self.known[account] > MEASURED

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "sample": self.state.sample,
            "place": self.state.place,
            "accounts": {
                account.value: value.to_json() | {"measured": self.is_measured(account)}
                for account, value in self.accounts.items()
            },
            "covariance": self.covariance.tolist(),
            "total": self.total.to_json(),
            "lost": self.lost.to_json(),
            "techniques": list(self.techniques),
        }


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one finding says, in electrons.

    Parameters
    ----------
    finding
        The finding.
    state, account
        What it is mainly about.
    reading
        What it says with its conversion as stated; the uncertainty is its own, without shared errors.
    sigmas
        Distance from the balance in standard uncertainties of its own.
    words
        What it was taken to mean.
    """

    finding: Finding
    state: StateKey
    account: Account
    reading: Value
    sigmas: float
    words: str

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "state": str(self.state),
            "account": self.account.value,
            "reading": self.reading.to_json(),
            "sigmas": self.sigmas,
            "words": self.words,
            "quantity": self.finding.quantity,
            "technique": self.finding.technique,
            "condition": self.finding.condition,
            "source_file": self.finding.source_file,
        }


def entries_of(balance: Balance) -> tuple[Entry, ...]:
    """Return the accounts of every state of a balance.

    Parameters
    ----------
    balance
        Of all findings.
    """
    speakers: dict[StateKey, dict[str, None]] = {}
    for one in balance.system.equations:
        if one.finding is not None:
            for term in one.terms:
                speakers.setdefault(term.state, {}).setdefault(one.technique)
    return tuple(
        _entry(state, row, balance, tuple(speakers.get(state, {})))
        for row, state in enumerate(balance.system.states)
    )


def _entry(state: StateKey, row: int, balance: Balance, techniques: tuple[str, ...]) -> Entry:
    estimate, covariance = balance.accounts[row], balance.covariance[row]

    def together(chosen: Sequence[Account]) -> Value:
        weights = np.array([float(account in chosen) for account in ACCOUNTS])
        return Value(
            float(weights @ estimate), float(np.sqrt(max(weights @ covariance @ weights, 0.0))), UNIT
        )

    return Entry(
        state=state,
        accounts={account: together((account,)) for account in ACCOUNTS},
        covariance=covariance,
        known=dict(zip(ACCOUNTS, balance.known[row].tolist(), strict=True)),
        total=together(ACCOUNTS),
        lost=together((Account.DARK, Account.GAS, Account.SIDE)),
        techniques=techniques,
    )


def contributions_of(balance: Balance) -> tuple[Contribution, ...]:
    """Return what every finding of a balance says by itself.

    Parameters
    ----------
    balance
        Of all findings.
    """
    rows = enumerate(balance.system.equations)
    return tuple(
        Contribution(
            finding=one.finding,
            state=one.main.state,
            account=one.main.account,
            reading=Value(reading_of(one, balance), abs(one.uncertainty / one.main.coefficient), UNIT),
            sigmas=float(balance.residuals[row]),
            words=one.words,
        )
        for row, one in rows
        if one.finding is not None and one.main is not None
    )
