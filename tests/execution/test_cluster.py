import gc
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from lmct.execution import finished_tasks, open_executor, run_tasks
from lmct.quantity.errors import DataError, OutOfRange
from tests.execution import sample_work

TASKS = {f"task {k}": 0.02 for k in range(100)}
ROOT = Path(__file__).parents[2]


@contextmanager
def dask_process(*words):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "ignore", "-m", "dask", *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment, text=True) as process:
        try:
            yield process
        finally:
            process.kill()
            process.stderr.close()


def line_with(process, pattern):
    """Return what a pattern finds in the log of a process, and let the log run on."""
    for line in process.stderr:
        if found := re.search(pattern, line):
            return found
    raise AssertionError(f"the process ended without {pattern}")


@pytest.fixture
def cluster(tmp_path):
    """Address of a real scheduler on the loopback interface, and the two worker processes it has."""
    pytest.importorskip("distributed", reason="the extra dask is not installed")
    with ExitStack() as stack:
        words = ("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        scheduler = stack.enter_context(dask_process(*words))
        address = line_with(scheduler, r"Scheduler at:\s+(tcp://127\.0\.0\.1:\d+)")[1]
        words = ("worker", address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard")
        local = ("--local-directory", str(tmp_path))
        workers = [stack.enter_context(dask_process(*words, *local)) for _ in range(2)]
        for worker in workers:
            line_with(worker, r"Registered to")
        yield address, workers


def test_a_dask_cluster_gives_the_same_though_a_worker_is_killed(cluster):
    address, workers = cluster
    alone = run_tasks(sample_work.draw, TASKS, executor=None, seed=5)
    found = {}
    with open_executor(f"dask:{address}") as executor:
        assert executor.workers == 2
        assert run_tasks(sample_work.draw, TASKS, executor=executor, seed=5) == alone
        for key, (pid, number) in finished_tasks(sample_work.worker_number, TASKS, executor=executor, seed=5):
            found[key] = pid, number
            if len(found) == 50:
                workers[0].send_signal(signal.SIGKILL)
        deadline = time.monotonic() + 10
        while executor.workers != 1 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert executor.workers == 1
    assert {key: found[key][1] for key in TASKS} == {key: number for key, (_, number) in alone.items()}
    pids = {worker.pid for worker in workers}
    assert {pid for pid, _ in found.values()} == pids
    assert os.getpid() not in pids


@pytest.mark.slow
def test_a_task_that_kills_dask_workers_is_lost_alone():
    pytest.importorskip("distributed", reason="the extra dask is not installed")
    tasks = {"a": 1, "b": "die", "c": 2}
    with open_executor("dask:local:2") as executor:
        found = run_tasks(sample_work.deadly, tasks, executor=executor, seed=5, lost="lost {}".format)
    alone = run_tasks(sample_work.draw, {"a": 1, "c": 2}, executor=None, seed=5)
    assert found == {"a": alone["a"], "b": "lost b", "c": alone["c"]}


def test_executorlib_gives_the_same():
    pytest.importorskip("executorlib", reason="executorlib is not installed")
    with open_executor("executorlib:local") as executor:
        found = run_tasks(sample_work.draw, TASKS, executor=executor, seed=5)
    assert found == run_tasks(sample_work.draw, TASKS, executor=None, seed=5)


def test_results_do_not_pile_up_in_the_workers(cluster):
    """Results that were handed over leave the workers at once: their memory is bounded, and none is lost."""
    address, _ = cluster
    distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")
    gc.disable()
    try:
        with (
            open_executor(f"dask:{address}") as executor,
            distributed.Client(address, set_as_default=False) as client,
        ):
            most = 0
            for _ in finished_tasks(sample_work.slow_draw, TASKS, executor=executor, seed=5):
                most = max(most, len(client.who_has()))
    finally:
        gc.enable()
    assert most <= 8


@pytest.mark.parametrize("kind", ["dask", "executorlib"])
def test_a_library_that_is_not_there_is_named_with_its_extra(kind, monkeypatch):
    for name in ("distributed", "executorlib"):
        monkeypatch.setitem(sys.modules, name, None)
    words = {"dask": "dask:tcp://127.0.0.1:9", "executorlib": "executorlib:slurm"}[kind]
    with pytest.raises(DataError, match=rf"pip install 'lmct\[{kind}\]'"), open_executor(words):
        pass


def test_slurm_needs_an_allocation(monkeypatch):
    pytest.importorskip("executorlib", reason="executorlib is not installed")
    monkeypatch.delenv("SLURM_NTASKS", raising=False)
    with pytest.raises(DataError, match="SLURM_NTASKS is not set"), open_executor("executorlib:slurm"):
        pass


def test_nobody_at_the_address(monkeypatch):
    pytest.importorskip("distributed", reason="the extra dask is not installed")
    monkeypatch.setattr("lmct.execution.cluster.PATIENCE", 0.5)
    with (
        pytest.raises(DataError, match=r"no Dask scheduler answers at tcp://127.0.0.1:9"),
        open_executor("dask:tcp://127.0.0.1:9"),
    ):
        pass


@pytest.mark.parametrize("words", ["dask", "dask:local:none", "dask:local:0"])
def test_addresses_that_say_nothing_are_refused(words):
    pytest.importorskip("distributed", reason="the extra dask is not installed")
    with pytest.raises(OutOfRange, match="dask"), open_executor(words):
        pass
