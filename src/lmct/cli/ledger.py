"""``lmct ledger STUDY``: where the charge of every state is, and who contradicts whom."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lmct.cli.output import FINE, AsJson, write_json, write_table

if TYPE_CHECKING:
    from lmct.evidence.ledger.entry import Entry
    from lmct.study.ledger_run import LedgerStudy

NAME = "ledger"


def run(
    location: Annotated[Path, typer.Argument(metavar="DIR", help="Study folder that has been run.")],
    json: AsJson = False,
) -> int:
    """Balance the charge of every sample state."""
    from lmct.report.ledger_page import write_ledger_report
    from lmct.study.ledger_run import ledger_of_study

    result = ledger_of_study(location)
    page = write_ledger_report(result)
    if json:
        write_json({"report": str(page), **result.to_json()})
    else:
        _show(result)
        typer.echo(f"report: {page}")
    return FINE


def _show(result: LedgerStudy) -> None:
    """Print the accounts, the contradictions, and what could not be concluded."""
    ledger = result.ledger
    if ledger.entries:
        from lmct.evidence.ledger.account import ACCOUNTS

        columns = ("state", *(account.value for account in ACCOUNTS), "lost", "charge")
        write_table(columns, [_row(one) for one in ledger.entries], title="electrons per formula unit")
    typer.echo(ledger.verdict)
    for conflict in ledger.conflicts:
        typer.echo(f"contradiction: {conflict.words}")
    for transfer in ledger.transfers:
        typer.echo(f"transfer: {transfer.words}")
    for message in ledger.messages:
        typer.echo(f"note: {message}")


def _row(entry: Entry) -> tuple[str, ...]:
    """Return the cells of a state; an account that nobody measured is a dash."""
    from lmct.quantity.value import shorthand

    cells = [
        shorthand(value.value, value.uncertainty) if entry.is_measured(account) else "–"
        for account, value in entry.accounts.items()
    ]
    sums = [shorthand(value.value, value.uncertainty) for value in (entry.lost, entry.total)]
    return str(entry.state), *cells, *sums
