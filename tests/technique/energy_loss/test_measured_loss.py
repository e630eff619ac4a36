"""Edges as measured, with and without their background: what goes into a simulation comes back."""

from dataclasses import replace

import numpy as np
import pytest

from lmct.instrument.energy_loss import read
from lmct.quantity.errors import DataError, OutOfRange, UnknownName
from lmct.technique.energy_loss.analyse import analyse_record
from lmct.technique.energy_loss.inelastic import inelastic_kernel
from lmct.technique.energy_loss.line_table import LINE_PAIRS
from lmct.technique.energy_loss.measured_loss import loss_from_spectrum
from lmct.technique.energy_loss.measured_spectrum import spectrum_of
from lmct.technique.energy_loss.no_background import background_is_off, scatter_variance, variance_floor
from lmct.technique.energy_loss.prepare_edge import prepare_edge
from lmct.technique.energy_loss.simulate import Microscope
from lmct.technique.energy_loss.simulate_edges import EdgeModel, edge_intensity
from lmct.technique.energy_loss.simulate_samples import (
    height_and_decay,
    loss_of_measurement,
    sample_of_fractions,
)
from lmct.technique.energy_loss.simulate_state import Particle, spectra_of_sample

NICKEL = LINE_PAIRS["Ni"]
TAKEN = Microscope(dispersion=0.25, channels=2200, resolution=0.3)


def spectra(fractions, seed=1, counts=1e9):
    return spectra_of_sample(sample_of_fractions(fractions, Particle()), TAKEN, counts=counts, seed=seed)


def test_lines_above_the_continuum_are_those_that_were_put_in():
    core, low = spectra({"ni_2": 1.0})
    kernel = inelastic_kernel(low, dispersion=core.dispersion, channels=len(core.energy))
    decay = height_and_decay(NICKEL)[1]
    found = loss_from_spectrum("ni_2", core, NICKEL, kernel=kernel, decay=decay)
    energy = np.arange(850.0, 878.0, 0.05)
    (true,) = (edge for edge in sample_of_fractions({"ni_2": 1.0}, Particle()).edges if edge.name == "ni_2")
    shown = edge_intensity(
        found.in_place_of(EdgeModel("ni_2", (), (), height=true.height, decay=true.decay)), energy
    )
    put_in = edge_intensity(true, energy)
    assert np.trapezoid(shown, energy) == pytest.approx(np.trapezoid(put_in, energy), rel=0.05)
    assert energy[np.argmax(shown)] == pytest.approx(energy[np.argmax(put_in)], abs=0.3)


def test_a_measured_species_takes_the_place_of_every_model():
    core, low = spectra({"ni_2": 1.0})
    one, other = (
        analyse_record(record, name=name, sample="s", active_mass=None, condition={}, options={})
        for record, name in ((core, "core"), (low, "low"))
    )
    kept = [loss_of_measurement("mine", one, other)]
    sample = sample_of_fractions({"mine": 1.0}, Particle(), measured=kept)
    assert {edge.name for edge in sample.edges} == {"mine", "ti_4", "oxide"}
    with pytest.raises(UnknownName, match="Known: mine"):
        sample_of_fractions({"ni_2": 1.0}, Particle(), measured=kept)
    with pytest.raises(DataError, match="core is no low loss"):
        loss_of_measurement("mine", one, one)


def test_a_short_spectrum_and_one_without_lines_are_refused():
    core, _ = spectra({"ni_2": 1.0})
    kept = core.energy < 880.0
    short = replace(core, energy=core.energy[kept], counts=core.counts[kept])
    with pytest.raises(OutOfRange, match="Expected one that covers"):
        loss_from_spectrum("ni_2", short, NICKEL, decay=3.8)


def test_heights_of_other_elements_lie_between():
    height, decay = height_and_decay(LINE_PAIRS["Mn"])
    assert 1.13 < height < 5.0
    assert 3.3 < decay < 3.8
    assert height_and_decay(LINE_PAIRS["Cu"]) == height_and_decay(NICKEL)


def test_what_is_a_background_and_what_is_none():
    random = np.random.default_rng(4)
    assert background_is_off(counts=random.normal(0.0, 5.0, 200))
    assert background_is_off(counts=np.concatenate([np.zeros(150), random.normal(0.0, 5.0, 50)]))
    assert not background_is_off(counts=random.poisson(3.0, 200).astype(float))
    assert not background_is_off(counts=random.poisson(1e5, 200).astype(float))
    noisy = np.concatenate([np.zeros(500), random.normal(0.0, 5.0, 4000)])
    assert scatter_variance(counts=noisy) == pytest.approx(25.0, rel=0.15)
    assert variance_floor(counts=noisy) == scatter_variance(counts=noisy)
    assert variance_floor(counts=random.poisson(1e3, 500).astype(float)) == 0.0


@pytest.mark.files
def test_an_exported_edge_agrees_with_the_spectrum_it_was_taken_from(microscope):
    """The authors' Mn edge, background off, against their whole spectrum; both axes repaired."""
    folder = microscope / "multimodal_eels/TM"
    options = {"elements": ["O", "Mn", "Co", "Ni"], "energy_scale": "repair"}
    whole, bare = (
        prepare_edge(
            spectrum_of(
                analyse_record(
                    read(folder / f"{name}.msa"),
                    name=name, sample=name, active_mass=None, condition={}, options=options,
                )
            ),
            LINE_PAIRS["Mn"],
        )
        for name in ("Extracted Spectrum 1", "Mn_edge")
    )  # fmt: skip
    energy = np.arange(638.0, 660.0, 0.3)
    shown = np.interp(energy, bare.energy, bare.counts)
    expected = np.interp(energy, whole.energy, whole.counts)
    # their background is not ours, which tilts the edge
    assert np.corrcoef(shown, expected)[0, 1] > 0.99
    assert np.all(bare.variance > 0.0)
