"""compare.html: rival mechanisms on the same data, with what each cannot make."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lmct.report.account_page import AccountPage, Section

if TYPE_CHECKING:
    from lmct.evidence.hypotheses.trial import Trial
    from lmct.study.compare_run import CompareStudy

NAME = "compare"

MOST_FAILURES = 5
"""Observations that the page lists for each mechanism."""


def write_compare_report(result: CompareStudy) -> Path:
    """Draw the figures of a comparison and write its page.

    Parameters
    ----------
    result
        The comparison.

    Returns
    -------
    :
        The page.
    """
    return compare_page(result).write(result.folder, NAME)


def compare_page(result: CompareStudy) -> AccountPage:
    """Return what the page of a comparison shows.

    Parameters
    ----------
    result
        The comparison.
    """
    from lmct.evidence.hypotheses.figure import comparison_figures

    comparison = result.comparison
    best = comparison.ranked[0].log_evidence
    rows = [
        (
            one.name,
            one.title,
            str(one.unknowns),
            one.evidence_in_words,
            f"{one.log_evidence - best:.1f}",
            f"{one.wide_log_evidence:.1f}",
            comparison.chance_in_words(one.name),
            str(len(one.failures)),
        )
        for one in comparison.ranked
    ]
    columns = (
        "mechanism", "claims", "unknowns", "ln evidence", "against the best", "priors twice as wide",
        "probability", "not explained",
    )  # fmt: skip
    return AccountPage(
        title=f"{result.study.name}: rival mechanisms",
        lead=comparison.verdict,
        meta="Probabilities hold if the mechanisms were equally probable beforehand and no others exist.",
        sections=(
            Section("Trials", columns, rows),
            Section("What they cannot make", ("mechanism", ""), _failures(comparison.ranked)),
        ),
        sheets=comparison_figures(comparison),
        messages=(
            *result.messages,
            *(f"{one.name}: {text}" for one in comparison.trials for text in one.messages),
        ),
    )


def _failures(trials: tuple[Trial, ...]) -> list[tuple[str, str]]:
    rows = []
    for trial in trials:
        worst = sorted(trial.failures, key=lambda one: one.probability)[:MOST_FAILURES]
        rows += [(trial.name, one.sentence) for one in worst]
    return rows
