"""States to files and back: what the species are is found again by the joint analysis of Ni 2p."""

import numpy as np
import pytest

from lmct.electrode.state import ElectrodeState
from lmct.instrument.photoemission import read
from lmct.quantity.errors import OutOfRange
from lmct.technique.photoemission.charge_balance import ChargeModel
from lmct.technique.photoemission.nickel_series import fit_nickel
from lmct.technique.photoemission.series_data import SpectrumData
from lmct.technique.photoemission.simulate import NICKEL, AnalyserPlan
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


def test_states_beyond_the_species_are_refused():
    with pytest.raises(OutOfRange, match="holes on the metal"):
        spectra_from_states(
            [ElectrodeState(metal_holes=0.7, oxygen_holes=0.0, voltage=4.0)], MODEL, AnalyserPlan(), seed=1
        )
