"""A study with five thousand measurements: time in proportion to the files, memory that does not grow."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from lmct.electrode import Electrode, load
from lmct.instrument.cycler import write_mpt
from lmct.protocol import galvanostatic, run_protocol
from lmct.study import read_findings
from lmct.technique.electrochemistry.simulate import Channel, record_from_run

CELLS = 50
"""Files of one sample."""

MEASURED = """
import json, resource, sys, time
from pathlib import Path
from lmct.study import run_study
start = time.process_time()
result = run_study(Path(sys.argv[1]))
print(json.dumps({
    "measurements": len(result.measurements), "failures": len(result.failures), "reused": result.run.reused,
    "seconds": time.process_time() - start,
    "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""


def write_study(folder, count):
    """Write a study with many small .mpt files of one cycle, each with noise of its own."""
    (folder / "raw").mkdir(parents=True)
    run = run_protocol(Electrode(load()), galvanostatic(cycles=1))
    random = np.random.default_rng(1)
    blocks = ['[study]\nname = "Many"\nmaterial = "li-ti-ni-o"\nx = 0.4\n']
    for number in range(count):
        sample = number // CELLS
        record = record_from_run(
            run, active_mass=7e-3, channel=Channel(interval=3600.0, voltage_interval=0.15), random=random
        )
        write_mpt(record, folder / "raw" / f"s{sample}_{number % CELLS}.mpt")
        if number % CELLS == 0:
            files = f'technique = "electrochemistry"\nfiles = ["raw/s{sample}_*.mpt"]\n'
            blocks.append(f'[[sample]]\nname = "s{sample}"\n[[measurement]]\nsample = "s{sample}"\n{files}')
    (folder / "study.toml").write_text("\n".join(blocks))
    return folder


def measured(folder):
    """Run a study in a process of its own and return what it took."""
    process = subprocess.run(
        [sys.executable, "-c", MEASURED, str(folder)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    )
    return json.loads(process.stdout)


@pytest.mark.slow
def test_five_thousand_measurements(tmp_path):
    few = measured(write_study(tmp_path / "few", 500))
    folder = write_study(tmp_path / "many", 5000)
    many = measured(folder)
    assert (many["measurements"], many["failures"]) == (5000, 0)
    assert many["seconds"] < 15 * few["seconds"]
    assert many["megabytes"] < few["megabytes"] + 150
    again = measured(folder)
    assert again["reused"] == 5000
    assert again["seconds"] < many["seconds"] / 5
    assert len({finding.source_file for finding in read_findings(folder)}) == 5000
