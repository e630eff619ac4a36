"""Agreement with PyBaMM's IDAKLU on the equations of lmct.bridge, on every protocol that has a name."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.bridge import run_in_pybamm
from lmct.electrode import Electrode, load
from lmct.protocol import run_protocol

pytest.importorskip("pybamm", reason="PyBaMM is not installed (pip install 'lmct[pybamm]' or make env)")


def test_every_named_protocol_agrees(protocol, assert_agreement):
    assert_agreement(run_protocol(Electrode(load()), protocol), run_in_pybamm(load(), protocol).segments)


def test_every_rate_law_agrees_with_loss_of_oxygen(law_parameters, short_protocol, assert_agreement):
    run = run_protocol(Electrode(law_parameters), short_protocol)
    theirs = run_in_pybamm(law_parameters, short_protocol)
    assert run.end.dark_holes > 1e-3
    assert theirs.end.oxygen_gas == pytest.approx(run.end.oxygen_gas, rel=1e-4)
    assert theirs.end.dark_holes == pytest.approx(run.end.dark_holes, rel=1e-4)
    assert_agreement(run, theirs.segments)


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
