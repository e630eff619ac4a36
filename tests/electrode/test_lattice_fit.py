from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmct.electrode.lattice import Lattice
from lmct.electrode.lattice_fit import fit_lattice, lattice_from_slopes
from lmct.electrode.state import ElectrodeState
from lmct.quantity.assessment import Assessment
from lmct.quantity.errors import OutOfRange, UnknownName
from lmct.quantity.value import Value

START = Lattice(origin=4.1)
TRUE = Lattice(origin=4.155, per_metal_hole=-0.11, per_oxygen_hole=-0.015, per_lithium=0.004)


def states(rows=40, gas=0.0, seed=1):
    random = np.random.default_rng(seed)
    found = np.zeros((rows, 6))
    found[:, 0], found[:, 1] = random.uniform(0, 0.5, rows), random.uniform(0, 0.6, rows)
    found[:, 3] = gas * random.uniform(0, 1, rows)
    found[:, 4:] = 4.0, 298.15
    return found


slopes = st.floats(-0.3, 0.3)


@settings(deadline=None)
@given(st.floats(4.0, 4.3), slopes, slopes, slopes)
def test_exact_data_give_the_law_back(origin, metal, oxygen, lithium):
    law = Lattice(origin=origin, per_metal_hole=metal, per_oxygen_hole=oxygen, per_lithium=lithium)
    rows = states(gas=0.05)
    fit = fit_lattice(
        states=rows,
        lattice_parameter=law.of_states(rows),
        uncertainty=np.full(len(rows), 1e-4),
        start=START,
        free=("origin", "per_metal_hole", "per_oxygen_hole", "per_lithium"),
    )
    assert fit.lattice.of_states(rows) == pytest.approx(law.of_states(rows), abs=1e-10)
    assert fit.lattice.per_lithium == pytest.approx(lithium, abs=1e-9)


def test_intervals_cover():
    random = np.random.default_rng(5)
    rows = states()
    hits = np.zeros(3)
    for _ in range(400):
        measured = TRUE.of_states(rows) + 2e-4 * random.standard_normal(len(rows))
        fit = fit_lattice(
            states=rows, lattice_parameter=measured, uncertainty=np.full(len(rows), 2e-4), start=START
        )
        truth = (TRUE.origin, TRUE.per_metal_hole + 0.004, TRUE.per_oxygen_hole + 0.004)
        for place, (value, true) in enumerate(zip(fit.values.values(), truth, strict=True)):
            hits[place] += abs(value.value - true) < value.uncertainty
    assert np.all((hits > 0.62 * 400) & (hits < 0.75 * 400)), hits / 400


def test_without_gas_lithium_cannot_be_told_from_the_holes():
    rows = states()
    fit = fit_lattice(
        states=rows,
        lattice_parameter=TRUE.of_states(rows),
        uncertainty=np.full(len(rows), 1e-4),
        start=START,
        free=("per_metal_hole", "per_oxygen_hole", "per_lithium"),
    )
    assert fit.assessment is Assessment.DEGENERATE
    assert "per_lithium" in fit.message
    assert all(np.isinf(value.uncertainty) for value in fit.values.values())


def test_a_curved_lattice_is_a_poor_fit_with_wider_uncertainties():
    rows = states()
    curved = TRUE.of_states(rows) + 0.02 * rows[:, 0] ** 2
    fit = fit_lattice(
        states=rows, lattice_parameter=curved, uncertainty=np.full(len(rows), 1e-5), start=START
    )
    straight = fit_lattice(
        states=rows, lattice_parameter=TRUE.of_states(rows), uncertainty=np.full(len(rows), 1e-5), start=START
    )
    assert fit.assessment is Assessment.POOR_FIT
    assert fit.values["per_metal_hole"].uncertainty > 10 * straight.values["per_metal_hole"].uncertainty


def test_as_many_states_as_coefficients_test_nothing():
    rows = states(3)
    fit = fit_lattice(
        states=rows, lattice_parameter=TRUE.of_states(rows), uncertainty=np.full(3, 1e-4), start=START
    )
    assert fit.assessment is Assessment.TOO_FEW_DATA


def test_slopes_and_a_fit_agree():
    charged = ElectrodeState(metal_holes=0.45, oxygen_holes=0.35, voltage=4.8)
    fit = lattice_from_slopes(
        metal_slope=Value(-0.106, 0.001),
        oxygen_slope=Value(-0.011, 0.002),
        state=charged,
        value=Value(4.111, 0.0005),
        per_lithium=0.004,
    )
    assert fit.lattice.per_metal_hole == pytest.approx(-0.11)
    assert fit.lattice.of_states(charged.as_array()[None])[0] == pytest.approx(4.111)
    random = np.random.default_rng(2)
    origins = [
        4.111
        + 5e-4 * random.standard_normal()
        - 0.45 * (-0.106 + 1e-3 * random.standard_normal())
        - 0.35 * (-0.011 + 2e-3 * random.standard_normal())
        for _ in range(4000)
    ]
    assert fit.values["origin"].value == pytest.approx(np.mean(origins), abs=5e-5)
    assert fit.values["origin"].uncertainty == pytest.approx(np.std(origins), rel=0.05)


def test_bad_input():
    rows = states()
    good = {"states": rows, "lattice_parameter": TRUE.of_states(rows), "uncertainty": np.full(40, 1e-4)}
    with pytest.raises(UnknownName, match="per_metal_hole"):
        fit_lattice(**good, start=START, free=("per_metal_holes",))
    with pytest.raises(OutOfRange, match="positive"):
        fit_lattice(**(good | {"uncertainty": np.zeros(40)}), start=START)
    with pytest.raises(OutOfRange, match="at least as many"):
        fit_lattice(**{name: array[:2] for name, array in good.items()}, start=START)
