"""Relaxation from data sets of sequences and from single patterns, against its truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
import xarray as xr

from lmct.quantity.errors import OutOfRange
from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.contract import AnalysisResult, Measurement
from lmct.technique.diffraction.operando.analysis import analyse_relaxation
from lmct.technique.diffraction.sequence.dataset import dataset_of_sequence
from tests.technique.diffraction.made_sequence import (
    SCAN,
    half_cycle_seconds,
    made_cell,
    made_sequence,
    measured,
)

HOUR, DAY = 3600.0, 86400.0
KWW = {"laws": ["stretched exponential"], "temperature": 298.15}


def resting(begin: float = 0.0, *, hours: float = 100.0) -> Measurement:
    """A relaxation that began so long after the clock of the sequence."""
    time = np.linspace(SCAN, hours * HOUR, 80)
    lattice = 4.162 - 0.051 * np.exp(-((time / (20 * HOUR)) ** 0.6))
    return measured("rest", "diffraction", dataset_of_sequence(made_sequence(begin + time, lattice)))


def found(result: AnalysisResult, quantity: str) -> Finding:
    (one,) = [f for f in result.findings if f.quantity == quantity]
    return one


def test_rate_and_end_are_those_of_the_truth() -> None:
    result = analyse_relaxation([resting()], KWW | {"begin": "2025-07-02T08:00:00"})
    for quantity, truth in (
        ("relaxation_time_constant", 20 * HOUR),
        ("stretching_exponent", 0.6),
        ("lattice_at_infinity", 4.162),
        ("half_life", 20 * HOUR * math.log(2.0) ** (1 / 0.6)),
    ):
        one = found(result, quantity)
        assert abs(one.value.value - truth) < 3 * one.value.uncertainty, one
        assert "68 %" in one.note
    assert found(result, "half_life").value.unit == "s"
    (sheet,) = result.figures
    assert sheet.draw().axes


def test_rest_begins_when_the_current_of_the_cell_stops() -> None:
    charged = 2 * half_cycle_seconds()
    cell = measured("cell", "electrochemistry", made_cell(cycles=1, rest=110 * HOUR))
    result = analyse_relaxation([resting(charged), cell], KWW)
    one = found(result, "relaxation_time_constant")
    assert abs(one.value.value - 20 * HOUR) < 3 * one.value.uncertainty
    assert not any("begin with the first scan" in text for text in result.messages)


def test_short_record_is_degenerate_and_a_prior_helps() -> None:
    short = analyse_relaxation([resting(hours=4.0)], KWW)
    assert "degenerate" in found(short, "half_life").note
    assert any("no better than" in text or "do not limit" in text for text in short.messages)
    helped = analyse_relaxation([resting(hours=4.0)], KWW | {"at_infinity": [4.162, 0.001]})
    assert "Assessment: good" in found(helped, "half_life").note


def test_few_scans_are_too_few() -> None:
    time = np.array([SCAN, HOUR, 2 * HOUR])
    few = measured("rest", "diffraction", dataset_of_sequence(made_sequence(time, 4.11 + time * 1e-6)))
    result = analyse_relaxation([few], KWW)
    assert result.findings == ()
    assert any("too few data" in text for text in result.messages)


def single(lattice: float, rest: float) -> Measurement:
    """A single pattern of the paper's charged electrode after a rest."""
    finding = Finding("lattice_parameter", Value(lattice, 2e-4, "Å"))
    return Measurement(
        f"{lattice}", "one", "diffraction", {"rest_time": rest}, xr.Dataset(), (finding,), f"{lattice}.xye"
    )


def test_three_rests_of_the_paper_are_degenerate_without_their_end() -> None:
    three = [single(4.111, 0.0), single(4.141, 14 * DAY), single(4.162, 60 * DAY)]
    result = analyse_relaxation(three, {})
    assert result.findings == ()
    (text,) = result.messages
    assert "degenerate" in text
    assert "for an end of 4.1650 Å: exponent 0.87" in text
    given = analyse_relaxation(three, {"at_infinity": [4.180, 0.001]})
    assert found(given, "stretching_exponent").value.value == pytest.approx(0.59, abs=0.01)
    assert found(given, "relaxation_time_constant").value.value == pytest.approx(36 * DAY, rel=0.03)


def test_two_rests_alone_say_nothing() -> None:
    result = analyse_relaxation([single(4.141, 14 * DAY), single(4.162, 60 * DAY)], {})
    assert any("too few data" in text for text in result.messages)
    assert analyse_relaxation([], {}).messages


def test_wrong_options_are_refused() -> None:
    for options in ({"profile": [[0.0, 300.0, 1.0]]}, {"at_infinity": 4.16}, {"at_infinity": [4.16, 0.0]}):
        with pytest.raises(OutOfRange):
            analyse_relaxation([resting()], options)


def test_charge_within_the_scans_is_refused_until_its_end_is_known() -> None:
    hours = np.arange(1.0, 61.0)
    resting = 4.126 - 0.016 * np.exp(-(np.maximum(hours - 10.0, 0.0) / 15.0))
    lattice = np.where(hours < 10.0, 4.156 - 0.0046 * hours, resting)
    one = measured("rest", "diffraction", dataset_of_sequence(made_sequence(hours * HOUR, lattice)))
    result = analyse_relaxation([one], KWW)
    assert result.findings == ()
    assert any("falls during much" in text and "--cycler" in text for text in result.messages)
    known = analyse_relaxation([one], KWW | {"begin": "2025-07-02T18:00:00"})
    assert found(known, "relaxation_time_constant").value.value == pytest.approx(15 * HOUR, rel=0.1)


def test_parameter_at_its_bound_gives_no_finding_but_a_reason() -> None:
    """The lattice turns as exp[-(t/tau)^4], the law allows exponents until 2."""
    time = np.linspace(SCAN, 48 * HOUR, 60)
    lattice = 4.162 - 0.05 * np.exp(-((time / (20 * HOUR)) ** 4))
    steep = measured("rest", "diffraction", dataset_of_sequence(made_sequence(time, lattice)))
    result = analyse_relaxation([steep], KWW)
    assert result.findings == ()
    assert any("stretching_exponent = 2 at the bound" in text for text in result.messages)
    assert any("no half-life" in text for text in result.messages)


def test_record_without_relaxation_gives_no_far_time_or_end() -> None:
    time = np.linspace(SCAN, 48 * HOUR, 60)
    lattice = np.random.default_rng(1).normal(4.12, 2e-5, 60)
    noise = measured("rest", "diffraction", dataset_of_sequence(made_sequence(time, lattice)))
    result = analyse_relaxation([noise], {"temperature": 298.15})
    for one in result.findings:
        assert one.quantity != "half_life" or SCAN / 200 < one.value.value < 4800 * HOUR
        assert one.quantity != "lattice_at_infinity" or abs(one.value.value - 4.12) < 0.01
