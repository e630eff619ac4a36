"""Which scans count, on which axis, and how regions get their names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lmct.quantity.errors import MissingColumn, OutOfRange
from lmct.quantity.value import Value
from lmct.technique.clock.cycler_curve import CyclerCurve, cycler_curve_from_dataset
from lmct.technique.clock.join import join_scans
from lmct.technique.diffraction.operando.lattice_curve import LatticeCurve, lattice_curve, usable_scans
from lmct.technique.diffraction.operando.lattice_slopes import (
    change_of_slope,
    charge_at_voltage,
    half_cycle_name,
    slopes_of_half_cycles,
)
from tests.technique.diffraction.made_sequence import MOLAR_MASS, made_cell, made_operando


def cell() -> CyclerCurve:
    return cycler_curve_from_dataset(made_cell())


def test_axis_is_lithium_then_charge_per_gram_then_charge() -> None:
    sequence = made_operando(scans=12)
    lithium = lattice_curve(sequence, join_scans(sequence.scans, cell(), molar_mass=MOLAR_MASS))
    specific = lattice_curve(sequence, join_scans(sequence.scans, cell()))
    plain = lattice_curve(sequence, join_scans(sequence.scans, replace(cell(), active_mass=None)))
    assert [one.charge_unit for one in (lithium, specific, plain)] == ["1", "mAh/g", "mAh"]
    np.testing.assert_allclose(plain.charge / 0.010, specific.charge)
    np.testing.assert_allclose(specific.charge * MOLAR_MASS / 26801.48, lithium.charge, rtol=1e-5)


def test_flags_exclude_but_remarks_do_not() -> None:
    flags = {0: ("outlier",), 1: ("no peaks",), 2: ("spike",), 3: ("poor fit",)}
    sequence = made_operando(scans=6, flags=flags)
    usable, remarks = usable_scans(sequence)
    assert usable.tolist() == [False, False, True, True, True, True]
    assert remarks == ("1 of 6 scans left out: no peaks.", "1 of 6 scans left out: outlier.")


def test_scans_without_an_uncertainty_are_left_out() -> None:
    sequence = made_operando(scans=4)
    bare = replace(sequence.scans[1], values={"a": Value(4.1, 0.0, "Å")})
    failed = replace(sequence.scans[2], values={})
    made = replace(sequence, scans=(sequence.scans[0], bare, failed, sequence.scans[3]))
    usable, remarks = usable_scans(made)
    assert usable.tolist() == [True, False, False, True]
    assert "2 of 4 scans have no lattice parameter" in remarks[0]


def test_wrong_names_and_lengths_are_refused() -> None:
    sequence = made_operando(scans=6)
    joined = join_scans(sequence.scans, cell())
    with pytest.raises(MissingColumn, match="'c'"):
        lattice_curve(sequence, joined, name="c")
    with pytest.raises(OutOfRange, match="6 were joined"):
        lattice_curve(replace(sequence, scans=sequence.scans[:4]), joined)


def straight(slopes: tuple[float, float], *, charging: bool) -> LatticeCurve:
    """A half-cycle in the order of time with the given slopes below and above half a lithium."""
    x = np.linspace(0.0, 1.0, 41) if charging else np.linspace(1.0, 0.0, 41)
    lattice = 4.1 + slopes[0] * np.minimum(x - 0.5, 0.0) + slopes[1] * np.maximum(x - 0.5, 0.0)
    one = np.ones(41, dtype=np.int64)
    return LatticeCurve(
        index=np.arange(41),
        time=np.arange(41) * 900.0,
        voltage=2.0 + 2.0 * x,
        charge=x,
        lattice=lattice,
        uncertainty=1e-4 * one,
        direction=one if charging else -one,
        half_cycle=0 * one,
    )


def test_metal_is_the_region_that_is_passed_first() -> None:
    (charge,) = slopes_of_half_cycles(straight((-0.1, -0.01), charging=True))
    (discharge,) = slopes_of_half_cycles(straight((-0.01, -0.1), charging=False))
    for one in (charge, discharge):
        assert one.metal is not None
        assert one.oxygen is not None
        assert (one.metal.value, one.oxygen.value) == pytest.approx((-0.1, -0.01), rel=1e-4)
        assert one.messages == ()


def test_order_that_contradicts_metal_first_is_said() -> None:
    (one,) = slopes_of_half_cycles(straight((-0.01, -0.1), charging=True))
    assert "contradicts metal before oxygen" in one.messages[0]


def test_scale_of_the_charge_is_in_every_slope_but_not_in_their_ratio() -> None:
    (one,) = slopes_of_half_cycles(straight((-0.1, -0.01), charging=True), scale=0.05)
    assert one.metal is not None
    assert one.metal.uncertainty == pytest.approx(0.005, rel=0.05)
    difference, significant = change_of_slope(one.metal, Value(-0.11, 0.0056), scale=0.05)
    assert difference.value == pytest.approx(-0.01, rel=1e-4)
    assert significant


def test_voltage_gives_the_change_point() -> None:
    part = straight((-0.1, -0.01), charging=True)
    assert charge_at_voltage(part, 3.0) == pytest.approx(0.5)
    assert charge_at_voltage(part, 5.0) is None
    assert half_cycle_name(0, True) == "cycle 1, charge"
