"""Errors at the most probable values, on two cells of a resting electrode."""

import numpy as np
import pytest

from lmct.electrode.parameter_file import load
from lmct.evidence.likelihood import (
    Campaign,
    ElectrodeMechanism,
    Likelihood,
    Normal,
    Observation,
    Proportional,
    Unknown,
)
from lmct.protocol.charge import charge
from lmct.study.fit_errors import with_errors_at_maximum, words_of_errors

PROTOCOL = (charge(specific_current=200.0, voltage=4.2),)
TRUTH = {"edge": 100.0}


def holes(relative):
    """Return a likelihood of holes on the metal in units of an instrument with an unknown scale."""
    unknowns = (Unknown("edge", Normal(100.0, 30.0)),)
    base = load("li-ti-ni-o")
    mechanism = ElectrodeMechanism("e", "E", base, (Unknown("metal_potential", Normal(3.5371, 1e-3)),))
    names = ("cell 1", "cell 2")
    observations = tuple(
        Observation(
            name=name, observable="metal_holes", protocol=PROTOCOL, at=np.array([1e6]), scale="edge",
            values=np.array([value]), uncertainty=np.array([0.1]), unit="", cell=name,
            loadings={"mass": np.array([0.1 * value])} if relative else {},
            relative={"mass": Proportional(0.1)} if relative else {},
        )
        for name, value in zip(names, (20.0, 24.0), strict=True)
    )  # fmt: skip
    return Likelihood(mechanism, Campaign(observations, unknowns))


def test_cells_count_alike_and_the_place_is_found_again_without_a_search(tmp_path, monkeypatch):
    found = with_errors_at_maximum(holes(relative=True), folder=tmp_path, seed=1)
    first, second = (one.loadings["mass"] for one in found.campaign.observations)
    assert first == second
    assert 1.9 < first[0] < 2.4
    monkeypatch.setattr("lmct.study.fit_errors.maximum_of", None)
    again = with_errors_at_maximum(holes(relative=True), folder=tmp_path, seed=1)
    assert again.campaign.observations[0].loadings["mass"] == first
    assert len(list(tmp_path.glob("most-probable-*.json"))) == 1


def test_without_relative_errors_nothing_is_searched(tmp_path, monkeypatch):
    monkeypatch.setattr("lmct.study.fit_errors.maximum_of", None)
    likelihood = holes(relative=False)
    assert with_errors_at_maximum(likelihood, folder=tmp_path, seed=1) is likelihood
    assert words_of_errors(likelihood, {"metal_potential": 3.5371, "edge": 100.0}) == ()


@pytest.mark.parametrize(("share", "words"), [(1.05, 0), (1.4, 1)])
def test_a_first_search_that_ended_elsewhere_is_told(tmp_path, share, words):
    found = with_errors_at_maximum(holes(relative=True), folder=tmp_path, seed=1)
    (shown, _) = found.predictions({"metal_potential": 3.5371, "edge": 100.0})
    edge = 1000.0 * found.campaign.observations[0].loadings["mass"][0] / shown[0]
    told = words_of_errors(found, {"metal_potential": 3.5371, "edge": edge * share})
    assert len(told) == words
    assert all("differ by up to 40 %" in one for one in told)
