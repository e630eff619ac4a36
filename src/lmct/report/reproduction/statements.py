"""All statements of the paper on electrochemistry, and their comparison with the simulated electrode."""

from __future__ import annotations

from collections.abc import Collection

from lmct.quantity.errors import LmctError
from lmct.report.reproduction import (
    cycling_statements,
    hysteresis_statements,
    oxygen_statements,
    relaxation_statements,
    sibling_statements,
    spectroscopy_statements,
    structure_statements,
    titration_statements,
    transfer_statements,
)
from lmct.report.reproduction.paper_runs import PaperRuns
from lmct.report.reproduction.statement import Answer, Judged, Statement, undecidable

STATEMENTS: tuple[Statement, ...] = (
    *cycling_statements.STATEMENTS,
    *oxygen_statements.STATEMENTS,
    *structure_statements.STATEMENTS,
    *titration_statements.STATEMENTS,
    *relaxation_statements.STATEMENTS,
    *spectroscopy_statements.STATEMENTS,
    *hysteresis_statements.STATEMENTS,
    *transfer_statements.STATEMENTS,
    *sibling_statements.STATEMENTS,
)
"""In the order of the paper's figures."""


def judge(runs: PaperRuns, figures: Collection[str] | None = None) -> tuple[Judged, ...]:
    """Compare statements with the simulated electrode.

    Parameters
    ----------
    runs
        The simulations.
    figures
        Only the statements of these panels; None for all.

    Returns
    -------
    :
        Statements with answers, in order. What the electrode cannot be simulated for is undecidable.
    """
    chosen = (one for one in STATEMENTS if figures is None or one.figure in figures)
    return tuple(Judged(statement, _answer(statement, runs)) for statement in chosen)


def _answer(statement: Statement, runs: PaperRuns) -> Answer:
    try:
        return statement.answer(runs)
    except LmctError as error:
        return undecidable(f"not simulated: {error}")
