"""Tables of no known layout through a column map, and axes of Q and d."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.instrument.diffraction import read_pattern
from lmct.quantity.errors import MissingColumn, OutOfRange, UnitMismatch, UnknownFormat, UnknownName


@pytest.fixture
def table(truth, write):
    """Row number, intensity, angle and uncertainty under two lines of words."""
    rows = [
        f"{i};{y:.0f};{x:.3f};{e:.4f}"
        for i, (x, y, e) in enumerate(zip(truth.two_theta, truth.counts, truth.esd, strict=True))
    ]
    return write("a.csv", "\n".join(["of the beamline", "number;I;angle (deg);su", *rows]))


@pytest.mark.parametrize(
    "columns",
    [
        {"two_theta": 3, "intensity": 2, "uncertainty": 4},
        {"two_theta": "angle", "intensity": "I", "uncertainty": "su"},
    ],
)
def test_columns_by_number_and_by_word(truth, table, columns):
    found = read_pattern(table, columns=columns)
    assert found.format == "column-map"
    assert found.two_theta == pytest.approx(truth.two_theta)
    assert np.array_equal(found.intensity, truth.counts)
    assert found.uncertainty == pytest.approx(truth.esd, abs=1e-4)


def test_a_column_that_is_no_uncertainty_is_left_out_here_too(table, truth):
    found = read_pattern(table, columns={"two_theta": 3, "intensity": 2, "uncertainty": 1})
    assert "no standard uncertainty" in found.warnings[0]
    assert found.uncertainty == pytest.approx(truth.esd)


def test_rates_with_a_counting_time(table, truth):
    columns = {"two_theta": 3, "intensity": 2, "intensity_unit": "cps", "counting_time": 2.0}
    found = read_pattern(table, columns=columns)
    assert found.intensity == pytest.approx(2.0 * truth.counts)
    assert found.uncertainty == pytest.approx(np.sqrt(np.maximum(2.0 * truth.counts, 1.0)))


@pytest.mark.parametrize(
    ("columns", "error", "words"),
    [
        ({"two_theta": 3}, MissingColumn, "Expected two_theta and intensity"),
        ({"two_theta": 9, "intensity": 2}, MissingColumn, "no column 9 among 4"),
        ({"two_teta": 3, "intensity": 2}, UnknownName, "Did you mean 'two_theta'"),
        ({"two_theta": 3, "intensity": 2, "intensity_unit": "V"}, UnitMismatch, "counts, cps, arbitrary"),
        ({"q": 3, "intensity": 2}, UnitMismatch, "no wavelength is told"),
        ({"q": 3, "intensity": 2, "wavelength": 1.54}, OutOfRange, "cannot be reached"),
    ],
)
def test_a_wrong_map_is_refused(table, columns, error, words):
    with pytest.raises(error, match=words):
        read_pattern(table, columns=columns)


@pytest.mark.parametrize(("heading", "key"), [("Q (1/A)", "q"), ("d (A)", "d_spacing")])
def test_q_and_d_become_angles_only_with_a_wavelength(truth, write, heading, key):
    wavelength = 1.5406
    spacing = wavelength / (2.0 * np.sin(np.radians(truth.two_theta / 2.0)))
    values = spacing if key == "d_spacing" else 2.0 * np.pi / spacing
    rows = [f"{v:.8f}\t{y:.0f}" for v, y in zip(values, truth.counts, strict=True)]
    path = write("a.dat", "\n".join([f"{heading}\tI", *rows]))
    with pytest.raises(UnitMismatch, match="not 2theta, and no wavelength is told"):
        read_pattern(path)
    found = read_pattern(path, columns={key: 1, "intensity": 2, "wavelength": wavelength})
    assert found.two_theta == pytest.approx(truth.two_theta, abs=1e-5)
    assert np.array_equal(found.intensity, truth.counts)


def test_four_columns_without_words_need_a_map(truth, write):
    rows = [f"{x:.3f} {y:.0f} 1 2" for x, y in zip(truth.two_theta, truth.counts, strict=True)]
    with pytest.raises(UnknownFormat, match=r"columns = . two_theta = 1, intensity = 2"):
        read_pattern(write("a.txt", "\n".join(rows)))
