"""One truth through every layout; damaged and contradictory files are refused for the right reason."""

from __future__ import annotations

import struct
from datetime import datetime

import numpy as np
import pytest

from lmct.instrument import photoemission
from lmct.instrument.photoemission import PhotoemissionSpectrum, write_ses_text, write_vamas
from lmct.instrument.photoemission.check import checked
from lmct.instrument.photoemission.raw import BINDING, KINETIC, RawSpectrum
from lmct.quantity.errors import (
    DamagedFile,
    MissingColumn,
    OutOfRange,
    UnknownFormat,
    UnknownName,
)

ENERGY = np.round(np.arange(525.0, 537.0, 0.1), 6)


def counts(seed=1):
    mean = 200.0 + 4000.0 * np.exp(-0.5 * ((ENERGY - 529.7) / 0.6) ** 2)
    return np.random.default_rng(seed).poisson(mean).astype(float)


def spectrum(energy=ENERGY, intensity=None, **changes):
    intensity = counts() if intensity is None else intensity
    settings = {
        "photon_energy": 10_000.0, "region": "O 1s", "sample": "heated", "pass_energy": 200.0,
        "dwell_time": 0.5, "scans": 4, "start_time": datetime(2020, 5, 4, 3, 2, 1),
    } | changes  # fmt: skip
    return PhotoemissionSpectrum(
        binding_energy=energy,
        intensity=intensity,
        uncertainty=np.sqrt(np.maximum(intensity, 1.0)),
        **settings,
    )


@pytest.mark.parametrize("uneven", [False, True])
def test_vamas_comes_back(tmp_path, uneven):
    energy = ENERGY + (0.03 * np.sin(ENERGY) if uneven else 0.0)
    ni = spectrum(energy + 330.0, region="Ni 2p")
    path = write_vamas([spectrum(energy), ni], tmp_path / "file.dat")
    assert ("IRREGULAR" in path.read_text()) == uneven
    record = photoemission.read(path)
    assert record.format == "vamas"
    assert len(record.spectra) == 2
    back = record.region("o1s")
    np.testing.assert_allclose(back.binding_energy, energy, atol=1e-6)
    np.testing.assert_array_equal(back.intensity, counts())
    assert (back.photon_energy, back.pass_energy, back.dwell_time, back.scans) == (10_000.0, 200.0, 0.5, 4)
    assert back.start_time == datetime(2020, 5, 4, 3, 2, 1)
    assert back.stored_axis == "kinetic"
    np.testing.assert_allclose(back.kinetic_energy, 10_000.0 - energy, atol=1e-6)


def test_vamas_of_binding_energies_with_blank_lines_and_nul_bytes(tmp_path):
    path = write_vamas([spectrum(photon_energy=None)], tmp_path / "a.vms")
    path.write_bytes(b"\r\n\r\n" + path.read_bytes() + b"\0\0\0")
    back = photoemission.read_spectrum(path)
    np.testing.assert_allclose(back.binding_energy, ENERGY, atol=1e-6)
    with pytest.raises(MissingColumn, match="photon energy"):
        _ = back.kinetic_energy


@pytest.mark.parametrize("share", [0.1, 0.3, 0.9])
def test_truncated_vamas_is_damaged(tmp_path, share):
    text = write_vamas([spectrum()], tmp_path / "a.vms").read_text()
    (tmp_path / "cut.vms").write_text(text[: int(share * len(text))])
    with pytest.raises(DamagedFile, match=r"ends at line|Expected"):
        photoemission.read(tmp_path / "cut.vms")


def test_ses_text_comes_back(tmp_path):
    path = write_ses_text(spectrum(), tmp_path / "a.txt")
    assert photoemission.identify(path) == "scienta-ses-text"
    back = photoemission.read_spectrum(path)
    np.testing.assert_allclose(back.binding_energy, ENERGY, atol=1e-6)
    np.testing.assert_array_equal(back.intensity, counts())
    assert back.photon_energy == 10_000.0
    assert back.dwell_time == 0.5
    assert back.region == "O 1s"
    rows = path.read_text().splitlines()
    path.write_text("\n".join(rows[:-5]))
    with pytest.raises(DamagedFile, match="rows"):
        photoemission.read(path)


def test_casaxps_text(tmp_path):
    rows = [
        f"{1486.61 - x:.6e}\t{y:.6e}\t\t{x:.6e}\t{y / 0.3:.6e}" for x, y in zip(ENERGY, counts(), strict=True)
    ]
    head = ["Cycle 2:NiO:O1s", "\tCharacteristic Energy eV\t1486.61\tAcquisition Time s\t0.3", "Name\t\t"]
    path = tmp_path / "a.txt"
    path.write_text("\n".join([*head, "K.E.\tCounts\t\tB.E.\tCPS", *rows]))
    back = photoemission.read_spectrum(path)
    np.testing.assert_allclose(back.binding_energy, ENERGY, atol=2e-3)
    np.testing.assert_allclose(back.intensity, counts())
    assert (back.sample, back.region, back.dwell_time) == ("NiO", "O1s", 0.3)


def test_specs_xy_adds_scans(tmp_path):
    rows = [f"{x:g}  {y:g}" for x, y in zip(ENERGY[::-1], counts()[::-1], strict=True)]
    head = ["# Created by: SpecsLab Prodigy", "# XY-Serializer", "# Energy Axis: Binding Energy",
            "# Count Rate: Counts", "# Region: O1s", "# Excitation Energy: 1486.61"]  # fmt: skip
    path = tmp_path / "a.xy"
    path.write_text("\n".join([*head, "# Scan: 0", *rows, "", "# Scan: 1", *rows]))
    back = photoemission.read_spectrum(path)
    assert back.scans == 2
    np.testing.assert_allclose(back.intensity, 2.0 * counts())


def test_phi_binary(tmp_path):
    values = counts().astype("<f4")
    n = len(values)
    entry = struct.pack("<8I", 1, 1, 1, 1, 1, n, 1, 1) + b"pnt\0" + struct.pack("<I", 1) + b"sar\0"
    entry += bytes(12) + b"c/s\0" + bytes(12) + b"f4\0\0" + struct.pack("<5I", 4 * n, 112, 0, 0, 0)
    assert len(entry) == 96
    header = (
        "SOFH\r\nTechnique: XPS\r\nXraySource: Al 1486.6 mono\r\n"
        f"SpectralRegDef: 1 1 O1s 8 {n} -0.1000 536.9000 525.0000 0 0 0.8 55.00 AREA\r\n"
        "SpectralRegDef2: 1 530.0 10 0 4 180\r\nEOFH\r\n"
    )
    raw = header.encode() + struct.pack("<4I", 1, 1, 96, 16) + entry + values[::-1].tobytes()
    path = tmp_path / "a.spe"
    path.write_bytes(raw)
    back = photoemission.read_spectrum(path)
    np.testing.assert_allclose(back.intensity, counts())
    np.testing.assert_allclose(back.binding_energy, ENERGY, atol=1e-6)
    assert back.intensity_unit == "counts per second"
    assert back.scans == 10
    path.write_bytes(raw[:-8])
    with pytest.raises(DamagedFile, match="ends before"):
        photoemission.read(path)


def test_column_map_turns_falling_binding_energies(tmp_path):
    path = tmp_path / "a.csv"
    rows = [f"{x:.2f},{y:g}" for x, y in zip(ENERGY[::-1], counts()[::-1], strict=True)]
    path.write_text("\n".join(["BE/eV,In", *rows]))
    with pytest.raises(UnknownFormat, match="columns"):
        photoemission.read(path)
    columns = {"binding_energy": "BE/eV", "intensity": 2, "intensity_unit": "counts", "region": "O 1s"}
    back = photoemission.read_spectrum(path, columns=columns)
    np.testing.assert_allclose(back.intensity, counts())
    with pytest.raises(UnknownName, match="intensity"):
        photoemission.read(path, columns={"binding_energy": 1, "intensty": 2})
    with pytest.raises(MissingColumn, match="photon energy"):
        photoemission.read(path, columns={"kinetic_energy": 1, "intensity": 2})


def test_work_function_counts_only_for_the_vacuum_level(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("\n".join(f"{1486.6 - 4.5 - x:.3f} {y:g}" for x, y in zip(ENERGY, counts(), strict=True)))
    columns = {"kinetic_energy": 1, "intensity": 2, "photon_energy": 1486.6, "work_function": 4.5}
    back = photoemission.read_spectrum(path, columns=columns)
    np.testing.assert_allclose(back.binding_energy, ENERGY, atol=2e-3)


def raw(**changes):
    settings = {
        "energy": ENERGY,
        "intensity": counts(),
        "axis": BINDING,
        "intensity_unit": "counts",
    } | changes
    return RawSpectrum(**settings)


def test_kinetic_taken_for_binding_is_recognised():
    kinetic = 1486.6 - ENERGY
    with pytest.raises(OutOfRange, match=r"[Kk]inetic"):
        checked(raw(energy=kinetic, photon_energy=1486.6, region="O 1s"), name="a", number=0)
    with pytest.raises(OutOfRange, match=r"[Kk]inetic"):
        checked(raw(energy=10_000.0 - ENERGY, photon_energy=1486.6), name="a", number=0)
    right = checked(
        raw(energy=kinetic, axis=KINETIC, photon_energy=1486.6, region="O 1s"), name="a", number=0
    )
    np.testing.assert_allclose(right.binding_energy, ENERGY, atol=1e-9)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"dwell_time": 0.0}, OutOfRange, "dwell"),
        ({"intensity": np.minimum(counts(), 1500.0)}, OutOfRange, "saturated"),
        ({"intensity": np.where(ENERGY < 528, np.nan, 100.0)}, DamagedFile, "no number"),
        ({"intensity": np.zeros(len(ENERGY))}, DamagedFile, "all intensities"),
        ({"axis": ""}, MissingColumn, "kind of energies"),
        ({"energy": np.tile(ENERGY[:60], 2)}, DamagedFile, "neither rise nor fall"),
        ({"technique": "AES"}, UnknownFormat, "AES"),
        ({"photon_energy": 1e6}, OutOfRange, "photon energy"),
    ],
)
def test_refused(changes, error, words):
    with pytest.raises(error, match=words):
        checked(raw(**changes), name="a", number=0)


def test_rare_gaps_are_left_out_and_smoothed_counts_are_told():
    gap = counts()
    gap[3] = np.nan
    found = checked(raw(intensity=gap), name="a", number=0)
    assert len(found.intensity) == len(ENERGY) - 1
    assert "left out" in found.warnings[0]
    smooth = checked(raw(intensity=1e4 + 1e3 * np.sin(ENERGY) + counts() / 1e3), name="a", number=0)
    assert any("scatter" in said for said in smooth.warnings)


def test_uncertainty_of_rates_comes_from_their_scatter():
    long = np.arange(400.0, 700.0, 0.1)
    rate = np.random.default_rng(2).poisson(np.full(len(long), 900.0)) / 0.25
    found = checked(raw(energy=long, intensity=rate, intensity_unit="counts per second"), name="a", number=0)
    assert found.uncertainty.mean() == pytest.approx(30.0 / 0.25, rel=0.05)
