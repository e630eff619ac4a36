import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from lmct.study.parallel import outcomes


def square(number):
    if number == 7:
        os._exit(1)
    return number**2


def lost(place):
    return f"lost {place}"


def test_serial_and_parallel_agree():
    pieces = [(k,) for k in range(5)]
    serial = list(outcomes(square, pieces, executor=None, serial_below=0, lost=lost))
    assert serial == [(k, k**2) for k in range(5)]
    with ThreadPoolExecutor(2) as executor:
        assert sorted(outcomes(square, pieces, executor=executor, serial_below=0, lost=lost)) == serial


def test_few_pieces_do_not_start_workers():
    done = outcomes(square, [(2,)], executor=ProcessPoolExecutor(0 + 1), serial_below=2, lost=lost)
    assert list(done) == [(0, 4)]


def test_a_worker_that_dies_costs_what_it_had_not_done():
    with ProcessPoolExecutor(1) as executor:
        done = dict(outcomes(square, [(1,), (7,), (2,)], executor=executor, serial_below=0, lost=lost))
    assert done[1] == "lost 1"
    assert done[0] in (1, "lost 0")
    assert done[2] == "lost 2"


def test_work_that_waits_is_dropped_when_the_caller_stops():
    with ThreadPoolExecutor(1) as executor:
        stream = outcomes(square, [(k,) for k in range(3)], executor=executor, serial_below=0, lost=lost)
        next(stream)
        with pytest.raises(KeyboardInterrupt):
            stream.throw(KeyboardInterrupt())
