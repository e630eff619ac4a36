import functools
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmct.execution import finished_tasks, open_executor, run_tasks
from lmct.execution.tasks import random_of_task
from lmct.quantity.errors import DamagedFile, DataError, NotConverged, OutOfRange
from tests.execution import sample_work

TASKS = {f"task {k}": k for k in range(40)}


def alone(tasks=TASKS, work=sample_work.draw, seed=5):
    return run_tasks(work, tasks, executor=None, seed=seed)


def test_results_are_in_the_order_of_the_tasks_and_depend_on_seed_and_key_only():
    found = alone()
    assert list(found) == list(TASKS)
    assert [argument for argument, _ in found.values()] == list(range(40))
    assert len({number for _, number in found.values()}) == 40
    assert alone(dict(reversed(TASKS.items()))) == found
    assert alone({"task 7": 7})["task 7"] == found["task 7"]
    assert alone(seed=6)["task 7"] != found["task 7"]


def test_random_numbers_of_keys_are_independent():
    """Means over keys of uncorrelated normal numbers scatter as 1/sqrt(n), also between neighbouring keys."""
    draws = np.array([random_of_task(1, f"t{k}").standard_normal(100) for k in range(400)])
    correlation = np.mean(draws[1:] * draws[:-1])
    assert abs(draws.mean()) < 4 / np.sqrt(draws.size)
    assert abs(correlation) < 4 / np.sqrt(draws.size)
    assert draws.std() == pytest.approx(1.0, abs=4 / np.sqrt(2 * draws.size))


@given(st.text(), st.integers(0, 2**64))
def test_any_key_and_seed_makes_the_same_numbers_again(key, seed):
    assert random_of_task(seed, key).random() == random_of_task(seed, key).random()


@pytest.mark.parametrize("words", ["serial", "processes:2"])
def test_executors_by_name_give_the_same(words):
    with open_executor(words) as executor:
        assert run_tasks(sample_work.draw, TASKS, executor=executor, seed=5) == alone()


def test_any_standard_executor_gives_the_same():
    with ThreadPoolExecutor(3) as executor:
        assert run_tasks(sample_work.draw, TASKS, executor=executor, seed=5) == alone()


def test_progress_counts_every_task():
    told = []
    run_tasks(sample_work.draw, TASKS, executor=None, seed=1, progress=lambda *words: told.append(words))
    assert told[0] == (1, 40, "task 0")
    assert [done for done, _, _ in told] == list(range(1, 41))


def test_no_tasks_have_no_results(tmp_path):
    assert run_tasks(sample_work.draw, {}, executor=None, seed=1, checkpoint=tmp_path / "c") == {}


def test_an_error_names_its_task():
    with pytest.raises(ValueError, match="too many") as caught:
        alone(work=sample_work.failing)
    assert caught.value.__notes__ == ["in task 'task 3'"]


def test_what_cannot_be_done_is_refused():
    with pytest.raises(OutOfRange, match="-1"):
        alone(seed=-1)
    with pytest.raises(DataError, match="got 3"):
        alone({3: 1})
    with (
        open_executor("processes:2") as executor,
        pytest.raises(DataError, match=r"workers cannot import .*lambda"),
    ):
        run_tasks(lambda argument, random: 1, TASKS, executor=executor, seed=1)


def test_few_tasks_are_under_way_however_many_there_are():
    """A hundred thousand tasks need memory for what is under way only."""
    most = 0

    class Counting(ThreadPoolExecutor):
        workers = 2
        submitted: ClassVar[list[tuple[Future[Any], int]]] = []

        def submit(self, *words):
            nonlocal most
            future = super().submit(*words)
            self.submitted.append((future, len(words[2])))
            self.submitted[:] = [pair for pair in self.submitted if not pair[0].done()]
            most = max(most, sum(number for _, number in self.submitted))
            return future

    tasks = dict.fromkeys((f"{k}" for k in range(100_000)), 1)
    with Counting(2) as executor:
        count = sum(1 for _ in finished_tasks(sample_work.failing, tasks, executor=executor, seed=1))
    assert count == 100_000
    assert most <= 6 * 1000


# ---- checkpoints


def test_a_checkpoint_keeps_everything_to_the_last_bit(tmp_path):
    tasks = {"a": 1.0, "b": 2.0}
    first = run_tasks(sample_work.reading, tasks, executor=None, seed=2, checkpoint=tmp_path / "c.jsonl")
    text = (tmp_path / "c.jsonl").read_text()
    second = run_tasks(sample_work.reading, tasks, executor=None, seed=2, checkpoint=tmp_path / "c.jsonl")
    assert (tmp_path / "c.jsonl").read_text() == text
    for key in tasks:
        assert np.array_equal(first[key].numbers, second[key].numbers)
        assert first[key].pair[1] == second[key].pair[1]
        assert isinstance(second[key].pair, tuple)
        assert np.isnan(second[key].pair[0])
        assert second[key].phase is sample_work.Phase.SPINEL
        assert first[key].words == second[key].words


def test_only_what_is_missing_is_done_again(tmp_path):
    path = tmp_path / "c.jsonl"
    half = dict(list(TASKS.items()))
    run_tasks(sample_work.worker_number, half, executor=None, seed=5, checkpoint=path)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:11]))
    told = []
    found = run_tasks(
        sample_work.worker_number,
        TASKS,
        executor=None,
        seed=5,
        checkpoint=path,
        progress=lambda *words: told.append(words),
    )
    assert told[0] == (10, 40, "from the checkpoint")
    assert len(told) == 31
    assert list(found) == list(TASKS)
    assert sorted(path.read_text().splitlines()) == sorted("".join(lines).splitlines())


@pytest.mark.parametrize("cut", [1, 5, 30])
def test_a_torn_last_line_is_done_again(tmp_path, cut):
    path = tmp_path / "c.jsonl"
    whole = run_tasks(sample_work.draw, TASKS, executor=None, seed=5, checkpoint=path)
    content = path.read_bytes()
    path.write_bytes(content[:-cut])
    assert run_tasks(sample_work.draw, TASKS, executor=None, seed=5, checkpoint=path) == whole
    assert path.read_bytes() == content


def test_a_torn_first_line_begins_anew(tmp_path):
    path = tmp_path / "c.jsonl"
    path.write_bytes(b'{"kind":"lmct che')
    assert run_tasks(sample_work.draw, TASKS, executor=None, seed=5, checkpoint=path) == alone()


def test_a_damaged_line_within_is_refused(tmp_path):
    path = tmp_path / "c.jsonl"
    run_tasks(sample_work.draw, TASKS, executor=None, seed=5, checkpoint=path)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[:4], "garbage\n", *lines[5:]]))
    with pytest.raises(DamagedFile, match=r"c.jsonl, line 5"):
        run_tasks(sample_work.draw, TASKS, executor=None, seed=5, checkpoint=path)


def test_somebody_elses_file_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("my notes\nsecond line\n")
    with pytest.raises(DamagedFile, match="line 1"):
        run_tasks(sample_work.draw, TASKS, executor=None, seed=5, checkpoint=path)
    path.write_text("one line without an end")
    with pytest.raises(DamagedFile, match="line 1"):
        run_tasks(sample_work.draw, TASKS, executor=None, seed=5, checkpoint=path)
    assert path.read_text() == "one line without an end"


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 6},
        {"tasks": {**TASKS, "one more": 1}},
        {"tasks": {**TASKS, "task 3": 3.5}},
        {"work": sample_work.deadly},
        {"work": functools.partial(sample_work.draw)},
    ],
)
def test_a_checkpoint_of_other_work_is_refused(tmp_path, change):
    settings = {"work": sample_work.draw, "tasks": TASKS, "seed": 5}
    path = tmp_path / "c.jsonl"
    run_tasks(**settings, executor=None, checkpoint=path)
    before = path.read_bytes()
    with pytest.raises(DataError, match="belongs to other tasks"):
        run_tasks(**(settings | change), executor=None, checkpoint=path)
    assert path.read_bytes() == before


def test_results_that_no_checkpoint_can_hold_are_refused(tmp_path):
    with pytest.raises(DataError, match="set cannot be kept"):
        run_tasks(sample_work.draw, {"a": {1, 2}}, executor=None, seed=1, checkpoint=tmp_path / "c")
    with pytest.raises(DataError, match="is no folder"):
        run_tasks(sample_work.draw, TASKS, executor=None, seed=1, checkpoint=tmp_path / "none" / "c")


RUN = """
import sys
from pathlib import Path
from typing import Any, ClassVar
from lmct.execution import open_executor, run_tasks
from tests.execution import sample_work
if __name__ == "__main__":
    tasks = {f"task {k}": 0.05 for k in range(60)}
    with open_executor(sys.argv[2]) as executor:
        run_tasks(sample_work.slow_draw, tasks, executor=executor, seed=5, checkpoint=Path(sys.argv[1]))
"""


@pytest.mark.parametrize("words", ["serial", "processes:2"])
def test_a_killed_run_goes_on_to_the_same_numbers(tmp_path, words):
    root = Path(__file__).parents[2]
    script, path = tmp_path / "run.py", tmp_path / "c.jsonl"
    script.write_text(RUN)
    with subprocess.Popen(
        [sys.executable, str(script), str(path), words],
        env=os.environ | {"PYTHONPATH": str(root)},
        cwd=tmp_path,
    ) as run:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and (not path.exists() or path.read_bytes().count(b"\n") < 8):
            time.sleep(0.02)
        run.send_signal(signal.SIGKILL)
    done = len(path.read_bytes().splitlines()) - 1
    assert 0 < done < 60
    tasks = {f"task {k}": 0.05 for k in range(60)}
    found = run_tasks(sample_work.slow_draw, tasks, executor=None, seed=5, checkpoint=path)
    assert found == {key: random_of_task(5, key).standard_normal() for key in tasks}


# ---- workers that die


def test_a_worker_that_dies_once_costs_nothing(tmp_path):
    tasks = {"a": str(tmp_path), **{f"b{k}": str(tmp_path) for k in range(9)}}
    with open_executor("processes:2") as executor:
        found = run_tasks(sample_work.deadly_once, tasks, executor=executor, seed=5)
    assert found == {key: random_of_task(5, key).standard_normal() for key in tasks}


def test_a_task_that_kills_its_workers_is_lost_alone(tmp_path):
    tasks = {**TASKS, "task 4": "die", "task 30": "die"}
    path = tmp_path / "c.jsonl"
    with open_executor("processes:2") as executor:
        found = run_tasks(
            sample_work.deadly,
            tasks,
            executor=executor,
            seed=5,
            checkpoint=path,
            lost=lambda key: f"lost {key}",
        )
    expected = alone()
    assert found.pop("task 4") == "lost task 4"
    assert found.pop("task 30") == "lost task 30"
    assert found == {key: expected[key] for key in found}
    kept = [json.loads(line)["key"] for line in path.read_text().splitlines()[1:]]
    assert sorted(kept) == sorted(found)


def test_lost_tasks_are_an_error_where_nothing_stands_for_them():
    with (
        open_executor("processes:2") as executor,
        pytest.raises(NotConverged, match=r"1 tasks were begun 3 times .* the first is 'a'"),
    ):
        run_tasks(sample_work.deadly, {"a": "die", "b": 1}, executor=executor, seed=5)


def test_a_pool_that_cannot_be_renewed_ends_soon():
    with ProcessPoolExecutor(1) as executor, pytest.raises(NotConverged, match="tasks were begun"):
        run_tasks(sample_work.deadly, {**TASKS, "task 0": "die"}, executor=executor, seed=5)
