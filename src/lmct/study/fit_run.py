"""Fit a mechanism to everything that a study measured; results/fit holds what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lmct.evidence.inference.derived import Condition
from lmct.evidence.inference.evaluation import digest_of
from lmct.evidence.inference.findings import DerivedSamples, derived_samples, findings_from
from lmct.evidence.inference.learning import words_of_learning
from lmct.evidence.inference.posterior import Posterior
from lmct.evidence.inference.predictive import Predictive, predictive_of
from lmct.evidence.inference.search import Effort, posterior_of
from lmct.evidence.likelihood.likelihood import Likelihood
from lmct.evidence.likelihood.mechanism import ElectrodeMechanism
from lmct.execution.lock import locked
from lmct.quantity.finding import Finding
from lmct.study.atomic import remove_unfinished, write_text
from lmct.study.figure_file import csv_text
from lmct.study.fit_errors import with_errors_at_maximum, words_of_errors
from lmct.study.fit_problem import likelihood_of_study
from lmct.study.layout import Study
from lmct.study.plain_json import write_document
from lmct.study.result import StudyResult
from lmct.study.run import Progress

FOLDER, DOCUMENT, SAMPLES = "fit", "fit.json", "samples.csv"

COLD, HOT = 298.15, 413.15
USUAL, HIGH = 4.5, 4.8

DERIVED = (
    ("lmct_half_life", Condition(COLD, USUAL)),
    ("lmct_half_life", Condition(COLD, HIGH)),
    ("lmct_half_life", Condition(HOT, USUAL)),
    ("lmct_rate_constant", Condition(COLD, HIGH)),
    ("lmct_rate_constant", Condition(HOT, USUAL)),
    ("apparent_activation_energy", Condition(voltage=USUAL)),
    ("equilibrium_potential", Condition(voltage=USUAL)),
    ("lmct_dissipation_share", Condition(voltage=HIGH)),
    ("lmct_counterfactual_share", Condition(voltage=HIGH)),
    ("shelf_life", Condition(COLD, HIGH)),
)
"""What follows from the unknowns and is told of every electrode: conditions of Li 2022, Fig. 4 and S17."""


@dataclass(frozen=True, eq=False)
class FitStudy:
    """A fitted study.

    Parameters
    ----------
    study
        The study.
    likelihood
        Of the mechanism over its measurements, with relative errors at its most probable values.
    posterior
        What the data say of the unknowns.
    predictive
        How well each measurement is explained.
    derived
        What follows from the unknowns; none for a mechanism that is no electrode.
    messages
        What could not be used or concluded, and why.
    """

    study: Study
    likelihood: Likelihood
    posterior: Posterior
    predictive: Predictive
    derived: tuple[DerivedSamples, ...]
    messages: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """Folder of everything written."""
        return fit_folder(self.study, self.likelihood)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Unknowns and what follows from them."""
        return findings_from(
            self.posterior,
            self.derived,
            sample=self.study.name,
            mechanism=self.likelihood.mechanism.title,
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        posterior = self.posterior
        return {
            "study": self.study.name,
            "mechanism": self.likelihood.mechanism.name,
            "title": self.likelihood.mechanism.title,
            "measured_values": self.likelihood.campaign.points,
            "findings": [finding.to_json() for finding in self.findings],
            "log_evidence": posterior.log_evidence,
            "log_evidence_error": posterior.log_evidence_error,
            "effective_samples": posterior.effective_samples,
            "trusted": not posterior.doubt,
            "evaluations": posterior.evaluations,
            "cpu_seconds": posterior.cpu_seconds,
            "sampler": posterior.sampler,
            "best": dict(posterior.best),
            "cells": [asdict(cell) for cell in self.predictive.cells],
            "messages": list(self.messages),
        }


def fit_study(
    result: StudyResult,
    *,
    mechanism: str = "",
    seed: int = 1,
    effort: Effort = "usual",
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> FitStudy:
    """Fit a mechanism to a study that was run.

    A fit that is ended goes on from its last batch when it is started again with the same study.

    Parameters
    ----------
    result
        The run of the study.
    mechanism
        Its name; empty for that of ``[fit]``, or the leading one.
    seed, effort, executor, progress
        As in :func:`lmct.evidence.inference.posterior_of`.

    Returns
    -------
    :
        The posterior with all that follows from it; ``results/fit/MECHANISM`` holds ``fit.json`` and
        ``samples.csv``.

    Raises
    ------
    LmctError
        Nothing can be compared, or the mechanism can do what was done to the samples nowhere.
    """
    likelihood, messages = likelihood_of_study(result, mechanism)
    folder = fit_folder(result.study, likelihood)
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / ".lock", what=folder):
        remove_unfinished(folder)
        likelihood = with_errors_at_maximum(
            likelihood, folder=folder, seed=seed, executor=executor, progress=progress
        )
        posterior = posterior_of(
            likelihood,
            seed=seed,
            effort=effort,
            executor=executor,
            progress=progress,
            checkpoint=checkpoint_in(folder, likelihood),
        )
        predictive = predictive_of(likelihood, posterior, executor=executor)
        derived = _derived(likelihood, posterior, executor)
        errors = words_of_errors(likelihood, posterior.best)
        said = (*messages, *posterior.messages, *errors, *predictive.words, *words_of_learning(posterior))
        fitted = FitStudy(result.study, likelihood, posterior, predictive, derived, said)
        write_document(folder / DOCUMENT, fitted.to_json())
        write_text(folder / SAMPLES, csv_text(_columns(posterior)))
    return fitted


def fit_folder(study: Study, likelihood: Likelihood) -> Path:
    """Return the folder of the fit of one mechanism."""
    return study.results / FOLDER / likelihood.mechanism.name


def checkpoint_in(folder: Path, likelihood: Likelihood) -> Path:
    """Return the file that keeps what a fit has done; those of other data or settings are removed.

    Parameters
    ----------
    folder
        Of the fit.
    likelihood
        What is fitted.
    """
    path = folder / f"checkpoint-{digest_of(likelihood, repr(likelihood.mechanism))[:16]}.npz"
    for other in folder.glob("checkpoint-*.npz"):
        if other != path:
            other.unlink()
    return path


def _derived(
    likelihood: Likelihood, posterior: Posterior, executor: Executor | None
) -> tuple[DerivedSamples, ...]:
    mechanism = likelihood.mechanism
    if not isinstance(mechanism, ElectrodeMechanism):
        return ()
    return derived_samples(posterior, mechanism.electrode, DERIVED, executor=executor)


def _columns(posterior: Posterior) -> Mapping[str, tuple[str, np.ndarray]]:
    members = zip(posterior.unknowns.members, posterior.samples.T, strict=True)
    columns = {one.name: (one.unit, samples) for one, samples in members}
    return {**columns, "log_likelihood": ("", posterior.log_likelihood)}
