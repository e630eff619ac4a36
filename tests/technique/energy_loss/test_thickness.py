from dataclasses import replace

import numpy as np
import pytest

from lmct.instrument.energy_loss import NavigationAxis, SpectrumImage, read
from lmct.quantity.errors import OutOfRange, UnitMismatch
from lmct.technique.energy_loss.plural_scattering import remove_plural_scattering
from lmct.technique.energy_loss.simulate import Microscope, simulate_core_loss, simulate_low_loss
from lmct.technique.energy_loss.zero_loss import align_zero_loss, measure_zero_loss


@pytest.mark.parametrize("thickness", [0.2, 0.5, 1.0])
def test_thickness_and_position(sample, thickness):
    low = simulate_low_loss(
        replace(sample, thickness=thickness), Microscope(axis_offset=-3.3), counts=1e6, seed=2
    )
    zero = measure_zero_loss(low)
    assert zero.position.value == pytest.approx(-3.3, abs=0.05)
    assert zero.width == pytest.approx(0.72, abs=0.06)
    assert zero.thickness.value == pytest.approx(thickness, abs=max(0.005, 3 * zero.thickness.uncertainty))


def test_a_full_detector_or_no_zero_loss_is_refused(sample):
    low = simulate_low_loss(sample, Microscope(), counts=1e6, seed=2)
    with pytest.raises(OutOfRange, match="detector is full"):
        measure_zero_loss(replace(low, saturated=(-0.5, 0.5)))
    core = simulate_core_loss(sample, Microscope(), first=430.0, counts=1e6, seed=2)
    with pytest.raises(OutOfRange, match="no zero loss"):
        measure_zero_loss(core)


def test_places_of_an_image_are_aligned(sample):
    offsets = [-2.0, 0.0, 1.5]
    rows = [
        simulate_low_loss(sample, Microscope(), first=-40.0 - offset, counts=1e5, seed=3)
        for offset in offsets
    ]
    image = SpectrumImage(
        energy=-40.0 + 0.25 * np.arange(2048),
        counts=np.array([row.counts for row in rows]),
        axes=(NavigationAxis("x", "nm", 1.0, 0.0, 3),),
    )
    summed, positions = align_zero_loss(image)
    np.testing.assert_allclose(positions, offsets, atol=0.05)
    assert measure_zero_loss(summed).width < 0.85
    assert measure_zero_loss(summed).position.value == pytest.approx(0.0, abs=0.05)


def test_fourier_ratio_brings_back_the_thin_edge(sample):
    """Truth: the same edge simulated for a sample without inelastic scattering, in elastic counts."""
    edges = {edge: weight for edge, weight in sample.edges.items() if edge.name.startswith("ni")}
    thick = replace(sample, edges=edges, thickness=0.8, background=3.0)
    taken = Microscope(resolution=1.0, channels=1200)
    core = simulate_core_loss(thick, taken, first=780.0, counts=4e7, seed=4)
    low = simulate_low_loss(thick, taken, counts=1e7, seed=5)
    found = remove_plural_scattering(core, low, background=(785.0, 845.0))
    thin = simulate_core_loss(replace(thick, thickness=0.0), taken, first=780.0, counts=4e7, seed=6)
    bare = remove_plural_scattering(
        thin,
        simulate_low_loss(replace(thick, thickness=0.0), taken, counts=1e7, seed=7),
        background=(785.0, 845.0),
    )

    def tail_over_lines(single):
        energy, counts = single.spectrum.energy, single.spectrum.counts
        lines = counts[(energy > 850) & (energy < 860)].sum()
        return counts[(energy > 880) & (energy < 920)].sum() / lines

    def raw_tail(spectrum):
        from lmct.technique.energy_loss.power_law import fit_power_law

        fitted = fit_power_law(energy=spectrum.energy, counts=spectrum.counts, window=(785.0, 845.0))
        net, energy = spectrum.counts - fitted.at(spectrum.energy), spectrum.energy
        return net[(energy > 880) & (energy < 920)].sum() / net[(energy > 850) & (energy < 860)].sum()

    assert found.thickness == pytest.approx(0.8, abs=0.01)
    assert raw_tail(core) > 1.2 * tail_over_lines(bare)
    assert tail_over_lines(found) == pytest.approx(tail_over_lines(bare), rel=0.06)


def test_other_dispersions_are_refused(sample):
    core = simulate_core_loss(sample, Microscope(), first=430.0, counts=1e5, seed=4)
    low = simulate_low_loss(sample, Microscope(dispersion=0.5), counts=1e5, seed=5)
    with pytest.raises(UnitMismatch, match="per channel"):
        remove_plural_scattering(core, low, background=(435.0, 450.0))


@pytest.mark.files
def test_real_low_loss(microscope):
    image = read(microscope / "multimodal_eels/ZLP/EELS Spectrum Image.dm3")
    zero = measure_zero_loss(image.summed())
    assert zero.position.value == pytest.approx(-3.3, abs=0.4)
    assert 2.1 < zero.width < 2.4
    assert zero.thickness.value == pytest.approx(0.67, abs=2.5 * zero.thickness.uncertainty)
    _, positions = align_zero_loss(image)
    assert np.nanstd(positions) < 0.3


def test_drift_of_frames_widens_the_zero_loss(sample):
    """Variances of resolution and drift add: 0.7 and 2.355 x 0.4 eV give 1.18 eV."""
    taken = Microscope(drift=0.4, frames=400)
    low = simulate_low_loss(replace(sample, thickness=0.1), taken, counts=1e6, seed=8)
    assert measure_zero_loss(low).width == pytest.approx(1.18, abs=0.08)
