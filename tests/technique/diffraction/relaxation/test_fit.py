"""Relaxation of the lattice: truths written out here, not taken from the rate laws that are fitted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from lmct.quantity.assessment import Assessment
from lmct.quantity.errors import DataError, OutOfRange
from lmct.quantity.value import Value
from lmct.relaxation.heating import Heating
from lmct.relaxation.laws import laws_for
from lmct.technique.diffraction.refined import RefinedScan, RefinedSequence
from lmct.technique.diffraction.relaxation.data import (
    LatticeDecay,
    TemperatureProfile,
    decay_of_sequence,
    lattice_decay,
)
from lmct.technique.diffraction.relaxation.fit import (
    INFINITY,
    LatticeModel,
    LatticeRelaxation,
    assessment_of,
    fit_lattice_relaxation,
)
from lmct.technique.diffraction.relaxation.interval import (
    ONE,
    TWO,
    interval_of_end,
    interval_of_parameter,
    interval_of_time,
)

HOUR, SPREAD, ROOM = 3600.0, 1.6e-4, 298.15
END, BEGIN, EXPONENT, CONSTANT = 4.162, 4.111, 0.6, 20.0 * HOUR
HALF = CONSTANT * math.log(2.0) ** (1.0 / EXPONENT)


def decay(seed: int, hours: float = 100.0, scans: int = 60, spread: float = SPREAD) -> LatticeDecay:
    draw = np.random.default_rng(seed)
    time = np.linspace(600.0, hours * HOUR, scans)
    lattice = END + (BEGIN - END) * np.exp(-((time / CONSTANT) ** EXPONENT))
    profile = TemperatureProfile(np.zeros(1), np.array([ROOM]))
    noisy = lattice + draw.normal(0.0, spread, scans)
    return lattice_decay(time=time, lattice=noisy, uncertainty=np.full(scans, spread), profile=profile)


def fitted(data: LatticeDecay, prior: Value | None = None) -> LatticeRelaxation:
    (law,) = laws_for(data.heating, 1e13, ["stretched exponential"])
    fit = fit_lattice_relaxation(LatticeModel(law, data, prior))
    assert fit is not None
    return fit


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


def test_an_early_record_does_not_tell_where_the_lattice_ends() -> None:
    """Four of twenty hours: many ends fit, and the fit says so instead of giving a confident number."""
    fit = fitted(decay(1, hours=4.0))
    end = interval_of_end(fit, factor=TWO)
    _, low, high = interval_of_time(fit, temperature=ROOM, factor=TWO)
    assessment, message = assessment_of(fit, end, (low, high))
    assert assessment is Assessment.DEGENERATE
    assert "do not limit where the lattice ends" in message
    assert abs(fit.correlation("log_time", INFINITY)) > 0.99


def test_prior_knowledge_of_the_end_limits_the_half_life() -> None:
    data = decay(2, hours=4.0)
    _, low, high = interval_of_time(fitted(data, Value(END, 1e-3, "Å")), temperature=ROOM, factor=TWO)
    assert low < HALF < high
    assert high / low < 3.0


def test_long_record_gives_all_and_a_good_verdict() -> None:
    fit = fitted(decay(3, hours=200.0))
    _, low, high = interval_of_time(fit, temperature=ROOM, factor=TWO)
    assessment, _ = assessment_of(fit, interval_of_end(fit, factor=TWO), (low, high))
    assert assessment is Assessment.GOOD
    assert fit.linear[0] == pytest.approx(END, abs=4e-4)
    assert fit.value("lattice_at_start")[0] == pytest.approx(BEGIN, abs=1e-3)
    # Linear propagation agrees with the profile where the problem is nearly linear.
    low, high = interval_of_end(fit)
    assert 0.5 * (high - low) == pytest.approx(fit.value(INFINITY)[1], rel=0.1)


def test_wrong_law_is_called_a_poor_fit() -> None:
    """A ripple of three standard uncertainties on the decay."""
    plain = decay(5, hours=200.0)
    ripple = 3 * SPREAD * np.sin(plain.time / (5 * HOUR))
    data = lattice_decay(time=plain.time, lattice=plain.lattice + ripple, uncertainty=plain.uncertainty)
    fit = fitted(data)
    verdict = assessment_of(fit, (4.1, 4.2), (1.0, 2.0))
    assert verdict[0] is Assessment.POOR_FIT
    assert fit.scale > 3.0


def test_activation_energy_from_a_heated_sequence_with_expansion() -> None:
    """40 h at 25 °C, then 55 °C: the rate jumps by Arrhenius' law, and the lattice expands at once."""
    energy, boltzmann, hot = 1.0, 8.617333262e-5, 328.15
    time = np.linspace(600.0, 80 * HOUR, 120)
    warm = time > 40 * HOUR
    faster = math.exp(energy / boltzmann * (1 / ROOM - 1 / hot))
    effective = np.minimum(time, 40 * HOUR) + faster * np.maximum(time - 40 * HOUR, 0.0)
    left = np.exp(-((effective / (300 * HOUR)) ** 0.8))
    lattice = END + (BEGIN - END) * left + 4.14 * 1.5e-5 * (hot - ROOM) * warm
    lattice += np.random.default_rng(4).normal(0.0, SPREAD, 120)
    profile = TemperatureProfile(np.array([0.0, 40 * HOUR]), np.array([ROOM, hot]))
    data = lattice_decay(time=time, lattice=lattice, uncertainty=np.full(120, SPREAD), profile=profile)
    fit = fitted(data)
    value, spread = fit.value("activation_energy")
    assert abs(value - energy) < 3 * spread
    assert spread < 0.1
    expansion, width = fit.value("expansion")
    assert abs(expansion - 1.5e-5) < 3 * width


def test_too_few_scans_give_no_fit() -> None:
    data = decay(1, scans=4)
    (law,) = laws_for(data.heating, 1e13, ["stretched exponential"])
    assert fit_lattice_relaxation(LatticeModel(law, data)) is None


def sequence(
    temperatures: list[float | None], flags: dict[int, tuple[str, ...]] | None = None
) -> RefinedSequence:
    noon = datetime(2025, 7, 2, 12)
    scans = tuple(
        RefinedScan(
            k, f"{k}.xye", 0, {"a": Value(4.11 + 0.001 * k, 1e-4, "Å")}, {"a": 1e-4}, 1.0, 0.1,
            noon + timedelta(hours=k), noon + timedelta(hours=k + 0.5), temperature, (flags or {}).get(k, ()),
        )
        for k, temperature in enumerate(temperatures)
    )  # fmt: skip
    return RefinedSequence(scans, np.array([40.0]), np.ones((len(scans), 1)), 1.54056)


def test_sequence_gives_middle_times_and_heat_of_its_own_temperatures() -> None:
    data = decay_of_sequence(sequence([298.15, 298.15, 328.15, 328.15]))
    assert data.time.tolist() == [900.0, 4500.0, 8100.0, 11700.0]
    assert data.heating[3].temperature.tolist() == [298.15, 328.15]
    assert data.heating[3].duration.tolist() == [6300.0, 5400.0]
    assert any("begin with the first scan" in text for text in data.messages)


def test_scans_before_the_rest_and_flagged_ones_are_left_out() -> None:
    made = sequence([None] * 5, {3: ("directions disagree",)})
    data = decay_of_sequence(made, begin=datetime(2025, 7, 2, 12, 30))
    assert data.time.tolist() == [0.75 * HOUR, 1.75 * HOUR, 3.75 * HOUR]
    assert any("directions disagree" in text for text in data.messages)
    assert any("298.15 K is assumed" in text for text in data.messages)


def test_impossible_data_are_refused() -> None:
    with pytest.raises(DataError, match="no usable scan"):
        decay_of_sequence(sequence([None] * 3), begin=datetime(2025, 7, 3))
    with pytest.raises(OutOfRange, match="Check when it began"):
        lattice_decay(time=np.array([-1.0]), lattice=np.ones(1), uncertainty=np.ones(1))
    with pytest.raises(OutOfRange, match="must rise"):
        TemperatureProfile(np.array([0.0, 0.0]), np.array([300.0, 310.0]))


def step(seed: int, *, rise: float = 0.0) -> LatticeDecay:
    """A lattice that had ended before the first scan: only the noise (and a slow creep) is left to fit."""
    time = np.linspace(600.0, 48 * HOUR, 60)
    noise = np.random.default_rng(seed).normal(0.0, SPREAD, 60)
    lattice = END + rise * np.log(time / 600.0) + noise
    return lattice_decay(time=time, lattice=lattice, uncertainty=np.full(60, SPREAD))


def test_parameter_at_its_bound_tells_no_time_and_no_end() -> None:
    """A logarithmic creep is the limit of a small exponent, which runs to its bound."""
    fit = fitted(step(1, rise=1e-3), Value(END + 0.1, 1e-3, "Å"))
    assert fit.at_bound == ("stretching_exponent",)
    assert np.isnan(interval_of_time(fit, temperature=ROOM)).all()
    assert interval_of_end(fit) == (-math.inf, math.inf)
    assert interval_of_parameter(fit, "stretching_exponent") == (-math.inf, math.inf)
    assessment, message = assessment_of(fit, (4.1, 4.2), (1.0, 2.0))
    assert assessment is Assessment.DEGENERATE
    assert "stretching_exponent = 0.05" in message
    assert "no half-life" in message


def test_ended_search_is_open_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    fit = fitted(decay(3, hours=200.0))
    monkeypatch.setattr("lmct.technique.diffraction.relaxation.interval.MOST_REFITS", 1)
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
