import contextlib
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.protocol.plain_words import MAXIMUM_STEPS, parse_steps, to_words
from lmct.protocol.step import Step
from lmct.quantity.errors import DataError, LmctError, OutOfRange, UnknownName


def only(text, **options):
    (step,) = parse_steps(text, **options)
    return replace(step, text="")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Charge at 20 mA/g until 4.8 V",
            Step(kind="charge", specific_current=20, stop_voltage=4.8),
        ),
        (
            "Discharge at C/10 until 1.85 V",
            Step(kind="discharge", specific_current=20, stop_voltage=1.85),
        ),
        (
            "Charge at 20 mA/g for 30 minutes or until 4.8 V",
            Step(kind="charge", specific_current=20, duration=1800, stop_voltage=4.8),
        ),
        (
            "Charge at 20 mA/g until 200 mAh/g",
            Step(kind="charge", specific_current=20, stop_capacity=200),
        ),
        (
            "charge at 0.5C and 55 degC until 4.8 V or 200 mAh/g.",
            Step(
                kind="charge", specific_current=100, temperature=328.15, stop_voltage=4.8, stop_capacity=200
            ),
        ),
        (
            "Charge at 20 mA g-1 until 200 mA h g−1",
            Step(kind="charge", specific_current=20, stop_capacity=200),
        ),
        (
            "CHARGE AT 0.02 A/g, until 4500 mV  # first cycle",
            Step(kind="charge", specific_current=20, stop_voltage=4.5),
        ),
        ("Rest for 8 hours", Step(kind="rest", duration=28800)),
        ("Rest at 55 degC for 200 h", Step(kind="rest", duration=720000, temperature=328.15)),
        ("Rest for 2 weeks", Step(kind="rest", duration=14 * 86400)),
        ("Heat at 140 degC for 90 seconds", Step(kind="heat", duration=90, temperature=413.15)),
        ("Heat at 140 °C for 90 s", Step(kind="heat", duration=90, temperature=413.15)),
        (
            "Hold at 4.8 V until 2 mA/g",
            Step(kind="hold", hold_voltage=4.8, stop_specific_current=2),
        ),
        (
            "Hold at 4.8 V for 1 h or until C/50",
            Step(kind="hold", hold_voltage=4.8, duration=3600, stop_specific_current=4),
        ),
        (
            "Sweep at 0.05 mV/s until 1.5 V",
            Step(kind="sweep", sweep_rate=5e-5, stop_voltage=1.5),
        ),
        (
            "Sweep at 180 mV/h and 55 degC until 4.8 V or for 2 h",
            Step(kind="sweep", sweep_rate=5e-5, stop_voltage=4.8, temperature=328.15, duration=7200),
        ),
    ],
)
def test_sentences_of_the_laboratory(text, expected):
    assert only(text) == expected


def test_one_c_may_be_another_current():
    assert only("Charge at 2C until 4 V", one_c=180.0).specific_current == 360.0
    assert only("Charge at C until 4 V", one_c=180.0).specific_current == 180.0


def test_steps_remember_their_words():
    assert parse_steps("  Rest for 8 hours.  # night")[0].text == "Rest for 8 hours"


def test_lines_and_text_are_the_same():
    lines = ["Charge at C/10 until 4.8 V", "", "# comment", "Rest for 1 h"]
    assert parse_steps(lines) == parse_steps("\n".join(lines))
    assert len(parse_steps(lines)) == 2


def test_semicolons_separate_steps_on_one_line():
    assert parse_steps("Rest for 1 h; Rest for 2 h;") == parse_steps("Rest for 1 h\nRest for 2 h")
    steps = parse_steps("Repeat 2 times:\n  Rest for 1 s; Rest for 2 s\nRest for 3 s")
    assert [step.duration for step in steps] == [1, 2, 1, 2, 3]


def test_repeats_nest():
    steps = parse_steps(
        """
        Rest for 1 s
        Repeat 2 times:
            Rest for 2 s
            Repeat 3 times:
                Rest for 3 s
            Rest for 4 s
        Rest for 5 s
        """
    )
    assert [step.duration for step in steps] == [1, 2, 3, 3, 3, 4, 2, 3, 3, 3, 4, 5]


def test_tabs_indent_too():
    assert len(parse_steps("Repeat 1 time:\n\tRest for 1 h\n\tRest for 2 h")) == 2


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("Dischrage at 20 mA/g until 2 V", UnknownName, r"line 1: .*'Dischrage'. Did you mean 'Discharge'"),
        ("Rest for 1 h\n\nRset for 1 h", UnknownName, r"line 3: .*Did you mean 'Rest'"),
        ("Charge at 20 mA until 4 V", DataError, "'at 20 mA' is not understood. Give the current per gram"),
        ("Charge at 4,8 V", DataError, "'at 4,8 V' is not understood. .*decimal point"),
        ("Heat at 140 C for 90 s", DataError, "'at 140 C' .*degC"),
        ("Charge at 20 mA/g until later", DataError, "'until later' is not understood.*voltage"),
        ("Charge at 20 mA/g", OutOfRange, "line 1: .*needs a limit"),
        ("Charge until 4 V", OutOfRange, "the current must be positive"),
        ("Charge at -20 mA/g until 4 V", OutOfRange, "must be positive"),
        ("Charge at C/0 until 4 V", DataError, "'at C/0' is not understood"),
        ("Charge at 20 mA/g until", DataError, "nothing follows 'until'"),
        ("Charge at 20 mA/g and at 30 mA/g until 4 V", DataError, "specific current twice"),
        ("Charge quickly at 20 mA/g until 4 V", DataError, "'quickly' is not understood"),
        ("Rest", OutOfRange, "needs a duration"),
        ("Rest until 4 V", DataError, "'until 4 V' is not understood"),
        ("Rest for 8", DataError, "'for 8' is not understood"),
        ("Rest for -8 h", OutOfRange, "must be positive"),
        ("Rest for 8 hours please", DataError, "'for 8 hours please'"),
        ("Rest at 0 K for 1 h", OutOfRange, "temperature must be positive"),
        ("Heat for 8 h", DataError, "states no temperature"),
        ("Hold at 4.8 V", OutOfRange, "either a time or a final current"),
        ("Sweep at 0.05 mV/s for 1 h", OutOfRange, "a rate and a final voltage"),
        ("Sweep until 4 V", OutOfRange, "a rate and a final voltage"),
        ("Sweep at 0 mV/s until 4 V", OutOfRange, "sweep_rate must be positive"),
        ("Sweep at 20 mA/g until 4 V", DataError, r"'at 20 mA/g' is not understood.*sweep rate \[V/s\]"),
        ("Sweeep at 0.05 mV/s until 4 V", UnknownName, "Did you mean 'Sweep'"),
        ("", DataError, "no steps"),
        ("# nothing", DataError, "no steps"),
        ("Repeat 2 times:", DataError, "line 1: nothing to repeat"),
        ("Repeat 2 times:\nRest for 1 h", DataError, "line 1: nothing to repeat"),
        ("Repeat two times:\n  Rest for 1 h", OutOfRange, "whole number"),
        ("Repeat 0 times:\n  Rest for 1 h", OutOfRange, "whole number"),
        ("Repeat 2:\n  Rest for 1 h", DataError, "'Repeat 2:' is not understood"),
        ("Rest for 1 h\n  Rest for 2 h", DataError, "line 2: indented by 2 spaces, its neighbours by 0"),
        ("Repeat 2 times:\n    Rest for 1 h\n  Rest for 2 h", DataError, "line 3: indented by 2"),
    ],
)
def test_mistakes_are_named(text, error, words):
    with pytest.raises(error, match=words):
        parse_steps(text)


@pytest.mark.parametrize("count", ["1e9", "999999999", "9" * 5000])
def test_endless_repeats_are_refused_at_once(count):
    start = time.perf_counter()
    with pytest.raises(OutOfRange):
        parse_steps(f"Repeat {count} times:\n  Rest for 1 h")
    assert time.perf_counter() - start < 1.0


def test_nested_repeats_are_bounded():
    text = "".join(f"{' ' * level}Repeat 1000 times:\n" for level in range(5)) + " " * 5 + "Rest for 1 s"
    with pytest.raises(OutOfRange, match="At most 100000"):
        parse_steps(text)


def test_the_bound_itself_is_allowed():
    assert len(parse_steps(f"Repeat {MAXIMUM_STEPS} times:\n  Rest for 1 s")) == MAXIMUM_STEPS
    with pytest.raises(OutOfRange, match="more than 100000"):
        parse_steps(["Repeat 100000 times:", "  Rest for 1 s", "Rest for 1 s", "Rest for 1 s"])


@pytest.mark.parametrize("one_c", [0.0, -1.0, float("nan"), float("inf")])
def test_one_c_must_make_sense(one_c):
    with pytest.raises(OutOfRange, match="1C"):
        parse_steps("Rest for 1 h", one_c=one_c)


positive = st.floats(min_value=1e-6, max_value=1e9)
voltage = st.floats(min_value=-5, max_value=10)
maybe = st.none()
driven = st.builds(
    Step,
    kind=st.sampled_from(["charge", "discharge"]),
    specific_current=positive,
    stop_voltage=voltage,
    stop_capacity=maybe | positive,
    duration=maybe | positive,
    temperature=positive,
)
waiting = st.builds(Step, kind=st.just("rest"), duration=positive, temperature=st.just(298.15) | positive)
heating = st.builds(Step, kind=st.just("heat"), duration=positive, temperature=positive)
holding = st.builds(
    Step,
    kind=st.just("hold"),
    hold_voltage=voltage,
    duration=positive,
    stop_specific_current=maybe | positive,
    temperature=positive,
)
sweeping = st.builds(
    Step,
    kind=st.just("sweep"),
    sweep_rate=positive,
    stop_voltage=voltage,
    duration=maybe | positive,
    temperature=positive,
)


@given(driven | waiting | heating | holding | sweeping)
def test_words_give_the_same_step_again(step):
    assert only(to_words(step)) == step


@given(st.lists(waiting, min_size=1, max_size=4), st.integers(1, 5))
def test_repeating_is_writing_out(steps, count):
    lines = [to_words(step) for step in steps]
    block = [f"Repeat {count} times:", *(f"  {line}" for line in lines)]
    assert parse_steps(block) == parse_steps(lines * count)


@given(st.text(max_size=60) | st.text(alphabet="Charge at20mA/guntil4.8V,()*\n\t:Repeat times", max_size=80))
def test_any_text_gives_steps_or_a_plain_error(text):
    with contextlib.suppress(LmctError):
        assert parse_steps(text)
