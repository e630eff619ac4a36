from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from lmct.instrument.diffraction.pattern import ARBITRARY, DiffractionPattern
from lmct.material.crystal import library
from lmct.quantity.assessment import Assessment
from lmct.quantity.errors import DataError, OutOfRange, UnknownName
from lmct.technique.diffraction.background import Hump
from lmct.technique.diffraction.rietveld.crystal import with_lithium, with_target
from lmct.technique.diffraction.rietveld.refine import RietveldEngine, refine
from lmct.technique.diffraction.rietveld.settings import FIXED, PER_SITE, SAMPLE, RietveldSettings
from lmct.technique.diffraction.rock_salt.settings import Migration
from lmct.technique.diffraction.simulation.sample import Phase
from tests.technique.diffraction.rietveld_truth import (
    BORIDE,
    FLUORITE,
    LAB,
    NICKEL_OXIDE,
    laboratory,
    mixture,
    rock_salt,
    synchrotron,
)

SETTINGS = RietveldSettings(humps=(Hump(28.0, 4.0),))


def total(refined, name):
    """Standard error with the systematic part."""
    return math.hypot(refined.values[name].uncertainty, refined.systematic.get(name, 0.0))


@pytest.fixture(scope="module")
def refined():
    start = rock_salt(a=4.17, on_8c=0)
    settings = replace(SETTINGS, migration=Migration())
    return refine(laboratory(1), phases=[start], diffractometer=LAB, settings=settings)


def test_laboratory_pattern_gives_what_it_was_made_of(refined):
    assert refined.assessment is Assessment.GOOD, refined.message
    assert refined.values["a"].value == pytest.approx(4.144, abs=3 * refined.values["a"].uncertainty)
    assert refined.values["displacement"].value == pytest.approx(
        0.1, abs=3 * refined.values["displacement"].uncertainty
    )
    for name, truth in (("b_iso(4a)", 0.8), ("b_iso(4b)", 1.1), ("occupancy(8c, Ti4+)", 0.004)):
        assert refined.values[name].value == pytest.approx(truth, abs=2.5 * total(refined, name))
    assert refined.goodness_of_fit == pytest.approx(1.0, abs=0.05)


def test_migrating_ions_are_kept_in_number(refined):
    on_8c, on_4a = refined.values["occupancy(8c, Ti4+)"], refined.values["occupancy(4a, Ti4+)"]
    assert on_4a.value == pytest.approx(0.29 - 2 * on_8c.value, abs=1e-9)
    assert on_4a.uncertainty == pytest.approx(2 * on_8c.uncertainty, rel=1e-6)


def test_counting_uncertainty_is_that_of_independent_counts(refined):
    ratios = [refined.values[name].uncertainty / one for name, one in refined.counting_uncertainty.items()]
    assert min(ratios) > 0.99
    assert refined.counting_uncertainty["a"] < refined.values["a"].uncertainty < 5e-5


def test_curves_and_ticks(refined):
    assert len(refined.two_theta) == len(refined.calculated) == len(refined.background)
    misfit = (refined.observed - refined.calculated) / refined.uncertainty
    assert np.sqrt(np.mean(misfit**2)) == pytest.approx(refined.goodness_of_fit, rel=0.02)
    assert refined.ticks["rock salt"][0] == pytest.approx(37.5, abs=0.3)
    assert refined.engine.startswith("rietx")


def test_nothing_is_printed_and_no_warning_leaks(capsys, recwarn):
    refine(laboratory(2), phases=[rock_salt()], diffractometer=LAB, settings=SETTINGS)
    assert capsys.readouterr() == ("", "")
    assert not recwarn.list


def test_synchrotron_takes_the_zero():
    refined = refine(
        synchrotron(1), phases=[rock_salt(a=4.13)], diffractometer=replace(LAB, **_beamline_fields())
    )
    assert "displacement" not in refined.values
    assert refined.values["zero"].value == pytest.approx(0.0005, abs=1e-4)
    assert refined.values["a"].value == pytest.approx(4.144, abs=5 * refined.values["a"].uncertainty)


def _beamline_fields():
    from dataclasses import asdict

    from tests.technique.diffraction.rietveld_truth import BEAMLINE

    return asdict(BEAMLINE)


def test_warm_start_agrees_with_a_cold_one(refined):
    engine = RietveldEngine([rock_salt(on_8c=0)], LAB, replace(SETTINGS, migration=Migration()))
    start = {name: value.value for name, value in refined.values.items()}
    warm = engine.refine(laboratory(1), start)
    for name, value in refined.values.items():
        assert warm.values[name].value == pytest.approx(value.value, abs=0.3 * value.uncertainty + 1e-12), (
            name
        )
    assert warm.flags == refined.flags


@pytest.mark.slow
def test_warm_start_from_nonsense_is_recovered_or_flagged(refined):
    engine = RietveldEngine([rock_salt(on_8c=0)], LAB, SETTINGS)
    found = engine.refine(laboratory(1), {"a": 4.6, "scale": 1e-9})
    far = abs(found.values["a"].value - 4.144) > 1e-3 if "a" in found.values else True
    assert not far or found.assessment is not Assessment.GOOD


def test_axial_divergence_is_found_when_the_instrument_does_not_tell():
    refined = refine(
        laboratory(3), phases=[rock_salt(a=4.15)], diffractometer=replace(LAB, axial=0.0), settings=SETTINGS
    )
    assert refined.values["axial"].value == pytest.approx(0.03, abs=0.01)
    assert refined.values["a"].value == pytest.approx(4.144, abs=3 * refined.values["a"].uncertainty)


def test_cell_without_axial_divergence_is_wrong_by_no_more_than_it_says():
    refined = refine(
        laboratory(3),
        phases=[rock_salt(a=4.15)],
        diffractometer=replace(LAB, axial=0.0),
        settings=replace(SETTINGS, axial=False),
    )
    assert refined.values["a"].value < 4.144
    assert abs(refined.values["a"].value - 4.144) < 2.5 * total(refined, "a")
    assert refined.systematic["a"] > 3e-4 * 4.144


def test_weight_fractions_of_a_mixture():
    pattern = mixture([Phase(crystal=NICKEL_OXIDE, share=0.6), Phase(crystal=FLUORITE, share=0.4)])
    settings = RietveldSettings(thermal_phases=(), background_terms=4)
    refined = refine(pattern, phases=[NICKEL_OXIDE, FLUORITE], diffractometer=LAB, settings=settings)
    density = {"NiO": 6.81, "CaF2": 3.18}
    truth = 0.6 * density["NiO"] / (0.6 * density["NiO"] + 0.4 * density["CaF2"])
    found = refined.values["weight_fraction(NiO)"]
    assert found.value == pytest.approx(truth, abs=0.01)
    assert found.value + refined.values["weight_fraction(CaF2)"].value == pytest.approx(1.0)
    assert refined.systematic["weight_fraction(NiO)"] > 0
    assert refined.values["a(CaF2)"].value == pytest.approx(5.4631, abs=5e-4)


def test_window_has_no_weight_fraction_and_its_own_cell():
    window = replace(FLUORITE, name="window")
    pattern = mixture([Phase(crystal=NICKEL_OXIDE), Phase(crystal=FLUORITE, share=0.3, height=0.4)])
    settings = RietveldSettings(windows=("window",), background_terms=4)
    refined = refine(pattern, phases=[NICKEL_OXIDE, window], diffractometer=LAB, settings=settings)
    assert not [name for name in refined.values if name.startswith("weight_fraction")]
    assert refined.values["a(window)"].value != pytest.approx(5.4631, abs=2e-4)
    assert refined.values["a"].value == pytest.approx(4.1771, abs=3e-4)


def test_texture_is_refined():
    flakes = Phase(crystal=FLUORITE, texture=0.7, texture_axis=(1, 1, 1))
    settings = RietveldSettings(texture={"CaF2": (1, 1, 1)}, background_terms=4)
    refined = refine(mixture([flakes]), phases=[FLUORITE], diffractometer=LAB, settings=settings)
    assert refined.values["march"].value == pytest.approx(0.7, abs=0.01)


def test_size_is_found_on_a_calibrated_instrument():
    broad = Phase(crystal=FLUORITE, size=40.0)
    settings = RietveldSettings(widths=SAMPLE, background_terms=4)
    known = replace(LAB, cell_systematic=1e-5)
    refined = refine(mixture([broad]), phases=[FLUORITE], diffractometer=known, settings=settings)
    expected = math.degrees(0.9 * 1.54056 / 400.0)
    assert refined.values["lorentzian_size"].value == pytest.approx(expected, rel=0.2)
    assert refined.systematic["a"] == pytest.approx(1e-5 * refined.values["a"].value)


def test_pattern_without_peaks_gives_no_numbers():
    grid = np.arange(15.0, 90.0, 0.02)
    counts = np.random.default_rng(1).poisson(300.0, size=len(grid)).astype(float)
    refined = refine(DiffractionPattern(grid, counts), phases=[rock_salt()], diffractometer=LAB)
    assert refined.values == {}
    assert refined.flags == ("no peaks",)
    assert refined.assessment is Assessment.TOO_FEW_DATA


def test_direct_beam_spike_is_no_phase():
    grid = np.arange(2.0, 60.0, 0.02)
    counts = np.random.default_rng(1).poisson(50.0, size=len(grid)).astype(float)
    counts[:30] += 1e6 * np.exp(-np.arange(30) / 5.0)
    refined = refine(DiffractionPattern(grid, counts), phases=[rock_salt()], diffractometer=LAB)
    assert refined.assessment is not Assessment.GOOD


@pytest.mark.parametrize(
    "wrong", [FLUORITE, pytest.param(BORIDE, marks=pytest.mark.slow)], ids=["CaF2", "LaB6"]
)
def test_wrong_phase_is_never_called_good(wrong):
    refined = refine(laboratory(1), phases=[wrong], diffractometer=LAB, settings=SETTINGS)
    assert refined.assessment is not Assessment.GOOD
    assert refined.flags


def test_missing_phase_shows_as_unexplained_lines():
    pattern = mixture([Phase(crystal=NICKEL_OXIDE), Phase(crystal=FLUORITE, share=0.5)])
    refined = refine(pattern, phases=[NICKEL_OXIDE], diffractometer=LAB)
    assert "unexplained lines" in refined.flags
    assert refined.assessment is Assessment.POOR_FIT


def test_right_lines_of_wrong_strength_are_named():
    swapped = replace(NICKEL_OXIDE, name="MnO-like", sites=rock_salt(on_8c=0).sites)
    pattern = mixture([Phase(crystal=NICKEL_OXIDE)])
    settings = RietveldSettings(displacement_parameters=FIXED, background_terms=4)
    refined = refine(pattern, phases=[swapped], diffractometer=LAB, settings=settings)
    assert "intensities not explained" in refined.flags


def test_negative_displacement_parameter_is_named_not_printed_as_good():
    pattern = laboratory(1)
    gain = 1.0 + ((pattern.two_theta - 15.0) / 60.0) ** 2
    counts = np.round(pattern.intensity * gain)
    spoilt = replace(pattern, intensity=counts, uncertainty=np.sqrt(np.maximum(counts, 1.0)))
    refined = refine(spoilt, phases=[rock_salt()], diffractometer=LAB, settings=SETTINGS)
    assert "negative displacement parameter" in refined.flags
    assert "variable slits" in refined.message


def test_unknown_weights_are_estimated_and_said_so():
    pattern = replace(laboratory(1), uncertainty=None, intensity_unit=ARBITRARY)
    scaled = replace(pattern, intensity=pattern.intensity * 0.013)
    refined = refine(scaled, phases=[rock_salt()], diffractometer=LAB, settings=SETTINGS)
    assert "weights estimated" in refined.flags
    assert dict(refined.counting_uncertainty) == {}
    assert refined.values["a"].value == pytest.approx(4.144, abs=3 * refined.values["a"].uncertainty)
    assert 0.8 < refined.goodness_of_fit < 1.25


def test_missing_wavelength_says_how_to_give_it():
    pattern = replace(laboratory(1), wavelengths=())
    with pytest.raises(DataError, match="--wavelength"):
        refine(pattern, phases=[rock_salt()])


def test_wavelength_of_the_file_is_used_and_overridden():
    pattern = replace(laboratory(1), wavelengths=(1.5405929, 1.5444274), radius=217.5)
    settings = replace(SETTINGS, axial=False)
    user = replace(LAB, axial=0.0)
    of_file = refine(pattern, phases=[rock_salt()], settings=settings).values["a"].value
    given = refine(pattern, phases=[rock_salt()], diffractometer=user, settings=settings).values["a"].value
    assert of_file / given - 1 == pytest.approx(1.5405929 / 1.54056 - 1, abs=2e-6)


def test_refusals():
    pattern = laboratory(1)
    with pytest.raises(OutOfRange, match="cannot be told apart"):
        RietveldSettings(displacement=True, zero=True)
    with pytest.raises(UnknownName, match="line shape"):
        RietveldSettings(shape="lorentz")
    with pytest.raises(OutOfRange, match="background"):
        RietveldSettings(background_terms=0)
    with pytest.raises(OutOfRange, match="each its own name"):
        refine(pattern, phases=[rock_salt(), rock_salt()], diffractometer=LAB)
    with pytest.raises(OutOfRange, match="no phase is called"):
        refine(pattern, phases=[rock_salt()], diffractometer=LAB, settings=RietveldSettings(windows=("Be",)))
    holed = replace(pattern, intensity=np.where(pattern.two_theta > 60, np.nan, pattern.intensity))
    with pytest.raises(DataError, match="no number at 60"):
        refine(holed, phases=[rock_salt()], diffractometer=LAB)
    zeroed = replace(pattern, uncertainty=np.zeros(len(pattern.two_theta)))
    with pytest.raises(DataError, match="zero, negative"):
        refine(zeroed, phases=[rock_salt()], diffractometer=LAB)
    narrow = RietveldSettings(two_theta_range=(15.0, 15.5))
    with pytest.raises(DataError, match="points"):
        refine(pattern, phases=[rock_salt()], diffractometer=LAB, settings=narrow)


def test_excluded_region_is_left_out():
    settings = replace(SETTINGS, excluded=((60.0, 66.0),), displacement_parameters=PER_SITE)
    refined = refine(laboratory(1), phases=[rock_salt(on_8c=0)], diffractometer=LAB, settings=settings)
    assert not np.any((refined.two_theta >= 60.0) & (refined.two_theta <= 66.0))
    assert refined.values["a"].value == pytest.approx(4.144, abs=3 * refined.values["a"].uncertainty)


def test_lithium_is_what_the_charge_left():
    half = with_lithium(rock_salt(on_8c=0), 0.585)
    assert half.site("4a").occupancy == pytest.approx({"Li1+": 0.2925, "Ti4+": 0.29, "Ni2+": 0.125})
    assert with_lithium(rock_salt(), 0.0).site("4a").occupancy["Li1+"] == 0.0
    with pytest.raises(OutOfRange, match="cannot hold"):
        with_lithium(NICKEL_OXIDE, 0.5)


def test_target_takes_what_the_origin_loses():
    moved = with_target(rock_salt(on_8c=0), Migration(), occupancy=0.01)
    assert moved.site("8c").occupancy["Ti4+"] == 0.01
    assert moved.site("4a").occupancy["Ti4+"] == pytest.approx(0.27)
    again = with_target(moved, Migration(), occupancy=0.001)
    assert again.site("4a").occupancy["Ti4+"] == pytest.approx(0.288)
    with pytest.raises(OutOfRange, match="is not on 4a"):
        with_target(NICKEL_OXIDE, Migration())


@pytest.mark.slow
def test_intervals_of_cell_and_displacement_cover():
    engine = RietveldEngine([rock_salt(a=4.15)], LAB, SETTINGS)
    pulls, start = [], None
    for seed in range(100, 160):
        refined = engine.refine(laboratory(seed), start)
        start = {name: value.value for name, value in refined.values.items()}
        pulls.append(
            [
                (refined.values[name].value - truth) / refined.values[name].uncertainty
                for name, truth in (("a", 4.144), ("displacement", 0.1))
            ]
        )
    assert np.all(np.abs(np.mean(pulls, axis=0)) < 3 * 1.2 / np.sqrt(60))
    assert np.all((np.std(pulls, axis=0) > 0.7) & (np.std(pulls, axis=0) < 1.2))
    assert np.all(np.mean(np.abs(pulls) < 1.96, axis=0) > 0.88)


def test_a_formula_that_overfills_a_site_by_rounding_fills_it():
    full = with_lithium(library.load("li-ti-ni-o"), 1.17)
    assert sum(full.site("4a").occupancy.values()) == pytest.approx(1.0)
    with pytest.raises(OutOfRange):
        with_lithium(library.load("li-ti-ni-o"), 1.3)


def test_axial_divergence_is_free_in_single_patterns_only():
    assert RietveldEngine([rock_salt()], LAB, in_sequence=False).settings.axial is None
    assert RietveldEngine([rock_salt()], LAB).settings.axial is False
