"""What a study should measure next; results/plan holds what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lmct.evidence.inference.search import Effort
from lmct.evidence.plan.candidate import CandidateGrid
from lmct.evidence.plan.plan import Plan
from lmct.evidence.plan.planning import plan_measurements
from lmct.evidence.plan.target import ALL_UNKNOWNS, MECHANISMS
from lmct.quantity.errors import OutOfRange
from lmct.study.fit_run import FitStudy, fit_study
from lmct.study.layout import Study
from lmct.study.plain_json import write_document
from lmct.study.result import StudyResult
from lmct.study.run import Progress

FOLDER, DOCUMENT = "plan", "plan.json"


@dataclass(frozen=True, eq=False)
class PlanStudy:
    """A study with the measurements that would tell most.

    Parameters
    ----------
    study
        The study.
    plan
        Candidates with their expected gains.
    messages
        What could not be used, and why.
    """

    study: Study
    plan: Plan
    messages: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """Folder of everything written."""
        return self.study.results / FOLDER

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {"study": self.study.name, **self.plan.to_json(), "notes": list(self.messages)}


def plan_for_study(
    result: StudyResult,
    *,
    target: str = ALL_UNKNOWNS,
    mechanisms: Sequence[str] = (),
    grid: CandidateGrid | None = None,
    seed: int = 1,
    effort: Effort = "usual",
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> PlanStudy:
    """Rank what could be measured next.

    Parameters
    ----------
    result
        The run of the study.
    target
        An unknown, ``"all unknowns"``, or ``"mechanisms"`` to tell two of them apart.
    mechanisms
        One to plan with, or at least two to tell apart; none for that of ``[fit]``.
    grid
        The candidates; the usual ones by default.
    seed, effort, executor, progress
        Of the fits, as in :func:`lmct.study.fit_run.fit_study`.

    Returns
    -------
    :
        The plan; ``results/plan`` holds ``plan.json``.

    Raises
    ------
    LmctError
        Nothing can be fitted, or no candidate can be carried out.
    """
    if (target == MECHANISMS) != (len(mechanisms) > 1):
        raise OutOfRange(
            f"the target is {target!r} with {len(mechanisms)} mechanisms. Expected two or more of them to"
            f" tell apart with the target {MECHANISMS!r}, and at most one with any other."
        )
    fits = [
        fit_study(result, mechanism=name, seed=seed, effort=effort, executor=executor, progress=progress)
        for name in mechanisms or ("",)
    ]
    plan = plan_measurements(
        _one_or_all([fit.posterior for fit in fits]),
        _one_or_all([fit.likelihood for fit in fits]),
        (grid or CandidateGrid()).candidates(),
        target=target,
        seed=seed,
        executor=executor,
        progress=progress,
    )
    found = PlanStudy(result.study, plan, _messages(fits))
    found.folder.mkdir(parents=True, exist_ok=True)
    write_document(found.folder / DOCUMENT, found.to_json())
    return found


def _one_or_all(several: list[Any]) -> Any:  # noqa: ANN401 - posteriors or likelihoods
    return several[0] if len(several) == 1 else several


def _messages(fits: Sequence[FitStudy]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(message for fit in fits for message in fit.messages))
