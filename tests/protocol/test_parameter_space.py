from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.protocol.parameter_space import MOST_SETS, Range, axis_from_words, grid, sample
from lmct.quantity.errors import OutOfRange, UnknownName


def test_a_grid_holds_every_combination_once_and_the_last_name_changes_fastest():
    sets = grid({"a": [1.0, 2.0, 3.0], "b": ["u", "v"]})
    assert [(one["a"], one["b"]) for one in sets] == [
        (1.0, "u"), (1.0, "v"), (2.0, "u"), (2.0, "v"), (3.0, "u"), (3.0, "v"),
    ]  # fmt: skip


def test_points_include_both_ends_and_read_as_they_were_meant():
    assert Range(low=5.5, high=6.5).points(11) == [5.5, 5.6, 5.7, 5.8, 5.9, 6.0, 6.1, 6.2, 6.3, 6.4, 6.5]
    assert Range(low=1e-15, high=1e-12, logarithmic=True).points(4) == [1e-15, 1e-14, 1e-13, 1e-12]


@given(
    count=st.integers(1, 60),
    seed=st.integers(0, 2**32),
    low=st.floats(-5.0, 5.0),
    width=st.floats(0.1, 10.0),
)
def test_a_latin_hypercube_puts_one_set_into_every_slice_of_every_range(count, seed, low, width):
    axes = {"a": Range(low=low, high=low + width), "b": Range(low=1e-6, high=1.0, logarithmic=True)}
    sets = sample(axes, count=count, seed=seed)
    slices = np.sort([(one["a"] - low) / width * count for one in sets])
    assert np.all(slices >= np.arange(count) - 1e-6)
    assert np.all(slices <= np.arange(count) + 1 + 1e-6)
    decades = np.sort([(math.log10(one["b"]) + 6.0) / 6.0 * count for one in sets])
    assert np.all(np.abs(decades - np.arange(count) - 0.5) <= 0.5 + 1e-6)


def test_a_latin_hypercube_chooses_every_value_equally_often():
    names = [one["law"] for one in sample({"law": ["a", "b", "c"]}, count=30, seed=3)]
    assert {name: names.count(name) for name in "abc"} == {"a": 10, "b": 10, "c": 10}


def test_a_random_sample_fills_the_range_evenly_and_independently():
    axes = {"a": Range(low=2.0, high=4.0), "b": Range(low=0.0, high=1.0)}
    sets = sample(axes, count=4000, seed=5, method="random")
    a, b = (np.array([one[name] for one in sets]) for name in "ab")
    assert a.min() >= 2.0
    assert a.max() <= 4.0
    assert a.mean() == pytest.approx(3.0, abs=5 * 2 / math.sqrt(12 * 4000))
    assert np.corrcoef(a, b)[0, 1] == pytest.approx(0.0, abs=5 / math.sqrt(4000))


@pytest.mark.parametrize("method", ["latin-hypercube", "random"])
def test_the_seed_decides_the_sample(method):
    axes = {"a": Range(low=0.0, high=1.0)}
    first, second, other = (sample(axes, count=5, seed=seed, method=method) for seed in (7, 7, 8))
    assert first == second != other


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("5.5:6.5:11", (Range(low=5.5, high=6.5), 11)),
        ("5.5:6.5", (Range(low=5.5, high=6.5), None)),
        ("1e-3:1:log", (Range(low=1e-3, high=1.0, logarithmic=True), None)),
        ("1e-3:1:4:log", (Range(low=1e-3, high=1.0, logarithmic=True), 4)),
        ("0.5, 1.0", (["0.5", "1.0"], None)),
        ("marcus", (["marcus"], None)),
    ],
)
def test_words_for_an_axis(words, expected):
    assert axis_from_words(words) == expected


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("6.5:5.5:11", "6.5 to 5.5 is empty"),
        ("5:5:3", "is empty"),
        ("nan:5:3", "finite ends"),
        ("1:inf:3", "finite ends"),
        ("-1:1:3:log", "positive ends"),
        ("1:2:2.5", "is no range"),
        ("1:2:3:4", "is no range"),
        ("1:log", "is no range"),
        ("a:b:3", "is no range"),
        ("1,,2", "lacks a value"),
        ("", "lacks a value"),
    ],
)
def test_words_that_are_no_axis(words, message):
    with pytest.raises(OutOfRange, match=message):
        axis_from_words(words)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: grid({}), "nothing to vary"),
        (lambda: grid({"a": []}), "a has no values"),
        (lambda: grid({"a": [1.0, math.nan]}), "a must be finite, got nan"),
        (lambda: grid({"a": range(1000), "b": range(1000)}), "got 1000000"),
        (lambda: sample({"a": Range(low=0.0, high=1.0)}, count=0, seed=1), "got 0"),
        (lambda: sample({"a": Range(low=0.0, high=1.0)}, count=MOST_SETS + 1, seed=1), "parameter sets"),
        (lambda: sample({"a": Range(low=0.0, high=1.0)}, count=3, seed=-1), "seed"),
        (lambda: Range(low=0.0, high=1.0).points(1), "from 2 to"),
        (lambda: Range(low=0.0, high=1.0).points(MOST_SETS + 1), "from 2 to"),
    ],
)
def test_spaces_that_make_no_sense(make, message):
    with pytest.raises(OutOfRange, match=message):
        make()


def test_an_unknown_method_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match="Did you mean 'latin-hypercube'"):
        sample({"a": [1.0]}, count=2, seed=1, method="latin hypercube")
