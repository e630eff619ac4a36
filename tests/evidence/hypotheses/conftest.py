"""A small campaign on trial, and trials made up for the verdict."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import pytest

from lmct.evidence.hypotheses import Trial
from lmct.evidence.likelihood import Campaign, Mechanism
from lmct.evidence.recovery import rival_campaign
from lmct.evidence.recovery.rival_campaign import PORTIONS


@pytest.fixture(scope="session")
def draw() -> Callable[..., Campaign | None]:
    """Draw a small campaign from a mechanism; without noise when there is no seed."""

    def drawn(
        truth: Mechanism, values: Mapping[str, float], seed: int | None, *, few: bool = False
    ) -> Campaign | None:
        random = None if seed is None else np.random.default_rng(seed)
        return rival_campaign(truth, values, random, portions=PORTIONS[::5] if few else PORTIONS)

    return drawn


@pytest.fixture
def trial() -> Callable[..., Trial]:
    """Make up a trial."""

    def make(name: str, log_evidence: float, error: float = 0.1, **more: object) -> Trial:
        usual = {
            "wide_log_evidence": log_evidence - 2.0,
            "wide_log_evidence_error": error,
            "best_log_likelihood": log_evidence + 15.0 if math.isfinite(log_evidence) else -math.inf,
        }
        return Trial(
            name=name,
            title=name,
            unknowns=3,
            log_evidence=log_evidence,
            log_evidence_error=error,
            **(usual | more),  # type: ignore[arg-type]
        )

    return make
