import functools
import sqlite3
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from lmct.execution import outcomes
from lmct.quantity.errors import UnknownName
from lmct.study import read_findings, run, run_study
from lmct.study.measurement_file import read_summary


def test_everything_is_written(two_samples):
    result = run_study(two_samples.path, command="lmct study x")
    results = two_samples.path / "results"
    assert result.succeeded
    assert [m.name for m in result.measurements] == ["fresh1", "fresh2", "heated1"]
    assert {path.name for path in (results / "measurements").iterdir()} == {
        "fresh1.nc",
        "fresh2.nc",
        "heated1.nc",
    }
    names = {path.name for path in (results / "figures").iterdir()}
    assert {
        "mean__means.svg",
        "mean__means.png",
        "mean__means.csv",
        "sample_fresh_tiny__voltage.svg",
    } <= names
    assert (results / "findings.sqlite").is_file()
    assert not list(results.rglob("*.part"))


def test_findings_know_where_they_come_from(two_samples):
    result = run_study(two_samples.path)
    heated = result.measurements[2]
    assert heated.findings[0].value.value == pytest.approx(2.5)
    assert heated.findings[0].source_file == "raw/heated1.txt"
    assert len(heated.findings[0].source_sha256) == 64
    assert heated.condition == {
        "hold_temperature": 413.15,
        "hold_time": 90.0,
        "charge_voltage": 4.5,
        "rest_time": 900.0,
    }
    assert heated.provenance == {"format": "tiny", "reader": "test 1", "active_mass": "7.02 mg"}
    (grand,) = result.conclusions
    assert grand.value.value == pytest.approx(np.mean([3.5, 3.7, 2.5]))
    assert grand.source_file == "raw/fresh1.txt; raw/fresh2.txt; raw/heated1.txt"
    assert grand.technique == "tiny"


def test_netcdf_keeps_the_arrays(two_samples):
    run_study(two_samples.path)
    with xr.open_dataset(two_samples.path / "results/measurements/fresh2.nc", engine="h5netcdf") as dataset:
        assert dataset["voltage"].values.tolist() == [3.2, 4.2]
        assert dataset["voltage"].attrs["units"] == "V"


def test_second_run_computes_nothing(two_samples):
    first = run_study(two_samples.path)
    two_samples.forget_reads()
    before = {path: path.stat().st_mtime_ns for path in (two_samples.path / "results/figures").iterdir()}
    second = run_study(two_samples.path)
    assert two_samples.reads() == []
    assert (second.run.computed, second.run.reused) == (0, 3)
    assert all(group.reused for group in (*second.analyses, *second.sample_figures))
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert second.measurements == first.measurements
    assert second.conclusions == first.conclusions


def test_only_what_changed_is_computed(two_samples):
    run_study(two_samples.path)
    two_samples.forget_reads()
    two_samples.cell("fresh2.txt", 3.3, 4.3)
    result = run_study(two_samples.path)
    assert two_samples.reads() == ["fresh2.txt"]
    assert result.conclusions[0].value.value == pytest.approx(np.mean([3.5, 3.8, 2.5]))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("7.02 mg", "7.03 mg"),
        ("90 seconds", "91 seconds"),
        ('files = ["raw/heated*.txt"]', 'files = ["raw/heated*.txt"]\noptions = {smooth = 1}'),
        ('files = ["raw/heated*.txt"]', 'files = ["raw/heated*.txt"]\ncolumns = {voltage = "V"}'),
    ],
)
def test_changed_settings_are_computed_again(two_samples, old, new):
    run_study(two_samples.path)
    two_samples.forget_reads()
    text = (two_samples.path / "study.toml").read_text()
    two_samples.study(text.replace(old, new))
    run_study(two_samples.path)
    assert two_samples.reads() == ["heated1.txt"]


def test_damaged_result_is_made_again(two_samples):
    run_study(two_samples.path)
    two_samples.forget_reads()
    target = two_samples.path / "results/measurements/fresh1.nc"
    target.write_bytes(target.read_bytes()[:500])
    (two_samples.path / "results/figures/mean__means.png").unlink()
    (two_samples.path / "results/analyses/mean.json").write_text("{")
    (two_samples.path / "results/findings.sqlite").write_bytes(b"noise" * 1000)
    result = run_study(two_samples.path)
    assert two_samples.reads() == ["fresh1.txt"]
    assert result.succeeded
    assert (two_samples.path / "results/figures/mean__means.png").is_file()
    assert len(read_findings(two_samples.path)) == 4


MEASUREMENT = '[[measurement]]\nsample = "fresh"\ntechnique = "tiny"\n'


def test_a_bad_file_does_not_stop_the_others(two_samples):
    two_samples.cell("fresh0.txt", "binary noise")
    two_samples.cell("bug.txt", 1.0)
    two_samples.study(
        (two_samples.path / "study.toml").read_text()
        + MEASUREMENT
        + 'files = ["raw/bug.txt", "raw/none.txt"]\n'
        + MEASUREMENT
        + 'files = ["raw/fresh1.txt"]\noptions = {crash=true}\n'
    )
    result = run_study(two_samples.path)
    assert [m.source_file for m in result.measurements] == [
        "raw/fresh1.txt",
        "raw/fresh2.txt",
        "raw/heated1.txt",
    ]
    kinds = {(failure.file, failure.kind) for failure in result.failures}
    assert kinds == {
        ("raw/fresh0.txt", "DamagedFile"),
        ("raw/bug.txt", "KeyError"),
        ("", "DataError"),
        ("raw/fresh1.txt", "RuntimeError"),
    }
    text = next(f.message for f in result.failures if f.kind == "RuntimeError")
    assert "tiny_technique.py" in text
    assert "fault" in text
    assert result.conclusions[0].value.value == pytest.approx(np.mean([3.5, 3.7, 2.5]))


def test_a_failed_analysis_does_not_stop_the_others(two_samples):
    text = (two_samples.path / "study.toml").read_text()
    more = "".join(
        f'[[analysis]]\nkind = "{kind}"\ntechnique = "tiny"\n' for kind in ("broken", "bad_figure")
    )
    result = run_study(two_samples.study(text + more))
    assert [(f.kind, f.file) for f in result.failures] == [("ZeroDivisionError", ""), ("RuntimeError", "bad")]
    assert len(result.conclusions) == 1
    assert [figure.stem for figure in result.analyses[2].figures] == ["bad_figure__good"]


def test_store_holds_everything(two_samples):
    two_samples.cell("fresh0.txt", "noise")
    run_study(two_samples.path, command="lmct study one")
    run_study(two_samples.path, command="lmct study two")
    with sqlite3.connect(two_samples.path / "results/findings.sqlite") as database:
        runs = database.execute("SELECT command, computed, reused, failed FROM runs").fetchall()
        failures = database.execute("SELECT file, kind FROM failures").fetchall()
        origin = database.execute("SELECT quantity, measurement, analysis FROM findings").fetchall()
        messages = database.execute("SELECT source, text FROM messages").fetchall()
    database.close()
    assert runs == [("lmct study one", 3, 0, 1), ("lmct study two", 0, 3, 1)]
    assert failures == [("raw/fresh0.txt", "DamagedFile")]
    assert origin[0] == ("grand_mean", "", "mean")
    assert ("mean_voltage", "heated1", "") in origin
    assert ("mean", "nothing more can be said.") in messages


def test_nothing_to_analyse_is_said(two_samples):
    for name in ("fresh1", "fresh2", "heated1"):
        two_samples.cell(f"{name}.txt", "noise")
    result = run_study(two_samples.path)
    assert len(result.failures) == 3
    assert "none of its measurements" in result.messages[0].text


def test_equal_content_and_left_over_results_are_said(two_samples):
    run_study(two_samples.path)
    two_samples.cell("fresh2.txt", 3.0, 4.0)
    (two_samples.path / "raw/heated1.txt").rename(two_samples.path / "raw/heated2.txt")
    texts = {message.source: message.text for message in run_study(two_samples.path).messages}
    assert "same content as raw/fresh2.txt" in texts["raw/fresh1.txt"]
    assert "heated1.nc" in texts["results/measurements"]


def test_samples_charged_differently_are_said(two_samples):
    text = (two_samples.path / "study.toml").read_text()
    text = text.replace('name = "fresh"', 'name = "fresh"\nhistory = ["Charge at C/10 until 200 mAh/g"]', 1)
    messages = run_study(two_samples.study(text)).messages
    assert any("different ends (200 mAh/g: fresh; 4.5 V: heated)" in message.text for message in messages)


def test_warnings_of_a_file_are_kept(two_samples):
    two_samples.cell("heated1.txt", 3.0)
    first, second = (run_study(two_samples.path).messages for _ in range(2))
    assert ("raw/heated1.txt", "only one row.") in [(m.source, m.text) for m in first]
    assert first == second


def test_same_file_name_in_two_folders(two_samples):
    other = two_samples.path / "raw" / "more"
    other.mkdir()
    (other / "fresh1.txt").write_text("1\n2")
    text = (two_samples.path / "study.toml").read_text().replace("raw/fresh*.txt", "raw/**/fresh*.txt")
    result = run_study(two_samples.study(text))
    assert len({m.path for m in result.measurements}) == 4
    assert {f.value.value for m in result.measurements for f in m.findings} == {3.5, 3.7, 2.5, 1.5}


@pytest.mark.parametrize("executor", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_executors_give_the_same(two_samples, executor, monkeypatch):
    monkeypatch.setattr(run, "outcomes", functools.partial(outcomes, worth=0.0))
    with executor(2) as workers:
        result = run_study(two_samples.path, executor=workers)
    assert result.succeeded
    assert two_samples.reads() == ["fresh1.txt", "fresh2.txt", "heated1.txt"]
    assert run_study(two_samples.path).measurements == result.measurements


def test_progress_counts_to_the_end(two_samples):
    told = []
    run_study(two_samples.path, progress=lambda *call: told.append(call))
    assert told[:3] == [(1, 3, "raw/fresh1.txt"), (2, 3, "raw/fresh2.txt"), (3, 3, "raw/heated1.txt")]
    assert told[3:] == [(1, 3, "mean"), (2, 3, "fresh"), (3, 3, "heated")]


def test_unknown_analysis_stops_before_anything_runs(two_samples):
    text = (two_samples.path / "study.toml").read_text().replace('kind = "mean"', 'kind = "maen"')
    with pytest.raises(UnknownName, match="Did you mean 'mean'"):
        run_study(two_samples.study(text))
    assert not (two_samples.path / "results").exists()


KILLED = """
import os, random, shutil, signal, sys, threading, time
from pathlib import Path
sys.path[:0] = [{here!r}]
import conftest
from lmct.study import run_study, techniques
techniques.TECHNIQUES["tiny"] = "tiny_technique"
conftest.fix_code(setattr)
folder, chance = Path({folder!r}), random.Random({seed})
run_study(folder)
print("started", flush=True)
threading.Timer(chance.uniform(0.0, 0.5), os.kill, (os.getpid(), signal.SIGKILL)).start()
while True:
    for path in (folder / "results/measurements").glob("*.nc"):
        if chance.random() < 0.5:
            path.unlink()
    shutil.rmtree(folder / "results/analyses")
    run_study(folder)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 20))])
def test_kill_at_a_random_moment_loses_nothing(two_samples, seed):
    """A killed run leaves whole files only, and the next one takes over its lock and goes on."""
    finished = run_study(two_samples.path)
    code = KILLED.format(here=str(Path(__file__).parent), seed=seed, folder=str(two_samples.path))
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (process.returncode, process.stdout) == (-9, b"started\n"), process.stderr.decode()
    assert len(read_findings(two_samples.path)) == 4
    whole = list((two_samples.path / "results/measurements").glob("*.nc"))
    assert all(read_summary(path) is not None for path in whole)
    two_samples.forget_reads()
    after = run_study(two_samples.path)
    assert not {path.stem for path in whole} & {name.removesuffix(".txt") for name in two_samples.reads()}
    assert after.measurements == finished.measurements
    assert after.conclusions == finished.conclusions
    assert not list((two_samples.path / "results").rglob("*.part"))


def test_hundreds_of_files(two_samples):
    """Two hundred files take seconds, are analysed together, and are not computed again."""
    for number in range(200):
        two_samples.cell(f"fresh{number}.txt", 3.0 + 0.001 * number)
    first = run_study(two_samples.path)
    assert first.succeeded
    assert [m.name for m in first.measurements[:3]] == ["fresh0", "fresh1", "fresh2"]
    assert first.conclusions[0].value.value == pytest.approx((200 * 3.0995 + 2.5) / 201)
    assert run_study(two_samples.path).run.reused == 201
