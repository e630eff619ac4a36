"""What is said of a fitted relaxation, and which of its numbers become findings."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import xarray as xr

from lmct.quantity.assessment import Assessment
from lmct.quantity.value import Value
from lmct.technique.contract import Measurement
from lmct.technique.diffraction.relaxation.findings import findings_of_fit
from lmct.technique.diffraction.relaxation.judged_fit import (
    JudgedFit,
    judged_fit,
    remarks_on_fit,
    temperature_of,
)
from tests.technique.diffraction.made_sequence import measured
from tests.technique.diffraction.relaxation.made_decay import (
    CONSTANT,
    END,
    HALF,
    HOUR,
    ROOM,
    decay,
    fitted,
    step,
)


@pytest.fixture(scope="module")
def judged() -> JudgedFit:
    return judged_fit(fitted(decay(3, hours=200.0)))


def measurement() -> Measurement:
    return measured("rest", "diffraction", xr.Dataset())


def test_a_long_record_is_good_and_needs_no_remark(judged: JudgedFit) -> None:
    assert judged.assessment is Assessment.GOOD
    assert list(remarks_on_fit(judged)) == []
    time, low, high = judged.half_life
    assert low < time < high


def test_its_findings_hold_the_truth(judged: JudgedFit) -> None:
    found = {one.quantity: one.value for one in findings_of_fit(judged, measurement())}
    for quantity, truth in (
        ("lattice_at_infinity", END),
        ("stretching_exponent", 0.6),
        ("half_life", HALF),
        ("relaxation_time_constant", CONSTANT),
    ):
        assert abs(found[quantity].value - truth) < 3.0 * found[quantity].uncertainty, quantity


def test_times_far_from_the_scans_are_not_told(judged: JudgedFit) -> None:
    assert judged.told(HOUR)
    assert not judged.told(1.0)
    assert not judged.told(1e5 * HOUR)
    assert not judged.told(math.nan)
    (remark,) = remarks_on_fit(replace(judged, half_life=(1.0, 0.5, 2.0)))
    assert "lies far outside the times of the scans" in remark


def test_limits_that_were_not_found_are_named_once(judged: JudgedFit) -> None:
    (remark,) = remarks_on_fit(replace(judged, unfinished=["half-life", "half-life", "end"]))
    assert remark.endswith("open there: half-life, end.")


def test_a_parameter_at_its_bound_gives_a_reason_and_no_finding() -> None:
    bound = judged_fit(fitted(step(1, rise=1e-3), Value(END + 0.1, 1e-3, "Å")))
    assert list(findings_of_fit(bound, measurement())) == []
    assert list(remarks_on_fit(bound)) == [bound.reason]


def test_temperature_is_that_of_most_scans() -> None:
    data = decay(1)
    assert temperature_of(data) == ROOM
    hot = tuple(replace(one, hold_temperature=328.15) for one in data.heating)
    assert temperature_of(replace(data, heating=(*hot[:40], *data.heating[40:]))) == pytest.approx(328.15)
