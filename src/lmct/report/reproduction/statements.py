"""All statements of the paper on electrochemistry, and their comparison with the simulated electrode."""

from __future__ import annotations

from collections.abc import Collection

from lmct.report.reproduction import cycling_statements, hysteresis_statements, relaxation_statements
from lmct.report.reproduction.paper_runs import PaperRuns
from lmct.report.reproduction.statement import Judged, Statement

STATEMENTS: tuple[Statement, ...] = (
    *cycling_statements.STATEMENTS,
    *relaxation_statements.STATEMENTS,
    *hysteresis_statements.STATEMENTS,
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
        Statements with answers, in order.
    """
    chosen = (one for one in STATEMENTS if figures is None or one.figure in figures)
    return tuple(Judged(statement, statement.answer(runs)) for statement in chosen)
