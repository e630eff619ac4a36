"""Where the charge of every state is: stacked bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lmct.evidence.ledger.account import ACCOUNTS, Account
from lmct.technique.contract import FigureSheet
from lmct.technique.figure_style import (
    ACCENT,
    DOUBLE,
    GREY,
    METAL,
    OXYGEN,
    SMALL_TEXT,
    TEXT,
    new_figure,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from lmct.evidence.ledger.entry import Entry
    from lmct.evidence.ledger.ledger import Ledger

COLOURS = {
    Account.METAL: METAL,
    Account.OXYGEN: OXYGEN,
    Account.DARK: "#E69F00",
    Account.GAS: ACCENT,
    Account.SIDE: GREY,
}

MOST_BARS = 30
"""States that one figure shows."""

UNKNOWN = 0.3
"""Accounts known worse than this are not drawn [1/f.u.]."""

CAPTION = (
    "Electrons per formula unit in each account, from all findings together; the error bar is the standard"
    " uncertainty of the charge that passed. Pale parts were not measured by themselves: only their sum with"
    " others is known; what is not known at all is left out."
)


def figure_sheets(ledger: Ledger) -> tuple[FigureSheet, ...]:
    """Return the stacked bars of a ledger, at most 30 states each.

    Parameters
    ----------
    ledger
        The ledger.

    Returns
    -------
    :
        None when there is no state.
    """
    parts = [ledger.entries[at : at + MOST_BARS] for at in range(0, len(ledger.entries), MOST_BARS)]
    return tuple(
        FigureSheet(
            name="accounts" if len(parts) == 1 else f"accounts_{number}",
            title="Where the charge is",
            caption=CAPTION,
            draw=_Drawing(part),
            columns=columns_of(part),
        )
        for number, part in enumerate(parts, start=1)
    )


def columns_of(entries: Sequence[Entry]) -> dict[str, tuple[str, np.ndarray]]:
    """Return the accounts of states as columns with units, for a CSV file.

    Parameters
    ----------
    entries
        States.

    Returns
    -------
    :
        State, then value, uncertainty and share measured of every account, then the sums.
    """
    columns = {"state": ("", np.array([str(one.state) for one in entries], dtype=object))}
    for account in ACCOUNTS:
        name = account.value.replace(" ", "_")
        values = [one.accounts[account] for one in entries]
        columns[name] = ("1/f.u.", np.array([one.value for one in values]))
        columns[f"{name}_uncertainty"] = ("1/f.u.", np.array([one.uncertainty for one in values]))
        columns[f"{name}_measured"] = ("1", np.array([one.known[account] for one in entries]))
    for name in ("lost", "total"):
        values = [getattr(one, name) for one in entries]
        columns[name] = ("1/f.u.", np.array([one.value for one in values]))
        columns[f"{name}_uncertainty"] = ("1/f.u.", np.array([one.uncertainty for one in values]))
    return columns


class _Drawing:
    """Draws the bars of some states."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries

    def __call__(self) -> Figure:
        """Return the figure."""
        count = len(self.entries)
        figure, (axes,) = new_figure(width=DOUBLE, height=25.0 + 6.0 * count)
        for place, entry in enumerate(self.entries):
            _bar(axes, place, entry)
        axes.set_yticks(range(count), [_short(str(one.state)) for one in self.entries], fontsize=SMALL_TEXT)
        axes.set_ylim(count - 0.4, -0.6)
        axes.axvline(0.0, color="black", linewidth=0.6)
        axes.set_xlabel("Electrons per formula unit", fontsize=TEXT)
        handles = [_handle(account) for account in ACCOUNTS]
        figure.legend(
            handles=handles,
            loc="outside upper center",
            ncols=len(ACCOUNTS),
            fontsize=SMALL_TEXT,
            frameon=False,
        )
        return figure


def _bar(axes: Axes, place: int, entry: Entry) -> None:
    ends = {True: 0.0, False: 0.0}
    for account in ACCOUNTS:
        value = entry.accounts[account].value
        if entry.accounts[account].uncertainty > UNKNOWN:
            continue
        upwards = value >= 0.0
        axes.barh(
            place,
            value,
            left=ends[upwards],
            height=0.7,
            color=COLOURS[account],
            alpha=1.0 if entry.is_measured(account) and entry.accounts[account].uncertainty < 0.1 else 0.35,
            linewidth=0.0,
        )
        ends[upwards] += value
    total = entry.total
    if total.uncertainty < UNKNOWN:
        axes.errorbar(
            total.value, place, xerr=total.uncertainty, color="black", linewidth=0.8, capsize=2.0, marker="|"
        )


def _handle(account: Account) -> object:
    from matplotlib.patches import Patch

    return Patch(color=COLOURS[account], label=account.value)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
