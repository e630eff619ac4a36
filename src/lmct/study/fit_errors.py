"""Errors of a fit that are relative to what is shown, taken at the most probable values first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import Executor
from pathlib import Path

from lmct.evidence.inference.evaluation import digest_of
from lmct.evidence.inference.maximum import maximum_of
from lmct.evidence.inference.search import EFFORTS, Effort
from lmct.evidence.likelihood.errors_at import has_relative_errors, with_errors_at
from lmct.evidence.likelihood.likelihood import Likelihood
from lmct.study.atomic import write_text
from lmct.study.run import Progress

FILE = "most-probable-{}.json"
"""Name of the file with the most probable values under errors relative to what was measured."""


def with_errors_at_maximum(
    likelihood: Likelihood,
    *,
    folder: Path,
    seed: int,
    effort: Effort = "usual",
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
    seed, effort, executor, progress
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
    path = folder / FILE.format(digest_of(likelihood, f"{likelihood.mechanism!r} {seed} {effort}")[:16])
    for other in folder.glob(FILE.format("*")):
        if other != path:
            other.unlink()
    values: Mapping[str, float]
    if path.exists():
        values = json.loads(path.read_text(encoding="utf-8"))
    else:
        starts = EFFORTS[effort][1]
        found = maximum_of(likelihood, starts=starts, seed=seed, executor=executor, progress=progress)
        values = found[0].values
        write_text(path, json.dumps(dict(values)) + "\n")
    campaign = with_errors_at(likelihood.campaign, likelihood.predictions(values))
    return Likelihood(likelihood.mechanism, campaign, outliers=likelihood.outliers)
