"""Open beamline data: ROCK operando runs of LiNiO2, NiO with drift, valence ladders, damaged detectors."""

import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from lmct.instrument import absorption, cycler
from lmct.technique.absorption import analyse
from lmct.technique.electrochemistry import analyse as electrochemistry

ROOT = (
    Path(os.environ.get("LMCT_DATA", Path(__file__).resolve().parents[4] / "shared" / "data")) / "absorption"
)
pytestmark = [
    pytest.mark.files,
    pytest.mark.skipif(not ROOT.is_dir(), reason="no real data here: set LMCT_DATA"),
]


def measured(record, name="m", **options):
    return analyse.analyse_record(
        record, name=name, sample="LiNiO2", active_mass=None, condition={}, options=options
    )


@pytest.fixture(scope="module")
def runs():
    folder = ROOT / "perex_rock" / "XAS_normalized"
    return {
        name: measured(absorption.read_series(folder.glob(f"norm_{name}_*.txt")), name)
        for name in ("op2", "op3")
    }


@pytest.fixture(scope="module")
def cell():
    record = cycler.read(ROOT / "perex_rock" / "EC" / "220726cell4operandoxas_C06.mpt")
    return electrochemistry.analyse_record(
        record, name="cell", sample="LiNiO2", active_mass=None, condition={}, options={}
    )


@pytest.mark.parametrize(
    ("name", "scans", "foil", "first", "highest", "last"),
    [("op2", 58, 8333.132, 8344.76, 8346.20, 8346.16), ("op3", 44, 8333.156, 8346.16, 8346.16, 8345.07)],
)
def test_foil_and_edges_of_the_rock_runs(runs, name, scans, foil, first, highest, last):
    data = runs[name].dataset
    edges, foils = data["edge_half_height"].values, data["foil"].values
    assert len(edges) == scans
    assert foils.mean() == pytest.approx(foil, abs=0.02)
    assert foils.std() < 0.03
    assert [edges[0], edges.max(), edges[-1]] == pytest.approx([first, highest, last], abs=0.006)


@pytest.mark.parametrize(("name", "correlation"), [("op2", 0.985), ("op3", 0.993)])
def test_the_edge_follows_the_charge_but_not_on_a_line(runs, cell, name, correlation):
    result = analyse.edge_series([runs[name], cell], {})
    found = next(one for one in result.findings if one.quantity == "edge_charge_correlation")
    assert found.value.value == pytest.approx(correlation, abs=0.002)
    if name == "op2":
        assert any("not linear" in one for one in result.messages)


def test_rank_and_residuals_of_the_rock_runs(runs):
    for name in ("op2", "op3"):
        result = analyse.components([runs[name]], {})
        assert result.findings[0].value.value == 3
    from lmct.technique.absorption.component_analysis import levels_about_edge
    from lmct.technique.absorption.resolution import resolve_components

    _, levels = levels_about_edge(runs["op2"])
    two, three = (resolve_components(absorption=levels, count=count).residual for count in (2, 3))
    assert 0.004 < two < 0.009
    assert 0.001 < three < 0.002


def test_a_third_species_is_told_by_misfit_and_systematic(runs):
    options = {"references": {"start": "op2[0]", "end": "op2[-1]"}}
    result = analyse.linear_combination([runs["op2"]], options)
    middle = next(
        one
        for one in result.findings
        if one.condition.startswith("end") and one.condition.endswith("scan 29")
    )
    assert middle.value.uncertainty > 0.02
    assert any("further species" in one for one in result.messages)


def test_drifting_scans_of_nio_coincide_after_alignment():
    from dataclasses import replace

    raw = [
        replace(one, energy=one.energy - float(one.metadata["energy_shift"]))
        for one in absorption.read_scans(ROOT / "larch" / "NiO.prj")
        if one.sample != "NiO"
    ]
    data = measured(raw_series(raw), calibration="align").dataset
    assert np.ptp(data["foil"].values) > 4.0
    assert data["edge_half_height"].values.std() < 0.1


def raw_series(scans):
    class Held(absorption.ScanSeries):
        def __getitem__(self, index):
            return scans[index]

    places = tuple(absorption.ScanPlace("x", number) for number in range(len(scans)))
    return Held(places)


@pytest.mark.parametrize(
    ("folder", "names"),
    [("Mn", ("MnO_rt_01", "Mn3O4_rt_01", "Mn2O3_rt_01", "MnO2_rt_01")), ("V", ("VO", "V2O3", "VO2", "V2O5"))],
)
def test_valence_ladders_are_ordered_beyond_their_uncertainty(folder, names):
    edges = []
    for name in names:
        scan = absorption.read_scan(ROOT / "xasdatalibrary" / folder / f"{name}.xdi")
        data = measured(scan, name, calibration="foil" if folder == "Mn" else "none").dataset
        spread = np.hypot(data["edge_half_height_uncertainty"].values[0], data["shift_uncertainty"].values[0])
        edges.append((data["edge_half_height"].values[0], spread))
    for (low, one), (high, other) in pairwise(edges):
        assert high - low > 2.0 * np.hypot(one, other)


@pytest.mark.parametrize("name", ["Ni2O3_rt_01", "Ni2O3_rt_02", "NiOH2_rt_01", "NiOH2_rt_02", "NiS_rt_01"])
def test_library_foils_give_their_first_inflection(name):
    from lmct.technique.absorption.foil import first_inflection

    scan = absorption.read_scan(ROOT / "xasdatalibrary" / "Ni" / f"{name}.xdi")
    found = first_inflection(energy=scan.energy, absorption=scan.reference())
    assert 8333.4 < found.energy < 8334.6


def test_a_saturated_detector_of_9_bm_is_flagged():
    scan = absorption.read_scan(ROOT / "larch" / "APS9BM_2019.dat")
    assert (scan.element, scan.edge) == ("Mn", "K")
    assert any("saturated" in one for one in scan.warnings)
    assert scan.absorption("fluorescence").min() > 0


@pytest.mark.parametrize(
    ("file", "groups"),
    [("larch/eutio3.prj", 15), ("larch/Ni_FeNiS20_RT.prj", 8), ("larch/cyanobacteria.prj", 17)],
)
def test_projects_of_all_ages_are_read(file, groups):
    assert len(absorption.read_scans(ROOT / file)) == groups


def test_spec_scans_are_read_through_a_column_map():
    columns = {"energy": "energy", "incident": "i0", "fluorescence": "Lytle", "scan": 1}
    scan = absorption.read_scan(ROOT / "larch" / "APS9BM_2006.dat", columns=columns)
    assert scan.energy[0] == 2460.0
