from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lmct.material.crystal.crystal import Crystal, Site
from lmct.quantity.assessment import Assessment
from lmct.quantity.errors import DataError, OutOfRange
from lmct.technique.diffraction.background import Hump
from lmct.technique.diffraction.cell_error import relative_cell_error
from lmct.technique.diffraction.diffractometer import CAPILLARY, laboratory_copper
from lmct.technique.diffraction.rock_salt.fit import RockSaltEngine
from lmct.technique.diffraction.rock_salt.settings import ForeignPhase, Migration, RockSaltSettings
from tests.technique.diffraction.voigt_pattern import COPPER, Truth, crystal, noisy, pattern_mean, record

GRID = np.linspace(30.0, 100.0, 3501)
FLAT = pattern_mean(Truth(scale=0.0), GRID)
HUMP = RockSaltSettings(background_terms=5, humps=(Hump(40.0, 5.0),))
BERYLLIUM = Crystal(
    name="Be",
    space_group="P 63/m m c",
    cell=(2.2858, 2.2858, 3.5843, 90.0, 90.0, 120.0),
    sites=(Site(label="2c", occupancy={"Be": 1.0}, position=(1 / 3, 2 / 3, 0.25)),),
)


@pytest.fixture(scope="module")
def engine():
    return RockSaltEngine(laboratory_copper(), crystal())


def counts(mean, seed=0):
    return record(GRID, np.random.default_rng(seed).poisson(mean))


def beryllium_lines(offset):
    """Lines of a beryllium window at another height than the sample, summed by hand."""
    total = np.zeros_like(GRID)
    for h, k, l, height in ((1, 0, 0, 900), (0, 0, 2, 300), (1, 0, 1, 2500), (1, 0, 2, 300), (1, 1, 0, 250)):  # noqa: E741
        spacing = 1.0 / np.sqrt(4.0 / 3.0 * (h * h + h * k + k * k) / 2.2858**2 + l * l / 3.5843**2)
        for wavelength, share in zip(COPPER, (1.0, 0.5), strict=True):
            theta = np.arcsin(wavelength / (2.0 * spacing))
            place = np.degrees(2.0 * theta - 2.0 * offset * np.cos(theta) / 217.5)
            total += share * height / (1.0 + ((GRID - place) / 0.06) ** 2)
    return total


@pytest.mark.parametrize("cell", [4.01, 4.07, 4.144, 4.21, 4.25])
def test_cell_is_found_over_the_whole_range_without_a_start(engine, cell):
    result = engine.refine(noisy(Truth(a=cell), GRID, 3))
    assert result.assessment is Assessment.GOOD
    assert abs(result.values["a"].value - cell) < 3.5 * result.values["a"].uncertainty
    assert result.values["a"].uncertainty < 7e-4


def test_every_parameter_is_recovered_within_its_uncertainty():
    truth = Truth(a=4.144, displacement=0.1, scale=10.0, titanium_8c=0.0)
    result = RockSaltEngine(laboratory_copper(), crystal(), HUMP).refine(noisy(truth, GRID, 11))
    expected = {
        "a": 4.144,
        "displacement": 0.1,
        "lorentzian_x": truth.lorentzian_x,
        "lorentzian_y": truth.lorentzian_y,
        "b_iso(4a)": 0.8,
        "b_iso(4b)": 1.1,
        "hump_position(1)": 42.0,
        "hump_width(1)": 6.0,
    }
    for name, value in expected.items():
        found = result.values[name]
        assert abs(found.value - value) < 3.5 * found.uncertainty, name
    assert result.goodness_of_fit == pytest.approx(1.0, abs=0.05)


def test_arrays_are_those_of_the_pattern_and_ticks_are_bragg_angles(engine):
    pattern = noisy(Truth(displacement=0.0), GRID, 3)
    result = engine.refine(pattern)
    assert np.array_equal(result.two_theta, GRID)
    assert np.array_equal(result.observed, pattern.intensity)
    assert np.all(result.calculated >= result.background - 1e-6)
    chi = (result.observed - result.calculated) / result.uncertainty
    assert np.sqrt(np.mean(chi**2)) == pytest.approx(result.goodness_of_fit, rel=0.01)
    cell = 4.144
    angles = [2 * np.degrees(np.arcsin(COPPER[0] * np.sqrt(n) / (2 * cell))) for n in (3, 4, 8, 11, 12, 16)]
    assert result.ticks["rock salt"] == pytest.approx(angles, abs=0.03)


def test_warm_start_ends_where_a_cold_one_does(engine):
    pattern = noisy(Truth(a=4.1285), GRID, 5)
    cold = engine.refine(pattern)
    neighbour = {name: value.value for name, value in cold.values.items()} | {"a": 4.1301}
    warm = engine.refine(pattern, neighbour)
    for name, value in cold.values.items():
        assert abs(value.value - warm.values[name].value) < 0.1 * value.uncertainty, name


def test_start_far_away_does_not_mislead(engine):
    result = engine.refine(noisy(Truth(a=4.15), GRID, 3), {"a": 4.06})
    assert abs(result.values["a"].value - 4.15) < 3.5 * result.values["a"].uncertainty


def test_pattern_without_lines_gives_no_cell(engine):
    for seed in range(3):
        result = engine.refine(counts(FLAT, seed))
        assert result.assessment is Assessment.TOO_FEW_DATA
        assert "no peaks" in result.flags
        assert "a" not in result.values
        assert "No lines of the crystal were found" in result.message


@pytest.mark.parametrize("cell", [3.615, 3.90, 4.40, 5.64])
def test_lines_of_another_cell_are_never_taken_for_good(engine, cell):
    result = engine.refine(noisy(Truth(a=cell), GRID, 1))
    assert result.assessment is not Assessment.GOOD
    assert result.message


@pytest.mark.parametrize("seed", range(6))
def test_lines_of_nothing_known_are_never_taken_for_good(engine, seed):
    random = np.random.default_rng(seed)
    lines = sum(
        random.uniform(100, 1500) / (1.0 + ((GRID - place) / 0.1) ** 2) for place in random.uniform(31, 99, 7)
    )
    result = engine.refine(counts(FLAT + lines, seed))
    assert result.assessment is not Assessment.GOOD


def test_missing_line_is_the_wrong_phase(engine):
    mean = pattern_mean(Truth(scale=5.0), GRID)
    strongest = (GRID > 41.0) & (GRID < 46.5)
    mean[strongest] = FLAT[strongest]
    result = engine.refine(counts(mean))
    assert result.assessment is not Assessment.GOOD
    assert "intensities not explained" in result.flags


def test_window_is_seen_and_goes_when_it_is_named(engine):
    truth = Truth(scale=3.0)
    pattern = counts(pattern_mean(truth, GRID) + beryllium_lines(-0.3))
    unnamed = engine.refine(pattern)
    assert unnamed.assessment is not Assessment.GOOD
    assert set(unnamed.flags) & {"unexplained lines", "intensities not explained"}
    settings = replace(HUMP, foreign=(ForeignPhase(BERYLLIUM),))
    named = RockSaltEngine(laboratory_copper(), crystal(), settings).refine(pattern)
    assert named.assessment is Assessment.GOOD
    assert named.goodness_of_fit < 1.1
    assert abs(named.values["a"].value - truth.a) < 3.5 * named.values["a"].uncertainty
    assert named.values["displacement(Be)"].value == pytest.approx(-0.3, abs=0.02)
    assert len(named.ticks["Be"]) >= 5


def test_window_can_be_excluded():
    truth = Truth(scale=3.0)
    pattern = counts(pattern_mean(truth, GRID) + 10.0 * beryllium_lines(0.0))
    regions = ((44.5, 47.5), (49.5, 54.5), (69.0, 73.0), (82.5, 87.0))
    result = RockSaltEngine(laboratory_copper(), crystal(), replace(HUMP, excluded=regions)).refine(pattern)
    assert abs(result.values["a"].value - truth.a) < 3.5 * result.values["a"].uncertainty
    assert not np.any((result.two_theta > 50.0) & (result.two_theta < 54.0))


def test_spikes_are_left_out_and_named(engine):
    pattern = noisy(Truth(), GRID, 3)
    spiked = pattern.intensity.copy()
    spiked[700], spiked[2000:2002] = 1e6, 4000.0
    clean, result = engine.refine(pattern), engine.refine(replace(pattern, intensity=spiked))
    assert result.flags == ("spike",)
    assert result.assessment is not Assessment.GOOD
    assert "44.000" in result.message
    assert abs(result.values["a"].value - clean.values["a"].value) < 0.2 * clean.values["a"].uncertainty


def test_narrow_lines_are_no_spikes(engine):
    truth = Truth(lorentzian_x=0.01, lorentzian_y=0.02, scale=20.0, gaussian=(0.0, 0.0, 0.0012))
    grid = np.arange(30.0, 100.0, 0.03)
    result = engine.refine(noisy(truth, grid, 3))
    assert "spike" not in result.flags


def test_direct_beam_is_flagged(engine):
    mean = pattern_mean(Truth(), GRID) + 1e6 * np.exp(-(GRID - 30.0) / 0.2)
    assert engine.refine(counts(mean)).assessment is not Assessment.GOOD


def test_negative_displacement_parameters_are_said_and_not_printed_as_physics(engine):
    rising = np.exp(6.0 * (np.sin(np.radians(GRID / 2.0)) / COPPER[0]) ** 2)
    result = engine.refine(counts(FLAT + 4.0 * (pattern_mean(Truth(), GRID) - FLAT) * rising))
    assert "negative displacement parameter" in result.flags
    assert "slits" in result.message
    assert result.assessment is not Assessment.GOOD


def test_unusable_numbers_are_refused(engine):
    pattern = noisy(Truth(), GRID, 3)
    broken = pattern.intensity.copy()
    broken[5] = np.nan
    with pytest.raises(DataError, match=r"nan at 30\.1000 deg"):
        engine.refine(replace(pattern, intensity=broken))
    wrong = pattern.uncertainty.copy()
    wrong[7] = 0.0
    with pytest.raises(DataError, match=r"uncertainty 0\.0 at 30\.1400 deg"):
        engine.refine(replace(pattern, uncertainty=wrong))
    with pytest.raises(DataError, match="points to fit"):
        engine.refine(record(GRID[:20], pattern.intensity[:20]))


def test_range_without_lines_is_refused(engine):
    grid = np.linspace(5.0, 20.0, 801)
    with pytest.raises(DataError, match="no line"):
        engine.refine(record(grid, np.full(801, 50.0)))


def test_crystal_that_is_no_cube_is_refused():
    with pytest.raises(OutOfRange, match="rietx"):
        RockSaltEngine(laboratory_copper(), BERYLLIUM)


def test_rates_and_unknown_units_give_the_same_cell(engine):
    pattern = noisy(Truth(), GRID, 3)
    expected = engine.refine(pattern).values["a"]
    rate = replace(
        pattern,
        intensity=pattern.intensity / 12.0,
        uncertainty=pattern.uncertainty / 12.0,
        intensity_unit="counts per second",
    )
    unknown = replace(
        pattern, intensity=7.0 * pattern.intensity, uncertainty=None, intensity_unit="arbitrary"
    )
    for other in (rate, unknown):
        found = engine.refine(other)
        assert abs(found.values["a"].value - expected.value) < 0.05 * expected.uncertainty
        assert found.values["a"].uncertainty == pytest.approx(expected.uncertainty, rel=0.15)
    assert "scatter" in engine.refine(unknown).message


def test_capillary_refines_a_zero():
    capillary = replace(laboratory_copper(), geometry=CAPILLARY)
    pattern = noisy(Truth(displacement=0.0), GRID, 3)
    shifted = replace(pattern, two_theta=pattern.two_theta + 0.04)
    result = RockSaltEngine(capillary, crystal()).refine(shifted)
    assert "displacement" not in result.values
    assert abs(result.values["zero"].value - 0.04) < 3.5 * result.values["zero"].uncertainty
    assert abs(result.values["a"].value - 4.144) < 3.5 * result.values["a"].uncertainty


@pytest.mark.parametrize(("background", "scale"), [(16.0, 0.3), (2.0, 0.1)])
def test_few_counts_do_not_bias(background, scale):
    # Weights from recorded counts would pull the scale down by about one count in twenty.
    truth = Truth(a=4.144, background=background, hump=0.2 * background, scale=scale)
    engine = RockSaltEngine(laboratory_copper(), crystal(), replace(HUMP, background_terms=3))
    pulls, scales, start = [], [], None
    for seed in range(40):
        result = engine.refine(noisy(truth, GRID, 100 + seed), start)
        start = {name: value.value for name, value in result.values.items()}
        pulls.append((result.values["a"].value - truth.a) / result.values["a"].uncertainty)
        expected = 0.005 * scale
        scales.append((result.values["scale"].value - expected) / result.values["scale"].uncertainty)
    assert abs(np.mean(pulls)) < 3.0 / np.sqrt(40)
    assert abs(np.mean(scales)) < 3.0 / np.sqrt(40)
    assert 0.75 < np.sqrt(np.mean(np.square(pulls))) < 1.3


def test_background_that_cannot_follow_enlarges_the_uncertainty():
    truth = Truth(hump=300.0, scale=10.0)
    stiff = RockSaltEngine(laboratory_copper(), crystal(), RockSaltSettings(background_terms=6))
    result = stiff.refine(noisy(truth, GRID, 3))
    assert result.goodness_of_fit > 1.2
    assert result.values["scale"].uncertainty > 1.3 * result.counting_uncertainty["scale"]


def test_absolute_cell_carries_its_systematic_error(engine):
    result = engine.refine(noisy(Truth(), GRID, 3))
    expected = relative_cell_error(result.values, laboratory_copper()) * result.values["a"].value
    assert result.systematic["a"] == pytest.approx(expected)
    assert 7.5e-5 * 4.144 < result.systematic["a"] < 6e-4 * 4.144


def test_titanium_on_tetrahedral_sites_comes_with_a_systematic_error():
    grid = np.linspace(15.0, 120.0, 5251)
    settings = replace(HUMP, migration=Migration())
    engine = RockSaltEngine(laboratory_copper(), crystal(), settings)
    name = "occupancy(8c, Ti4+)"
    for occupancy in (0.0, 0.02):
        result = engine.refine(noisy(Truth(titanium_8c=occupancy, scale=40.0), grid, 5))
        found, systematic = result.values[name], result.systematic[name]
        assert systematic >= 5e-4
        total = np.hypot(found.uncertainty, systematic)
        assert abs(found.value - occupancy) < 3.0 * total
        assert total < 0.008
