"""Try rival mechanisms on everything that a study measured; results/compare holds what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from typing import Any

from lmct.evidence.hypotheses.comparison import Comparison
from lmct.evidence.hypotheses.comparison_run import compare
from lmct.evidence.inference.evaluation import digest_of
from lmct.evidence.inference.search import Effort
from lmct.evidence.likelihood.likelihood import Likelihood
from lmct.evidence.likelihood.mechanism import Mechanism
from lmct.evidence.likelihood.observation import Campaign
from lmct.evidence.mechanism.registry import MECHANISMS
from lmct.execution.lock import locked
from lmct.study.atomic import remove_unfinished
from lmct.study.fit_problem import campaign_of_study, fit_entry, mechanism_of_study
from lmct.study.layout import Study
from lmct.study.plain_json import write_document
from lmct.study.result import StudyResult
from lmct.study.run import Progress

FOLDER, DOCUMENT = "compare", "compare.json"


@dataclass(frozen=True, eq=False)
class CompareStudy:
    """A study on whose data mechanisms were tried.

    Parameters
    ----------
    study
        The study.
    comparison
        The trials and the verdict.
    messages
        What could not be used, and why.
    """

    study: Study
    comparison: Comparison
    messages: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """Folder of everything written."""
        return self.study.results / FOLDER

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "study": self.study.name,
            **self.comparison.to_json(),
            "messages": list(self.messages),
        }


def compare_in_study(
    result: StudyResult,
    *,
    mechanisms: Sequence[str] = (),
    seed: int = 1,
    effort: Effort = "usual",
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> CompareStudy:
    """Try mechanisms on a study that was run.

    A comparison that is ended goes on when it is started again with the same study.

    Parameters
    ----------
    result
        The run of the study.
    mechanisms
        Their names; none for those of ``[fit]``, or all.
    seed, effort, executor, progress
        As in :func:`lmct.evidence.hypotheses.compare`.

    Returns
    -------
    :
        The comparison; ``results/compare`` holds ``compare.json``.

    Raises
    ------
    LmctError
        Nothing can be compared.
    """
    study = result.study
    entry = fit_entry(study)
    campaign, messages = campaign_of_study(result)
    names = tuple(mechanisms) or entry.rivals or tuple(MECHANISMS)
    folder = study.results / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / ".lock", what=folder):
        remove_unfinished(folder)
        rivals = [mechanism_of_study(study, name) for name in names]
        comparison = compare(
            campaign,
            rivals,
            seed=seed,
            effort=effort,
            executor=executor,
            progress=progress,
            outliers=entry.outliers,
            checkpoint=_checkpoint_in(folder, campaign, rivals, f"{seed} {effort} {entry.outliers!r}"),
        )
        found = CompareStudy(study, comparison, messages)
        write_document(folder / DOCUMENT, found.to_json())
    return found


def _checkpoint_in(folder: Path, campaign: Campaign, rivals: Sequence[Mechanism], label: str) -> Path:
    """Return the folder that keeps what a comparison has done; those of other data are removed."""
    digests = [digest_of(Likelihood(one, campaign), label) for one in rivals]
    path = folder / f"checkpoint-{sha256(''.join(digests).encode()).hexdigest()[:16]}"
    for other in folder.glob("checkpoint-*"):
        if other != path:
            rmtree(other)
    return path
