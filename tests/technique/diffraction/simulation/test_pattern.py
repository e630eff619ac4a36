from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmct.material.crystal.library import load
from lmct.quantity.errors import OutOfRange
from lmct.technique.diffraction.diffractometer import (
    Diffractometer,
    beamline_11bm,
    laboratory_copper,
)
from lmct.technique.diffraction.scattering import form_factor
from lmct.technique.diffraction.simulation.lines import lines_of
from lmct.technique.diffraction.simulation.pattern import simulate_pattern
from lmct.technique.diffraction.simulation.sample import Alignment, Artefacts, Background, Hump, Phase

SHARP = Diffractometer(wavelengths=(1.54056,), gaussian_w=1e-3, lorentzian_x=0.0, radius=217.5)
ANGLES = np.arange(20.0, 120.0, 0.005)
EMPTY = Background(coefficients=(0.0,))
SALT = load("li-ti-ni-o")


def simulated(*phases, **more):
    keywords = {"diffractometer": SHARP, "two_theta": ANGLES, "background": EMPTY} | more
    return simulate_pattern(phases or [Phase(crystal=SALT)], **keywords)


def area_and_place(pattern, centre, half=1.0):
    near = np.abs(pattern.two_theta - centre) < half
    area = pattern.intensity[near].sum()
    return area, (pattern.two_theta[near] * pattern.intensity[near]).sum() / area


def bragg(crystal, *hkl):
    return 2 * np.degrees(np.arcsin(1.54056 * np.sqrt(sum(i * i for i in hkl)) / (2 * crystal.cell[0])))


def test_intensities_of_rock_salt_by_hand():
    pattern, areas, expected = simulated(), [], []
    for hkl, multiplicity in (((1, 1, 1), 8), ((2, 0, 0), 6), ((2, 2, 0), 12), ((3, 1, 1), 24)):
        spacing = np.array([4.144 / np.sqrt(sum(i * i for i in hkl))])
        cations = sum(
            share * form_factor(ion, spacing, wavelength=1.54056)[0]
            for ion, share in SALT.site("4a").occupancy.items()
        )
        oxide = form_factor("O2-", spacing, wavelength=1.54056)[0]
        sign = -1 if hkl[0] % 2 else 1
        factor = cations * np.exp(-0.8 / 4 / spacing[0] ** 2) + sign * oxide * np.exp(
            -1.1 / 4 / spacing[0] ** 2
        )
        theta = np.radians(bragg(SALT, *hkl)) / 2
        polarised = (1 + np.cos(2 * theta) ** 2) / 2 / (np.sin(theta) ** 2 * np.cos(theta))
        areas.append(area_and_place(pattern, np.degrees(2 * theta))[0])
        expected.append(multiplicity * abs(factor) ** 2 * polarised)
    assert np.array(areas) / areas[1] == pytest.approx(np.array(expected) / expected[1], rel=1e-3)


def test_places_and_ratio_of_the_doublet():
    instrument = replace(SHARP, wavelengths=(1.54056, 1.54439), line_ratio=0.5)
    silicon = Phase(crystal=load("silicon"))
    pattern = simulated(silicon, diffractometer=instrument, two_theta=np.arange(90.0, 100.0, 0.001))
    first, second = (
        2 * np.degrees(np.arcsin(w * np.sqrt(27) / (2 * 5.431144))) for w in instrument.wavelengths
    )
    strong, place = area_and_place(pattern, first, 0.12)
    weak, other = area_and_place(pattern, second, 0.12)
    assert (place, other) == pytest.approx((first, second), abs=1e-3)
    assert weak / strong == pytest.approx(0.5, rel=0.01)


def test_displacement_zero_and_height_move_lines():
    here = bragg(SALT, 2, 2, 0)
    cosine = np.cos(np.radians(here) / 2)
    moved = simulated(alignment=Alignment(displacement=0.1, zero=0.02))
    expected = here + 0.02 - np.degrees(2 * 0.1 * cosine / 217.5)
    assert area_and_place(moved, here)[1] == pytest.approx(expected, abs=1e-4)
    lifted = simulated(Phase(crystal=SALT, height=0.3), alignment=Alignment(displacement=0.1))
    expected = here - np.degrees(2 * 0.4 * cosine / 217.5)
    assert area_and_place(lifted, here)[1] == pytest.approx(expected, abs=1e-4)


def test_window_weakens_low_angles_more():
    bare, behind = simulated(), simulated(alignment=Alignment(window_absorption=0.05))
    ratios = []
    for hkl in ((1, 1, 1), (2, 2, 0)):
        here = bragg(SALT, *hkl)
        ratios.append(area_and_place(behind, here)[0] / area_and_place(bare, here)[0])
    sines = [np.sin(np.radians(bragg(SALT, *hkl)) / 2) for hkl in ((1, 1, 1), (2, 2, 0))]
    assert ratios[0] / ratios[1] == pytest.approx(np.exp(-0.1 / sines[0] + 0.1 / sines[1]), rel=1e-3)


def test_counts_scatter_like_counts():
    mean = simulated(background=Background(coefficients=(50.0,)))
    noisy = simulated(background=Background(coefficients=(50.0,)), random=np.random.default_rng(7))
    again = simulated(background=Background(coefficients=(50.0,)), random=np.random.default_rng(7))
    assert np.array_equal(noisy.intensity, again.intensity)
    assert np.all(noisy.intensity == np.round(noisy.intensity))
    pulls = (noisy.intensity - mean.intensity) / np.sqrt(mean.intensity)
    assert np.mean(pulls**2) == pytest.approx(1.0, abs=5 * np.sqrt(2 / len(pulls)))
    assert abs(np.mean(pulls)) < 5 / np.sqrt(len(pulls))


def test_highest_line_has_the_counts_asked_for_and_background_lies_under_it():
    humped = Background(coefficients=(100.0, -20.0), humps=(Hump(centre=30.0, width=5.0, height=60.0),))
    pattern = simulated(background=humped, peak_counts=5000.0)
    bare = simulated(peak_counts=5000.0)
    assert bare.intensity.max() == pytest.approx(5000.0)
    difference = pattern.intensity - bare.intensity
    assert (difference[0], difference[-1]) == pytest.approx((120.0, 80.0), abs=0.1)
    at = np.interp(30.0, ANGLES, difference)
    assert at == pytest.approx(100.0 - 20.0 * (2 * 10.0 / (ANGLES[-1] - 20.0) - 1) + 60.0, abs=0.01)


def test_halves_of_a_phase_make_the_whole_and_volume_counts():
    halves = simulated(Phase(crystal=SALT, share=0.5), Phase(crystal=SALT, share=0.5), scale=1.0)
    whole = simulated(scale=1.0)
    assert halves.intensity == pytest.approx(whole.intensity, rel=1e-9)


def test_supercell_diffracts_like_its_cell():
    """The same crystal described by a primitive-cubic group with all sites written out."""
    places = [(0, 0, 0), (0, 0.5, 0.5)], [(0.5, 0.5, 0.5), (0.5, 0, 0)]
    cations, _, oxide = SALT.sites
    sites = tuple(
        replace(site, label=f"{site.label}{i}", position=tuple(map(float, place)))
        for site, rows in ((cations, places[0]), (oxide, places[1]))
        for i, place in enumerate(rows)
    )
    other = replace(SALT, space_group="P m -3 m", sites=sites)
    same = simulated(Phase(crystal=other), scale=1.0).intensity
    assert same == pytest.approx(simulated(scale=1.0).intensity, rel=1e-9, abs=1e-12)


def test_spread_of_cells_splits_lines_in_their_shares():
    split = simulated(Phase(crystal=SALT, cells=((0.99, 1.0), (1.01, 3.0))))
    narrow, wide = (bragg(SALT.with_cell(4.144 * f), 2, 0, 0) for f in (0.99, 1.01))
    # the line at the lower angle also has the larger Lorentz factor
    ratio = area_and_place(split, wide, 0.4)[0] / area_and_place(split, narrow, 0.4)[0]
    assert ratio == pytest.approx(3.0 * 1.045, rel=0.02)


@settings(max_examples=15)
@given(st.floats(5.0, 1000.0), st.floats(0.0, 2e-3), st.floats(0.0, 0.05))
def test_broadening_keeps_the_area(size, strain, axial):
    angles = np.arange(25.0, 65.0, 0.01)
    instrument = replace(SHARP, axial=axial)
    broad = simulated(
        Phase(crystal=SALT, size=size, microstrain=strain),
        scale=1.0,
        diffractometer=instrument,
        two_theta=angles,
    )
    sharp = simulated(scale=1.0, two_theta=angles)
    near = np.abs(angles - bragg(SALT, 2, 0, 0)) < 5.0
    assert broad.intensity[near].sum() == pytest.approx(sharp.intensity[near].sum(), rel=0.12)
    assert broad.intensity[near].sum() <= 1.05 * sharp.intensity[near].sum()


def test_texture_favours_planes_in_the_surface_and_keeps_a_cube_powder_mean():
    graphite = load("graphite")
    lines = lines_of(Phase(crystal=graphite), SHARP)
    flakes = lines_of(Phase(crystal=graphite, texture=0.5), SHARP)
    gain = dict(
        zip(map(tuple, lines.reflections.hkl.tolist()), flakes.strength / lines.strength, strict=True)
    )
    assert gain[0, 0, 2] == pytest.approx(0.5**-3)
    assert gain[1, 0, 0] == pytest.approx((1 / 0.5) ** -1.5)
    # for 200 of a cube along 100: one of three axes lies along it, two across
    cube = lines_of(Phase(crystal=SALT, texture=0.7, texture_axis=(1, 0, 0)), SHARP)
    plain = lines_of(Phase(crystal=SALT), SHARP)
    assert (cube.strength / plain.strength)[1] == pytest.approx((0.7**-3 + 2 * 0.7**1.5) / 3)


def test_detector_that_misses_counts_and_one_that_sees_too_many():
    plain = simulated(peak_counts=1e5)
    slow = simulated(peak_counts=1e5, artefacts=Artefacts(dead_time=1e-6, counting_time=0.5))
    assert slow.intensity.max() == pytest.approx(1e5 / 1.2)
    hit = simulated(peak_counts=1e5, artefacts=Artefacts(spikes={50.0: 9e5}))
    different = np.flatnonzero(hit.intensity != plain.intensity)
    assert [round(hit.two_theta[i], 3) for i in different] == [50.0]


def test_synchrotron_pattern_is_narrow_and_fast():
    pattern = simulated(diffractometer=beamline_11bm(), two_theta=np.arange(5.0, 30.0, 0.001))
    here = 2 * np.degrees(np.arcsin(0.458 / 4.144))
    peak = pattern.two_theta[np.argmax(pattern.intensity)]
    assert peak == pytest.approx(here, abs=0.003)
    above = pattern.two_theta[pattern.intensity > 0.5 * pattern.intensity.max()]
    above = above[np.abs(above - here) < 1.0]
    assert np.ptp(above) < 0.03


def test_what_is_impossible_is_refused():
    with pytest.raises(OutOfRange, match="no phase"):
        simulate_pattern([], diffractometer=SHARP, two_theta=ANGLES)
    with pytest.raises(OutOfRange, match="no line between"):
        simulated(two_theta=np.arange(5.0, 9.0, 0.01), diffractometer=replace(SHARP, gaussian_w=1e-5))
    with pytest.raises(OutOfRange, match="capillary geometry"):
        simulated(diffractometer=beamline_11bm(), alignment=Alignment(displacement=0.1))
    with pytest.raises(OutOfRange, match="background is negative"):
        simulated(background=Background(coefficients=(-5.0,)))
    with pytest.raises(OutOfRange, match="share"):
        Phase(crystal=SALT, share=-1.0)
    with pytest.raises(OutOfRange, match="distribution of cells"):
        Phase(crystal=SALT, cells=())


@pytest.mark.files
@pytest.mark.parametrize(
    ("file", "phase", "monochromator", "radius", "half"),
    [
        ("rietx_tests/fluorite.prn", "fluorite", 26.6, 173.0, 1.0),
        ("gsas2_tutorials/NIST660CBI.gsas", "lab6", 0.0, 217.5, 0.8),
    ],
)
def test_measured_standards(file, phase, monochromator, radius, half):
    """Areas of separate lines agree within the scatter of real powders once B and scale are fitted."""
    from lmct.instrument.diffraction import read_pattern

    root = Path(os.environ.get("LMCT_DATA", Path(__file__).parents[5] / "shared" / "data")) / "diffraction"
    if not root.is_dir():
        pytest.skip("the real patterns are absent")
    measured = read_pattern(root / file)
    instrument = replace(
        laboratory_copper(), wavelengths=(1.5405929, 1.5444274), monochromator=monochromator, radius=radius
    )
    crystal = load(phase)
    pattern = simulated(Phase(crystal=crystal), diffractometer=instrument, two_theta=measured.two_theta)
    lines = lines_of(Phase(crystal=crystal), instrument).reflections.two_theta(1.5405929)
    rows = []
    for line in lines:
        gaps = np.abs(lines - line)
        if 20.0 < line < 125.0 and gaps[gaps > 1e-6].min() > 2 * half + 0.6:
            seen, made = (_net(one, line, half) for one in (measured, pattern))
            rows.append((line, *seen, *made))
    angle, area, place, expected, centre = np.array(rows).T
    weight = np.sqrt(area)
    reach = (np.sin(np.radians(angle / 2)) / 1.54) ** 2
    logs = np.log(area / expected)
    left = logs - np.polyval(np.polyfit(reach, logs, 1, w=weight), reach)
    assert np.sqrt(np.average(left**2, weights=area)) < 0.025
    strong = area > 0.03 * area.max()
    columns = np.stack([np.ones(strong.sum()), np.cos(np.radians(angle[strong] / 2))], axis=1)
    shifts = (place - centre)[strong]
    shifts = shifts - columns @ np.linalg.lstsq(columns, shifts, rcond=None)[0]
    assert np.abs(shifts).max() < 0.025


def _net(pattern, line, half):
    """Area over a straight background, and centre, of a line and its doublet."""
    angles, counts = pattern.two_theta, pattern.intensity
    low = (angles > line - half - 0.3) & (angles < line - half)
    high = (angles > line + half + 0.15) & (angles < line + half + 0.45)
    inside = (angles > line - half) & (angles < line + half + 0.15)
    ends = [angles[low].mean(), angles[high].mean()], [counts[low].mean(), counts[high].mean()]
    net = counts[inside] - np.interp(angles[inside], *ends)
    return net.sum(), (angles[inside] * net).sum() / net.sum()
