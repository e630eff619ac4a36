from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
import xarray as xr

from lmct.quantity.assessment import Assessment
from lmct.quantity.value import Value
from lmct.technique.diffraction.pattern_dataset import (
    QUANTITIES,
    dataset_of_pattern,
    findings_of_pattern,
    pattern_of_dataset,
)
from lmct.technique.diffraction.refined import RefinedPattern


@pytest.fixture
def refined():
    angles = np.linspace(30.0, 100.0, 50)
    return RefinedPattern(
        values={
            "a": Value(4.1437, 2e-4, "Å"),
            "displacement": Value(0.08, 0.01, "mm"),
            "b_iso(4a)": Value(0.8, 0.05, "Å²"),
            "occupancy(8c, Ti4+)": Value(0.004, 1e-3, ""),
            "weight_fraction(NiO)": Value(0.1, 0.02, ""),
            "scale": Value(1.5, 0.1, ""),
            "background(0)": Value(300.0, 1.0, ""),
        },
        counting_uncertainty={"a": 1.5e-4, "scale": 0.05},
        systematic={"a": 3e-4, "occupancy(8c, Ti4+)": 5e-4},
        goodness_of_fit=1.21,
        weighted_residual=0.061,
        assessment=Assessment.GOOD,
        message="The model explains the pattern.",
        two_theta=angles,
        observed=angles**2,
        calculated=angles**2 + 1.0,
        background=angles,
        uncertainty=np.sqrt(angles),
        ticks={"rock salt": np.array([37.5, 43.6]), "Be": np.array([46.0]), "NiO": np.array([37.2, 43.3])},
        flags=("correlated: a, displacement (-0.95)", "spike"),
        engine="rietx 1.10.0",
    )


def test_all_that_a_pattern_holds_survives_a_file(refined, tmp_path):
    dataset_of_pattern(refined).to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "a.nc", engine="h5netcdf") as dataset:
        again = pattern_of_dataset(dataset.load())
    for field in fields(RefinedPattern):
        before, after = getattr(refined, field.name), getattr(again, field.name)
        if isinstance(before, np.ndarray):
            np.testing.assert_array_equal(before, after)
        elif field.name == "ticks":
            assert list(after) == list(before)
            for phase, angles in before.items():
                np.testing.assert_array_equal(after[phase], angles)
        else:
            assert after == before, field.name


def test_a_pattern_without_result_survives_too(refined, tmp_path):
    nothing = replace(refined, values={}, counting_uncertainty={}, systematic={}, ticks={}, flags=())
    dataset_of_pattern(nothing).to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "a.nc", engine="h5netcdf") as dataset:
        again = pattern_of_dataset(dataset.load())
    assert again.values == {}
    assert again.flags == ()
    assert dict(again.ticks) == {}


def test_arrays_have_units(refined):
    dataset = dataset_of_pattern(refined)
    assert dataset["two_theta"].attrs["units"] == "deg"
    assert dataset["tick_two_theta"].attrs["units"] == "deg"
    place = list(dataset["parameter_name"].values).index("b_iso(4a)")
    assert dataset["parameter_unit"].values[place] == "Å²"
    assert dataset.sizes == {"point": 50, "parameter": 7, "tick": 5}


def test_findings_are_physical_numbers_with_what_comes_on_top(refined):
    found = {(one.quantity, one.condition): one for one in findings_of_pattern(refined, "as made")}
    assert set(found) == {
        ("lattice_parameter", "as made"),
        ("sample_displacement", "as made"),
        ("displacement_parameter", "4a, as made"),
        ("site_occupancy", "8c, Ti4+, as made"),
        ("weight_fraction", "NiO, as made"),
    }
    assert "scale" not in QUANTITIES
    length = found["lattice_parameter", "as made"]
    assert length.value == Value(4.1437, 2e-4, "Å")
    assert "counts alone: 0.00015 Å" in length.note
    assert "systematic error of 0.0003 Å" in length.note
    occupancy = found["site_occupancy", "8c, Ti4+, as made"]
    assert "systematic error of 0.0005 comes" in occupancy.note
    assert "counts alone" not in occupancy.note
    assert found["weight_fraction", "NiO, as made"].note == ""


@pytest.mark.parametrize("verdict", [Assessment.NOT_CONVERGED, Assessment.TOO_FEW_DATA])
def test_a_fit_that_is_none_tells_nothing(refined, verdict):
    assert list(findings_of_pattern(replace(refined, assessment=verdict))) == []


def test_a_poor_fit_says_so_in_every_finding(refined):
    poor = replace(refined, assessment=Assessment.POOR_FIT, message="Lines are missing.")
    found = list(findings_of_pattern(poor))
    assert len(found) == 5
    assert all(one.note.endswith("The fit is poor fit: Lines are missing.") for one in found)


def test_numbers_that_are_none_are_no_findings(refined):
    values = {"a": Value(4.1, np.inf, "Å"), "c": Value(14.2, 0.01, "Å")}
    found = list(findings_of_pattern(replace(refined, values=values)))
    assert [one.quantity for one in found] == ["lattice_parameter_c"]
