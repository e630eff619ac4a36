import csv
import json

import pytest

from lmct.cli import main, sweep
from lmct.protocol import galvanostatic, simulate
from lmct.protocol.cycle_numbers import NUMBERS, cycle_numbers

VARY = ("--vary", "metal_potential=3.6:3.7:3", "--vary", "metal_rate=1e-6,2e-6")


@pytest.fixture
def lmct(capsys):
    """Return a function that runs `lmct sweep` and gives exit code, stdout and stderr."""

    def run(*words):
        with pytest.raises(SystemExit) as stop:
            main(["sweep", *map(str, words)])
        out, err = capsys.readouterr()
        return stop.value.code, out, err

    return run


def test_a_grid_as_json_is_what_single_simulations_give(lmct):
    code, out, _ = lmct("galvanostatic", *VARY, "--json")
    document = json.loads(out)
    assert code == 0
    assert document["failed"] == 0
    assert len(document["sets"]) == 6
    assert document["sets"][3]["settings"] == {"metal_potential": 3.65, "metal_rate": 2e-6}
    for row in document["sets"]:
        assert row["error"] is None
        run = simulate(galvanostatic(), settings=row["settings"])
        assert row["numbers"] == pytest.approx(cycle_numbers(run), rel=1e-12)
    assert [number["name"] for number in document["numbers"]] == list(NUMBERS)
    assert all(number["unit"] and number["meaning"] for number in document["numbers"])


def test_the_table_goes_to_a_file_with_a_row_of_units(lmct, tmp_path):
    path = tmp_path / "table.csv"
    code, out, err = lmct("galvanostatic", *VARY, "--output", path)
    assert code == 0
    assert "gap [V]" in out
    assert f"wrote {path}" in err
    names, units, *rows = list(csv.reader(path.read_text().splitlines()))
    assert names == ["metal_potential", "metal_rate", *NUMBERS, "error"]
    assert units[names.index("voltage_gap")] == "V"
    assert len(rows) == 6
    run = simulate(galvanostatic(), settings={"metal_potential": 3.6, "metal_rate": 1e-6})
    expected = cycle_numbers(run)["discharge_capacity"]
    assert float(rows[0][names.index("discharge_capacity")]) == expected


def test_a_failing_set_is_told_and_the_rest_done(lmct, tmp_path):
    path = tmp_path / "table.csv"
    code, out, err = lmct("galvanostatic", "--vary", "transfer_coefficient=0.5,1.5", "-o", path)
    assert code == 1
    assert "between 0 and 1, got 1.5" in " ".join(out.split())
    assert "1 of 2 parameter sets failed" in err
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert float(rows[1]["discharge_capacity"]) > 100.0
    assert rows[2]["discharge_capacity"] == ""
    code, out, _ = lmct("galvanostatic", "--vary", "transfer_coefficient=0.5,1.5", "--json")
    document = json.loads(out)
    assert (code, document["failed"]) == (1, 1)
    assert document["sets"][1]["numbers"] is None


def test_a_sample_is_decided_by_its_seed(lmct):
    words = ("galvanostatic", "--vary", "metal_potential=3.6:3.7", "--vary", "metal_rate=1e-6:1e-5:log")
    documents = [json.loads(lmct(*words, "--sample", "4", "--seed", seed, "--json")[1]) for seed in (1, 1, 2)]
    assert documents[0] == documents[1] != documents[2]
    values = [row["settings"] for row in documents[0]["sets"]]
    assert sorted(int((value["metal_potential"] - 3.6) / 0.025) for value in values) == [0, 1, 2, 3]
    assert json.loads(lmct(*words, "--sample", "4", "--method", "random", "--json")[1])["failed"] == 0


def test_sets_from_a_file(lmct, tmp_path):
    path = tmp_path / "sets.csv"
    path.write_text("metal_potential,lmct_law\n3.6,marcus\n3.7,marcus\n")
    code, out, _ = lmct("galvanostatic", "--sets", path, "--json")
    assert code == 0
    sets = [row["settings"] for row in json.loads(out)["sets"]]
    assert sets == [{"metal_potential": value, "lmct_law": "marcus"} for value in (3.6, 3.7)]


def test_members_of_the_family_and_worker_processes(lmct):
    words = ("galvanostatic", "--vary", "x=0.2,0.4", "--set", "metal_potential=3.7", "--json")
    code, out, _ = lmct(*words)
    assert code == 0
    run = simulate(galvanostatic(), x=0.2, settings={"metal_potential": 3.7})
    assert json.loads(out)["sets"][0]["numbers"] == pytest.approx(cycle_numbers(run), rel=1e-12)
    assert lmct(*words, "--executor", "processes", "--jobs", "2")[1] == out
    assert lmct(*words, "--executor", "processes:2")[1] == out


def test_dask_workers_give_the_same(lmct):
    pytest.importorskip("distributed", reason="the extra dask is not installed")
    words = ("galvanostatic", "--vary", "metal_rate=1e-5,1e-4", "--json")
    code, out, _ = lmct(*words, "--executor", "dask:local:1")
    assert code == 0
    assert out == lmct(*words)[1]


def test_a_long_table_is_cut_on_the_terminal_only(lmct):
    words = ("Charge at 20 mA/g until 4 V", "--vary", "metal_potential=3.6:3.7:60")
    code, out, err = lmct(*words)
    assert code == 0
    assert len([line for line in out.splitlines() if line.strip().startswith("3.")]) == sweep.SHOWN
    assert "10 more rows" in err
    assert len(json.loads(lmct(*words, "--json")[1])["sets"]) == 60


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "nothing to vary"),
        (("--vary", "metal_potentiel=3:4:5"), "Did you mean 'metal_potential'"),
        (("--vary", "lmct_law=marcuss"), "Did you mean 'marcus'"),
        (("--vary", "metal_potential"), "no assignment"),
        (("--vary", "metal_potential=4:3:5"), "is empty"),
        (("--vary", "metal_potential=3:4"), "has no number of points"),
        (("--vary", "metal_potential=3:4:5", "--sample", "3"), "has no number of points"),
        (("--vary", "metal_potential=3:4", "--sample", "0"), "got 0"),
        (("--vary", "metal_potential=3:4", "--sample", "3", "--seed", "-1"), "seed"),
        (("--vary", "metal_potential=3:4", "--sample", "3", "--method", "sobol"), "latin-hypercube"),
        (("--vary", "metal_potential=nan,4"), "must be finite"),
        (("--vary", "metal_potential=a,b"), "'a' is no number"),
        (("--vary", "metal_potential=3:4:1000", "--vary", "metal_rate=1e-6:1e-5:1000"), "got 1000000"),
        (("--vary", "metal_rate=1e-6", "--vary", "metal_rate=2e-6"), "varied twice"),
        (("--vary", "x=0.2", "--x", "0.4"), "both set and varied"),
        (("--vary", "metal_rate=1e-6", "--set", "metal_rate=1e-6"), "both set and varied"),
        (("--vary", "metal_rate=1e-6", "--executor", "threads"), "executor"),
        (("--vary", "metal_rate=1e-6", "--executor", "serial", "--jobs", "2"), "serial is one process"),
        (("--vary", "metal_rate=1e-6", "--output", "table.txt"), "does not end in .csv"),
        (("--vary", "metal_rate=1e-6", "--sets", "sets.csv"), "already names every set"),
        (("--sets", "nowhere.csv"), "nowhere.csv"),
    ],
)
def test_bad_input_is_one_line(lmct, words, message):
    code, out, err = lmct("galvanostatic", *words)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no table of parameter sets"),
        (b"\xff\xfe\x00\x01", "no table of parameter sets"),
        (b"metal_rate\n", "got 0"),
        (b"metal_rate,metal_potential\n1e-6\n", "row 2 has 1 cells, the first row has 2"),
        (b"metal_rate\nfast\n", "'fast' is no number"),
        (b"metal_rate,metal_rate\n1,2\n", "metal_rate stands twice"),
    ],
)
def test_files_that_hold_no_sets(lmct, tmp_path, content, message):
    path = tmp_path / "sets.csv"
    path.write_bytes(content)
    code, _, err = lmct("galvanostatic", "--sets", path)
    assert code == 2
    assert message in err


def test_an_output_folder_that_does_not_exist_is_told_before_anything_runs(lmct, tmp_path):
    code, _, err = lmct("galvanostatic", *VARY, "--output", tmp_path / "no" / "table.csv")
    assert code == 2
    assert "no folder" in err
