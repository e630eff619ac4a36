"""Refined cells and weight fractions of real patterns against what is known of them."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from lmct.instrument.diffraction import read_pattern
from lmct.material.crystal.cif import read_cif
from lmct.material.crystal.crystal import Crystal, Site
from lmct.material.crystal.library import load
from lmct.quantity.assessment import Assessment
from lmct.technique.diffraction.diffractometer import Diffractometer, beamline_11bm
from lmct.technique.diffraction.rietveld.calibration import calibrate_diffractometer
from lmct.technique.diffraction.rietveld.refine import refine
from lmct.technique.diffraction.rietveld.settings import PER_SITE, RietveldSettings

pytestmark = pytest.mark.files

COPPER = (1.5405929, 1.5444274)
ROUND_ROBIN = Diffractometer(wavelengths=COPPER, radius=173.0, monochromator=26.6)


@pytest.fixture(scope="module")
def folder(data):
    return data / "diffraction"


def total(refined, name):
    return math.hypot(refined.values[name].uncertainty, refined.systematic.get(name, 0.0))


def test_lab6_with_and_without_axial_divergence(folder):
    pattern = read_pattern(folder / "gsas2_tutorials/NIST660CBI.gsas")
    instrument = Diffractometer(wavelengths=COPPER)
    refined = refine(pattern, phases=[load("lab6")], diffractometer=instrument)
    assert refined.assessment is Assessment.GOOD
    assert refined.values["a"].value == pytest.approx(4.15719, abs=2e-5)
    assert refined.values["displacement"].value == pytest.approx(0.122, abs=0.002)
    assert abs(refined.values["a"].value - 4.156826) < 2 * total(refined, "a")
    blind = refine(
        pattern, phases=[load("lab6")], diffractometer=instrument, settings=RietveldSettings(axial=False)
    )
    assert blind.values["a"].value == pytest.approx(4.15646, abs=4e-5)
    assert "poor fit" in blind.flags
    assert abs(blind.values["a"].value - 4.156826) < 2 * total(blind, "a")


def test_calibration_on_lab6_says_how_far_cells_can_be_trusted(folder):
    pattern = read_pattern(folder / "gsas2_tutorials/NIST660CBI.gsas")
    found = calibrate_diffractometer(
        pattern, standard=load("lab6"), diffractometer=Diffractometer(wavelengths=COPPER)
    )
    assert found.diffractometer.axial == pytest.approx(0.058, abs=0.005)
    assert 1e-5 < found.diffractometer.cell_systematic < 1.2e-4


def test_fluorite(folder):
    pattern = read_pattern(folder / "rietx_tests/fluorite.prn")
    refined = refine(pattern, phases=[load("fluorite")], diffractometer=ROUND_ROBIN)
    assert refined.values["a"].value == pytest.approx(5.46356, abs=8e-5)
    blind = refine(
        pattern, phases=[load("fluorite")], diffractometer=ROUND_ROBIN, settings=RietveldSettings(axial=False)
    )
    assert blind.values["a"].value == pytest.approx(5.46264, abs=8e-5)


def test_weighed_mixture_of_the_round_robin(folder):
    pattern = read_pattern(folder / "rietx_tests/cpd-1g.prn")
    phases = [load("corundum"), load("zincite"), load("fluorite")]
    settings = RietveldSettings(thermal_phases=())
    refined = refine(pattern, phases=phases, diffractometer=ROUND_ROBIN, settings=settings)
    for crystal, weighed in zip(phases, (0.3137, 0.3421, 0.3442), strict=True):
        name = f"weight_fraction({crystal.name})"
        assert abs(refined.values[name].value - weighed) < 2 * total(refined, name), name
        assert total(refined, name) < 0.02
    assert refined.values["c"].value == pytest.approx(12.9923, abs=2 * total(refined, "c"))


def test_lithium_cobalt_oxide_shows_its_texture(folder):
    pattern = read_pattern(folder / "bbo_rietveld/LiCoO2.dat")
    instrument = Diffractometer(wavelengths=(1.5406, 1.54443))
    crystal = load("licoo2")
    plain = RietveldSettings(coordinates=True)
    without = refine(pattern, phases=[crystal], diffractometer=instrument, settings=plain)
    assert "intensities not explained" in without.flags
    textured = replace(plain, texture={crystal.name: (0, 0, 1)})
    refined = refine(pattern, phases=[crystal], diffractometer=instrument, settings=textured)
    assert refined.assessment is Assessment.GOOD
    assert refined.values["march"].value == pytest.approx(0.87, abs=0.03)
    for name, literature in (("a", 2.8161), ("c", 14.0536)):
        assert abs(refined.values[name].value - literature) < 2.5 * total(refined, name)
    assert refined.values["z(6c)"].value == pytest.approx(0.2395, abs=0.003)


def test_variable_slits_show_as_negative_b(folder):
    pattern = read_pattern(folder / "gsas2_tutorials/LaB6_Jan2018.raw")
    settings = RietveldSettings(displacement_parameters=PER_SITE)
    refined = refine(
        pattern,
        phases=[load("lab6")],
        diffractometer=Diffractometer(wavelengths=pattern.wavelengths, radius=pattern.radius),
        settings=settings,
    )
    assert "negative displacement parameter" in refined.flags
    assert refined.assessment is not Assessment.GOOD
    assert abs(refined.values["a"].value - 4.156826) < 2.5 * total(refined, "a")


FLUORAPATITE = Crystal(
    name="fluorapatite",
    space_group="P 63/m",
    cell=(9.37, 9.37, 6.89, 90.0, 90.0, 120.0),
    sites=tuple(
        Site(label=label, occupancy={ion: 1.0}, position=position, b_iso=0.4)
        for label, ion, position in (
            ("Ca1", "Ca2+", (1 / 3, 2 / 3, 0.002)),
            ("Ca2", "Ca2+", (0.242, 0.993, 0.25)),
            ("P", "P", (0.398, 0.368, 0.25)),
            ("F", "F1-", (0.0, 0.0, 0.25)),
            ("O1", "O2-", (0.325, 0.485, 0.25)),
            ("O2", "O2-", (0.591, 0.470, 0.25)),
            ("O3", "O2-", (0.340, 0.258, 0.071)),
        )
    ),
    reference="rounded from Sudarsanan, Mackie and Young, Materials Research Bulletin 7, 1331 (1972)",
)


@pytest.mark.slow
def test_fluorapatite(folder):
    pattern = read_pattern(folder / "gsas2_tutorials/FAP.XRA")
    refined = refine(
        pattern,
        phases=[FLUORAPATITE],
        diffractometer=Diffractometer(wavelengths=(1.5405, 1.5443)),
        settings=RietveldSettings(coordinates=True),
    )
    for name, known in (("a", 9.371724), ("c", 6.885867)):
        assert abs(refined.values[name].value - known) < 2 * total(refined, name)
    assert refined.weighted_residual < 0.11


@pytest.mark.slow
def test_beamline_pattern_with_an_impurity(folder):
    pattern = read_pattern(folder / "gsas2_tutorials/11BM_NAC.fxye")
    refined = refine(
        pattern,
        phases=[read_cif(folder / "gsas2_tutorials/NAC.cif"), load("fluorite")],
        diffractometer=replace(beamline_11bm(), wavelengths=(0.4139090,), axial=0.0022),
        settings=RietveldSettings(two_theta_range=(2.0, 24.0)),
    )
    assert refined.values["a"].value == pytest.approx(10.251216, abs=2e-4)
    assert abs(refined.values["a"].value - 10.251216) < 2 * total(refined, "a")
    assert 0.0 < refined.values["weight_fraction(CaF2)"].value < 0.03


@pytest.mark.slow
def test_mixture_of_precursors(folder):
    (path,) = folder.glob("dara/NiO_0p2030*8min*")
    phases = [load("nio"), load("li2co3"), load("anatase")]
    refined = refine(read_pattern(path), phases=phases, settings=RietveldSettings(thermal_phases=()))
    for crystal, weighed in zip(phases, (0.203, 0.2999, 0.5025), strict=True):
        name = f"weight_fraction({crystal.name})"
        assert refined.values[name].value == pytest.approx(weighed, abs=0.025), name
    assert abs(refined.values["a"].value - 4.1771) < 2.5 * total(refined, "a")


BIXBYITE = Crystal(
    name="Mn2O3",
    space_group="I a -3",
    cell=(9.415, 9.415, 9.415, 90.0, 90.0, 90.0),
    sites=(
        Site(label="8b", occupancy={"Mn3+": 1.0}, position=(0.25, 0.25, 0.25)),
        Site(label="24d", occupancy={"Mn3+": 1.0}, position=(0.9651, 0.0, 0.25)),
        Site(label="48e", occupancy={"O2-": 1.0}, position=(0.3885, 0.1541, 0.3803)),
    ),
    reference="positions rounded from Geller, Acta Cryst. B 27, 821 (1971)",
)


@pytest.mark.slow
def test_mixture_with_broad_lines_that_do_not_show_axial_divergence(folder):
    pattern = read_pattern(folder / "xrd_autoanalyzer/Mn2O3+LiF.xy")
    refined = refine(
        pattern,
        phases=[BIXBYITE, load("lif")],
        diffractometer=Diffractometer(wavelengths=COPPER),
        settings=RietveldSettings(thermal_phases=()),
    )
    assert "axial" not in refined.values
    assert refined.weighted_residual < 0.05
    for name, literature in (("a", 9.4146), ("a(LiF)", 4.0263)):
        assert abs(refined.values[name].value - literature) < 2.5 * total(refined, name)
