"""Worker processes go when the process that started them is killed."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROCESSES = Path("/proc")

PARENT = """
import os, time
from lmct.execution.worker_processes import WorkerProcesses

if __name__ == "__main__":
    with WorkerProcesses(1) as workers:
        print(workers.submit(os.getpid).result(), flush=True)
        time.sleep(60)
"""


def _lives(process):
    try:
        return (PROCESSES / f"{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.skipif(not PROCESSES.exists(), reason="this system has no /proc to look at processes")
def test_workers_end_with_a_parent_that_is_killed(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as parent:
        worker = int(parent.stdout.readline())
        assert _lives(worker)
        parent.send_signal(signal.SIGKILL)
    end = time.monotonic() + 10.0
    while _lives(worker) and time.monotonic() < end:
        time.sleep(0.05)
    assert not _lives(worker)
