"""States to files and back: what the species are is found again by the joint analysis of Ni 2p."""

import numpy as np
import pytest

from lmct.electrode.state import ElectrodeState
from lmct.instrument.photoemission import read
from lmct.quantity.errors import OutOfRange, UnknownName
from lmct.technique.photoemission.analyser_plan import AnalyserPlan, SpeciesShares
from lmct.technique.photoemission.charge_balance import ChargeModel
from lmct.technique.photoemission.measured_species import mixed_signal, species_of_file
from lmct.technique.photoemission.model_lines import NICKEL
from lmct.technique.photoemission.nickel_series import fit_nickel
from lmct.technique.photoemission.series_data import SpectrumData
from lmct.technique.photoemission.simulate import expected_shape, simulate_sample, write_sample
from lmct.technique.photoemission.simulate_state import spectra_from_states, write_states

MODEL = ChargeModel(nickel=0.25)
STATES = [
    ElectrodeState(metal_holes=n, oxygen_holes=p, voltage=4.0)
    for n, p in ((0.1, 0.0), (0.3, 0.2), (0.4, 0.4))
]


def data(spectrum):
    return SpectrumData(spectrum.sample, spectrum.binding_energy, spectrum.intensity, spectrum.uncertainty)


def test_shares_of_nickel_come_back():
    samples, references = spectra_from_states(STATES, MODEL, AnalyserPlan(), seed=3)
    truth = [one.shares.nickel_2 for one in samples]
    assert truth == pytest.approx([1.0 - n / 0.5 for n in (0.1, 0.3, 0.4)])
    found = fit_nickel(
        [data(one.spectra[NICKEL]) for one in samples],
        *(data(references[name].spectra[NICKEL]) for name in ("ni_2", "ni_34")),
    )
    spread = np.sqrt(np.diag(found.covariance))
    assert np.all(np.abs(found.fractions - truth) < 3.0 * spread)
    assert np.all(spread < 0.05)


@pytest.mark.parametrize("ses", [False, True])
def test_files_are_read_again(tmp_path, ses):
    files = write_states(STATES[:1], MODEL, AnalyserPlan(peak_counts=1e3), tmp_path, ses=ses)
    assert len(files) == (6 if ses else 3)
    regions = [one.region for file in files for one in read(file).spectra]
    assert sorted(regions) == ["Ni 2p"] * 3 + ["O 1s"] * 3


def test_measured_spectra_make_those_of_states(tmp_path):
    """Lines of another width, tail and place than the model's, from files, come back in the simulation."""
    other = AnalyserPlan(peak_counts=1e6, asymmetry=0.05, resolution=1.0, charging=0.0, separation=1.4)
    random = np.random.default_rng(5)
    measured = []
    for name, nickel, oxygen in (("pristine", 1.0, 0.0), ("charged", 0.0, 0.4)):
        shares = SpeciesShares(nickel_2=nickel, oxidised_oxygen=oxygen)
        (file,) = write_sample(simulate_sample(name, shares, other, random), tmp_path)
        measured += [
            species_of_file(file, region, share=share)
            for region, share in (("Ni 2p", nickel), ("O 1s", oxygen))
        ]
    samples, references = spectra_from_states(STATES, MODEL, AnalyserPlan(), seed=3, measured=measured)
    shown = samples[1].spectra["O 1s"]
    _, expected = expected_shape("O 1s", samples[1].shares, other, shift=samples[1].shift)
    _, model = expected_shape("O 1s", samples[1].shares, AnalyserPlan(), shift=samples[1].shift)
    far = {
        name: np.abs(shape / shape.max() - shown.intensity / shown.intensity.max()).max()
        for name, shape in (("other", expected), ("model", model))
    }
    assert far["other"] < 0.04 < 0.1 < far["model"]
    found = fit_nickel(
        [data(one.spectra[NICKEL]) for one in samples],
        *(data(references[name].spectra[NICKEL]) for name in ("ni_2", "ni_34")),
    )
    spread = np.sqrt(np.diag(found.covariance))
    assert np.all(np.abs(found.fractions - [one.shares.nickel_2 for one in samples]) < 3.0 * spread)
    with pytest.raises(OutOfRange, match=r"lies outside those that were measured, 0 to 0\.4"):
        mixed_signal(measured[1::2], shown.binding_energy, share=0.5)
    with pytest.raises(UnknownName, match=r"Did you mean 'Ni 2p'"):
        species_of_file(tmp_path / "pristine.vms", "Ni 2s", share=0.0)


def test_states_beyond_the_species_are_refused():
    with pytest.raises(OutOfRange, match="holes on the metal"):
        spectra_from_states(
            [ElectrodeState(metal_holes=0.7, oxygen_holes=0.0, voltage=4.0)], MODEL, AnalyserPlan(), seed=1
        )
