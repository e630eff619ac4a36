from __future__ import annotations

import pytest

from lmct.electrode import Electrode, load
from lmct.protocol import galvanostatic, parse_steps, run_protocol, simulate, simulation
from lmct.quantity.errors import NotConverged, OutOfRange, UnknownName


def test_settings_change_the_electrode_and_unknown_ones_are_refused():
    fast = simulate(galvanostatic(cycles=1), settings={"attempt_frequency": 1e16})
    slow = simulate(galvanostatic(cycles=1))
    assert fast.segments[0].end.metal_holes < 0.5 * slow.segments[0].end.metal_holes
    with pytest.raises(UnknownName, match="attempt_frequency"):
        simulate(galvanostatic(), settings={"attempt_frequencey": 1.0})


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("Charge at 20 mA/g until 400 mAh/g", r"^step 1: Charge .* reached 6.0 V after \d\d\d.* Add a"),
        ("Charge at 20 mA/g until 4.5 V; Discharge at 20 mA/g for 30 h", r"^step 2: Discharge .* reached 0"),
    ],
)
def test_a_limit_out_of_reach_names_the_step(words, message):
    with pytest.raises(NotConverged, match=message):
        simulate(parse_steps(words))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("Charge at 20 mA/g until 2 V", r"^step 1: Charge .* starts at 2\.8.* already passed.* limit above"),
        (
            "Charge at 20 mA/g until 4.5 V; Charge at 5 mA/g until 4.4 V",
            r"^step 2: .* starts at 4\.5000 V.* already passed",
        ),
        ("Charge at 20 mA/g until 4 V; Discharge at 20 mA/g until 4.2 V", r"^step 2: .* a limit below"),
    ],
)
def test_a_limit_that_is_already_passed_is_refused(words, message):
    with pytest.raises(OutOfRange, match=message):
        simulate(parse_steps(words))


def test_a_step_that_starts_at_its_limit_ends_at_once():
    words = "Charge at 20 mA/g until 4.5 V; Charge at 5 mA/g until 4.5 V; Discharge at 20 mA/g until 2 V"
    again, last = simulate(parse_steps(words)).steps[1:]
    assert (again.stopped_by, again.duration_second) == ("voltage", 0.0)
    assert last.capacity_mah_g < -100.0


def test_an_empty_protocol_is_refused():
    with pytest.raises(OutOfRange, match="no steps"):
        run_protocol(Electrode(load()), [])


def test_a_run_can_be_continued():
    electrode = Electrode(load())
    steps = galvanostatic(cycles=2)
    whole = run_protocol(electrode, steps)
    first = run_protocol(electrode, steps[:2])
    second = run_protocol(electrode, steps[2:], start=first.end)
    assert second.end.as_array() == pytest.approx(whole.end.as_array(), abs=1e-12)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("Charge at 20 mA/g until 4 V; Rest for 1e300 h", r"^step 2: .* at most a thousand years"),
        ("Heat at 5000 K for 1 h", r"^step 1: .* between 100 and 2000 K, got 5000 K"),
        ("Charge at 20 mA/g and 1 K until 4 V", r"between 100 and 2000 K"),
    ],
)
def test_absurd_surroundings_are_refused(words, message):
    with pytest.raises(OutOfRange, match=message):
        simulate(parse_steps(words))


def test_a_history_that_fills_the_memory_is_given_up(monkeypatch):
    monkeypatch.setattr(simulation, "LARGEST_HISTORY", 100_000)
    with pytest.raises(OutOfRange, match=r"^step \d+: the history takes more"):
        simulate(galvanostatic(cycles=50))
