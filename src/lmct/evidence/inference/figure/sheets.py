"""All figures of one fit."""

from __future__ import annotations

from collections.abc import Sequence

from lmct.evidence.inference.figure.corner import corner_sheet
from lmct.evidence.inference.figure.derived_quantities import derived_sheet
from lmct.evidence.inference.figure.learnt import learning_sheet
from lmct.evidence.inference.figure.predicted import predictive_sheets
from lmct.evidence.inference.findings import DerivedSamples
from lmct.evidence.inference.posterior import Posterior
from lmct.evidence.inference.predictive import Predictive
from lmct.technique.contract import FigureSheet


def figures_of(
    posterior: Posterior,
    predictive: Predictive | None = None,
    derived: Sequence[DerivedSamples] = (),
    *,
    title: str = "",
) -> tuple[FigureSheet, ...]:
    """Return the figures of a fit.

    Parameters
    ----------
    posterior
        The posterior.
    predictive
        What it predicts; None leaves these figures out.
    derived
        Derived quantities; none leaves their figure out.
    title
        Of the mechanism.

    Returns
    -------
    :
        Corner plot, what the data decided, predictions, derived quantities.
    """
    sheets = [corner_sheet(posterior, title=title), learning_sheet(posterior)]
    if predictive is not None:
        sheets += predictive_sheets(predictive)
    if derived:
        sheets.append(derived_sheet(derived))
    return tuple(sheets)
