import math

import pytest

from lmct.electrode.parameter_file import load
from lmct.evidence.likelihood.prior import Normal, Uniform
from lmct.evidence.likelihood.unknown import Unknown
from lmct.evidence.observed.curves import Curves
from lmct.quantity.errors import DataError, OutOfRange, UnknownName
from lmct.study.fit_table import FitEntry, read_fit

NAMES = ("a", "120 degC 1 h", "120 degC 4 h")


def read(**content):
    return read_fit(content, "[fit] in study.toml", NAMES)


def test_an_empty_table_asks_for_the_defaults():
    assert read() == FitEntry()


def test_everything_that_can_be_said():
    entry = read(
        mechanism="marcus",
        rivals=["marcus", "no-lmct"],
        unknowns=["metal_potential"],
        priors={
            "metal_potential": {"middle": 3.7, "deviation": 0.1, "low": 3.5},
            "oxygen_rate": {"low": 1.0, "high": 1e6, "scale": "log", "source": "a hunch"},
        },
        leave_out=["120 degC*"],
        outlier_share=0.0,
        fixed={"metal_metal": 1.5},
        curves="voltage",
        curve_points=20,
        model_error="5 mV",
    )
    assert entry.mechanism == "marcus"
    assert entry.rivals == ("marcus", "no-lmct")
    assert entry.priors["metal_potential"] == Normal(3.7, 0.1, 3.5, math.inf, source="the study file")
    assert entry.priors["oxygen_rate"] == Uniform(1.0, 1e6, logarithmic=True, source="a hunch")
    assert entry.leave_out == ("120 degC*",)
    assert entry.outliers.share == 0.0
    assert entry.electrode_from(load()).metal_metal == 1.5
    assert entry.curves == Curves(kind="voltage", points=20, model_error=0.005)


def test_the_priors_of_the_study_replace_the_mechanisms_own():
    own = (Unknown("metal_potential", Uniform(3.0, 4.0), "V"), Unknown("oxygen_rate", Uniform(0.0, 1.0)))
    entry = read(priors={"metal_potential": {"low": 3.6, "high": 3.7}})
    potential, rate = entry.chosen(own)
    assert potential == Unknown("metal_potential", Uniform(3.6, 3.7, source="the study file"), "V")
    assert rate == "oxygen_rate"


def test_named_unknowns_replace_the_mechanisms_list():
    own = (Unknown("metal_potential", Uniform(3.0, 4.0)),)
    assert read(unknowns=["lithium_slope"]).chosen(own) == ("lithium_slope",)


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        ({"mechanismus": "marcus"}, UnknownName, "mechanism"),
        ({"mechanism": "markus"}, UnknownName, "marcus"),
        ({"rivals": ["no lmct"]}, UnknownName, "no-lmct"),
        ({"leave_out": ["140*"]}, UnknownName, "left out"),
        ({"outlier_share": 1.0}, OutOfRange, "share of outliers"),
        ({"priors": {"metal_potential": {"low": 3.0}}}, DataError, "not complete"),
        (
            {"priors": {"metal_potential": {"middle": 3.0, "low": 1.0, "high": 2.0}}},
            DataError,
            "not complete",
        ),
        ({"priors": {"metal_potential": {"low": 4.0, "high": 3.0}}}, OutOfRange, "lower one first"),
        ({"priors": {"a": {"low": 1.0, "high": 3.0, "scale": "logarithm"}}}, UnknownName, "log"),
        ({"fixed": {"metal_metal": "1.5"}}, DataError, "Expected a number"),
        ({"curves": "dqdv"}, UnknownName, "differential_capacity"),
        ({"curve_points": 20.5}, DataError, "whole number"),
        ({"curve_points": 2}, OutOfRange, "5 to 200"),
        ({"model_error": 0.01}, DataError, "text with its unit"),
        ({"model_error": "0 V"}, OutOfRange, "positive"),
    ],
)
def test_mistakes_are_named(content, error, words):
    with pytest.raises(error, match=words):
        read(**content)
