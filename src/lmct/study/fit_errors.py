"""Errors of a fit that are relative to what is shown, taken at the most probable values first."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from concurrent.futures import Executor
from pathlib import Path

import numpy as np

from lmct.evidence.inference.evaluation import digest_of
from lmct.evidence.inference.maximum import maximum_of
from lmct.evidence.likelihood.errors_at import has_relative_errors, with_errors_at
from lmct.evidence.likelihood.likelihood import Likelihood
from lmct.evidence.likelihood.observation import Observation
from lmct.study.atomic import write_text
from lmct.study.run import Progress

STARTS = 2
"""Searches for the values at which errors are taken: every good maximum shows nearly the same."""

ENOUGH = 0.1
"""Errors that differ by no more than this share of themselves are as good as equal [1]: an assumption."""

FILE = "most-probable-{}.json"
"""Name of the file with the most probable values under errors relative to what was measured."""


def with_errors_at_maximum(
    likelihood: Likelihood,
    *,
    folder: Path,
    seed: int,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Likelihood:
    """Return a likelihood whose relative errors are those of what it shows where it is most probable.

    Parameters
    ----------
    likelihood
        With errors relative to what was measured.
    folder
        Where the most probable values are kept, so that a fit that goes on has the same errors.
    seed, executor, progress
        As in :func:`lmct.evidence.inference.posterior_of`.

    Returns
    -------
    :
        The same values with other errors; the same likelihood when no error is relative.

    Raises
    ------
    NotConverged
        The mechanism can do what was done to the samples nowhere under its priors.
    """
    if not has_relative_errors(likelihood.campaign):
        return likelihood
    path = folder / FILE.format(digest_of(likelihood, f"{likelihood.mechanism!r} {seed}")[:16])
    for other in folder.glob(FILE.format("*")):
        if other != path:
            other.unlink()
    values: Mapping[str, float]
    if path.exists():
        values = json.loads(path.read_text(encoding="utf-8"))
    else:
        found = maximum_of(likelihood, starts=STARTS, seed=seed, executor=executor, progress=progress)
        values = found[0].values
        write_text(path, json.dumps(dict(values)) + "\n")
    campaign = with_errors_at(likelihood.campaign, likelihood.predictions(values))
    return Likelihood(likelihood.mechanism, campaign, outliers=likelihood.outliers)


def words_of_errors(likelihood: Likelihood, values: Mapping[str, float]) -> tuple[str, ...]:
    """Return a sentence when the relative errors of a likelihood are not those of the values that were found.

    Parameters
    ----------
    likelihood
        With the errors that were used.
    values
        The most probable ones in the end.

    Returns
    -------
    :
        None when no error changes much.
    """
    campaign = likelihood.campaign
    there = with_errors_at(campaign, likelihood.predictions(values))
    most = max(map(_change, campaign.observations, there.observations), default=0.0)
    if most <= ENOUGH:
        return ()
    return (
        f"errors in proportion to what is measured differ by up to {100.0 * most:.0f} % from those at the"
        " most probable values: the first search ended elsewhere, and widths are as uncertain. Another seed"
        " or narrower priors may help",
    )


def _change(one: Observation, other: Observation) -> float:
    """Return by which share the size of the relative errors of an observation changes."""
    before, after = (
        math.hypot(*(float(np.linalg.norm(each.loadings[name])) for name in each.relative))
        for each in (one, other)
    )
    return abs(after / before - 1.0) if before > 0.0 else 0.0
