"""A ledger as plain JSON types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lmct.evidence.ledger.consistency import Agreement, Pull
    from lmct.evidence.ledger.entry import Contribution, Entry
    from lmct.evidence.ledger.ledger import Ledger
    from lmct.evidence.ledger.transfer import Transfer


def document_of(ledger: Ledger) -> dict[str, Any]:
    """Return a ledger as one document; numbers that do not exist are NaN.

    Parameters
    ----------
    ledger
        The ledger.
    """
    return {
        "verdict": ledger.verdict,
        "chi_square": ledger.chi_square,
        "degrees_of_freedom": ledger.degrees_of_freedom,
        "probability": ledger.probability,
        "unit": "electrons per formula unit with two oxygens",
        "capacity_of_one_electron": {"value": ledger.context.capacity, "unit": "mAh/g"},
        "states": [_entry(one) for one in ledger.entries],
        "conflicts": [
            {"technique": one.technique, "cause": one.cause, "sigmas": one.sigmas, "words": one.words}
            for one in ledger.conflicts
        ],
        "transfers": [_transfer(one) for one in ledger.transfers],
        "against_rest": [_agreement(one) for one in ledger.against_rest],
        "pairs": [_agreement(one) for one in ledger.pairs],
        "shared_errors": [_pull(one) for one in ledger.pulls if one.parameter is not None],
        "contributions": [_contribution(one) for one in ledger.contributions],
        "messages": list(ledger.messages),
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "sample": entry.state.sample,
        "place": entry.state.place,
        "accounts": {
            account.value: value.to_json() | {"measured": entry.is_measured(account)}
            for account, value in entry.accounts.items()
        },
        "covariance": entry.covariance.tolist(),
        "total": entry.total.to_json(),
        "lost": entry.lost.to_json(),
        "techniques": list(entry.techniques),
    }


def _agreement(one: Agreement) -> dict[str, Any]:
    return {
        "first": one.first,
        "second": one.second,
        "chi_square": one.chi_square,
        "degrees_of_freedom": one.degrees_of_freedom,
        "probability": one.probability,
    }


def _pull(one: Pull) -> dict[str, Any]:
    return {
        "name": one.name,
        "technique": one.technique,
        "sigmas": one.sigmas,
        "wanted": one.parameter.words(one.wanted) if one.parameter is not None else "",
        "source": one.parameter.source if one.parameter is not None else "",
    }


def _transfer(one: Transfer) -> dict[str, Any]:
    return {
        "before": str(one.before),
        "after": str(one.after),
        "metal_technique": one.metal_technique,
        "oxygen_technique": one.oxygen_technique,
        "metal": one.metal.to_json(),
        "oxygen": one.oxygen.to_json(),
        "sigmas": one.sigmas,
        "is_conflict": one.is_conflict,
        "words": one.words,
    }


def _contribution(one: Contribution) -> dict[str, Any]:
    return {
        "state": str(one.state),
        "account": one.account.value,
        "reading": one.reading.to_json(),
        "sigmas": one.sigmas,
        "words": one.words,
        "quantity": one.finding.quantity,
        "technique": one.finding.technique,
        "condition": one.finding.condition,
        "source_file": one.finding.source_file,
    }
