"""Every real pattern reads with its measured facts, or is refused with the right reason."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime

import numpy as np
import pytest

from lmct.instrument.diffraction import PatternSequence, read, read_pattern, read_scans, read_sequence
from lmct.quantity.errors import UnknownFormat

pytestmark = pytest.mark.files

# file, format, points, first and last angle, unit, has uncertainties, wavelengths, words of a warning or none
GSAS, DARA, LAB, CELL = "gsas2_tutorials/", "dara/NiO_0p", "datalab/", "datalab_insitu/coincell8_LDE2/"
CU, CU_OLD, CU_RIGAKU = (1.540598, 1.544426), (1.5406, 1.54439), (1.540593, 1.544414)
N, A, XRDML = "counts", "arbitrary", "panalytical-xrdml"
FILES = [
    ("bbo_rietveld/LiCoO2.RAW", "bruker-raw1", 4001, (15.985, 135.985), N, True, (1.5406, 1.54443),
     "start angle 15.985 is that of the header"),
    ("bbo_rietveld/LiCoO2.dat", "fullprof-text", 4001, (16.0, 136.0), N, True, (), ""),
    (DARA + "1031-La(OH)3_0p2025-TiO2_0p7014--8min.xrdml", XRDML, 8282, (10.0094, 99.9944), N, True, CU, ""),
    (DARA + "2030-Li2CO3_0p2999-TiO2_0p5025--2min.xrdml", XRDML, 2071, (10.0217, 99.9959), N, True, CU, ""),
    (DARA + "2030-Li2CO3_0p2999-TiO2_0p5025--8min.xrdml", XRDML, 8282, (10.0094, 99.9944), N, True, CU, ""),
    (DARA + "3035-Bi2O3_0p3016-Li2CO3_0p3997--8min.xrdml", XRDML, 8282, (10.0094, 99.9944), N, True, CU, ""),
    (DARA + "6007-Bi2O3_0p4008--8min.xrdml", XRDML, 8282, (10.0094, 99.9944), N, True, CU, ""),
    (LAB + "CG20396_jdb12-1.xrdml", XRDML, 7181, (5.0084, 124.9953), N, True, CU, ""),
    (LAB + "HL1-2_5-90_60min.xrdml", XRDML, 6474, (5.0012, 89.9935), N, True, CU, ""),
    (LAB + "Scan_C1.xrdml", XRDML, 7181, (5.0048, 124.9917), N, True, CU, ""),
    ("fairmat/XRD-918-16_10.xrdml", XRDML, 5027, (4.0066, 69.9994), N, True, CU, ""),
    (LAB + "JO_KL_16_ZF_3_60deg_0.02step_12degpermin_001.rasx", "rigaku-rasx", 2851, (3.0, 60.0), N, True,
     CU_RIGAKU, ""),
    ("fairmat/TwoTheta_scan_powder.rasx", "rigaku-rasx", 2726, (10.0, 119.0), A, False, CU_RIGAKU[:1],
     "although the file says counts"),
    (LAB + "TiO2.raw", "bruker-raw4", 1647, (10.0, 70.041), N, True, CU_OLD, ""),
    (GSAS + "LaB6_Jan2018.raw", "bruker-raw3", 3040, (10.0, 70.004), N, True, CU_OLD, ""),
    (LAB + "TiOF.brml", "bruker-brml", 2469, (9.9988, 60.0128), N, True, CU_OLD, ""),
    ("fairmat/23-012-AG_2thomegascan_long.brml", "bruker-brml", 2001, (44.0, 48.0), N, True, CU_OLD,
     "behind the automatic absorber"),
    (LAB + "example_bmb.xye", "xy-text", 575, (0.5, 1.0731), A, True, (0.414581,), ""),
    (LAB + "example_evadiffract.xy", "xy-text", 28, (5.0001, 5.2743), A, False, (), "not whole numbers"),
    (LAB + "example_mac.xye", "xy-text", 598, (0.001, 0.598), A, True, (), "1 points at or outside"),
    (LAB + "example_mythen.dat", "xy-text", 730, (2.084, 5.0), A, True, (), "ends at 5"),
    (LAB + "example_mythen.xye", "xy-text", 74, (2.038, 2.330), N, True, (), "ends at 2.33"),
    (LAB + "example_ocx.xy", "xy-text", 1876, (5.0, 80.0), A, False, (), "heading of the angles is 'theta'"),
    *[(f"{CELL}xrd_data/{number}_summed_mythen3.xye", "xy-text", 16553, (2.08, 68.312), A, True, (), "")
      for number in (1355639, 1355647, 1355655, 1355663, 1355671)],
    ("easydiffraction/ed-16.dat", "xy-text", 3601, (10.0, 100.0), N, True, (), ""),
    (GSAS + "11BM_NAC.fxye", "gsas-powder", 59498, (0.5, 59.9893), A, True, (0.413909,), "holds 59498"),
    (GSAS + "11bmb_6231.fxye", "gsas-powder", 49497, (0.5, 49.996), A, True, (0.413529,), ""),
    (GSAS + "FAP.XRA", "gsas-powder", 5753, (15.0, 130.04), N, True, (), ""),
    (GSAS + "NIST660CBI.gsas", "gsas-powder", 8378, (15.0066, 124.9991), N, True, (), ""),
    ("pyobjcryst/pbso4-x.dat", "fullprof-text", 6001, (10.0, 160.0), N, True, (), ""),
    ("rietx_tests/corundum.prn", "xy-text", 7251, (5.0, 150.0), N, True, (), ""),
    ("rietx_tests/cpd-1g.prn", "xy-text", 7251, (5.0, 150.0), N, True, (), ""),
    ("rietx_tests/fluorite.prn", "xy-text", 7251, (5.0, 150.0), N, True, (), ""),
    ("xrayutilities/LaB6_d500_si_psd.xye.bz2", "xy-text", 17381 - 6, (4.5721, 150.5363), A, True, (),
     "6 points with an uncertainty of zero"),
    ("xrd_autoanalyzer/Mn2O3+LiF.xy", "xy-text", 9001, (10.0, 100.0), N, True, (), "no standard uncertainty"),
    ("xrd_autoanalyzer/Li2MnO3+MnO+TiO2.xy", "xy-text", 9001, (10.0, 100.0), N, True, (),
     "no standard uncertainty"),
]  # fmt: skip
REFUSED = {
    CELL + "Echem/cc8.ndax": "is a Neware cycler file, no powder pattern",
    CELL + "Log/log_operando_coincell8_LDE2_reduced.csv": "perhaps the log of a sequence",
    "easydiffraction/ed-24.zip": "holds 156 files",
    GSAS + "11bm_gsas.prm": "a GSAS instrument parameter file",
    GSAS + "11bmb_6231.prm": "a GSAS instrument parameter file",
    GSAS + "INST_XRY.PRM": "a GSAS instrument parameter file",
    GSAS + "FAP.EXP": "a GSAS experiment file",
    GSAS + "NAC-2015A.EXP": "a GSAS experiment file",
    GSAS + "CaF2.cif": "a CIF without a powder pattern",
    GSAS + "NAC.cif": "a CIF without a powder pattern",
    "rietx_tests/cod_1000055.cif": "a CIF without a powder pattern",
}


@pytest.mark.parametrize(
    ("file", "form", "points", "ends", "unit", "weighted", "waves", "warned"),
    FILES,
    ids=[c[0] for c in FILES],
)
def test_file_reads_with_its_facts(data, file, form, points, ends, unit, weighted, waves, warned):
    (found,) = read_scans(data / "diffraction" / file)
    assert (found.format, len(found.two_theta), found.intensity_unit) == (form, points, unit)
    assert (found.two_theta[0], found.two_theta[-1]) == pytest.approx(ends, abs=6e-4)
    assert (found.uncertainty is not None) == weighted
    assert found.wavelengths == pytest.approx(waves, abs=1e-9)
    assert weighted is False or found.uncertainty.min() > 0
    assert warned in " ".join(found.warnings) if warned else found.warnings == ()


@pytest.mark.parametrize(("file", "reason"), REFUSED.items())
def test_file_is_refused_with_the_right_reason(data, file, reason):
    with pytest.raises(UnknownFormat, match=re.escape(reason)):
        read(data / "diffraction" / file)


def test_no_file_is_forgotten(data):
    named = {case[0] for case in FILES} | set(REFUSED)
    there = {
        str(path.relative_to(data / "diffraction"))
        for path in (data / "diffraction").rglob("*")
        if path.is_file() and not path.name.startswith("LICENSE")
    }
    assert there <= named


def test_binary_and_text_of_one_run_agree(data):
    binary, text = (
        read_pattern(data / "diffraction/bbo_rietveld" / f"LiCoO2.{end}") for end in ("RAW", "dat")
    )
    assert np.array_equal(binary.intensity, text.intensity)
    assert text.two_theta - binary.two_theta == pytest.approx(0.015, abs=1e-6)


PEERS = [
    LAB + "TiO2.raw", GSAS + "LaB6_Jan2018.raw", LAB + "TiOF.brml", "fairmat/TwoTheta_scan_powder.rasx",
    "fairmat/23-012-AG_2thomegascan_long.brml", LAB + "HL1-2_5-90_60min.xrdml", GSAS + "NIST660CBI.gsas",
]  # fmt: skip


@pytest.mark.parametrize("file", PEERS)
def test_an_independent_reader_finds_the_same_points(data, file):
    from rietx.io.readers import read_pattern as peer

    theirs, ours = peer(data / "diffraction" / file), read_pattern(data / "diffraction" / file)
    assert ours.two_theta == pytest.approx(np.asarray(theirs.two_theta), abs=1e-9)
    assert np.array_equal(ours.intensity, np.asarray(theirs.intensity))


def test_lead_sulfate_of_two_sources_is_one_measurement(data):
    """The round robin's pattern as three columns and, further up, in the free format of FullProf."""
    columns = read_pattern(data / "diffraction/easydiffraction/ed-16.dat")
    free = read_pattern(data / "diffraction/pyobjcryst/pbso4-x.dat")
    assert np.array_equal(free.intensity[:3601], columns.intensity)
    assert free.uncertainty[:3601] == pytest.approx(columns.uncertainty, abs=1e-4)


def test_counts_behind_the_absorber_have_their_uncertainty_multiplied(data):
    found = read_pattern(data / "diffraction/fairmat/23-012-AG_2thomegascan_long.brml")
    ratio = found.uncertainty**2 / np.maximum(found.intensity, 1.0)
    behind = ratio > 2.0
    assert behind.sum() == 29
    assert ratio[behind] == pytest.approx(8.3, rel=1e-9)


def test_times_and_optics(data):
    found = read_pattern(data / "diffraction/fairmat/XRD-918-16_10.xrdml")
    assert found.start_time == datetime.fromisoformat("2021-03-16T13:10:14+03:00")
    assert found.end_time == datetime.fromisoformat("2021-03-16T13:24:36+03:00")
    assert (found.radius, found.line_ratio, found.anode) == (240.0, 0.5, "Cu")
    found = read_pattern(data / "diffraction" / GSAS / "LaB6_Jan2018.raw")
    assert (found.start_time, found.radius) == (datetime(2018, 1, 22, 16, 34, 23), 250.0)
    assert found.metadata["counting_time_second"] == "95"
    found = read_pattern(data / "diffraction" / GSAS / "11BM_NAC.fxye")
    assert (found.start_time, found.temperature) == (datetime(2012, 11, 29, 18, 7, 11, 25644), 298.0)


def test_operando_cell_has_the_times_of_its_log(data):
    found = read(data / "diffraction" / CELL)
    assert isinstance(found, PatternSequence)
    assert len(found) == 5
    assert found.places[0].start_time == datetime(2025, 7, 2, 19, 5, 59, 614_000)
    assert found[4].end_time == datetime(2025, 7, 2, 19, 43, 13, 916_000)
    gaps = np.diff([place.start_time.timestamp() for place in found.places])
    assert gaps == pytest.approx(545.0, abs=2.0)
    assert found.warnings == ("left out, no powder patterns: cc8.ndax.",)


def test_operando_cell_without_its_log_is_in_the_order_of_names(data):
    found = read_sequence(data / "diffraction" / CELL / "xrd_data")
    assert [place.file[-28:-21] for place in found.places] == sorted(p.file[-28:-21] for p in found.places)
    assert "5 of 5 scans have no start time" in found.warnings[0]


def test_neutron_files_read_after_unpacking(data, tmp_path):
    with zipfile.ZipFile(data / "diffraction/easydiffraction/ed-24.zip") as archive:
        for name in archive.namelist()[:3]:
            archive.extract(name, tmp_path)
    found = read_sequence(tmp_path)
    assert len(found) == 3
    for pattern in found:
        assert pattern.uncertainty is not None
        assert "uncertainty of zero" in " ".join(pattern.warnings)
        assert 0.5 < float(pattern.metadata["scatter_over_uncertainty"]) < 2.0
