"""A study folder full of what goes wrong: one clear failure each, and the good file is analysed."""

import os
import time

import numpy as np
import pytest

from lmct.instrument.cycler import write_mpt
from lmct.instrument.cycler.record import CyclerRecord
from lmct.study import run_study

STUDY = """
[study]
name = "Bad input"
[[sample]]
name = "all"
[[measurement]]
sample = "all"
files = ["raw/*", "raw/folder.mpt", "/etc/passwd", "../secret.mpt", "raw/missing.mpt"]
[[measurement]]
sample = "all"
dataset = "no/such/data.mpr"
[[measurement]]
sample = "all"
files = ["good.mpt"]
active_masses = {"godo.mpt" = "7 mg"}
"""


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "study"
    raw = folder / "raw"
    (raw / "folder.mpt").mkdir(parents=True)
    (folder / "study.toml").write_text(STUDY)
    time_axis = np.arange(0.0, 3600.0, 60.0)
    current = np.full(60, 1e-4)
    columns = {"test_time_second": time_axis, "voltage_volt": 3 + time_axis * 1e-4, "current_ampere": current}
    write_mpt(CyclerRecord(columns, active_mass=0.007), folder / "good.mpt")
    whole = (folder / "good.mpt").read_bytes()
    (raw / "empty.mpt").touch()
    (raw / "noise.mpr").write_bytes(np.random.default_rng(1).bytes(5000))
    (raw / "header_only.mpt").write_bytes(whole[: whole.index(b"mode\t")])
    (raw / "nothing_behind_link.mpt").symlink_to(raw / "none")
    (raw / "loop.mpt").symlink_to("loop.mpt")
    (raw / "outside.mpt").symlink_to("/etc/passwd")
    (raw / "wrong_brand.ndax").write_bytes(whole)
    with (raw / "sparse.mpr").open("wb") as file:
        file.truncate(2_000_000_000)
    os.mkfifo(raw / "pipe.mpt")
    return folder


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes on Windows")
def test_one_failure_each_and_the_rest_runs(study):
    start = time.process_time()
    result = run_study(study)
    assert time.process_time() - start < 20
    assert sorted(m.source_file for m in result.measurements) == ["good.mpt", "raw/wrong_brand.ndax"]
    by_file = {failure.file: failure.message for failure in result.failures if failure.file}
    assert set(by_file) == {
        "raw/empty.mpt",
        "raw/noise.mpr",
        "raw/header_only.mpt",
        "raw/nothing_behind_link.mpt",
        "raw/sparse.mpr",
        "raw/pipe.mpt",
        "raw/folder.mpt",
        "no/such/data.mpr",
        "godo.mpt",
    }
    assert "Did you mean 'good.mpt'" in by_file["godo.mpt"]
    assert "no ordinary file" in by_file["raw/pipe.mpt"]
    entries = " ".join(failure.message for failure in result.failures if not failure.file)
    for name in ("/etc/passwd", "../secret.mpt", "raw/missing.mpt", "raw/loop.mpt", "raw/outside.mpt"):
        assert name in entries
    assert len(result.failures) == 9 + 5
    assert not any("fault of lmct" in failure.message for failure in result.failures)
    assert any("same content" in message.text for message in result.messages)
