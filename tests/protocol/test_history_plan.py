from __future__ import annotations

import numpy as np
import pytest

from lmct.electrode.model import Electrode
from lmct.electrode.parameter_file import load
from lmct.protocol.charge import charge, discharge
from lmct.protocol.heating import heating
from lmct.protocol.history import capacity_at_voltage
from lmct.protocol.history_plan import HistoryPlan
from lmct.protocol.rest import rest
from lmct.protocol.simulation import run_protocol
from lmct.quantity.errors import LmctError, NotConverged, OutOfRange

UP = charge(specific_current=20.0, voltage=4.5)
DOWN = discharge(specific_current=20.0, voltage=2.0)
PROTOCOLS = (
    (UP, DOWN),
    (UP, rest(3600.0), DOWN),
    (UP, rest(86400.0), DOWN),
    (UP, heating(413.15, 90.0), rest(900.0), DOWN),
    (UP, heating(413.15, 3600.0), rest(900.0), DOWN),
)


@pytest.fixture(scope="module")
def electrode():
    return Electrode(load("li-ti-ni-o"), tolerance=1e-7)


@pytest.fixture(scope="module")
def histories(electrode):
    return HistoryPlan(PROTOCOLS).run(electrode)


@pytest.mark.parametrize("number", range(len(PROTOCOLS)))
def test_shared_beginnings_give_what_each_protocol_gives_alone(electrode, histories, number):
    alone, shared = run_protocol(electrode, PROTOCOLS[number]), histories[number]
    for step, segment in enumerate(alone.segments):
        assert shared.duration(step) == pytest.approx(segment.duration, rel=2e-6)
        times = np.linspace(0.0, segment.duration * 0.98, 7)
        assert shared.states(step, times) == pytest.approx(segment.at(times), abs=2e-5)
    assert shared.states(-1, np.array([1e12]))[0, 4] == pytest.approx(2.0, abs=1e-6)


def test_each_beginning_is_simulated_once():
    assert HistoryPlan(PROTOCOLS).simulations == 12
    assert sum(len(one) for one in PROTOCOLS) == 16
    assert HistoryPlan(PROTOCOLS[:1] * 3).simulations == 2


def test_a_crossing_lies_where_the_states_cross(histories):
    for history in histories:
        time = history.time_at_voltage(-1, 2.5)
        assert history.states(-1, np.array([time]))[0, 4] == pytest.approx(2.5, abs=1e-6)
        assert np.isnan(history.time_at_voltage(-1, 1.0))
        passed = capacity_at_voltage(history, -1, 2.5)
        assert passed == pytest.approx(20.0 * time / 3600.0)
    assert capacity_at_voltage(histories[0], -1, 4.9) == 0.0
    assert capacity_at_voltage(histories[0], -1, 1.0) == pytest.approx(histories[0].duration(-1) / 180.0)


def test_a_crossing_in_a_later_piece_counts_from_the_start_of_the_step(histories):
    long = histories[2]
    assert len(long.pieces[1]) == 2
    late = float(long.states(1, np.array([40000.0]))[0, 4])
    assert long.time_at_voltage(1, late) == pytest.approx(40000.0, rel=1e-3)


def test_a_protocol_that_cannot_be_carried_out_leaves_the_others(electrode):
    beyond = charge(specific_current=20.0, capacity=5000.0)
    good, bad, after = HistoryPlan([(UP, DOWN), (beyond,), (beyond, rest(60.0))]).run(electrode)
    assert not isinstance(good, LmctError)
    assert isinstance(bad, LmctError)
    assert after is bad


def test_an_electrode_without_a_pristine_state_can_do_no_protocol():
    full = Electrode(load("li-ti-ni-o").replace(metal_potential=2.0, oxygen_potential=1.9))
    with pytest.raises(NotConverged):
        full.pristine()
    found = HistoryPlan(PROTOCOLS).run(full)
    assert len(found) == len(PROTOCOLS)
    assert all(isinstance(one, NotConverged) for one in found)


def test_an_empty_plan_is_refused():
    for wrong in ([], [()]):
        with pytest.raises(OutOfRange, match="at least one protocol"):
            HistoryPlan(wrong)
