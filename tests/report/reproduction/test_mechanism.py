import numpy as np
import pytest

from lmct.electrode import Electrode, load
from lmct.electrode.of_material import sets_of_material
from lmct.protocol import galvanostatic, parse_steps, run_protocol
from lmct.report.reproduction.mechanism import holes_made, mechanism_of_states

SETS = sets_of_material("li-ti-ni-o")


@pytest.mark.parametrize("name", SETS)
def test_nothing_moves_in_equilibrium(name):
    parameters = load(name)
    relaxed = Electrode(parameters).relaxed(0.5).as_array()[None, :]
    found = mechanism_of_states(relaxed, parameters)
    assert found.transferred[0] == pytest.approx(0.0, abs=1e-20)
    assert found.direct[0] == pytest.approx(0.0, abs=1e-20)
    assert found.metal_potential[0] == pytest.approx(relaxed[0, 4], abs=1e-9)
    assert found.oxygen_potential[0] == pytest.approx(relaxed[0, 4], abs=1e-9)


@pytest.mark.parametrize("name", SETS)
def test_holes_made_are_the_holes_that_oxygen_holds_and_has_lost(name):
    run = run_protocol(Electrode(load(name)), galvanostatic(cycles=1))
    for step, segment in enumerate(run.segments):
        change = segment.end.as_array()[:4] - segment.start.as_array()[:4]
        assert sum(holes_made(run, step)) == pytest.approx(change @ [0, 1, 1, 4], rel=1e-3)


def test_at_rest_lmct_moves_what_the_metal_loses():
    run = run_protocol(
        Electrode(load()), parse_steps("Charge at 20 mA/g until 4.5 V; Heat at 100 degC for 4 h")
    )
    by_transfer, directly = holes_made(run, 1)
    held = load().capacitance * (run.segments[1].start.voltage - run.end.voltage)
    lost = run.segments[1].start.metal_holes - run.end.metal_holes
    assert by_transfer == pytest.approx(lost + held - directly, rel=1e-3)
    assert by_transfer > 0.1


@pytest.mark.parametrize("name", SETS)
def test_the_barrier_leaves_the_attempt_frequency_out(name):
    parameters = load(name)
    states = np.array([[0.3, 0.2, 0.0, 0.0, 4.2, temperature] for temperature in (350.0, 350.01)])
    found = mechanism_of_states(states, parameters)
    faster = parameters.replace(attempt_frequency=10 * parameters.lmct_parameters["attempt_frequency"])
    np.testing.assert_allclose(mechanism_of_states(states, faster).barrier, found.barrier, atol=1e-12)
    np.testing.assert_allclose(
        mechanism_of_states(states, faster).transferred, 10 * found.transferred, rtol=1e-9
    )
    assert 0.3 < found.barrier[0] < 2.0
