"""Intervals of end, parameters and times: how often they hold the truth, and what they cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from lmct.quantity.value import Value
from lmct.relaxation.heating import Heating
from lmct.technique.diffraction.relaxation.fit import LatticeRelaxation, fit_lattice_relaxation
from lmct.technique.diffraction.relaxation.interval import (
    ONE,
    TWO,
    interval_of_end,
    interval_of_parameter,
    interval_of_time,
)
from lmct.technique.diffraction.relaxation.model import INFINITY, LatticeModel
from tests.technique.diffraction.relaxation.made_decay import (
    CONSTANT,
    END,
    EXPONENT,
    HALF,
    ROOM,
    decay,
    fitted,
    step,
)


def held(fit: LatticeRelaxation, factor: float, *, all_of_them: bool) -> dict[str, bool]:
    """Whether intervals of one width hold the truth."""
    limits = {
        "end": (*interval_of_end(fit, factor=factor), END),
        "half-life": (*interval_of_time(fit, temperature=ROOM, factor=factor)[1:], HALF),
    }
    if all_of_them:
        constant = interval_of_time(fit, temperature=ROOM, share=math.exp(-1.0), factor=factor)
        limits["constant"] = (*constant[1:], CONSTANT)
        limits["exponent"] = (*interval_of_parameter(fit, "stretching_exponent", factor=factor), EXPONENT)
    return {name: low <= truth <= high for name, (low, high, truth) in limits.items()}


def coverage(seeds: range, factor: float, *, all_of_them: bool = True) -> dict[str, float]:
    found = [held(fitted(decay(seed)), factor, all_of_them=all_of_them) for seed in seeds]
    return {name: float(np.mean([one[name] for one in found])) for name in found[0]}


def test_intervals_hold_what_they_say_in_twenty_sequences() -> None:
    for name, share in coverage(range(20), ONE, all_of_them=False).items():
        assert share == pytest.approx(0.683, abs=3 * math.sqrt(0.683 * 0.317 / 20)), name


@pytest.mark.slow
@pytest.mark.parametrize(("factor", "truth"), [(ONE, 0.683), (TWO, 0.95)])
def test_intervals_hold_what_they_say_in_two_hundred_sequences(factor: float, truth: float) -> None:
    for name, share in coverage(range(1000, 1200), factor).items():
        assert share == pytest.approx(truth, abs=3 * math.sqrt(truth * (1 - truth) / 200)), name


def test_prior_knowledge_of_the_end_limits_the_half_life() -> None:
    data = decay(2, hours=4.0)
    _, low, high = interval_of_time(fitted(data, Value(END, 1e-3, "Å")), temperature=ROOM, factor=TWO)
    assert low < HALF < high
    assert high / low < 3.0


def test_ended_search_is_open_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    fit = fitted(decay(3, hours=200.0))
    monkeypatch.setattr("lmct.technique.diffraction.relaxation.limit_search.MOST_REFITS", 1)
    unfinished: list[str] = []
    assert interval_of_end(fit, unfinished=unfinished) == (-math.inf, math.inf)
    interval_of_time(fit, temperature=ROOM, unfinished=unfinished)
    assert unfinished == [INFINITY, "time until 0.5 is left"]


def test_work_of_the_intervals_is_bounded() -> None:
    """Records of noise alone leave everything open; evaluations of the law are counted."""
    law = fitted(step(2)).model.law
    counted = [0]

    def fractions(heatings: Sequence[Heating], p: np.ndarray) -> np.ndarray:
        counted[0] += 1
        return law.fractions(heatings, p)

    for seed in range(3):
        counted[0] = 0
        fit = fit_lattice_relaxation(LatticeModel(replace(law, fractions=fractions), step(seed)))
        assert fit is not None
        for factor in (ONE, TWO):
            interval_of_end(fit, factor=factor)
            interval_of_time(fit, temperature=ROOM, factor=factor)
        assert counted[0] < 40_000
