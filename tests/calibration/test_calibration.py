"""The targets, what is computed for them, and the search, on the shipped set."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest

from calibration import search
from calibration.observables import observables
from lmct.electrode import load
from lmct.quantity.errors import NotConverged


@pytest.fixture(scope="module")
def shipped():
    return observables(load("li-ti-ni-o"))


def test_every_target_has_an_observable_a_tolerance_and_a_source(shipped):
    assert set(search.TARGETS) == set(shipped)
    for name, target in search.TARGETS.items():
        assert target["tolerance"] > 0, name
        assert target["line"].startswith(("L", "assumption")), name
        assert "value" in target or {"above", "below"} & set(target), name


def test_observables_are_those_of_the_published_tests(shipped):
    assert shipped["voltage_at_200"] == pytest.approx(4.397, abs=2e-3)
    assert shipped["equilibrium_intercept"] == pytest.approx(3.745, abs=2e-3)
    assert shipped["oxygen_plateau_voltage"] == pytest.approx(2.202, abs=2e-3)
    assert shipped["oxygen_holes_without_lmct"] == pytest.approx(0.449, abs=2e-3)


def test_residuals_count_in_tolerances_and_only_outside_limits():
    exact, limits = {"value": 2.0, "tolerance": 0.5}, {"above": 1.0, "below": 3.0, "tolerance": 0.5}
    assert search.residual(3.0, exact) == 2.0
    assert search.residual(2.5, limits) == 0.0
    assert search.residual(0.5, limits) == -1.0
    assert search.residual(4.0, limits) == 2.0
    assert search.residual(np.nan, exact) == search.FAILED


def test_positions_and_parameters_are_the_same_thing():
    position = np.linspace(0.1, 0.9, len(search.BOUNDS))
    assert search.to_position(search.to_parameters(position)) == pytest.approx(position)


def test_a_set_that_cannot_be_simulated_costs_much(monkeypatch):
    def fails(parameters):
        raise NotConverged("no lithium is left")

    monkeypatch.setattr(search, "observables", fails)
    assert np.all(search.residuals(load("li-ti-ni-o")) == search.FAILED)
    position = search.to_position(load("li-ti-ni-o"))
    monkeypatch.undo()
    assert search.cost(position) < 1000.0


def test_a_short_search_does_not_end_worse_than_it_began(tmp_path, monkeypatch, capsys):
    out = tmp_path / "result.json"
    monkeypatch.setattr(sys, "argv", ["search", "--seconds", "1", "--out", str(out)])
    search.main()
    result = json.loads(out.read_text())
    began = search.cost(search.to_position(load("li-ti-ni-o")))
    ended = search.cost(search.to_position(load("li-ti-ni-o").replace(**result["parameters"])))
    assert ended <= began * 1.001
    assert set(result["targets"]) == set(search.TARGETS)
    assert "cost" in capsys.readouterr().out
