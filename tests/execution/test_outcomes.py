import os
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from lmct.execution import outcomes


def square(number):
    if number == 7:
        os._exit(1)
    return number**2


def slow_square(number):
    time.sleep(0.01)
    return number**2


def lost(place):
    return f"lost {place}"


def test_serial_and_parallel_agree():
    pieces = [(k,) for k in range(5)]
    serial = list(outcomes(square, pieces, executor=None, worth=0.0, lost=lost))
    assert serial == [(k, k**2) for k in range(5)]
    with ThreadPoolExecutor(2) as executor:
        assert sorted(outcomes(square, pieces, executor=executor, worth=0.0, lost=lost)) == serial


def test_little_work_does_not_start_workers():
    class Refusing(ThreadPoolExecutor):
        def submit(self, *arguments):
            raise AssertionError("handed over")

    done = outcomes(square, [(2,), (3,)], executor=Refusing(1), lost=lost)
    assert list(done) == [(0, 4), (1, 9)]


def test_much_work_is_handed_over():
    handed = []

    class Counting(ThreadPoolExecutor):
        def submit(self, chunk, work, pieces):
            handed.extend(number for (number,) in pieces)
            return super().submit(chunk, work, pieces)

    with Counting(1) as executor:
        done = sorted(
            outcomes(slow_square, [(k,) for k in range(20)], executor=executor, worth=0.1, lost=lost)
        )
    assert done == [(k, k**2) for k in range(20)]
    assert 0 not in handed
    assert 19 in handed


def test_work_that_is_known_to_be_long_is_handed_over_whole():
    handed = []

    class Counting(ThreadPoolExecutor):
        def submit(self, chunk, work, pieces):
            handed.extend(number for (number,) in pieces)
            return super().submit(chunk, work, pieces)

    with Counting(1) as executor:
        done = sorted(outcomes(square, [(2,), (3,)], executor=executor, worth=0.0, lost=lost))
    assert done == [(0, 4), (1, 9)]
    assert handed == [2, 3]


def test_a_worker_that_dies_costs_what_it_had_not_done():
    with ProcessPoolExecutor(1) as executor:
        done = dict(outcomes(square, [(1,), (7,), (2,)], executor=executor, worth=0.0, lost=lost))
    assert done == {0: 1, 1: "lost 1", 2: "lost 2"}


def test_work_that_waits_is_dropped_when_the_caller_stops():
    with ThreadPoolExecutor(1) as executor:
        stream = outcomes(square, [(k,) for k in range(3)], executor=executor, worth=0.0, lost=lost)
        next(stream)
        with pytest.raises(KeyboardInterrupt):
            stream.throw(KeyboardInterrupt())
