"""plan.html: what to measure next, with what it would tell and cost."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from lmct.report.account_page import AccountPage, Section

if TYPE_CHECKING:
    from lmct.study.plan_run import PlanStudy

NAME = "plan"

MOST_ROWS = 60
"""Candidates that the page lists; all are in plan.json."""


def write_plan_report(result: PlanStudy) -> Path:
    """Draw the figure of a plan and write its page.

    Parameters
    ----------
    result
        The plan.

    Returns
    -------
    :
        The page.
    """
    return plan_page(result).write(result.folder, NAME)


def plan_page(result: PlanStudy) -> AccountPage:
    """Return what the page of a plan shows.

    Parameters
    ----------
    result
        The plan.
    """
    from lmct.evidence.plan.figure import plan_sheet

    plan = result.plan
    first = plan.rows()[0]
    columns = tuple(name for name in first if _is_shown(plan.rows(), name))
    rows = [tuple(_cell(row[name]) for name in columns) for row in plan.rows()[:MOST_ROWS]]
    note = f"The first {len(rows)} of {len(plan.ratings)}." if len(plan.ratings) > len(rows) else ""
    now = "" if math.isnan(plan.width) else f" It is known to {plan.width:.3g} {plan.unit} now."
    return AccountPage(
        title=f"{result.study.name}: what to measure next",
        lead=" ".join(plan.messages[:1]),
        meta=f"To find out: {plan.target}.{now} {plan.samples} samples of what is known were asked.",
        sections=(Section("Candidates", columns, rows, note),),
        sheets=(plan_sheet(plan),),
        messages=(*plan.messages[1:], *result.messages),
    )


def _is_shown(rows: list[dict[str, float | str]], name: str) -> bool:
    """Tell whether a column says anything."""
    return any(not (isinstance(row[name], float) and math.isnan(float(row[name]))) for row in rows)


def _cell(value: float | str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else f"{value:.3g}"
