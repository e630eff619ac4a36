import os

import pytest

from lmct.execution import open_executor
from lmct.quantity.errors import OutOfRange, UnknownName


@pytest.mark.parametrize(
    ("words", "processes"), [("serial", None), ("serial", 1), ("processes", 1), ("processes:1", None)]
)
def test_one_process_is_this_process(words, processes):
    with open_executor(words, processes=processes) as executor:
        assert executor is None


@pytest.mark.parametrize(("words", "processes", "count"), [("processes:3", None, 3), ("processes", 4, 4)])
def test_worker_processes_start_with_the_first_call(words, processes, count):
    with open_executor(words, processes=processes) as executor:
        assert executor.workers == count


def test_processors_are_counted(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    with open_executor() as executor:
        assert executor.workers == 7


@pytest.mark.parametrize(
    ("words", "processes", "message"),
    [
        ("serial", 2, "serial is one process, got 2"),
        ("serial:2", None, "serial is one process, got 2"),
        ("processes:two", None, "expected a number"),
        ("processes:2", 3, "given twice, 2 and 3"),
        ("processes:0", None, "at least one"),
        ("processes", 1001, "at most 1000 worker processes"),
        ("dask:tcp://127.0.0.1:9", 2, "Leave one of the two out"),
    ],
)
def test_words_that_make_no_sense_are_refused(words, processes, message):
    with pytest.raises(OutOfRange, match=message), open_executor(words, processes=processes):
        pass


def test_the_nearest_kind_is_suggested():
    with pytest.raises(UnknownName, match="Did you mean 'processes'"), open_executor("process:2"):
        pass
