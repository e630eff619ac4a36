"""All statements of the paper on electrochemistry, and their comparison with the simulated electrode."""

from __future__ import annotations

from lmct.report.reproduction import cycling_statements, hysteresis_statements, relaxation_statements
from lmct.report.reproduction.paper_runs import PaperRuns
from lmct.report.reproduction.statement import Judged, Statement

STATEMENTS: tuple[Statement, ...] = (
    *cycling_statements.STATEMENTS,
    *relaxation_statements.STATEMENTS,
    *hysteresis_statements.STATEMENTS,
)
"""In the order of the paper's figures."""


def judge(runs: PaperRuns) -> tuple[Judged, ...]:
    """Compare every statement with the simulated electrode.

    Parameters
    ----------
    runs
        The simulations.

    Returns
    -------
    :
        Statements with answers, in order.
    """
    return tuple(Judged(statement, statement.answer(runs)) for statement in STATEMENTS)
