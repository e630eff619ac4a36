"""fit.html: what the data say of every unknown, what follows from it, and what is not explained."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lmct.report.account_page import AccountPage, Section

if TYPE_CHECKING:
    from lmct.quantity.finding import Finding
    from lmct.study.fit_run import FitStudy

NAME = "fit"

MOST_CELLS = 40
"""Cells that the page lists, the least likely first; all are in fit.json."""


def write_fit_report(result: FitStudy) -> Path:
    """Draw the figures of a fit and write its page.

    Parameters
    ----------
    result
        The fit.

    Returns
    -------
    :
        The page.
    """
    return fit_page(result).write(result.folder, NAME)


def fit_page(result: FitStudy) -> AccountPage:
    """Return what the page of a fit shows.

    Parameters
    ----------
    result
        The fit.
    """
    from lmct.evidence.inference.figure.sheets import figures_of

    posterior = result.posterior
    mechanism = result.likelihood.mechanism
    unknown = len(posterior.unknowns)
    return AccountPage(
        title=f"{result.study.name}: fit",
        lead=lead_of_fit(result),
        meta=(
            f"{mechanism.title}. {result.likelihood.campaign.points} measured values in"
            f" {len(result.likelihood.blocks)} cells and sequences; {posterior.evaluations} simulated"
            f" campaigns, worth {posterior.effective_samples:.0f} independent samples;"
            f" ln evidence {posterior.log_evidence:.2f} ± {posterior.log_evidence_error:.2f}."
        ),
        sections=(
            Section(
                "What follows",
                ("quantity", "at", "value", ""),
                [_row(one) for one in result.findings[unknown:]],
                "Medians with half of the central 68 % interval. They hold if the mechanism does.",
            ),
            _unknowns(result),
            _cells(result),
        ),
        sheets=figures_of(posterior, result.predictive, result.derived, title=mechanism.title),
        messages=result.messages,
    )


def lead_of_fit(result: FitStudy) -> str:
    """Return the result of a fit in two sentences, no stronger than its numbers."""
    if result.posterior.doubt:
        return (
            f"No result yet: the samples are {result.posterior.doubt}. Fit with another seed, with more"
            " effort or with narrower priors."
        )
    unexplained = len(result.predictive.words)
    fits = (
        "Everything that was measured is explained within its uncertainty."
        if not unexplained
        else f"{unexplained} of the cells and sequences are outliers or are not explained, see below."
    )
    share = next((one for one in result.findings if one.quantity == "lmct_dissipation_share"), None)
    if share is None:
        return fits
    return f"LMCT dissipates {share.value} of what the second cycle loses, if the mechanism is right. {fits}"


def _row(finding: Finding) -> tuple[str, ...]:
    intervals = finding.note.removeprefix("median; ").split("; under ")[0]
    return name_of(finding.quantity), finding.condition, str(finding.value), intervals


def name_of(quantity: str) -> str:
    """Return the name of a quantity as a reader writes it.

    Examples
    --------
    >>> name_of("lmct_half_life")
    'LMCT half life'
    """
    return quantity.replace("_", " ").replace("lmct", "LMCT")


def _unknowns(result: FitStudy) -> Section:
    members = result.posterior.unknowns.members
    rows = [
        (
            one.name,
            one.meaning,
            "{:.4g} to {:.4g}".format(*one.prior.interval),
            str(finding.value),
            finding.note.removeprefix("median; ").split("; under ")[0],
            one.prior.source,
        )
        for one, finding in zip(members, result.findings[: len(members)], strict=True)
    ]
    columns = ("unknown", "", "before (68 %)", "after", "", "prior from")
    return Section("Unknowns", columns, rows)


def _cells(result: FitStudy) -> Section:
    worst = sorted(result.predictive.cells, key=lambda one: one.p_value)
    rows = [
        (
            one.name,
            str(one.points),
            f"{one.chi_square:.3g}",
            f"{one.p_value:.2g}",
            f"{one.outlier:.2g}",
        )
        for one in worst[:MOST_CELLS]
    ]
    return Section(
        "Cells and sequences, the least likely first",
        ("cell", "values", "chi-square", "probability", "outlier"),
        rows,
        f"The first {len(rows)} of {len(worst)}; the last column is the probability that it is set aside.",
    )
