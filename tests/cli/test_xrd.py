"""``lmct xrd``: what each command prints, writes and leaves behind, on patterns whose cell is known."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from lmct.cli import main
from lmct.instrument import cycler
from lmct.instrument.diffraction import read_pattern, read_sequence, write_xye
from lmct.material.crystal.library import load
from lmct.technique.diffraction.diffractometer import laboratory_copper
from lmct.technique.diffraction.diffractometer_file import read_diffractometer
from lmct.technique.diffraction.sequence import chain
from lmct.technique.diffraction.simulation.pattern import simulate_pattern
from lmct.technique.diffraction.simulation.sample import Alignment, Background, Phase
from tests.cli.xrd_files import CELL, DISPLACEMENT, write_good, write_ramp

NUMBER = {"value", "uncertainty", "counting_uncertainty", "systematic", "unit"}
CELLS = np.array([4.1437, 4.137, 4.130, 4.1437, 4.1437])
CHARGE = "Charge at 200 mA/g until 4.8 V"


@pytest.fixture
def lmct(capsys):
    def run(*words):
        with pytest.raises(SystemExit) as stop:
            main([str(word) for word in words])
        out, err = capsys.readouterr()
        return stop.value.code, out, err

    return run


@pytest.fixture
def as_json(lmct):
    def run(*words):
        code, out, _ = lmct(*words, "--json")
        return code, json.loads(out)

    return run


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_ramp(tmp_path_factory.mktemp("ramp") / "scans", CELLS)


def within(number, truth, factor=4.0):
    return abs(number["value"] - truth) < factor * number["uncertainty"]


def test_a_refined_pattern_as_json(as_json, tmp_path):
    code, document = as_json("xrd", "refine", write_good(tmp_path / "a.xye", seed=4))
    assert code == 0
    groups = {"cell", "occupancies", "displacement_parameters", "weight_fractions", "others"}
    facts = {"file", "scan", "format", "engine", "assessment", "message", "flags", "warnings", "files"}
    assert groups | facts | {"displacement", "gof", "rwp"} <= set(document)
    assert document["engine"].startswith("rietx ")
    assert set(document["cell"]["a"]) == NUMBER
    assert document["cell"]["a"]["unit"] == "Å"
    assert within(document["cell"]["a"], CELL)
    assert within(document["displacement"], DISPLACEMENT)
    assert document["displacement"]["unit"] == "mm"
    assert set(document["displacement_parameters"]) == {"4a", "4b"}
    assert document["cell"]["a"]["systematic"] > 5e-5 * CELL  # no standard was measured
    assert 0.9 < document["gof"] < 1.15
    assert document["files"] == []


def test_tetrahedral_titanium_comes_as_an_occupancy_with_its_systematic_error(as_json, tmp_path):
    path = write_good(tmp_path / "a.xye")
    code, document = as_json("xrd", "refine", path, "--method", "fast", "--migration")
    assert code == 0
    found = document["occupancies"]["8c, Ti4+"]
    assert set(found) == NUMBER
    assert found["systematic"] >= 5e-4
    assert abs(found["value"]) < 4.0 * np.hypot(found["uncertainty"], found["systematic"])


def test_a_refined_pattern_for_people_and_its_figure(lmct, tmp_path):
    path = write_good(tmp_path / "a.xye")
    code, out, err = lmct("xrd", "refine", path, "--method", "fast", "-o", tmp_path / "figures")
    assert code == 0
    assert "4.14" in out
    assert "GoF 1.0" in out
    written = {file.suffix for file in (tmp_path / "figures").iterdir()}
    assert {".svg", ".png", ".csv"} <= written
    for file in (tmp_path / "figures").iterdir():
        assert str(file) in err
    (table,) = (tmp_path / "figures").glob("*.csv")
    rows = list(csv.reader(table.read_text(encoding="utf-8").splitlines()))
    observed = rows[0].index("observed")
    numbers = [float(row[observed]) for row in rows[2:] if row[observed]]
    assert max(numbers) == read_pattern(path).intensity.max()


@pytest.mark.parametrize(
    "words", ["--zero", "--structure bogus", "--method magic", "--range 90-30", "--scan 4"]
)
def test_bad_words_are_refused_on_one_line(lmct, tmp_path, words):
    code, out, err = lmct("xrd", "refine", write_good(tmp_path / "a.xye"), *words.split())
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1


def test_zero_and_displacement_are_never_both_free(as_json, tmp_path):
    path = write_good(tmp_path / "a.xye", seed=4)
    for offset, free in (("displacement", {"displacement"}), ("none", set())):
        document = as_json("xrd", "refine", path, "--method", "fast", "--offset", offset)[1]
        assert set(document) & {"displacement", "zero"} == free
    document = as_json("xrd", "refine", path, "--offset", "zero")[1]
    assert set(document) & {"displacement", "zero"} == {"zero"}


def test_the_fast_path_refuses_an_offset_that_it_does_not_know(as_json, tmp_path):
    path = write_good(tmp_path / "a.xye")
    code, document = as_json("xrd", "refine", path, "--method", "fast", "--offset", "zero")
    assert (code, document["kind"]) == (2, "OutOfRange")
    assert "--method rietveld" in document["error"]


def test_the_range_and_the_left_out_angles_are_those_asked_for(as_json, tmp_path):
    path = write_good(tmp_path / "a.xye")
    words = ("--method", "fast", "--range", "40-88", "--exclude", "60-70", "-o", tmp_path / "f")
    document = as_json("xrd", "refine", path, *words)[1]
    (table,) = [file for file in document["files"] if file.endswith(".csv")]
    rows = list(csv.reader(Path(table).read_text(encoding="utf-8").splitlines()))
    angles = np.array([float(row[rows[0].index("scattering angle")]) for row in rows[2:] if row[0]])
    assert 40.0 <= angles.min() < 40.05
    assert 87.95 < angles.max() <= 88.0
    assert not np.any((angles > 60.0) & (angles < 70.0))


def test_a_sequence_as_json(as_json, folder):
    code, document = as_json("xrd", "sequence", folder)
    assert code == 0
    assert {"engine", "scans", "findings", "messages", "files"} == set(document)
    assert document["engine"].startswith("lmct")
    for place, scan in enumerate(document["scans"]):
        assert {"index", "file", "time_second", "a", "gof", "flags"} <= set(scan)
        assert scan["index"] == place
        assert scan["file"].endswith(f"scan_{place}.xye")
        assert scan["time_second"] == 600.0 * place
        assert within(scan["a"], CELLS[place])
        assert scan["flags"] == []
    found = {row["condition"]: row for row in document["findings"]}
    assert set(found) == {"first scan", "last scan", "smallest cell", "largest cell"}
    assert found["smallest cell"]["value"] == document["scans"][2]["a"]["value"]
    assert "scan_2.xye" in found["smallest cell"]["note"]


def test_a_sequence_for_people(lmct, folder):
    code, out, _ = lmct("xrd", "sequence", folder)
    assert code == 0
    assert out.count("scan_") == len(CELLS)
    assert "largest cell" in out


class Interrupted(BaseException):
    pass


def test_an_interrupted_sequence_goes_on(as_json, folder, tmp_path, monkeypatch):
    whole = as_json("xrd", "sequence", folder)[1]
    refine, done = chain._Chain._refine, []

    def interrupted(self, *arguments):
        if len(done) == 4:
            raise Interrupted
        done.append(1)
        return refine(self, *arguments)

    output = tmp_path / "out"
    monkeypatch.setattr(chain._Chain, "_refine", interrupted)
    with pytest.raises(Interrupted):
        main(["xrd", "sequence", str(folder), "-o", str(output), "--json"])
    assert [file.name for file in output.iterdir()] == ["sequence.unfinished"]

    def counted(self, *arguments):
        done.append(1)
        return refine(self, *arguments)

    monkeypatch.setattr(chain._Chain, "_refine", counted)
    code, document = as_json("xrd", "sequence", folder, "-o", output)
    assert code == 0
    assert len(done) == 2 * len(CELLS)
    assert document["scans"] == whole["scans"]
    assert not (output / "sequence.unfinished").exists()
    assert {file.rsplit(".", 1)[1] for file in document["files"]} >= {"svg", "png", "csv"}


def test_a_checkpoint_of_other_options_is_not_used(as_json, folder, tmp_path, monkeypatch):
    refine, done = chain._Chain._refine, []

    def interrupted(self, *arguments):
        if len(done) == 3:
            raise Interrupted
        done.append(1)
        return refine(self, *arguments)

    monkeypatch.setattr(chain._Chain, "_refine", interrupted)
    with pytest.raises(Interrupted):
        main(["xrd", "sequence", str(folder), "-o", str(tmp_path / "out"), "--json"])

    def counted(self, *arguments):
        done.append(1)
        return refine(self, *arguments)

    monkeypatch.setattr(chain._Chain, "_refine", counted)
    as_json("xrd", "sequence", folder, "-o", tmp_path / "out", "--background", "6")
    assert len(done) == 3 + 2 * len(CELLS)


def test_a_sequence_that_cannot_be(lmct, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    for words in (
        (tmp_path / "empty",),
        (tmp_path / "absent",),
        (tmp_path / "empty", "--mass", "7 apples", "--cycler", tmp_path / "file"),
        (tmp_path / "empty", "-o", tmp_path / "file"),
    ):
        code, out, err = lmct("xrd", "sequence", *words)
        assert (code, out) == (2, "")
        assert err.startswith("error: ")
        assert err.count("\n") == 1


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    place = tmp_path_factory.mktemp("simulated") / "scans"
    words = ("--scans", "4", "--range", "36-88", "--step", "0.05", "--peak-counts", "4000", "--seed", "5")
    with pytest.raises(SystemExit) as stop:
        main(["xrd", "simulate", CHARGE, "-o", str(place), "--counting", "5 min", *words, "--json"])
    assert stop.value.code == 0
    return place


def truth_of(place):
    with place.with_name(f"{place.name}_truth.csv").open() as file:
        return {
            name: np.array([float(row[name]) for row in rows])
            for rows in [list(csv.DictReader(file))]
            for name in rows[0]
        }


def test_simulated_files_lie_side_by_side_and_agree_on_the_clock(simulated):
    sequence = read_sequence(simulated)
    truth, cell = truth_of(simulated), cycler.read(simulated.with_name("scans_cell.mpt"))
    assert len(sequence) == 4
    first = sequence[0]
    assert first.two_theta[[0, -1]] == pytest.approx([36.0, 88.0])
    assert first.wavelengths == pytest.approx((1.54056, 1.54439))
    assert first.intensity.max() == pytest.approx(4000.0, rel=0.3)
    starts = [(one.start_time - first.start_time).total_seconds() for one in sequence]
    assert starts == pytest.approx(truth["start"], abs=1.0)
    assert np.all(truth["end"] - truth["start"] == pytest.approx(300.0))
    assert -60.0 < truth["end"][-1] - (cell.time[-1] - cell.time[0]) < 2.0
    assert first.start_time == datetime(2026, 1, 5, 8)
    assert not list(simulated.glob("*truth*"))


def test_a_simulated_sequence_is_not_written_over(lmct, simulated):
    before = sorted(simulated.iterdir())
    code, out, err = lmct("xrd", "simulate", CHARGE, "-o", simulated)
    assert (code, out) == (2, "")
    assert "not empty" in err
    assert sorted(simulated.iterdir()) == before


def test_the_seed_decides_the_noise_and_nothing_else(as_json, tmp_path):
    words = ("--scans", "1", "--range", "36-60", "--step", "0.1", "--counting", "5 min")
    for name, seed in (("a.xrdml", 1), ("b.xrdml", 1), ("c.xrdml", 2)):
        code, document = as_json("xrd", "simulate", CHARGE, "-o", tmp_path / name, *words, "--seed", seed)
        assert code == 0
        assert document["files"][0] == str(tmp_path / name)
    one, same, other = (read_pattern(tmp_path / f"{name}.xrdml") for name in "abc")
    np.testing.assert_array_equal(one.intensity, same.intensity)
    assert np.any(one.intensity != other.intensity)
    assert np.mean((one.intensity - other.intensity) ** 2 / (2.0 * one.intensity)) == pytest.approx(
        1.0, abs=0.35
    )


@pytest.mark.parametrize(
    "words",
    [("--range", "60-40"), ("--range", "1-2"), ("--step", "0"), ("--window", "glass")],
)
def test_impossible_simulations_are_refused(lmct, tmp_path, words):
    code, out, err = lmct("xrd", "simulate", CHARGE, "-o", tmp_path / "out", "--scans", "1", *words)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1


def test_the_sequence_with_its_cycler_finds_the_truth(as_json, simulated):
    cell = simulated.with_name("scans_cell.mpt")
    words = ("--cycler", cell, "--mass", "7 mg", "--material", "li-ti-ni-o", "--x", "0.4")
    code, document = as_json("xrd", "sequence", simulated, *words)
    assert code == 0
    truth = truth_of(simulated)
    for scan, cell_length in zip(document["scans"], truth["lattice_parameter"], strict=True):
        assert within(scan["a"], cell_length)
    ends = [row for row in document["findings"] if row["condition"] == "end of cycle 1, charge"]
    assert [row["quantity"] for row in ends] == ["lattice_parameter"]
    assert abs(ends[0]["value"] - truth["lattice_parameter"][-1]) < 4.0 * ends[0]["uncertainty"]


@pytest.fixture(scope="module")
def standard(tmp_path_factory):
    """LaB6 on an instrument with axial divergence, 27-110 deg."""
    instrument = laboratory_copper()
    pattern = simulate_pattern(
        [Phase(crystal=load("lab6"))],
        diffractometer=instrument,
        two_theta=np.arange(27.0, 110.0, 0.02),
        alignment=Alignment(displacement=0.05),
        background=Background(coefficients=(60.0, -10.0)),
        peak_counts=30_000.0,
        random=np.random.default_rng(2),
    )
    path = tmp_path_factory.mktemp("standard") / "lab6.xye"
    write_xye(pattern, path)
    return path


def test_a_calibrated_instrument_is_a_file_that_refine_takes(as_json, standard, tmp_path):
    target = tmp_path / "ours.toml"
    code, document = as_json("xrd", "calibrate", standard, "-o", target)
    assert code == 0
    assert {"diffractometer", "cell_systematic", "gof", "assessment", "message", "file"} == set(document)
    assert document["file"] == str(target)
    assert document["assessment"] == "good"
    assert 0.0 < document["cell_systematic"] < 1e-4
    found = read_diffractometer(target)
    assert "lab6" in target.read_text().splitlines()[0]
    for name, number in document["diffractometer"].items():
        assert getattr(found, name) == pytest.approx(number["value"])
    assert found.cell_systematic == pytest.approx(document["cell_systematic"])
    path = write_good(tmp_path / "a.xye")
    code, refined = as_json("xrd", "refine", path, "--instrument", target, "--method", "fast")
    assert code == 0
    length = refined["cell"]["a"]
    assert within(length, CELL)
    assert length["systematic"] == pytest.approx(found.cell_systematic * length["value"], rel=1e-6)


def test_a_calibration_that_cannot_be_written_is_refused_before_it_is_made(lmct, standard, tmp_path):
    for target in (tmp_path / "a.txt", tmp_path / "absent" / "a.toml"):
        code, out, err = lmct("xrd", "calibrate", standard, "-o", target)
        assert (code, out) == (2, "")
        assert err.count("\n") == 1


@pytest.mark.slow
def test_a_pattern_of_something_else_calibrates_nothing(lmct, tmp_path):
    target = tmp_path / "ours.toml"
    code, _, _ = lmct("xrd", "calibrate", write_good(tmp_path / "a.xye"), "-o", target)
    assert code != 0
    assert not target.exists()


def test_a_sequence_takes_every_option_of_a_single_pattern(as_json, tmp_path):
    words = ("xrd", "sequence", write_ramp(tmp_path / "scans", CELLS[:2]))
    code, lines = as_json(*words, "--method", "le-bail", "--space-group", "F m -3 m", "--cell", "4.16")
    assert code == 0
    assert lines["engine"] == "rietx le-bail"
    assert [scan["a"]["value"] for scan in lines["scans"]] == pytest.approx(CELLS[:2], abs=2e-3)
    code, moved = as_json(*words, "--migration", "--cell", "4.16")
    assert code == 0
    assert all("occupancy(8c, Ti4+)" in scan["values"] for scan in moved["scans"])


def test_an_option_that_the_method_ignores_is_refused(lmct, folder, tmp_path):
    for command in (("refine", write_good(tmp_path / "a.xye")), ("sequence", folder)):
        code, _, err = lmct("xrd", *command, "--space-group", "F m -3 m", "--cell", "4.14")
        assert code == 2
        assert "methods le-bail and pawley only" in err
