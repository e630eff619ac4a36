"""What the findings do not tell, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lmct.evidence.ledger.account import Account

if TYPE_CHECKING:
    from lmct.evidence.ledger.entry import Entry

MOST_NAMED = 3
"""States that a sentence names; it counts the others."""

WIDE = 0.1
"""A sum of accounts with a larger uncertainty than this is called unknown [1/f.u.]."""


def gaps_of(entries: Sequence[Entry], techniques: Sequence[str]) -> tuple[str, ...]:
    """Say what could not be concluded.

    Parameters
    ----------
    entries
        Of all states.
    techniques
        Techniques that have a say.

    Returns
    -------
    :
        One sentence each.
    """
    if not entries:
        return ("No finding speaks of metal, oxygen, gas or charge: nothing could be put into the account.",)
    return tuple(_gaps(entries, techniques))


def _gaps(entries: Sequence[Entry], techniques: Sequence[str]) -> Iterator[str]:
    if len(techniques) == 1:
        yield (
            f"Only {techniques[0]} has a say: it cannot be checked by anything else, and its calibration is"
            " taken on trust."
        )
    for account in Account:
        missing = [one for one in entries if not one.is_measured(account)]
        if missing and account is not Account.SIDE:
            yield f"{account.value.capitalize()} was not measured: {_named(missing, len(entries))}."
    if all(not one.is_measured(Account.SIDE) for one in entries):
        yield "Side reactions were not measured: 0.00(3) electrons are assumed in every state."
    alone = [one for one in entries if len(one.techniques) == 1 and len(techniques) > 1]
    if alone:
        yield f"One technique only speaks of {_named(alone, len(entries))}: no check is possible there."
    vague = [one for one in entries if one.total.uncertainty > WIDE]
    if vague:
        yield (
            "The charge that passed is not known, so the balance cannot close:"
            f" {_named(vague, len(entries))}."
        )
    joint = [one for one in entries if one.lost.uncertainty < WIDE and not one.is_measured(Account.GAS)]
    if joint:
        yield (
            "Irrecoverable oxygen and gas are known only as a sum with side reactions:"
            f" {_named(joint, len(entries))}."
        )


def _named(entries: Sequence[Entry], of: int) -> str:
    if len(entries) == of and of > 1:
        return f"all {of} states"
    names = ", ".join(repr(str(one.state)) for one in entries[:MOST_NAMED])
    more = len(entries) - MOST_NAMED
    return f"{names} and {more} more" if more > 0 else names
