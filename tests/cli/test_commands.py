import json
import subprocess
import sys
import time

import numpy as np
import pytest

from lmct.cli import main
from lmct.electrode import sets
from lmct.quantity import Finding, Value


@pytest.fixture
def lmct(capsys):
    """Return a function that runs a command and gives exit code, stdout and stderr."""

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


NAMES = (
    "materials",
    "material",
    "simulate",
    "hysteresis",
    "sweep",
    "read",
    "new",
    "study",
    "findings",
    "calibrate",
    "demo",
    "reproduce",
    "cite",
)


def test_version_and_help(lmct):
    assert lmct("--version")[1].startswith("lmct 0.")
    code, out, _ = lmct("--help")
    assert code == 0
    for name in NAMES:
        assert f"\n  {name} " in out
        assert lmct(name, "--help")[0] == 0


def test_no_command_shows_the_help(lmct):
    code, out, err = lmct()
    assert (code, out) == (2, "")
    assert "Usage: lmct" in err


@pytest.mark.parametrize(
    "words",
    [
        ["bogus"],
        ["material"],
        ["material", "li-ti-ni-o", "--y", "1"],
        ["material", "li-ti-ni-o", "--x", "half"],
    ],
)
def test_bad_usage(lmct, as_json, words):
    code, out, err = lmct(*words)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    code, document = as_json(*words)
    assert code == 2
    assert set(document) == {"error", "kind"}


def test_errors_of_the_input_are_one_line(lmct, as_json):
    code, out, err = lmct("material", "li-ti-mi-o")
    assert (code, out) == (2, "")
    assert "Did you mean 'li-ti-ni-o'" in err
    assert "Traceback" not in err
    assert as_json("material", "li-ti-mi-o") == (2, {"error": err[7:].strip(), "kind": "UnknownName"})


def test_a_folder_that_cannot_be_written(lmct, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = lmct("new", tmp_path / "file" / "study")
    assert code == 2
    assert "Not a directory" in err


def test_materials(lmct, as_json):
    code, rows = as_json("materials")
    assert code == 0
    assert {"name", "title", "formula"} == set(rows[0])
    assert "li-ti-ni-o" in {row["name"] for row in rows}
    assert "Li2Ru0.75Sn0.25O3" in lmct("materials")[1]


def test_material(lmct, as_json):
    code, document = as_json("material", "li-ti-ni-o", "--x", "0.4", "--batch", "5g")
    assert code == 0
    numbers = (
        "molar_mass",
        "capacity_per_lithium",
        "capacity_m2_m3",
        "capacity_m2_m4",
        "capacity_all_lithium",
    )
    assert [round(document[name], 2) for name in numbers] == [82.69, 324.12, 81.03, 162.06, 378.14]
    assert sum(row["mass"] for row in document["recipe"]) == pytest.approx(23.515, abs=0.01)
    assert "recipe" not in as_json("material", "li-ti-ni-o")[1]
    out = lmct("material", "li-ti-ni-o", "--batch", "5g")[1]
    assert "162.059" in out
    assert "titanium(IV) butoxide" in out
    assert lmct("material", "li-ti-ni-o", "--batch", "5 V")[0] == 2


def test_a_capacity_that_makes_no_sense_is_null_with_a_reason(lmct, as_json):
    assert as_json("material", "li-ru-sn-o")[1]["capacity_m2_m3"] is None
    assert "no metal" in lmct("material", "li-ru-sn-o")[1]


STEPS = "Charge at 20 mA/g until 4.5 V; Rest for 1 hour; Discharge at 20 mA/g until 2.0 V"


def test_simulate(lmct, as_json, tmp_path):
    code, document = as_json("simulate", STEPS)
    assert code == 0
    keys = {"kind", "duration_second", "capacity_mah_g", "mean_voltage", "end_voltage", "stopped_by"}
    assert [set(step) for step in document["steps"]] == [keys] * 3
    assert [step["stopped_by"] for step in document["steps"]] == ["voltage", "time", "voltage"]
    assert document["steps"][0]["end_voltage"] == pytest.approx(4.5, abs=1e-6)
    assert {"metal_holes", "oxygen_holes", "voltage", "lithium_content"} <= set(document["final"])
    assert document["budget"]["transfer"] > 0
    (tmp_path / "steps.txt").write_text(STEPS.replace("; ", "\n"))
    assert as_json("simulate", tmp_path / "steps.txt")[1] == document
    assert "discharge" in lmct("simulate", STEPS)[1]


def test_simulate_writes_what_a_cycler_would(as_json, lmct, tmp_path):
    path = tmp_path / "cell.mpt"
    code, document = as_json("simulate", STEPS, "-o", path, "--mass", "7 mg")
    assert code == 0
    code, read = as_json("read", path)
    assert read["format"] == "biologic-mpt"
    charged = document["steps"][0]["capacity_mah_g"]
    assert read["charge_capacity_mah"] == pytest.approx(charged * 7e-3, rel=1e-3)
    assert lmct("simulate", STEPS, "-o", tmp_path / "cell.xyz")[0] == 2


def test_named_protocols_and_settings(as_json):
    plain = as_json("simulate", "galvanostatic")[1]["steps"]
    assert [step["kind"] for step in plain] == ["charge", "discharge"] * 2
    assert "heat" in {step["kind"] for step in as_json("simulate", "titration")[1]["steps"]}
    changed = as_json("simulate", "galvanostatic", "--set", "lithium_max=0.6")[1]["steps"]
    assert changed[0]["capacity_mah_g"] < plain[0]["capacity_mah_g"] - 10


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["galvanic"], "DataError"),
        (["Dischrage at 20 mA/g until 2 V"], "UnknownName"),
        (["galvanostatic", "--set", "nonsense=1"], "UnknownName"),
        (["galvanostatic", "--set", "metal_potential=much"], "OutOfRange"),
        (["galvanostatic", "--set", "metal_potential"], "DataError"),
    ],
)
def test_simulate_refuses(as_json, words, kind):
    code, document = as_json("simulate", *words)
    assert (code, document["kind"]) == (2, kind)


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "cell.dat"
    rows = [f"{t / 60:.4f};{3 + t * 1e-4:.5f};{0.5:.3f}" for t in range(0, 3601, 60)]
    path.write_text("Time (min);E / V;I (mA)\n" + "\n".join(rows) + "\n")
    return path


COLUMNS = ("--column", "time=Time (min)", "--column", "voltage=E / V", "--column", "current=I (mA)")


def test_read(lmct, as_json, table):
    code, document = as_json("read", table, *COLUMNS)
    assert code == 0
    assert (document["rows"], document["duration_second"]) == (61, pytest.approx(3600))
    assert document["charge_capacity_mah"] == pytest.approx(0.5)
    assert document["discharge_capacity_mah"] == 0.0
    assert isinstance(document["warnings"], list)
    assert "voltage_volt" in document["columns"]
    assert "voltage_volt" in lmct("read", table, *COLUMNS)[1]


@pytest.mark.parametrize("ending", ["csv", "parquet", "nc", "mpt"])
def test_read_to(as_json, table, tmp_path, ending):
    import polars as pl
    import xarray as xr

    target = tmp_path / f"out.{ending}"
    code, document = as_json("read", table, *COLUMNS, "--to", target)
    assert code == 0
    if ending == "mpt":
        assert as_json("read", target)[1]["rows"] == document["rows"]
        return
    if ending == "nc":
        with xr.open_dataset(target, engine="h5netcdf") as dataset:
            voltage = dataset["voltage_volt"].values
    else:
        voltage = {"csv": pl.read_csv, "parquet": pl.read_parquet}[ending](target)["voltage_volt"].to_numpy()
    np.testing.assert_allclose(voltage, 3 + np.arange(0, 3601, 60) * 1e-4, atol=1e-6)


def test_read_refuses(lmct, as_json, table, tmp_path):
    assert as_json("read", tmp_path / "none.mpt")[0] == 2
    assert as_json("read", table)[1]["kind"] == "UnknownFormat"
    code, _, err = lmct("read", table, *COLUMNS, "--to", tmp_path / "out.parqet")
    assert code == 2
    assert "Did you mean '.parquet'" in err


def test_new_study_findings(as_json, lmct, table, tmp_path):
    folder = tmp_path / "study"
    assert as_json("new", folder) == (0, {"study": str(folder / "study.toml")})
    assert lmct("new", folder)[0] == 2
    (folder / "raw" / "good.dat").write_bytes(table.read_bytes())
    (folder / "raw" / "noise.dat").write_bytes(bytes(range(256)))
    columns = '{time = "Time (min)", voltage = "E / V", current = "I (mA)"}'
    (folder / "study.toml").write_text(
        '[study]\nname = "One"\n[[sample]]\nname = "a"\n[[measurement]]\nsample = "a"\nactive_mass = "5 mg"\n'
        f'columns = {columns}\nfiles = ["raw/*.dat", "../cell.dat"]\n'
    )
    code, document = as_json("study", folder, "--processes", "1")
    assert code == 1
    assert (document["computed"], document["reused"]) == (1, 0)
    assert {(f["file"], f["kind"]) for f in document["failures"]} >= {("", "OutsideStudy")}
    assert "raw/noise.dat" in {failure["file"] for failure in document["failures"]}
    assert document["report"] == str(folder / "results" / "report.html")
    code, _, err = lmct("study", folder / "study.toml", "--processes", "1")
    assert code == 1
    assert "0 files analysed, 1 unchanged" in err
    code, found = as_json("findings", folder, "--quantity", "charge_cap*")
    assert code == 0
    assert found[0]["value"] == pytest.approx(100.0)
    keys = {"quantity", "value", "uncertainty", "unit", "sample", "technique", "condition", "source_file"}
    assert keys | {"source_sha256"} <= set(found[0])
    assert found[0]["source_file"] == "raw/good.dat"
    assert as_json("findings", folder, "--sample", "b") == (0, [])
    assert "raw/good.dat" in lmct("findings", folder)[1]


def test_study_refuses(as_json, tmp_path):
    assert as_json("study", tmp_path)[0] == 2
    (tmp_path / "study.toml").write_text("[study]\nnaem = 1")
    assert as_json("study", tmp_path)[1]["kind"] == "UnknownName"
    assert as_json("findings", tmp_path)[1]["kind"] == "DataError"


def test_cite(lmct, as_json):
    code, rows = as_json("cite", "--topic", "electrode")
    assert code == 0
    assert {row["key"] for row in rows} == {"Marcus1956", "Marcus1993", "Steinebach2023"}
    assert "10.1038/s41563-022-01278-2" in lmct("cite")[1]
    assert lmct("cite", "--topic", "cooking")[0] == 2


def test_demo_does_not_write_into_a_study(as_json, tmp_path):
    (tmp_path / "thesis.txt").write_text("precious")
    code, document = as_json("demo", tmp_path)
    assert code == 2
    assert "no demo" in document["error"]
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_numbers_that_json_lacks_are_null(as_json, monkeypatch):
    from lmct import study

    found = (Finding("a", Value(float("nan"), float("inf"))),)
    monkeypatch.setattr(study, "read_findings", lambda location: found)
    assert as_json("findings", ".")[1][0]["value"] is None


def test_help_is_quick():
    """The median CPU time of `lmct --help` in a new process is below half a second."""
    code = "import sys; sys.argv = ['lmct', '--help']; from lmct.cli import main; main()"
    resource = pytest.importorskip("resource")
    times = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
        time.sleep(0.01)
    assert sorted(times)[2] < 0.5


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from lmct.cli import app;"
        "heavy = {'numpy', 'scipy', 'matplotlib', 'polars', 'xarray', 'numba', 'jinja2'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_output_that_nobody_reads_is_no_error():
    code = "from lmct.cli import main; main(['cite'])"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        error = process.stderr.read()
    assert error == b""


def test_simulate_knows_every_protocol_by_name_and_hints_at_misspelt_ones(as_json):
    code, document = as_json("simulate", "voltammetry")
    assert code == 0
    assert {step["kind"] for step in document["steps"]} == {"sweep"}
    code, document = as_json("simulate", "voltametry")
    assert code == 2
    assert "Did you mean 'voltammetry'" in json.dumps(document)


def test_another_rate_law_from_the_command_line(as_json):
    steps = ["simulate", "galvanostatic", "--set", "oxygen_reorganization_energy=4"]
    law = [*steps, "--set", "lmct_law=constant-barrier"]
    code, document = as_json(*law, "--set", "barrier=1.2")
    assert code == 0
    assert len(document["steps"]) == 4
    code, document = as_json(*law)
    assert code == 2
    assert "needs the parameter barrier" in document["error"]


def test_simulate_writes_the_gas_that_leaves(as_json, tmp_path):
    path = tmp_path / "gas.csv"
    words = ("--set", "gas_rate=1e-3", "--set", "gas_amounts=0.005,0.007", "--set", "gas_steps=0.1")
    code, document = as_json("simulate", "gas-evolution", *words, "--gas", path)
    assert code == 0
    names, units, *rows = (line.split(",") for line in path.read_text().splitlines())
    assert dict(zip(names, units, strict=True))["oxygen_amount"] == "umol/g"
    amount, share = (float(rows[-1][names.index(name)]) for name in ("oxygen_amount", "lattice_oxygen_share"))
    assert amount == pytest.approx(1e6 * document["final"]["oxygen_gas"] / 82.690, rel=1e-9)
    assert share == pytest.approx(100.0 * document["final"]["oxygen_gas"], rel=1e-9)


def test_every_shipped_set_by_name(as_json):
    ends = set()
    for name in sets():
        code, document = as_json("simulate", "Charge at 20 mA/g until 200 mAh/g", "--parameters", name)
        assert code == 0
        ends.add(document["final"]["voltage"])
    assert len(ends) == len(sets())


def test_a_law_of_the_oxygen_couple_and_a_divided_electrode(as_json):
    words = ("simulate", "Charge at 20 mA/g until 4.3 V")
    plain = as_json(*words)[1]["steps"][0]["capacity_mah_g"]
    marcus = (
        "--set",
        "oxygen_law=marcus",
        "--set",
        "oxygen_reorganization_energy=4",
        "--set",
        "oxygen_rate=1",
    )
    code, document = as_json(*words, *marcus)
    assert code == 0
    assert document["steps"][0]["capacity_mah_g"] != plain
    code, document = as_json(*words, "--set", "transport_time=1e5", "--shells", "3")
    assert code == 0
    assert document["budget"]["transport"] > 0.0
    assert document["steps"][0]["capacity_mah_g"] < plain


def test_a_step_that_ends_at_once_is_named_on_stderr(lmct):
    code, _, err = lmct("simulate", "Charge at 20 mA/g until 4.2 V; Charge at 5 mA/g until 4.2 V")
    assert code == 0
    assert "step 2 (Charge at 5 mA/g until 4.2 V) ended at once" in err


def test_a_long_protocol_shows_its_first_steps(lmct, tmp_path):
    (tmp_path / "steps.txt").write_text("Repeat 250 times:\n  Rest for 1 h\n")
    code, out, err = lmct("simulate", tmp_path / "steps.txt")
    assert code == 0
    assert out.count("rest ") == 200
    assert "50 more steps" in err
