"""NeXus files of photoelectron spectra hold what NXxps asks for."""

import h5py
import numpy as np
import pytest

from lmct.instrument.photoemission import PhotoemissionSpectrum, write_nexus
from lmct.quantity.errors import DataError

ENERGY = np.arange(525.0, 540.0, 0.1)


def test_what_the_definition_asks_for_is_read_back(tmp_path):
    counts = 100.0 + ENERGY
    spectrum = PhotoemissionSpectrum(
        ENERGY, counts, np.sqrt(counts), photon_energy=9940.0, region="O 1s", sample="lto", pass_energy=200.0,
        scans=4,
    )  # fmt: skip
    with h5py.File(write_nexus([spectrum, spectrum], tmp_path / "two.nxs")) as found:
        assert list(found) == ["entry", "entry_1"]
        entry = found[found.attrs["default"]]
        assert entry["definition"][()] == b"NXxps"
        data = entry[entry.attrs["default"]]
        np.testing.assert_array_equal(data[data.attrs["axes"]], ENERGY)
        np.testing.assert_array_equal(data[data.attrs["signal"]], counts)
        np.testing.assert_array_equal(data["data_errors"], np.sqrt(counts))
        assert data["energy"].attrs["type"] == "binding"
        assert data["data"].attrs["units"] == "counts"
        assert entry["instrument/beam_probe/incident_energy"][()] == 9940.0
        assert entry["instrument/electronanalyzer/energydispersion/pass_energy"].attrs["units"] == "eV"
        assert entry["instrument/electronanalyzer/detector/number_of_cycles"][()] == 4
        assert "work_function" not in entry["instrument/electronanalyzer"]
        assert entry["sample/name"][()] == b"lto"


def test_nothing_is_refused(tmp_path):
    with pytest.raises(DataError, match="no spectrum"):
        write_nexus([], tmp_path / "none.nxs")
