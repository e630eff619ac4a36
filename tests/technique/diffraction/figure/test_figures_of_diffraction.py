"""Figures draw, hold their numbers, and switch between angle, momentum transfer and spacing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.quantity.assessment import Assessment
from lmct.quantity.errors import UnknownName
from lmct.quantity.value import Value
from lmct.technique.diffraction.figure.axis import edges_of, on_axis
from lmct.technique.diffraction.figure.family import FamilyPattern, family_sheet
from lmct.technique.diffraction.figure.lattice import lattice_sheets
from lmct.technique.diffraction.figure.relaxation import relaxation_sheets
from lmct.technique.diffraction.figure.rietveld import rietveld_sheet
from lmct.technique.diffraction.figure.scans import scan_sheets
from lmct.technique.diffraction.figure.waterfall import waterfall_sheets
from lmct.technique.diffraction.operando.lattice_curve import LatticeCurve
from lmct.technique.diffraction.refined import RefinedPattern, RefinedSequence
from lmct.technique.diffraction.relaxation.data import lattice_decay
from tests.technique.diffraction.made_sequence import WAVELENGTH, made_operando


def refined() -> RefinedPattern:
    angle = np.arange(20.0, 120.0, 0.05)
    background = 60.0 + 300.0 * np.exp(-angle / 40.0)
    line = 4000.0 / (1.0 + ((angle - 43.6) / 0.15) ** 2)
    calculated = background + line
    observed = np.random.default_rng(1).poisson(calculated).astype(float)
    ticks = {"Li-Ti-Ni-O": np.array([37.5, 43.6, 63.4, 130.0]), "NiO": np.array([37.2, 43.3])}
    return RefinedPattern(
        {"a": Value(4.144, 1e-4, "Å")}, {"a": 5e-5}, 1.2, 0.06, Assessment.GOOD, "converged", angle, observed,
        calculated, background, np.sqrt(observed), ticks,
    )  # fmt: skip


@given(st.floats(1.0, 170.0), st.floats(0.3, 2.0))
def test_momentum_times_spacing_is_a_full_turn(angle: float, wavelength: float) -> None:
    momentum, spacing = (on_axis(np.array([angle]), wavelength=wavelength, axis=one)[0] for one in ("q", "d"))
    assert momentum * spacing == pytest.approx(2.0 * np.pi)


def test_axes_by_hand() -> None:
    """The 200 line of a = 4.111 Å lies at 44.017 deg with Cu Kα1: d is half of a."""
    angle = np.array([44.017])
    assert on_axis(angle, wavelength=1.54056, axis="d")[0] == pytest.approx(4.111 / 2, abs=1e-4)
    assert on_axis(angle, wavelength=1.54056)[0] == 44.017
    assert edges_of(np.array([3.0])).tolist() == [2.5, 3.5]
    with pytest.raises(UnknownName, match="axis"):
        on_axis(angle, wavelength=1.5, axis="Q")


@pytest.mark.parametrize("axis", ["two_theta", "q", "d"])
def test_waterfall_and_map_draw_on_every_axis(axis: str) -> None:
    sequence = made_operando(scans=20)
    sheets = waterfall_sheets(sequence, axis=axis)
    assert [one.name for one in sheets] == ["waterfall", "contour"]
    for sheet in sheets:
        figure = sheet.draw()
        assert figure.axes[0].get_xlim()[0] < figure.axes[0].get_xlim()[1]
    (name,) = [
        key for key in sheets[0].columns if key in ("scattering angle", "momentum transfer", "spacing")
    ]
    place = sheets[0].columns[name][1]
    assert np.all(np.diff(place) > 0)
    expected = np.sort(on_axis(sequence.two_theta, wavelength=WAVELENGTH, axis=axis))
    np.testing.assert_allclose(place, expected)


def test_waterfall_keeps_to_its_window_and_needs_intensities() -> None:
    sequence = made_operando(scans=8)
    place = waterfall_sheets(sequence, window=(42.0, 46.0))[0].columns["scattering angle"][1]
    assert place.min() >= 42.0
    assert place.max() <= 46.0
    empty = RefinedSequence(sequence.scans, sequence.two_theta, sequence.intensity * np.nan, WAVELENGTH)
    assert waterfall_sheets(empty) == ()


def test_scans_that_are_left_out_are_drawn_open() -> None:
    (sheet,) = scan_sheets(made_operando(scans=20, flags={3: ("outlier",)}))
    assert sheet.columns["used"][1].tolist().count(0.0) == 1
    assert "outlier" in sheet.caption
    assert sheet.draw().axes


def test_lattice_without_slopes_or_cell_draws() -> None:
    x = np.linspace(0.0, 0.5, 6)
    half = np.array([0, 0, 0, 1, 1, 1])
    curve = LatticeCurve(
        half, x * 3600, 3.0 + x, x, 4.14 - 0.01 * x, np.full(6, 1e-4), np.where(half == 0, 1, -1), half
    )
    sheets = lattice_sheets(curve)
    assert [one.paper_figure for one in sheets] == ["3b", "3d"]
    assert all(one.draw().axes for one in sheets)
    assert lattice_sheets(curve.where(np.zeros(6, dtype=bool))) == ()


def test_relaxation_draws_before_any_fit() -> None:
    sequence = made_operando(scans=12)
    lattice, uncertainty = sequence.column("a")
    data = lattice_decay(time=3600.0 * np.arange(12), lattice=lattice, uncertainty=uncertainty)
    (sheet,) = relaxation_sheets(sequence, data, [])
    left, right = sheet.draw().axes
    assert (left.get_xlabel(), right.get_xlabel()) == ("2θ (°)", "Time (h)")
    angle = sheet.columns["scattering angle"][1]
    assert angle.min() < 43.7 < angle.max()


@pytest.mark.parametrize("inset", [None, (42.0, 46.0), (200.0, 201.0)])
def test_rietveld_plot_shows_points_ticks_and_inset(inset: tuple[float, float] | None) -> None:
    sheet = rietveld_sheet(refined(), wavelength=1.54056, inset=inset)
    figure = sheet.draw()
    assert len(figure.axes) == 3
    assert len(figure.axes[0].child_axes) == (inset == (42.0, 46.0))
    np.testing.assert_array_equal(sheet.columns["observed"][1], refined().observed)
    assert "a = 4.14400(10) Å" in sheet.caption
    # The line at 130 deg lies outside the pattern.
    assert [len(one.get_segments()) for one in figure.axes[1].collections] == [3, 2]


def test_rietveld_inset_keeps_away_from_the_strongest_line() -> None:
    figure = rietveld_sheet(refined(), inset=(42.0, 46.0)).draw()
    figure.canvas.draw()
    main, small = figure.axes[0], figure.axes[0].child_axes[0]
    box = small.get_position()
    at_line = main.transData.transform((43.6, 0.0))[0] / figure.bbox.width
    assert not box.x0 <= at_line <= box.x1


def test_family_names_lines_and_joins_close_ones() -> None:
    angle = np.linspace(15.0, 80.0, 2000)
    one = FamilyPattern(
        "x = 1", angle, np.exp(-((angle - 43.6) ** 2)), {"104": 43.6, "003": 43.9, "220": 63.0}
    )
    other = FamilyPattern("x = 0", angle, np.ones(2000))
    (axes,) = family_sheet([other, one]).draw().axes
    texts = [text.get_text() for text in axes.texts]
    assert "104, 003" in texts
    assert "220" in texts
    assert {"x = 0", "x = 1"} <= set(texts)
