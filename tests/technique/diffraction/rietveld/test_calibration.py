from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lmct.quantity.assessment import Assessment
from lmct.quantity.errors import NotConverged
from lmct.technique.diffraction.rietveld.calibration import calibrate_diffractometer
from lmct.technique.diffraction.rietveld.refine import refine
from lmct.technique.diffraction.rietveld.settings import SAMPLE, RietveldSettings
from lmct.technique.diffraction.rietveld.whole_powder import le_bail, pawley
from lmct.technique.diffraction.simulation.sample import Phase
from tests.technique.diffraction.rietveld_truth import BORIDE, FLUORITE, LAB, NICKEL_OXIDE, mixture

NEW = replace(
    LAB,
    axial=0.0,
    gaussian_u=0.0,
    gaussian_v=0.0,
    gaussian_w=0.01,
    lorentzian_x=0.05,
    lorentzian_y=0.0,
    line_ratio=0.45,
)
PLAIN = RietveldSettings(background_terms=4)


@pytest.fixture(scope="module")
def calibration():
    return calibrate_diffractometer(
        mixture([Phase(crystal=BORIDE)]), standard=BORIDE, diffractometer=NEW, settings=PLAIN
    )


def test_calibration_finds_the_instrument(calibration):
    found, spread = calibration.diffractometer, calibration.uncertainty
    assert found.axial == pytest.approx(0.03, abs=0.004)
    assert found.line_ratio == pytest.approx(0.5, abs=max(4 * spread["line_ratio"], 0.01))
    for angle in (20.0, 40.0, 55.0):
        assert _widths(found, angle) == pytest.approx(_widths(LAB, angle), rel=0.12)
    assert calibration.refined.values["displacement"].value == pytest.approx(0.05, abs=0.003)
    assert "a" not in calibration.refined.values


def _widths(one, theta):
    tangent = np.tan(np.radians(theta))
    gaussian = np.sqrt(one.gaussian_u * tangent**2 + one.gaussian_v * tangent + one.gaussian_w)
    lorentzian = one.lorentzian_x / np.cos(np.radians(theta)) + one.lorentzian_y * tangent
    return 0.5346 * lorentzian + np.sqrt(0.2166 * lorentzian**2 + gaussian**2)


def test_calibrated_instrument_gives_the_cell_of_another_sample(calibration):
    sample = mixture([Phase(crystal=NICKEL_OXIDE, size=60.0)], seed=3, displacement=-0.08)
    settings = calibration.settings(PLAIN)
    assert settings.widths == SAMPLE
    refined = refine(
        sample, phases=[NICKEL_OXIDE], diffractometer=calibration.diffractometer, settings=settings
    )
    error = abs(refined.values["a"].value - 4.1771)
    assert error < 3 * np.hypot(refined.values["a"].uncertainty, refined.systematic["a"])
    assert refined.systematic["a"] < 5e-5 * 4.1771


@pytest.mark.slow
def test_another_substance_is_no_standard():
    with pytest.raises(NotConverged, match="is not explained by LaB6"):
        calibrate_diffractometer(
            mixture([Phase(crystal=FLUORITE)]), standard=BORIDE, diffractometer=LAB, settings=PLAIN
        )


@pytest.mark.parametrize("method", [le_bail, pawley])
def test_cell_without_a_structure(method):
    pattern = mixture([Phase(crystal=FLUORITE)])
    refined = method(pattern, space_group="F m -3 m", cell=[5.49], diffractometer=LAB, settings=PLAIN)
    assert refined.values["a"].value == pytest.approx(5.4631, abs=4 * refined.values["a"].uncertainty)
    assert 0 < refined.values["a"].uncertainty < 2e-4
    assert not [name for name in refined.values if name.startswith(("b_iso", "occupancy", "scale"))]


@pytest.mark.slow
def test_wrong_cell_is_not_called_good():
    refined = le_bail(
        mixture([Phase(crystal=FLUORITE)]),
        space_group="P m -3 m",
        cell=[4.16],
        diffractometer=LAB,
        settings=PLAIN,
    )
    assert refined.assessment is not Assessment.GOOD
