"""The ledger: where the charge of every sample state is, who says so, and who contradicts whom."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lmct.evidence.ledger.account import expectations
from lmct.evidence.ledger.balance import solve_balance
from lmct.evidence.ledger.chance import probability_from_chi_square
from lmct.evidence.ledger.conflict import Conflict, conflicts_of
from lmct.evidence.ledger.consistency import (
    Agreement,
    Pull,
    agreements,
    pulls_of,
    techniques_of,
)
from lmct.evidence.ledger.context import LedgerContext
from lmct.evidence.ledger.conversion.registry import equations_of_findings
from lmct.evidence.ledger.decidable import undecided_lattice
from lmct.evidence.ledger.entry import Contribution, Entry, contributions_of, entries_of
from lmct.evidence.ledger.gaps import gaps_of
from lmct.evidence.ledger.state import StateKey
from lmct.evidence.ledger.system import system_from_equations
from lmct.evidence.ledger.transfer import Transfer, transfers_of
from lmct.quantity.finding import Finding


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
        """Return plain JSON types; numbers that do not exist are NaN."""
        return {
            "verdict": self.verdict,
            "chi_square": self.chi_square,
            "degrees_of_freedom": self.degrees_of_freedom,
            "probability": self.probability,
            "unit": "electrons per formula unit with two oxygens",
            "capacity_of_one_electron": {"value": self.context.capacity, "unit": "mAh/g"},
            "states": [one.to_json() for one in self.entries],
            "conflicts": [
                {"technique": one.technique, "cause": one.cause, "sigmas": one.sigmas, "words": one.words}
                for one in self.conflicts
            ],
            "transfers": [one.to_json() for one in self.transfers],
            "against_rest": [one.to_json() for one in self.against_rest],
            "pairs": [one.to_json() for one in self.pairs],
            "shared_errors": [one.to_json() for one in self.pulls if one.parameter is not None],
            "contributions": [one.to_json() for one in self.contributions],
            "messages": list(self.messages),
        }


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
    >>> from lmct.evidence.ledger import Account, context_of_material
    >>> from lmct.quantity import Finding, Value
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
    entries = entries_of(balance)
    return Ledger(
        context=context,
        entries=entries,
        contributions=contributions_of(balance),
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
