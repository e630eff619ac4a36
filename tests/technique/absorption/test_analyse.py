"""From simulated files through the technique's contract to fractions, edges and ranks."""

from datetime import datetime, timedelta

import numpy as np
import pytest
import xarray as xr

from lmct.instrument import absorption
from lmct.quantity.errors import MissingColumn, UnknownName
from lmct.technique.absorption import analyse
from lmct.technique.absorption.simulate import BeamSettings
from lmct.technique.absorption.simulate_series import simulate_series
from lmct.technique.contract import Measurement

COURSE = np.linspace(0.0, 1.0, 9)
START = datetime(2026, 1, 1, 12)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    simulate_series(COURSE, folder, settings=BeamSettings(photons=1e8, drift=-3.0), start=START)
    return measured(absorption.read(folder), "run")


def measured(record, name, sample="s", **options):
    return analyse.analyse_record(
        record, name=name, sample=sample, active_mass=None, condition={}, options=options
    )


def cell():
    time = np.arange(0.0, 8000.0, 10.0)
    data = xr.Dataset(
        {
            "time": ("row", time),
            "voltage": ("row", 3.5 + time / 8000.0),
            "current": ("row", np.full(len(time), 1e-3)),
        },
        attrs={"start_time": (START - timedelta(seconds=300)).isoformat(), "active_mass_gram": 0.01},
    )
    return Measurement("cell", "s", "electrochemistry", {}, data, ())


def test_drift_is_taken_off_and_edges_rise(run):
    edges = run.dataset["edge_half_height"].values
    assert np.all(np.diff(edges) > 0.1)
    assert run.dataset["shift"].values[-1] == pytest.approx(3.0, abs=0.05)
    assert run.dataset["foil"].values[0] == pytest.approx(8333.0, abs=0.1)


@pytest.mark.parametrize("file_format", ["athena", "rock"])
def test_formats_give_the_same_edges(tmp_path, run, file_format):
    simulate_series(COURSE[[0, -1]], tmp_path, file_format=file_format, settings=BeamSettings(photons=1e8))
    other = measured(absorption.read(tmp_path), file_format)
    np.testing.assert_allclose(
        other.dataset["edge_half_height"].values, run.dataset["edge_half_height"].values[[0, -1]], atol=0.12
    )


def test_fractions_follow_the_truth(run):
    result = analyse.linear_combination([run], {"references": {"ni_2": "run[0]", "ni_4": "run[-1]"}})
    middle = next(
        one
        for one in result.findings
        if one.condition.startswith("ni_4") and one.condition.endswith("scan 4")
    )
    assert middle.value.value == pytest.approx(0.5, abs=0.02)
    assert abs(middle.value.value - 0.5) < 3 * middle.value.uncertainty + 0.005
    assert middle.quantity == "species_fraction"
    for sheet in result.figures:
        sheet.draw()


def test_a_reference_that_does_not_exist_is_named(run):
    with pytest.raises(UnknownName, match="run"):
        analyse.linear_combination([run], {"references": {"a": "rum[0]", "b": "run[1]"}})
    with pytest.raises(MissingColumn, match="two or more"):
        analyse.linear_combination([run], {})


def test_edges_against_charge_joined_by_clock(run):
    result = analyse.edge_series([run, cell()], {})
    correlation = next(one for one in result.findings if one.quantity == "edge_charge_correlation")
    assert correlation.value.value > 0.98
    columns = result.figures[0].columns
    np.testing.assert_allclose(
        columns["charge passed"][1], (300 + 687.0 * np.arange(9)) / 3600.0 / 0.01, rtol=0.02
    )
    np.testing.assert_allclose(columns["voltage"][1], 3.5 + (300 + 687.0 * np.arange(9)) / 8000.0, atol=2e-3)
    result.figures[0].draw()


def test_two_species_have_rank_two(run):
    result = analyse.components([run], {})
    assert result.findings[0].quantity == "rank"
    assert result.findings[0].value.value == 2
    for sheet in result.figures:
        sheet.draw()


def test_a_foreign_foil_is_calibrated_on_its_own():
    from lmct.technique.absorption.request import request_from_options
    from lmct.technique.absorption.simulate import nickel_foil, nickel_k_edge, simulate_scan, usual_grid
    from lmct.technique.absorption.spectrum import spectra_of_scans

    grid = usual_grid()
    edge = nickel_k_edge(grid, oxidised_fraction=0.3)
    wave = 0.5 * np.sin(grid / 3.0) * (np.abs(grid - 8333.0) < 40.0)
    scans = [
        simulate_scan(grid, edge, settings=BeamSettings(photons=1e8), foil=foil, energy_error=error)
        for foil, error in ((nickel_foil(grid), 0.0), (0.2 * nickel_foil(grid) + wave, 0.0))
    ]
    found = spectra_of_scans(scans, request_from_options({}))
    assert len(found) == 2
    assert "its foil is unlike that of the first scan and was calibrated on its own." in found[1].messages[-1]
    only = spectra_of_scans(scans, request_from_options({"calibration": "align"}))
    assert "too unlike" in only[0].messages[-1]


def test_figures_and_options(run, tmp_path):
    (single,) = simulate_series([0.3], tmp_path)
    one = measured(absorption.read(single), "one", calibration="foil")
    for sheet in analyse.figures([run, one]):
        sheet.draw()
    with pytest.raises(UnknownName, match="calibration"):
        measured(absorption.read(single), "one", calibratoin="foil")


def test_no_oxygen_is_said(run):
    assert "no O K" in analyse.oxygen_pre_edge([run], {}).messages[0]
    assert set(analyse.GROUP_ANALYSES) == {
        "edge_series",
        "linear_combination",
        "components",
        "oxygen_pre_edge",
    }


def test_self_absorption_of_a_simulated_scan_is_undone(tmp_path):
    from lmct.technique.absorption.fluorescence import absorption_from_fluorescence
    from lmct.technique.absorption.normalisation import normalised_from_absorption
    from lmct.technique.absorption.simulate import nickel_k_edge, simulate_scan, usual_grid

    grid = usual_grid()
    truth = nickel_k_edge(grid, oxidised_fraction=0.4)
    scan = simulate_scan(grid, truth, settings=BeamSettings(photons=1e9, background_ratio=2.0))
    flat = normalised_from_absorption(energy=grid, absorption=scan.absorption()).absorption
    back = absorption_from_fluorescence(yield_normalised=flat, background_ratio=2.0)
    line = np.argmax(truth)
    assert flat[line] < truth[line] - 0.2
    assert back[line] == pytest.approx(truth[line], abs=0.06)
