"""Agreement with PyBaMM's IDAKLU on the equations of lmct.bridge, on every protocol that has a name."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.bridge import run_in_pybamm
from lmct.electrode import Electrode, load
from lmct.protocol import run_protocol

pytest.importorskip("pybamm", reason="PyBaMM is not installed (pip install 'lmct[pybamm]' or make env)")


def agrees(parameters, steps, assert_agreement):
    run, theirs = run_protocol(Electrode(parameters), steps), run_in_pybamm(parameters, steps, tolerance=1e-9)
    assert_agreement(run, theirs.segments)
    return run


def test_every_named_protocol_agrees(shipped, protocol, assert_agreement):
    agrees(shipped, protocol, assert_agreement)


def test_every_rate_law_agrees_with_loss_of_oxygen(law_parameters, short_protocol, assert_agreement):
    run = agrees(law_parameters, short_protocol, assert_agreement)
    assert run.end.dark_holes > 1e-3
    assert run.end.oxygen_gas > 1e-4


def test_every_oxygen_law_agrees_while_oxygen_leaves_in_steps(oxygen_parameters, cycle, assert_agreement):
    run = agrees(oxygen_parameters, cycle, assert_agreement)
    assert run.end.oxygen_gas > 2.5e-4  # the second environment has begun


def test_a_series_resistance_agrees(resistive, resistive_protocol, assert_agreement):
    agrees(resistive, resistive_protocol, assert_agreement)


def test_the_check_notices_a_small_difference_of_a_parameter(assert_agreement, protocol_named):
    steps = protocol_named("titration")
    run = run_protocol(Electrode(load()), steps)
    changed = load().replace(metal_potential=load().metal_potential + 3e-4)
    with pytest.raises(AssertionError):
        assert_agreement(run, run_in_pybamm(changed, steps, start=run.segments[0].start).segments)


def test_times_start_at_zero_and_increase(protocol_named):
    for segment in run_in_pybamm(load(), protocol_named("titration")).segments:
        assert segment.times[0] == 0.0
        assert np.all(np.diff(segment.times) >= 0.0)
