import numpy as np
import pytest

from lmct.instrument.energy_loss import EnergyLossSpectrum, read
from lmct.quantity.errors import OutOfRange, UnknownName
from lmct.technique.energy_loss.energy_scale import (
    GOOD,
    MISCALIBRATED,
    UNVERIFIED,
    find_energy_scale,
    require_good_scale,
)
from lmct.technique.energy_loss.simulate import Microscope, simulate_core_loss

ELEMENTS = ["Ti", "O", "Ni"]


@pytest.mark.parametrize(
    ("slope", "offset"),
    [(1.0, 0.0), (1.0, 17.0), (1.0, -17.0), (1.02, -5.0), (0.98, 3.0), (1.0, 5.5), (1.0, 6.8)],
)
def test_a_wrong_axis_is_found_and_not_taken_for_the_next_line(sample, slope, offset):
    """Shifts by the distances of the lines (5.5, 17.3 eV) put L2 where L3 belongs."""
    taken = Microscope(axis_slope=slope, axis_offset=offset)
    spectrum = simulate_core_loss(sample, taken, first=430.0, counts=1e6, seed=1)
    scale = find_energy_scale(spectrum, elements=ELEMENTS)
    assert scale.verdict == (GOOD if (slope, offset) == (1.0, 0.0) else MISCALIBRATED)
    for energy in (459.5, 853.9):
        stored = slope * energy + offset
        shift = scale.shift_at(stored)
        assert shift.value == pytest.approx(energy - stored, abs=3 * shift.uncertainty)
        assert shift.uncertainty < 2.0


def test_noise_alone_is_unverified():
    energy = 430.0 + 0.25 * np.arange(2000)
    counts = np.random.default_rng(2).poisson(1e4 * (energy / 430.0) ** -3.0).astype(float)
    scale = find_energy_scale(EnergyLossSpectrum(energy=energy, counts=counts), elements=ELEMENTS)
    assert scale.verdict == UNVERIFIED
    with pytest.raises(OutOfRange, match="cannot be checked"):
        require_good_scale(scale)


def test_unknown_elements_are_named(sample):
    spectrum = simulate_core_loss(sample, Microscope(), first=430.0, counts=1e5, seed=1)
    with pytest.raises(UnknownName, match="'Nj'"):
        find_energy_scale(spectrum, elements=["Nj"])


@pytest.mark.files
@pytest.mark.parametrize("elements", [["O", "Mn", "Co", "Ni"], ["Ni"], ["Mn", "Ni"]])
def test_the_real_cathode_is_refused_with_its_offset(microscope, elements):
    """As stored, its L2 lines lie 1-2 eV from where L3 lines belong: the L3 lines are 12-19 eV lower."""
    spectrum = read(microscope / "multimodal_eels/TM/TM+O EELS Spectrum Image.dm3").summed()
    scale = find_energy_scale(spectrum, elements=elements)
    assert scale.verdict == MISCALIBRATED
    nickel = next(pair for pair in scale.pairs if pair.line.element == "Ni")
    assert nickel.first == pytest.approx(834.8, abs=0.6)
    assert scale.shifts["Ni"].value == pytest.approx(19.0, abs=2.0)
    with pytest.raises(OutOfRange, match="energy axis is wrong"):
        require_good_scale(scale)
    if "Co" in elements:
        found = {pair.line.element: (pair.first, pair.second) for pair in scale.pairs}
        assert found["Mn"] == pytest.approx((630.3, 640.7), abs=0.5)
        assert found["Co"] == pytest.approx((764.0, 778.0), abs=0.8)
        assert scale.shifts["Mn"].value == pytest.approx(12.2, abs=2.0)
        assert scale.slope == pytest.approx(1.034, abs=0.012)
        assert max(map(abs, scale.residuals.values())) < 1.5


@pytest.mark.files
@pytest.mark.parametrize(
    ("file", "first"),
    [("exspy/coreloss_spectrum.msa", 648.4), ("hyperspy_workshop/LSMO_linescan.hspy", 634.5)],
)
def test_other_real_manganese_edges(microscope, file, first):
    record = read(microscope / file)
    scale = find_energy_scale(record if record.counts.ndim == 1 else record.summed(), elements=["Mn"])
    assert scale.verdict == MISCALIBRATED
    assert scale.pairs[0].first == pytest.approx(first, abs=0.6)
    assert scale.pairs[0].has_second
