"""Every format read back from text written by hand or by the writers, and found by content."""

import gzip
from datetime import datetime

import numpy as np
import pytest

from lmct.instrument import absorption
from lmct.instrument.absorption.scan import AbsorptionScan
from lmct.quantity.errors import DamagedFile, DataError, MissingColumn, UnknownFormat, UnknownName

GRID = np.concatenate([np.arange(8200.0, 8320.0, 5.0), np.arange(8320.0, 8400.0, 0.5)])
LEVEL = 0.3 + 0.8 * (0.5 + np.arctan((GRID - 8345.0) / 1.5) / np.pi)
FOIL = 0.2 + (0.5 + np.arctan((GRID - 8333.0) / 1.5) / np.pi)


def scan(**changes):
    fields = {
        "energy": GRID,
        "channels": {"mu": LEVEL, "incident": np.full(len(GRID), 5e4), "reference_mu": FOIL},
        "element": "Ni",
        "edge": "K",
        "sample": "it's \\ a sample",
        "start_time": datetime(2026, 1, 2, 3, 4, 5),
        "temperature": 300.0,
    }
    return AbsorptionScan(**{**fields, **changes})


@pytest.mark.parametrize("packed", [True, False])
def test_athena_project_gives_back_what_was_written(tmp_path, packed):
    path = absorption.write_athena([scan(), scan(sample="second")], tmp_path / "a.prj", packed=packed)
    assert (path.read_bytes()[:2] == b"\x1f\x8b") == packed
    assert absorption.identify(path) == "athena"
    first, second = absorption.read_scans(path)
    assert first.sample == "it's \\ a sample"
    assert second.sample == "second"
    assert (first.element, first.edge) == ("Ni", "K")
    np.testing.assert_allclose(first.energy, GRID, rtol=1e-10)
    np.testing.assert_allclose(first.absorption(), LEVEL, rtol=1e-10)
    np.testing.assert_allclose(first.reference(), FOIL, rtol=1e-10)


def test_the_shift_of_a_project_is_in_the_energies(tmp_path):
    path = absorption.write_athena([scan()], tmp_path / "a.prj", packed=False)
    path.write_text(path.read_text().replace("'bkg_eshift',0", "'bkg_eshift','-1.5'"))
    (read,) = absorption.read_scans(path)
    np.testing.assert_allclose(read.energy, GRID - 1.5)
    assert any("-1.5 eV" in sentence for sentence in read.warnings)


@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
@pytest.mark.parametrize("packed", [True, False])
def test_a_project_that_is_cut_off_is_refused(tmp_path, share, packed):
    path = absorption.write_athena([scan(), scan()], tmp_path / "a.prj", packed=packed)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(DamagedFile):
        absorption.read_scans(path)


def test_perl_text_is_never_run(tmp_path):
    marker = tmp_path / "ran"
    path = absorption.write_athena([scan()], tmp_path / "a.prj", packed=False)
    path.write_text(path.read_text().replace("@x = (", f"system('touch {marker}');\n@x = ("))
    absorption.read_scans(path)
    assert not marker.exists()


def test_xdi_gives_back_channels_and_header(tmp_path):
    counts = {"incident": np.full(len(GRID), 1e5), "transmitted": 1e5 * np.exp(-LEVEL)}
    counts["reference"] = counts["transmitted"] * np.exp(-FOIL)
    path = absorption.write_xdi(scan(channels=counts, sample="NiO"), tmp_path / "a.xdi")
    read = absorption.read(path)
    assert (read.format, read.element, read.edge, read.sample) == ("xdi", "Ni", "K", "NiO")
    assert read.temperature == pytest.approx(300.0)
    assert read.start_time == datetime(2026, 1, 2, 3, 4, 5)
    np.testing.assert_allclose(read.absorption(), LEVEL, atol=1e-8)
    np.testing.assert_allclose(read.reference(), FOIL, atol=1e-8)


def test_xdi_angle_becomes_energy_by_bragg(tmp_path):
    angle = np.degrees(np.arcsin(12398.4198 / (2 * 3.13555 * GRID)))[::-1]
    rows = "\n".join(f"{a:.9f} {m:.9f}" for a, m in zip(angle, LEVEL[::-1], strict=True))
    head = "# XDI/1.0\n# Column.1: angle degrees\n# Column.2: xmu\n# Mono.d_spacing: 3.13555\n#----\n"
    (tmp_path / "a.xdi").write_text(head + rows)
    read = absorption.read_scan(tmp_path / "a.xdi")
    np.testing.assert_allclose(read.energy, GRID, atol=1e-3)


def test_rock_text_gives_back_normalised_absorption(tmp_path):
    channels = {"normalised": LEVEL, "reference_mu": FOIL, "incident": np.full(len(GRID), 3.0)}
    read = absorption.read_scan(absorption.write_rock(scan(channels=channels), tmp_path / "a.txt"))
    assert read.format == "soleil-rock"
    assert read.normalised
    assert read.temperature == pytest.approx(300.0)
    np.testing.assert_allclose(read.absorption(), LEVEL, atol=1e-8)


def test_labview_columns_are_found_by_name(tmp_path):
    head = (
        "# 1-D Scan File created by LabVIEW Control Panel  7/9/2019  1:00:29 PM; "
        "Scan time 0 hrs 9 min 56 sec.\n"
        "#                 E0: 8333.00 eV   10 points\n"
        "#  1) If-32\n#  2) Mono Energy *\n#  3) It-32\n#  4) I0-32\n#\n"
    )
    rows = "\n".join(f"7 {e} {np.exp(-m):.9f} 1.0" for e, m in zip(GRID, LEVEL, strict=True))
    (tmp_path / "a.dat").write_text(head + rows)
    read = absorption.read_scan(tmp_path / "a.dat")
    assert (read.element, read.mode) == ("Ni", "transmission")
    assert (read.end_time - read.start_time).total_seconds() == 596
    np.testing.assert_allclose(read.absorption(), LEVEL, atol=1e-6)


def test_column_map_reads_numbers_and_words(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(
        "# en\tmon\tsig\n" + "\n".join(f"{e}\t2.0\t{m}" for e, m in zip(GRID, LEVEL, strict=True))
    )
    with pytest.raises(UnknownFormat, match="columns"):
        absorption.read_scan(path)
    read = absorption.read_scan(path, columns={"energy": "en", "incident": 2, "fluorescence": 3})
    assert read.mode == "fluorescence"
    np.testing.assert_allclose(read.absorption(), LEVEL / 2.0)
    with pytest.raises(UnknownName, match="energy"):
        absorption.read_scan(path, columns={"enrgy": 1, "mu": 2})
    with pytest.raises(MissingColumn, match="no column 9"):
        absorption.read_scan(path, columns={"energy": 1, "mu": 9})


def test_a_channel_that_is_missing_is_named():
    with pytest.raises(MissingColumn, match="fluorescence"):
        scan().absorption("fluorescence")


def test_a_series_is_read_lazily_in_the_order_of_the_clock(tmp_path):
    for number in (2, 0, 1):
        absorption.write_xdi(scan(start_time=datetime(2026, 1, 1, 12 - number)), tmp_path / f"s{number}.xdi")
    (tmp_path / "notes.txt").write_text("nothing measured here\n")
    series = absorption.read(tmp_path)
    assert [one.start_time.hour for one in series] == [10, 11, 12]
    assert any("notes.txt" in sentence for sentence in series.warnings)
    (tmp_path / "s0.xdi").unlink()
    with pytest.raises(DataError):
        series[2]


def test_text_with_a_gap_is_refused_with_its_line(tmp_path):
    path = absorption.write_xdi(scan(), tmp_path / "a.xdi")
    lines = path.read_text().splitlines()
    lines[40] = lines[40][:9]
    path.write_text("\n".join(lines))
    with pytest.raises(DamagedFile, match="line 41"):
        absorption.read_scans(path)


def test_gzipped_xdi_is_unpacked(tmp_path):
    path = absorption.write_xdi(scan(), tmp_path / "a.xdi")
    packed = tmp_path / "a.xdi.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert absorption.identify(packed) == "xdi"
