"""The model, the experiment and the runner inside PyBaMM."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from lmct.bridge import (
    parameter_values,
    pybamm_experiment,
    pybamm_model,
    pybamm_step,
    run_in_pybamm,
)
from lmct.electrode import Electrode, ElectrodeState, load
from lmct.protocol import Step, named_protocol, parse_steps, run_protocol
from lmct.quantity.errors import NotConverged, OutOfRange

pybamm = pytest.importorskip(
    "pybamm", reason="PyBaMM is not installed (pip install 'lmct[pybamm]' or make env)"
)

HOLDS = "Charge at 20 mA/g until 4.5 V; Hold at 4.5 V until 2 mA/g; Rest for 2 hours"


def solved(experiment, *, parameters=None, values=None):
    """The steps of a PyBaMM experiment."""
    parameters = load() if parameters is None else parameters
    simulation = pybamm.Simulation(
        pybamm_model(parameters),
        parameter_values=parameter_values(parameters) if values is None else values,
        experiment=experiment,
        solver=pybamm.IDAKLUSolver(rtol=1e-8, atol=1e-10),
    )
    return [step for cycle in simulation.solve(calc_esoh=False).cycles for step in cycle.steps]


@pytest.mark.parametrize(
    "name", ["galvanostatic", "titration", "voltammetry", "state-of-charge-200-mAh", "holds"]
)
def test_an_experiment_agrees_with_the_protocol_it_was_made_from(name):
    steps = parse_steps(HOLDS.split("; ")) if name == "holds" else named_protocol(name)
    ours = run_protocol(Electrode(load()), steps)
    theirs = solved(pybamm_experiment(steps))
    assert len(theirs) == len(steps)
    for a, b in zip(ours.steps, theirs, strict=True):
        discharged = 1e3 * b["Discharge capacity [A.h]"].entries
        assert discharged[0] - discharged[-1] == pytest.approx(a.capacity_mah_g, abs=5e-3)
        assert b["Voltage [V]"].entries[-1] == pytest.approx(a.end_voltage, abs=1e-4)


RESISTIVE = (
    "Charge at 20 mA/g until 4.5 V; Hold at 4.5 V until 2 mA/g; Rest for 1 hour;"
    " Discharge at 20 mA/g until 2.5 V"
)


def test_an_experiment_with_a_series_resistance_agrees():
    parameters = load().replace(series_resistance=5.0)
    steps = (*parse_steps(RESISTIVE), Step(kind="sweep", sweep_rate=1e-4, stop_voltage=4.0))
    ours = run_protocol(Electrode(parameters), steps)
    theirs = solved(pybamm_experiment(steps), parameters=parameters)
    assert len(theirs) == len(steps)
    for a, b in zip(ours.steps, theirs, strict=True):
        discharged = 1e3 * b["Discharge capacity [A.h]"].entries
        assert discharged[0] - discharged[-1] == pytest.approx(a.capacity_mah_g, abs=5e-3)
        assert b["Voltage [V]"].entries[-1] == pytest.approx(a.end_voltage, abs=1e-4)


def test_pybamm_holds_by_itself_where_there_is_a_series_resistance():
    parameters = load().replace(series_resistance=5.0)
    theirs = solved(
        pybamm.Experiment(["Charge at C/10 until 4.5 V", "Hold at 4.5 V until C/100"]), parameters=parameters
    )
    ours = run_protocol(Electrode(parameters), parse_steps(RESISTIVE)[:2])
    held = theirs[1]["Voltage [V]"].entries
    assert held == pytest.approx(np.full_like(held, 4.5), abs=1e-5)
    assert theirs[1].t[-1] - theirs[1].t[0] == pytest.approx(ours.steps[1].duration_second, rel=1e-4)


def test_the_voltage_at_the_terminals_has_the_drop_in_it():
    parameters = load().replace(series_resistance=5.0)
    values = parameter_values(parameters, mass=0.5)
    (charge,) = solved(
        pybamm.Experiment(["Charge at 10 mA for 1 hour"]), parameters=parameters, values=values
    )
    drop = charge["Voltage [V]"].entries - charge["Electrode potential [V]"].entries
    assert drop == pytest.approx(np.full_like(drop, 0.1))


def test_a_state_under_current_starts_without_the_drop_of_that_current():
    parameters = load().replace(series_resistance=5.0)
    charged = run_protocol(Electrode(parameters), parse_steps(["Charge at 20 mA/g for 3 hours"])).end
    (rest,) = solved(
        pybamm.Experiment(["Rest for 1 minute"]),
        parameters=parameters,
        values=parameter_values(parameters, start=charged),
    )
    assert rest["Voltage [V]"].entries[0] == pytest.approx(charged.voltage - 0.1)


@pytest.mark.parametrize(
    "build", [pybamm_model, parameter_values, lambda p: run_in_pybamm(p, parse_steps(["Rest for 1 minute"]))]
)
def test_a_particle_is_refused(build):
    with pytest.raises(OutOfRange, match="one shell"):
        build(load().replace(transport_time=3e4))


def test_what_oxygen_shares_with_lmct_is_one_parameter_in_pybamm():
    shared = load().replace(oxygen_law="marcus", oxygen_reorganization_energy=math.nan)
    own = shared.replace(oxygen_reorganization_energy=2.0)
    names = [
        {symbol.name for symbol in expression.pre_order() if isinstance(symbol, pybamm.Parameter)}
        for expression in (pybamm_model(p).variables["Oxygen current [s-1]"] for p in (shared, own))
    ]
    assert "LMCT reorganization energy [eV]" in names[0]
    assert "Oxygen reorganization energy [eV]" in names[1]
    assert "LMCT reorganization energy [eV]" not in names[1]


def test_a_tenth_of_the_mass_passes_a_tenth_of_the_charge():
    steps = parse_steps(["Charge at 20 mA/g until 4.5 V"])
    whole, tenth = (
        solved(pybamm_experiment(steps, mass=mass), values=parameter_values(load(), mass=mass))[0]
        for mass in (1.0, 0.1)
    )
    charge = [step["Discharge capacity [A.h]"].entries[-1] for step in (whole, tenth)]
    assert charge[1] == pytest.approx(0.1 * charge[0], rel=1e-5)
    assert tenth["C-rate"].entries[-1] == pytest.approx(-0.1)


def test_two_sweep_rates_to_the_same_limit_are_two_steps():
    fast, slow = (
        pybamm_step(Step(kind="sweep", sweep_rate=rate, stop_voltage=4.0), start_voltage=2.8)
        for rate in (1e-4, 5e-5)
    )
    assert fast != slow
    durations = [solved(pybamm.Experiment([step]))[0].t[-1] for step in (fast, slow)]
    assert durations == pytest.approx([1.2e4, 2.4e4])


def test_a_sweep_from_an_unknown_voltage_is_refused():
    steps = (Step(kind="rest", duration=60.0), Step(kind="sweep", sweep_rate=1e-4, stop_voltage=4.0))
    with pytest.raises(OutOfRange, match="start_voltage"):
        pybamm_experiment(steps)


@pytest.mark.parametrize("call", [lambda: pybamm_experiment([]), lambda: run_in_pybamm(load(), [])])
def test_no_steps_are_refused(call):
    with pytest.raises(OutOfRange, match="no steps"):
        call()


def test_parameters_start_in_the_state_that_is_given():
    start = ElectrodeState(metal_holes=0.2, oxygen_holes=0.3, voltage=3.9, temperature=320.0)
    (rest,) = solved(pybamm.Experiment(["Rest for 1 minute"]), values=parameter_values(load(), start=start))
    first = [
        rest[name].entries[0] for name in ("Metal holes", "Oxygen holes", "Voltage [V]", "Temperature [K]")
    ]
    assert first == pytest.approx([0.2, 0.3, 3.9, 320.0])


def test_model_and_values_survive_json_without_lmct():
    text = json.dumps(pybamm.Serialise.serialise_custom_model(pybamm_model(load())))
    assert "lmct." not in text
    values = json.dumps(parameter_values(load()).to_json())
    model = pybamm.Serialise.load_custom_model(json.loads(text))
    values = pybamm.ParameterValues.from_json(json.loads(values))
    values["Current function [A]"] = -0.02
    times = np.linspace(0.0, 3600.0, 5)
    again = pybamm.Simulation(model, parameter_values=values).solve(times)["Voltage [V]"].entries
    direct = (
        pybamm.Simulation(pybamm_model(load()), parameter_values=values).solve(times)["Voltage [V]"].entries
    )
    np.testing.assert_allclose(again, direct, atol=1e-6)


def test_pybamm_finds_model_and_values_by_name():
    assert pybamm.Model("lmct-li-ti-ni-o").name == "lmct electrode"
    named = pybamm.ParameterValues("lmct-li-ti-ni-o")
    assert named["Metal potential [V]"] == load("li-ti-ni-o").metal_potential


def test_the_bridge_carries_no_charge_away():
    steps = parse_steps(["Charge at 20 mA/g for 3 hours or until 4.8 V", "Discharge at 40 mA/g for 1 hour"])
    up, down = run_in_pybamm(load(), steps).segments
    assert up.capacity == pytest.approx(60.0, abs=1e-3)
    assert down.capacity == pytest.approx(-40.0, abs=1e-3)
    assert down.specific_capacity[0] == 0.0


def test_a_limit_that_is_already_passed_ends_the_step_at_once():
    steps = (
        Step(kind="charge", specific_current=20.0, stop_voltage=4.5),
        Step(kind="charge", specific_current=20.0, stop_voltage=4.0),
    )
    again = run_in_pybamm(load(), steps).segments[1]
    assert (again.duration, again.capacity, again.stopped_by) == (0.0, 0.0, "voltage")


def test_a_hold_elsewhere_is_refused():
    with pytest.raises(OutOfRange, match=r"hold step starts at 2\.8"):
        run_in_pybamm(load(), [Step(kind="hold", hold_voltage=4.0, duration=60.0)])


def test_a_capacity_that_is_not_there_is_an_error():
    with pytest.raises(NotConverged, match="step 1"):
        run_in_pybamm(load(), [Step(kind="charge", specific_current=20.0, stop_capacity=1e4)])
