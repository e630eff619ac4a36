from __future__ import annotations

import math
import multiprocessing
import os
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import pytest

from lmct.electrode import load
from lmct.protocol import galvanostatic, simulate
from lmct.protocol.cycle_numbers import cycle_numbers
from lmct.protocol.parameter_space import MOST_SETS, grid
from lmct.protocol.parameter_sweep import parameter_sweep
from lmct.quantity.errors import OutOfRange, UnknownName

STEPS = galvanostatic(cycles=1)
POTENTIALS = grid({"metal_potential": [3.6, 3.65, 3.7], "metal_rate": [1e-6, 2e-6]})


@pytest.fixture(scope="module")
def serial():
    return parameter_sweep(STEPS, POTENTIALS)


def test_every_set_is_what_a_single_simulation_gives(serial):
    assert [outcome.settings for outcome in serial.outcomes] == list(POTENTIALS)
    for outcome in serial.outcomes:
        assert outcome.numbers == cycle_numbers(simulate(STEPS, settings=outcome.settings))
    assert len({outcome.numbers["mean_charge_voltage"] for outcome in serial.outcomes}) == len(POTENTIALS)


@pytest.mark.parametrize("in_chunk", [1, 4, 100])
def test_order_and_numbers_do_not_depend_on_chunks_and_threads(serial, in_chunk):
    with ThreadPoolExecutor(3) as executor:
        found = parameter_sweep(STEPS, POTENTIALS, executor=executor, in_chunk=in_chunk)
    assert found == serial


def test_worker_processes_give_the_same_to_the_last_bit(serial):
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as executor:
        assert parameter_sweep(STEPS, POTENTIALS, executor=executor, in_chunk=1) == serial


def test_a_set_that_fails_stops_no_other():
    sets = grid({"transfer_coefficient": [0.5, 1.5], "lithium_max": [0.9, 1e-12]})
    sweep = parameter_sweep(STEPS, sets)
    fine, no_lithium, *outside = sweep.outcomes
    assert fine.numbers["discharge_capacity"] > 100.0
    assert fine.error == ""
    assert no_lithium.error
    assert no_lithium.numbers == {}
    assert all("between 0 and 1, got 1.5" in outcome.error for outcome in outside)
    assert sweep.failed == sweep.outcomes[1:]


def test_the_table_has_a_row_per_set_and_says_what_failed():
    sweep = parameter_sweep(STEPS, [{"metal_potential": 3.6}, {"transfer_coefficient": 2.0}])
    table = sweep.table()
    assert {len(column) for column in table.values()} == {2}
    assert table["metal_potential"] == [3.6, ""]
    assert table["transfer_coefficient"] == ["", 2.0]
    assert math.isnan(table["voltage_gap"][1])
    assert table["error"][0] == ""
    assert "transfer_coefficient" in table["error"][1]


def test_members_of_a_family_and_settings_of_all_sets():
    sweep = parameter_sweep(
        STEPS, [{"x": 0.2}, {"x": 0.4}], base="li-ti-ni-o", settings={"metal_potential": 3.7}
    )
    for outcome in sweep.outcomes:
        run = simulate(STEPS, x=outcome.settings["x"], settings={"metal_potential": 3.7})
        assert outcome.numbers == cycle_numbers(run)


def test_any_numbers_of_a_run_can_be_kept():
    sweep = parameter_sweep(
        STEPS, [{"metal_potential": 3.6}], base=load(), numbers=lambda run: {"end": run.end.voltage}
    )
    assert sweep.outcomes[0].numbers == {"end": pytest.approx(2.0, abs=1e-6)}


@pytest.mark.parametrize("in_chunk", [None, 1, 2])
def test_progress_counts_every_set_to_the_end(in_chunk):
    seen = []
    with ThreadPoolExecutor(2) as executor:
        parameter_sweep(
            STEPS,
            POTENTIALS,
            executor=executor,
            in_chunk=in_chunk,
            progress=lambda done, total, words: seen.append((done, total)),
        )
    assert [total for _, total in seen] == [len(POTENTIALS)] * len(seen)
    done = [count for count, _ in seen]
    assert done == sorted(set(done))
    assert done[-1] == len(POTENTIALS)


class Dying(Executor):
    """Does the first piece of work, and dies over the second."""

    def __init__(self, submissions):
        self.submissions = submissions

    def submit(self, work, /, *arguments, **named):
        future = Future()
        if self.submissions == 0:
            raise BrokenProcessPool("gone")
        self.submissions -= 1
        if self.submissions:
            future.set_result(work(*arguments, **named))
        else:
            future.set_exception(BrokenProcessPool("gone"))
        return future


def test_sets_of_a_worker_that_died_are_lost_and_the_others_kept(serial):
    sweep = parameter_sweep(STEPS, POTENTIALS, executor=Dying(3), in_chunk=1)
    assert sweep.outcomes[:2] == serial.outcomes[:2]
    assert [outcome.settings for outcome in sweep.outcomes] == list(POTENTIALS)
    assert all("worker process" in outcome.error for outcome in sweep.outcomes[2:])


def die(run):
    os._exit(1)


def test_a_real_worker_that_dies_is_survived():
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        sweep = parameter_sweep(STEPS, POTENTIALS[:2], executor=executor, numbers=die)
    assert len(sweep.failed) == 2


@pytest.mark.parametrize(
    ("sets", "error", "message"),
    [
        ([], OutOfRange, "got 0"),
        ([{"metal_rate": 1e-6}] * (MOST_SETS + 1), OutOfRange, "parameter sets"),
        ([{"metal_rate": 1e-6}, {"metal_rate": math.nan}], OutOfRange, "set 2: metal_rate must be finite"),
        ([{"metal_rate": 1e-6}, {"metal_rat": 1e-6}], UnknownName, "Did you mean 'metal_rate'"),
        ([{"lmct_law": "marcuss"}], UnknownName, "Did you mean 'marcus'"),
    ],
)
def test_bad_sets_are_refused_before_anything_runs(sets, error, message):
    def never(run):
        raise AssertionError

    with pytest.raises(error, match=message):
        parameter_sweep(STEPS, sets, numbers=never)


def test_a_protocol_needs_steps():
    with pytest.raises(OutOfRange, match="no steps"):
        parameter_sweep((), POTENTIALS)


def test_chunks_hold_at_least_one_set():
    with pytest.raises(OutOfRange, match="chunk"):
        parameter_sweep(STEPS, POTENTIALS, in_chunk=0)


def test_a_parameter_set_has_no_member_of_a_family():
    with pytest.raises(UnknownName, match="'x'"):
        parameter_sweep(STEPS, [{"x": 0.2}], base=load())


def test_an_unknown_material_is_refused():
    with pytest.raises(UnknownName, match="li-ti-ni-o"):
        parameter_sweep(STEPS, POTENTIALS, base="li-ti-mi-o")
