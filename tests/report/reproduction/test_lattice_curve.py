import numpy as np
import pytest

from lmct.electrode.lattice import Lattice
from lmct.protocol import galvanostatic, simulate
from lmct.report.reproduction.lattice_curve import LatticeCurve, lattice_curve, lattice_loop


def curve(lithium, lattice):
    states = np.zeros((len(lithium), 6))
    return LatticeCurve(np.arange(len(lithium), dtype=float), np.array(lithium), np.array(lattice), states)


def test_a_rectangle_fills_its_box():
    up = curve([0.0, 1e-9, 0.5, 1.0], [4.2, 4.1, 4.1, 4.1])
    down = curve([1.0, 1.0 - 1e-9, 0.5, 0.0], [4.1, 4.2, 4.2, 4.2])
    loop = lattice_loop(up, down)
    assert loop.filled == pytest.approx(1.0, abs=0.02)
    assert loop.open_in_the_middle


def test_a_curve_that_is_retraced_is_no_loop():
    up, down = curve([0.0, 0.5, 1.0], [4.2, 4.15, 4.1]), curve([1.0, 0.5, 0.0], [4.1, 4.15, 4.2])
    loop = lattice_loop(up, down)
    assert loop.filled == pytest.approx(0.0, abs=1e-12)
    assert not loop.open_in_the_middle


def test_the_other_sense_is_negative():
    up, down = curve([0.0, 0.5, 1.0], [4.2, 4.19, 4.1]), curve([1.0, 0.5, 0.0], [4.1, 4.11, 4.2])
    loop = lattice_loop(up, down)
    assert loop.filled < 0
    assert not loop.open_in_the_middle


def test_directions_are_compared_where_both_were():
    loop = lattice_loop(curve([0.0, 1.0], [4.2, 4.1]), curve([0.8, 0.2], [4.15, 4.19]))
    assert loop.lithium[[0, -1]] == pytest.approx([0.2, 0.8])
    assert loop.charge[[0, -1]] == pytest.approx([4.18, 4.12])


def test_a_step_along_time_and_lithium():
    run = simulate(galvanostatic(cycles=1))
    lattice = Lattice(origin=4.16)
    up, down = lattice_curve(run, 0, lattice), lattice_curve(run, 1, lattice)
    assert up.time[-1] == pytest.approx(down.time[0])
    assert up.lattice[-1] == pytest.approx(down.lattice[0])
    assert up.lithium[-1] == pytest.approx(run.segments[0].end.lithium_extracted)
    assert up.voltage[-1] == pytest.approx(4.8)
