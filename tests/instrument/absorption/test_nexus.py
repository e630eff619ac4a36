"""NeXus files of scans hold what NXxas asks for, and every channel."""

from datetime import UTC, datetime

import h5py
import numpy as np
import pytest

from lmct.instrument.absorption import AbsorptionScan, write_nexus
from lmct.quantity.errors import DataError

ENERGY = np.arange(8300.0, 8400.0)


def scan(**more):
    channels = {"incident": ENERGY * 2.0, "transmitted": ENERGY * 0.5}
    return AbsorptionScan(
        energy=ENERGY, channels=channels, element="Ni", edge="K", sample="lto", temperature=300.0,
        start_time=datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC), **more,
    )  # fmt: skip


def test_what_the_definition_asks_for_is_read_back(tmp_path):
    file = write_nexus([scan(), scan()], tmp_path / "two.nxs")
    with h5py.File(file) as found:
        assert list(found) == ["entry", "entry_1"]
        entry = found[found.attrs["default"]]
        assert entry.attrs["NX_class"] == "NXentry"
        assert entry["definition"][()] == b"NXxas"
        assert entry["start_time"][()] == b"2020-01-02T03:04:05+00:00"
        data = entry[entry.attrs["default"]]
        np.testing.assert_array_equal(data[data.attrs["axes"]], ENERGY)
        np.testing.assert_array_equal(data[data.attrs["signal"]], ENERGY * 0.5)
        assert data["mode"][()] == b"Transmission"
        np.testing.assert_array_equal(entry["instrument/monochromator/energy"], ENERGY)
        assert entry["instrument/monochromator/energy"].attrs["units"] == "eV"
        np.testing.assert_array_equal(entry["instrument/incoming_beam/data"], ENERGY * 2.0)
        np.testing.assert_array_equal(entry["monitor/data"], ENERGY * 2.0)
        assert entry["sample/name"][()] == b"lto"
        assert entry["sample/temperature"][()] == 300.0
        assert set(entry["channels"]) == {"incident", "transmitted"}
        for name, kind in (("instrument", "NXinstrument"), ("sample", "NXsample"), ("data", "NXdata")):
            assert entry[name].attrs["NX_class"] == kind


def test_nothing_and_missing_channels_are_refused(tmp_path):
    with pytest.raises(DataError, match="no scan"):
        write_nexus([], tmp_path / "none.nxs")
    with pytest.raises(DataError, match="channel of the mode"):
        write_nexus([scan(mode="electron_yield")], tmp_path / "none.nxs")
    assert not (tmp_path / "none.nxs").exists()
