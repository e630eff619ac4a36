"""The ledger: where the charge of every sample state is, who says so, and who contradicts whom."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lmct.evidence.ledger.account import ACCOUNTS, Account, expectations
from lmct.evidence.ledger.balance import Balance, solve_balance, system_from_equations
from lmct.evidence.ledger.conflict import Conflict, conflicts_of, reading_of
from lmct.evidence.ledger.consistency import (
    Agreement,
    Pull,
    agreements,
    probability_from_chi_square,
    pulls_of,
    techniques_of,
)
from lmct.evidence.ledger.context import LedgerContext
from lmct.evidence.ledger.conversion.registry import equations_of_findings
from lmct.evidence.ledger.decidable import undecided_lattice
from lmct.evidence.ledger.gaps import gaps_of
from lmct.evidence.ledger.state import StateKey
from lmct.evidence.ledger.transfer import Transfer, transfers_of
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


@dataclass(frozen=True, eq=False)
class Ledger:
    """The account of a study.

    Parameters
    ----------
    context
        Material and samples.
    entries
        One for each state.
    contributions
        One for each finding that was used.
    chi_square, degrees_of_freedom, probability
        Of the whole; the probability is NaN when nothing can be tested.
    against_rest, pairs
        Agreement of techniques.
    pulls
        Shared errors and findings, the largest pull first.
    conflicts
        Contradictions beyond chance.
    transfers
        Both sides of LMCT, where different techniques saw them.
    messages
        What could not be concluded or was not used, one sentence each.
    """

    context: LedgerContext
    entries: tuple[Entry, ...]
    contributions: tuple[Contribution, ...]
    chi_square: float
    degrees_of_freedom: float
    probability: float
    against_rest: tuple[Agreement, ...]
    pairs: tuple[Agreement, ...]
    pulls: tuple[Pull, ...]
    conflicts: tuple[Conflict, ...]
    transfers: tuple[Transfer, ...]
    messages: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """One sentence on the whole, no stronger than the numbers."""
        if not self.entries:
            return "No finding could be converted into electrons, so there is no account."
        open_ones = [one for one in self.transfers if one.is_conflict]
        if self.conflicts or open_ones:
            count = len(self.conflicts) + len(open_ones)
            many = "is a contradiction" if count == 1 else f"are {count} contradictions"
            return f"There {many} that chance does not explain."
        if math.isnan(self.probability) or not self.pairs:
            return "Nothing in it can be tested against anything else: the account rests on its assumptions."
        return (
            f"The account closes: chi-square {self.chi_square:.1f} for {self.degrees_of_freedom:.1f} degrees"
            f" of freedom (p = {self.probability:.2g}). That is agreement within the stated uncertainties, no"
            " proof of the conversions."
        )

    def entry(self, sample: str, place: str = "") -> Entry:
        """Return the entry of a state.

        Raises
        ------
        KeyError
            There is none.
        """
        key = StateKey(sample, place)
        for one in self.entries:
            if one.state == key:
                return one
        raise KeyError(str(key))

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        from lmct.evidence.ledger.document import document_of

        return document_of(self)


def build_ledger(findings: Sequence[Finding], context: LedgerContext) -> Ledger:
    """Put the findings of all techniques into one balance.

    Parameters
    ----------
    findings
        All findings of a study, in the order of its store.
    context
        Material and samples.

    Returns
    -------
    :
        The account; contradictory or missing findings never raise, they are named.

    Examples
    --------
    >>> from lmct import material
    >>> from lmct.evidence.ledger.context import context_of_material
    >>> context = context_of_material(material.load("li-ti-ni-o", x=0.4))
    >>> gas = Finding("oxygen_released", Value(145.0, 7.0, "umol/g"), "cell", "gas_evolution")
    >>> print(build_ledger([gas], context).entry("cell").accounts[Account.GAS])
    0.048(5) 1/f.u.
    """
    converted = equations_of_findings(findings, context)
    expected = expectations(context.metal_holes)
    system = system_from_equations(equations=converted.equations, expected=expected)
    balance = solve_balance(system)
    against, pairs = agreements(balance)
    entries = _entries(balance)
    return Ledger(
        context=context,
        entries=entries,
        contributions=_contributions(balance),
        chi_square=balance.chi_square,
        degrees_of_freedom=balance.degrees_of_freedom,
        probability=probability_from_chi_square(balance.chi_square, balance.degrees_of_freedom),
        against_rest=against,
        pairs=pairs,
        pulls=pulls_of(balance),
        conflicts=conflicts_of(balance, against),
        transfers=transfers_of(balance, context),
        messages=(
            *converted.messages,
            *undecided_lattice(balance),
            *gaps_of(entries, techniques_of(converted.equations)),
        ),
    )


def _entries(balance: Balance) -> tuple[Entry, ...]:
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


def _contributions(balance: Balance) -> tuple[Contribution, ...]:
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
