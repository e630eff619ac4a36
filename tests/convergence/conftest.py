"""Protocols, laws and parameter sets to compare on, and what agreement means."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.electrode import ElectrodeParameters, load, oxygen_law, sets
from lmct.electrode.rate_law import LAWS
from lmct.protocol import PROTOCOLS, parse_steps
from tests.convergence.reference_electrode import ReferenceElectrode, solved_step

EXAMPLES = {
    "marcus": [3.7e12, 6.07, 1.14, 0.7],
    "constant-barrier": [1e13, 1.2],
    "progress-barrier": [1e13, 1.06, 0.29, 0.5, 0.7],
    "landau-zener": [1e13, 5.0, 0.003, 0.4, 0.5, 0.7],
    "metal-potential": [1e12, 5.3, 0.02, 1.0, 0.7],
}
"""Parameters of every rate law of LMCT, of the size that the paper's statements ask for."""

LOSSES = {"dark_rate": 3e-7, "gas_rate": 1e-7, "dark_potential": 2.9, "gas_potential": 2.8}

OXYGEN_EXAMPLES = {
    "butler-volmer": {"oxygen_rate": 1e-13, "oxygen_transfer_coefficient": 0.6},
    "marcus": {"oxygen_rate": 1e-2, "oxygen_reorganization_energy": 2.5, "oxygen_coupling": 0.02},
    "marcus-hush-chidsey": {"oxygen_rate": 1e-2, "oxygen_reorganization_energy": 2.5},
}
"""Parameters of every law of the oxygen couple that let it take part in a cycle."""

HOLDS = (
    "Charge at 20 mA/g until 4.5 V",
    "Hold at 4.5 V until 2 mA/g",
    "Heat at 80 degC for 10 hours",
    "Discharge at 20 mA/g for 2 hours or until 2.0 V",
    "Discharge at 100 mA/g until 2.0 V",
    "Hold at 2.0 V for 10 hours",
)
"""A protocol with what the named ones lack: holds, ended by current and by time."""

PLAIN = ElectrodeParameters(
    metal_holes_max=0.4, oxygen_holes_max=1.1, metal_potential=3.639, metal_metal=0.888, metal_oxygen=-0.273,
    oxygen_potential=3.233, oxygen_oxygen=-0.124, lithium_width=0.267, lithium_max=0.918,
    metal_rate=1.8611e-6, metal_activation=0.3, oxygen_rate=4.4444e-14, oxygen_activation=0.8,
    transfer_coefficient=0.5, capacitance=0.01714, loss_activation=0.8, lmct_law="marcus",
    lmct_parameters=dict(zip(LAWS["marcus"].PARAMETERS, EXAMPLES["marcus"], strict=True)),
    molar_mass=82.69, lithium=1.16667,
)  # fmt: skip
"""An electrode for what must hold whatever ships."""


@pytest.fixture(scope="session")
def plain():
    return PLAIN


FIRST = load().name


@pytest.fixture(
    params=[name if name == FIRST else pytest.param(name, marks=pytest.mark.slow) for name in sets()]
)
def shipped(request):
    return load(request.param)


@pytest.fixture(params=sorted(PROTOCOLS))
def protocol(request):
    return PROTOCOLS[request.param]()


@pytest.fixture
def protocol_named():
    return lambda name: PROTOCOLS[name]()


@pytest.fixture(params=sorted(LAWS))
def law_parameters(request):
    """An electrode with every rate law in turn, and with loss of oxygen."""
    names = LAWS[request.param].PARAMETERS
    values = dict(zip(names, EXAMPLES[request.param], strict=True))
    return PLAIN.replace(lmct_law=request.param, **values, **LOSSES)


@pytest.fixture(params=sorted(oxygen_law.LAWS))
def oxygen_parameters(request):
    """An electrode with every law of the oxygen couple in turn, and O2 that leaves in two steps."""
    gas = {"gas_rate": 3e-6, "gas_potential": 2.8, "gas_amounts": (0.0002, 0.005), "gas_steps": (0.3,)}
    return PLAIN.replace(oxygen_law=request.param, **OXYGEN_EXAMPLES[request.param], **gas)


@pytest.fixture
def resistive():
    """An electrode that loses a tenth of a volt in its series resistance at 20 mA/g."""
    return PLAIN.replace(series_resistance=5.0, **LOSSES)


@pytest.fixture(params=["galvanostatic", "holds"])
def cycle(request):
    return parse_steps(HOLDS) if request.param == "holds" else PROTOCOLS[request.param]()


RESISTIVE = {
    "holds": "Charge at 20 mA/g until 4.5 V; Hold at 4.5 V until 2 mA/g; Rest for 1 hour;"
    " Discharge at 20 mA/g until 2.5 V; Hold at 2.5 V for 10 hours; Rest for 1 hour",
    "sweeps": "Sweep at 0.05 mV/s until 4.6 V; Hold at 4.6 V for 1 hour; Sweep at 0.05 mV/s until 2.0 V",
    "pulses": "Charge at 40 mA/g for 1 hour; Rest for 1 hour; Charge at 40 mA/g for 1 hour; Rest for 1 hour;"
    " Heat at 80 degC for 1 hour; Discharge at 20 mA/g until 2.0 V",
}


@pytest.fixture(params=RESISTIVE)
def resistive_protocol(request):
    return parse_steps(RESISTIVE[request.param])


@pytest.fixture(params=["galvanostatic", "titration", "voltammetry", "holds"])
def short_protocol(request):
    return parse_steps(HOLDS) if request.param == "holds" else PROTOCOLS[request.param]()


@pytest.fixture(scope="session")
def reference_electrode():
    return ReferenceElectrode


@pytest.fixture(scope="session")
def cvode_run():
    """Run steps through CVODE, the state handed on; return what each did."""

    def run(parameters, steps, start, **divided):
        state, voltage, solved = start, start.voltage, []
        for step in steps:
            solved.append(solved_step(parameters, state, voltage, step, **divided))
            last = solved[-1]
            state, voltage = last.transformed[-1], last.states[-1, 4]
        return solved

    return run


@pytest.fixture(scope="session")
def assert_agreement():
    """Every step of two solutions: the same end, 0.1 mV, 0.005 mAh/g and as many holes along all of it.

    A tenth of what is asked for, without leaving out the neighbourhood of limits.
    """

    def check(run, others, *, volts=1e-4):
        scale = run.parameters.mah_per_gram
        assert len(run.segments) == len(others)
        for number, (ours, theirs) in enumerate(zip(run.segments, others, strict=True), start=1):
            where = f"step {number}: {run.protocol[number - 1]}"
            assert ours.stopped_by == theirs.stopped_by, where
            assert ours.charge * scale == pytest.approx(theirs.specific_capacity[-1], abs=5e-3), where
            shared = theirs.times <= ours.duration
            times = theirs.times[shared]
            difference = np.abs(ours.at(times) - theirs.states[shared]).max(axis=0)
            assert difference[4] < volts, where
            assert difference[5] < 1e-3, where
            assert difference[:4].max() * scale < 5e-3, where
            passed = ours.charge_at(times) * scale - theirs.specific_capacity[shared]
            assert np.abs(passed).max() < 5e-3, where

    return check
