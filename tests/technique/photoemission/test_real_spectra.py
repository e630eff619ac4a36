"""Real spectra: read, and fitted beside the fits of their authors (one fit each, not the truth)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from lmct.instrument import photoemission
from lmct.quantity.errors import MissingColumn, UnknownFormat
from lmct.technique.photoemission.joint_fit import fit_series
from lmct.technique.photoemission.line_model import Line
from lmct.technique.photoemission.series_data import SpectrumData

ROOT = Path(os.environ.get("LMCT_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))
pytestmark = pytest.mark.files


@pytest.fixture(scope="module")
def folder():
    if not (ROOT / "photoemission").is_dir():
        pytest.skip("no real data here: set LMCT_DATA, or put them in ../shared/data")
    return ROOT / "photoemission"


@pytest.mark.parametrize(
    ("file", "form", "spectra", "region", "low", "high"),
    [
        ("khervefitting/Pt4f.vms", "vamas", 1, "Pt 4f", 62.0, 90.0),
        ("lg4x/0-150W.vms", "vamas", 5, "O 1s", 520.0, 545.0),
        ("lg4x/Mutlipak_vms.npl", "vamas", 5, "C 1s", 275.0, 305.0),
        ("pynxtools_xps/irregular.vms", "vamas", 1, "Counts per Second", 0.0, 1350.0),
        ("pynxtools_xps/regular.vms", "vamas", 1, "Survey", 0.0, 1350.0),
        ("pynxtools_xps/Ag_0002.txt", "scienta-ses-text", 1, "VB", -10.0, 30.0),
        ("pynxtools_xps/Cu-HHTP_0002Cu-HHTP__002.ibw", "scienta-ibw", 1, "O1s", 525.0, 540.0),
        ("pynxtools_xps/SnO2_10nm.spe", "phi-spe", 1, "Su1s", 0.0, 1400.0),
        ("pynxtools_xps/SnO2_10nm_1.pro", "phi-spe", 84, "Sn3d5", 480.0, 500.0),
        ("pynxtools_xps/vms_txt_export.txt", "casaxps-text", 4, "Ni2p", 840.0, 890.0),
        ("pynxtools_xps/MgFe2O4_small.xy", "specs-xy", 2, "Fe2p", 695.0, 750.0),
    ],
)
def test_read(folder, file, form, spectra, region, low, high):
    if form == "scienta-ibw":
        pytest.importorskip("igor2", reason="the extra photoemission is not installed")
    record = photoemission.read(folder / file)
    assert (record.format, len(record.spectra)) == (form, spectra)
    found = record.region(region).binding_energy
    assert (found[0], found[-1]) == pytest.approx((low, high), abs=0.02)


def test_one_measurement_in_two_formats(folder):
    pytest.importorskip("igor2", reason="the extra photoemission is not installed")
    text = photoemission.read_spectrum(folder / "pynxtools_xps/Ag_0002.txt")
    wave = photoemission.read_spectrum(folder / "pynxtools_xps/Ag_0002Ag__002.ibw")
    np.testing.assert_allclose(text.intensity, wave.intensity, rtol=1e-6)
    np.testing.assert_allclose(text.binding_energy, wave.binding_energy, atol=1e-9)


def test_refused_for_the_right_reason(folder):
    for file, words in (
        ("pynxtools_xps/In-situ_PBTTT_XPS_SPECS.xml", "XML"),
        ("khervefitting/LaSrTiO3.json", "KherveFitting"),
        ("khervefitting/LaSrTiO3.xlsx", "spreadsheet"),
    ):
        with pytest.raises(UnknownFormat, match=words):
            photoemission.read(folder / file)
    gold = folder / "lmfitxps/clean_Au_4f.csv"
    with pytest.raises(MissingColumn, match="photon energy"):
        photoemission.read(gold, columns={"kinetic_energy": 1, "intensity": 2})
    columns = {"kinetic_energy": 1, "intensity": 2, "photon_energy": 180.0, "work_function": 3.7}
    found = photoemission.read_spectrum(gold, columns=columns)
    assert found.binding_energy[np.argmax(found.intensity)] == pytest.approx(84.0, abs=0.2)


def authors(folder, region):
    content = json.loads((folder / "khervefitting/LaSrTiO3.json").read_text())["Core levels"][region]
    energy, counts = np.array(content["B.E."])[::-1], np.array(content["Raw Data"])[::-1]
    data = SpectrumData(region, energy, counts, np.sqrt(counts))
    return data, {one["Position"]: one for one in content["Fitting"]["Peaks"].values()}


def test_oxygen_of_a_titanate_beside_its_authors(folder):
    data, peaks = authors(folder, "O1s")
    fit = fit_series(
        [data.clipped(526.0, 537.0)],
        (
            Line(name="lattice", position=529.9, position_range=0.4, gaussian=1.0),
            Line(name="second", position=0.65, position_range=0.35, anchor="lattice", gaussian=1.5),
            Line(name="surface", position=2.4, position_range=0.5, anchor="lattice", gaussian=1.8),
        ),
    )
    lattice = fit.value("lattice position")[0]
    surface = lattice + fit.value("surface position")[0]
    assert lattice == pytest.approx(min(peaks), abs=0.15)
    assert surface == pytest.approx(max(peaks), abs=0.2)
    share = peaks[max(peaks)]["Area"] / sum(one["Area"] for one in peaks.values())
    assert fit.shares(["surface"], ["lattice", "second", "surface"])[0][0] == pytest.approx(share, abs=0.08)


def test_titanium_of_a_titanate_beside_its_authors(folder):
    data, peaks = authors(folder, "Ti2p")
    fit = fit_series(
        [data.clipped(453.0, 469.0)],
        (
            Line(name="4", position=459.0, position_range=0.4, gaussian=1.2),
            Line(name="4 half", position=5.72, position_range=0.3, anchor="4", gaussian=1.8),
            Line(name="3", position=-2.1, position_range=0.3, anchor="4", widths_of="4"),
            Line(name="3 half", position=3.7, position_range=0.2, anchor="4", widths_of="4 half"),
        ),
    )
    assert fit.value("4 position")[0] == pytest.approx(458.99, abs=0.05)
    share = peaks[456.89]["Area"] / (peaks[456.89]["Area"] + peaks[458.99]["Area"])
    assert fit.shares(["3"], ["3", "4"])[0][0] == pytest.approx(share, abs=0.03)
