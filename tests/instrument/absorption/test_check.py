"""Bad input: refused, or flagged and repaired, never passed on in silence."""

import numpy as np
import pytest

from lmct.instrument.absorption.check import checked
from lmct.instrument.absorption.check_channel import glitches_from_absorption, saturated_points
from lmct.instrument.absorption.energy_axis import energies_in_ev, rising_order
from lmct.instrument.absorption.raw_scan import RawScan
from lmct.quantity.errors import DamagedFile, UnitMismatch

GRID = np.arange(8250.0, 8450.0, 0.5)
LEVEL = 0.5 + np.arctan((GRID - 8345.0) / 1.5) / np.pi


def judged(energy=GRID, unit="eV", **channels):
    counts = {"incident": np.full(len(GRID), 1e5), "transmitted": 1e5 * np.exp(-LEVEL)} | channels
    raw = RawScan(energy=energy, channels=counts, energy_unit=unit)
    return checked(raw, name="x.dat", number=0, format_name="test", reader="test")


def said(scan):
    return " ".join(scan.warnings)


def test_a_good_scan_lacks_only_its_reference():
    scan = judged()
    assert scan.warnings == ("no reference channel: the energy cannot be calibrated on a foil.",)
    assert (scan.element, scan.edge) == ("Ni", "K")


def test_few_dark_points_are_left_out_and_many_refused():
    dark = np.full(len(GRID), 1e5)
    dark[[5, 6]] = 0.0
    scan = judged(incident=dark)
    assert len(scan.energy) == len(GRID) - 2
    assert "no incident" in said(scan)
    with pytest.raises(DamagedFile, match="incident"):
        judged(incident=np.where(np.arange(len(GRID)) % 2, 0.0, 1e5))


def test_nan_is_left_out():
    counts = 1e5 * np.exp(-LEVEL)
    counts[7] = np.nan
    assert "hold no number" in said(judged(transmitted=counts))


def test_a_dead_reference_is_left_out():
    scan = judged(reference=np.zeros(len(GRID)))
    assert "reference" not in scan.channels
    assert scan.reference() is None


def test_saturation_is_flagged():
    scan = judged(transmitted=np.minimum(1e5 * np.exp(-LEVEL), 9e4))
    assert "saturated" in said(scan)
    assert not saturated_points(np.array([1.0, 2.0, 3.0, 3.0, 2.0])).any()


def test_a_glitch_is_flagged_and_an_edge_is_none():
    random = np.random.default_rng(3)
    level = LEVEL + random.normal(0, 1e-4, len(GRID))
    assert not glitches_from_absorption(energy=GRID, absorption=level).any()
    level[300] += 0.1
    assert np.flatnonzero(glitches_from_absorption(energy=GRID, absorption=level)).tolist() == [300]


def test_energies_in_kev_are_converted_whatever_the_file_says():
    for unit in ("", "keV", "eV"):
        scan = judged(energy=GRID / 1000.0, unit=unit)
        np.testing.assert_allclose(scan.energy, GRID)
        assert "keV" in said(scan)
    assert "taken as eV" in said(judged(unit="keV"))


def test_energies_that_can_be_both_are_refused():
    with pytest.raises(UnitMismatch, match="both"):
        energies_in_ev(np.array([50.0, 60.0]), unit="", name="x")
    with pytest.raises(UnitMismatch, match="Expected"):
        energies_in_ev(np.array([-3.0, 60.0]), unit="eV", name="x")


def test_order_of_energies():
    np.testing.assert_allclose(judged(energy=GRID[::-1]).energy, GRID)
    jitter = GRID.copy()
    jitter[[10, 11]] = jitter[[11, 10]]
    assert np.all(np.diff(judged(energy=jitter).energy) > 0)
    with pytest.raises(DamagedFile, match="backwards"):
        rising_order(np.tile([1.0, 2.0, 1.5], 30), name="x")
