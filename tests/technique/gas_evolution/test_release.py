"""From simulated records through the contract to totals, onsets and steps; numbers of the paper."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
import xarray as xr

from lmct.instrument import mass_spectrometer as ms
from lmct.protocol.gas_record import ElectrolyteOxidation, gas_record, micromoles_per_gram
from lmct.protocol.plain_words import parse_steps
from lmct.protocol.simulation import simulate
from lmct.quantity.errors import DataError, MissingColumn, OutOfRange, UnknownName
from lmct.technique.contract import Measurement
from lmct.technique.gas_evolution import analyse
from lmct.technique.gas_evolution.findings import charge_from_amount, lattice_share_from_amount
from lmct.technique.gas_evolution.simulate import Spectrometer, trace_from_amounts, trace_from_run

START = datetime(2026, 1, 5, 8)
MASS = 0.02
QUIET = Spectrometer(drift={}, interval=120.0, mixing_time=60.0, delay=30.0)
OPTIONS = {
    "sensitivities": {"O2": [2e-8, 2e-10], "CO2": [2.4e-8, 3e-10]},
    "flow": 1.0,
    "bin": 20,
    "mixing_time": 60,
    "delay": 30,
}


@pytest.fixture(scope="module")
def run():
    words = "Rest for 4 h; Charge at 20 mA/g until 4.8 V; Discharge at 20 mA/g until 1.5 V; Rest for 12 h"
    return simulate(parse_steps(words))


@pytest.fixture(scope="module")
def cell(run):
    table = run.sample(interval=120.0)
    data = xr.Dataset(
        {
            "time": ("row", table["time"]),
            "voltage": ("row", table["voltage"]),
            "current": ("row", table["specific_current"] * 1e-3 * MASS),
        },
        attrs={"start_time": (START + timedelta(seconds=100)).isoformat(), "active_mass_gram": MASS},
    )
    return Measurement("cell", "s", "electrochemistry", {}, data, (), "cell.mpt", "abc")


def measured(trace, name="gas", **options):
    return analyse.analyse_record(
        trace, name=name, sample="s", active_mass=MASS, condition={}, options={**OPTIONS, **options}
    )


def found(result, quantity, condition="whole run"):
    return next(one for one in result.findings if (one.quantity, one.condition) == (quantity, condition))


@pytest.fixture(scope="module")
def result(run, cell, tmp_path_factory):
    law = ElectrolyteOxidation(onset=4.6, rate_at_onset=4.0, tafel_slope=0.1)
    trace = trace_from_run(
        run, active_mass=MASS, spectrometer=QUIET, electrolyte=law, start_time=START + timedelta(seconds=100)
    )
    path = ms.write_table(trace, tmp_path_factory.mktemp("gas") / "run.csv")
    gas = measured(ms.read(path))
    options = {"material": "li-ti-ni-o", "channels": [32, 44, 28], "bin": 10}
    return gas, analyse.release([gas, cell], options), gas_record(run, electrolyte=law)


@pytest.mark.published
def test_numbers_of_the_paper():
    """REFERENCE section 2: 1.2 % of the O atoms = 145 umol O2/g = 15.6 mAh/g at 2 e per O (x = 0.4)."""
    amount = float(micromoles_per_gram(molecules=np.array([0.012]), molar_mass=82.69)[0])
    assert amount == pytest.approx(145.0, abs=0.5)
    assert lattice_share_from_amount(amount=amount, molar_mass=82.69) == pytest.approx(1.2, abs=1e-9)
    assert charge_from_amount(amount=amount) == pytest.approx(15.6, abs=0.05)


def test_amounts_come_back_with_the_file(result):
    _, analysed, truth = result
    oxygen = found(analysed, "oxygen_released")
    assert abs(oxygen.value.value - truth.oxygen_amount[-1]) < 3.0 * oxygen.value.uncertainty
    assert oxygen.value.uncertainty < 0.2 * oxygen.value.value
    assert "dominated by" in oxygen.note
    share = found(analysed, "lattice_oxygen_released")
    assert share.value.value / oxygen.value.value == pytest.approx(1.2 / 145.1, rel=1e-3)
    assert found(analysed, "oxygen_charge").value.value == pytest.approx(
        charge_from_amount(amount=oxygen.value.value)
    )
    carbon = found(analysed, "carbon_dioxide_released")
    assert abs(carbon.value.value - truth.carbon_dioxide_amount[-1]) < 3.0 * carbon.value.uncertainty
    assert oxygen.source_file == "run.csv; cell.mpt"


def test_halves_add_up_and_discharge_gives_none(result):
    _, analysed, truth = result
    charge, discharge = (found(analysed, "oxygen_released", one).value for one in ("charge 1", "discharge 1"))
    assert abs(charge.value - truth.oxygen_amount[-1]) < 3.0 * charge.uncertainty
    assert abs(discharge.value) < 3.0 * discharge.uncertainty


def test_gas_up_to_limits_of_other_cells(result):
    """4.5 V and 200 mAh/g are passed on the way to 4.8 V, where the charge ends."""
    _, analysed, truth = result
    told = {one.condition: one.value for one in analysed.findings if one.quantity == "oxygen_released"}
    assert set(told) >= {"charge 1 to 4.5 V", "charge 1 to 4.8 V", "charge 1 to 200 mAh/g"}
    assert told["charge 1 to 4.8 V"].value == pytest.approx(told["charge 1"].value, rel=1e-9)
    rows = np.argmax(truth.voltage >= 4.5)
    value = told["charge 1 to 4.5 V"]
    assert abs(value.value - truth.oxygen_amount[rows]) < 3.0 * value.uncertainty
    assert told["charge 1 to 200 mAh/g"].value < value.value
    onsets = [one.condition for one in analysed.findings if one.quantity == "oxygen_onset_time"]
    assert onsets == ["charge 1"]


def test_onset_of_the_simulated_release(result):
    _, analysed, truth = result
    rate = truth.oxygen_rate
    first = np.argmax(rate > 0.05 * rate.max())
    onset = found(analysed, "oxygen_onset_time", "charge 1").value
    assert abs(onset.value - truth.time[first] / 3600.0) < 3.0 * onset.uncertainty
    voltage = found(analysed, "oxygen_onset_voltage", "charge 1").value
    assert abs(voltage.value - truth.voltage[first]) < 3.0 * voltage.uncertainty + 0.01


def test_figures_are_drawn(result):
    gas, analysed, _ = result
    for sheet in (*analyse.figures([gas]), *analysed.figures):
        sheet.draw()
    assert {one.paper_figure for one in analysed.figures} == {"S6", "S7"}


def test_the_clock_counts(result, cell):
    gas, analysed, _ = result
    late = replace(
        cell, dataset=cell.dataset.assign_attrs(start_time=(START + timedelta(hours=2)).isoformat())
    )
    with pytest.raises(DataError, match="clock_offset"):
        analyse.release([gas, replace(cell, dataset=cell.dataset.assign_attrs(start_time="2027-01-01"))], {})
    shifted = analyse.release([gas, late], {"clock_offset": 7100})
    before = found(analysed, "oxygen_onset_time", "charge 1").value.value
    assert found(shifted, "oxygen_onset_time", "charge 1").value.value == pytest.approx(before, abs=0.3)


def test_without_a_cell_the_rests_are_those_of_the_options(run):
    trace = trace_from_run(run, active_mass=MASS, spectrometer=QUIET)
    one = measured(trace)
    value = next(each for each in one.findings if each.quantity == "oxygen_released").value
    assert abs(value.value - gas_record(run).oxygen_amount[-1]) < 3.0 * value.uncertainty
    with pytest.raises(OutOfRange, match="rest_before"):
        measured(trace, rest_before=40)
    assert measured(trace, sensitivities={}).findings == ()


def test_head_space(run):
    """A closed volume: the amount is what it holds and what samplings took away."""
    time = np.arange(0.0, 40 * 3600.0, 1800.0)
    amount = np.clip((time - 8 * 3600.0) / 36000.0, 0.0, 1.0) * 100.0
    total = 101325.0 * 10.0 / (8.314462618 * 298.15)
    held, fractions = 0.0, []
    for now, before in zip(amount, np.concatenate([[0.0], amount[:-1]]), strict=True):
        held = held * (1.0 - 0.5 / 10.0) + (now - before) * MASS
        fractions.append(held / total)
    noise = np.random.default_rng(1).normal(0, 1e-13, (2, len(time)))
    trace = ms.GasTrace(
        time=time,
        currents={32: 2e-12 + 2e-8 * np.array(fractions) + noise[0], 44: 3e-12 + noise[1]},
    )
    one = measured(
        trace,
        mode="head_space",
        volume=10.0,
        sample_volume=0.5,
        rest_before=7,
        rest_after=10,
        settling=0,
        delay=0,
    )
    value = next(each for each in one.findings if each.quantity == "oxygen_released").value
    assert abs(value.value - 100.0) < 3.0 * value.uncertainty
    assert value.uncertainty < 40.0  # the background is extrapolated from the rest before
    with pytest.raises(OutOfRange, match="volume"):
        measured(trace, mode="head_space", rest_before=7, rest_after=10)


def test_calibration_of_a_record_of_the_same_study(run, cell):
    time = np.arange(0.0, 7200.0, 20.0)
    mixed = np.where(time > 3600.0, 1.0, 0.0)
    random = np.random.default_rng(2)
    trace = ms.GasTrace(
        time=time,
        currents={
            mass: 2e-12 + scale * share * mixed + random.normal(0, 2e-13, len(time))
            for mass, scale, share in ((32, 2e-8, 0.01), (44, 2.4e-8, 0.005))
        },
    )
    plateaus = [
        {"begin": 0, "end": 3500},
        {"begin": 3700, "end": 7100, "fractions": {"O2": 0.01, "CO2": 0.005}, "uncertainty": 0.01},
    ]
    known = measured(trace, "mixture", sensitivities={}, plateaus=plateaus)
    gas = measured(
        trace_from_run(run, active_mass=MASS, spectrometer=QUIET, start_time=START + timedelta(seconds=100)),
        sensitivities={},
    )
    table = analyse.calibration([known], {})
    assert [one.condition for one in table.findings] == ["O2", "CO2"]
    assert table.findings[0].value.value == pytest.approx(2e-8, rel=0.02)
    found_amount = found(
        analyse.release([gas, known, cell], {"calibration": "mixture"}), "oxygen_released"
    ).value
    assert abs(found_amount.value - gas_record(run).oxygen_amount[-1]) < 3.0 * found_amount.uncertainty
    with pytest.raises(UnknownName, match="mixture"):
        analyse.release([gas, known, cell], {"calibration": "mixtur"})
    with pytest.raises(MissingColumn, match="no calibration"):
        analyse.release([gas, cell], {})


def test_bad_options_and_missing_things(run, cell):
    trace = trace_from_run(run, active_mass=MASS, spectrometer=QUIET, start_time=START)
    with pytest.raises(UnknownName, match="flow"):
        measured(trace, flwo=1.0)
    with pytest.raises(MissingColumn, match="m/z 12"):
        measured(trace, channels=[32, 44, 12])
    with pytest.raises(OutOfRange, match="neither the record"):
        measured(replace(trace, conditions={}), flow=None)
    with pytest.raises(UnknownName, match="cell"):
        analyse.release([measured(trace), cell], {"cell": "sell"})
    assert "no gas record" in analyse.release([cell], {}).messages[0]
    hole = {32: np.where((trace.time > 9 * 3600) & (trace.time < 20 * 3600), np.nan, trace.currents[32])}
    with pytest.raises(DataError, match="lower limit"):
        measured(replace(trace, currents={**trace.currents, **hole}))


@pytest.mark.slow
def test_totals_with_drift_and_noise_are_covered():
    """Records of 58 h, drift of random size and memory, or decay: 300 draws."""
    from lmct.technique.gas_evolution.occasion import occasion_of_rests
    from lmct.technique.gas_evolution.quantify import quantify
    from lmct.technique.gas_evolution.request import request_from_options

    random = np.random.default_rng(11)
    time = np.arange(0.0, 58 * 3600.0, 300.0)
    amount = 145.0 / (1.0 + np.exp(-(time - 12 * 3600.0) / 1800.0))
    within = []
    for seed in range(300):
        device = Spectrometer(
            interval=300.0,
            seed=seed,
            drift={32: 10 ** random.uniform(-13.3, -12.3), 44: 2e-13},
            drift_time=3600.0 * 10 ** random.uniform(0, 1.2),
            decay={32: 10 ** random.uniform(-13, -11.5)},
            decay_time=3600.0 * random.uniform(1, 8),
        )
        true_flow, true_mass = 1.0 + 0.01 * random.normal(), MASS * (1.0 + 0.01 * random.normal())
        device = replace(device, flow=true_flow)
        trace = trace_from_amounts(
            time=time, amounts={"O2": amount}, active_mass=true_mass, spectrometer=device
        )
        one = measured(trace, sensitivities={}, delay=0, mixing_time=0)
        request = replace(
            request_from_options({**OPTIONS, "bin": 30, "delay": 0, "mixing_time": 0}), active_mass=MASS
        )
        total = quantify(one, request, occasion_of_rests(trace.time, request)).totals[0]
        from lmct.quantity.value import Value

        value = Value(total.value, total.uncertainty, "", total.degrees_of_freedom)
        within.append([low <= 145.0 <= high for low, high in (value.interval(0.68), value.interval(0.95))])
    inside = np.mean(within, axis=0)
    # Two standard errors of 300 draws: 0.054 and 0.025. Measured: 0.863; rests cannot exclude slow drifts.
    assert 0.68 - 0.054 <= inside[0] <= 0.90
    assert inside[1] >= 0.95 - 0.025
