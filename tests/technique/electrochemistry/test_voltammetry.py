"""Voltammograms of known peaks and known power laws, and those of the electrode model."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.electrode import Electrode, load
from lmct.instrument.cycler.record import CURRENT, TIME, VOLTAGE, CyclerRecord
from lmct.protocol import galvanostatic, parse_steps, run_protocol, simulate
from lmct.quantity.errors import OutOfRange, UnknownName
from lmct.technique.electrochemistry import analyse as technique
from lmct.technique.electrochemistry.simulate import Channel, record_from_run
from lmct.technique.electrochemistry.sweep_peaks import sweeps_of
from lmct.technique.electrochemistry.voltammetry_sweeps import find_current_peaks, find_sweeps

RATES = (2e-5, 5e-5, 1e-4, 2e-4)


def synthetic(rates=RATES, power=0.5, shift=0.02, noise=0.0, cycles=1):
    """One cell, one cycle a rate: a peak at 3.8 V up and 3.6 V down of height (rate)^power."""
    random = np.random.default_rng(2)
    time, voltage, current, clock = [], [], [], 0.0
    for number, rate in enumerate(np.repeat(rates, cycles)):
        half = 2.0 / rate
        t = np.linspace(0.0, 2.0 * half, 2001)[1:]
        volts = 2.5 + np.where(t <= half, t, 2.0 * half - t) * rate
        up = t <= half
        centre = np.where(up, 3.8 + shift * number, 3.6 - shift * number)
        height = np.where(up, 1.0, -0.6) * 1e-3 * (rate / 1e-4) ** power
        time.append(clock + t)
        voltage.append(volts)
        current.append(height * np.exp(-(((volts - centre) / 0.12) ** 2)))
        clock += 2.0 * half
    t, v, i = (np.concatenate(column) for column in (time, voltage, current))
    v, i = v + 1e-4 * random.standard_normal(len(v)), i + noise * random.standard_normal(len(i))
    return CyclerRecord({TIME: t, VOLTAGE: v, CURRENT: i}, active_mass=0.01, source_file="cv.mpt")


def measured(record, name="cell"):
    return technique.analyse_record(
        record, name=name, sample="sample", active_mass=None, condition={}, options={}
    )


def analysed(record, **options):
    return technique.voltammetry([measured(record)], options)


def of(result, quantity):
    return [one for one in result.findings if one.quantity == quantity]


@pytest.fixture(scope="module")
def electrode():
    """Files of the electrode model at four rates as a noisy cycler would have recorded them."""
    files = []
    for rate in RATES:
        words = f"{1e3 * rate} mV/s"
        steps = parse_steps(f"Sweep at {words} until 4.8 V; Sweep at {words} until 1.5 V")
        run = run_protocol(Electrode(load("li-ti-ni-o-direct")), steps)
        record = record_from_run(run, active_mass=7e-3, channel=Channel(), random=np.random.default_rng(4))
        files.append((run, measured(record, name=words)))
    return files


def test_sweeps_are_found_with_their_rates_and_directions():
    record = synthetic()
    sweeps = find_sweeps(time=record.time, voltage=record.voltage)
    assert [one.direction for one in sweeps] == [1, -1] * 4
    assert [one.rate for one in sweeps] == pytest.approx(np.repeat(RATES, 2), rel=1e-3)
    assert sweeps[0].stop <= sweeps[1].start + 1
    assert sweeps[-1].stop == record.rows


def test_cycling_at_constant_current_and_rests_have_no_sweep():
    run = simulate(galvanostatic(cycles=2))
    result = analysed(record_from_run(run, active_mass=7e-3))
    assert result.findings == ()
    assert result.figures == ()
    assert "cell has no sweep" in result.messages[0]
    assert find_sweeps(time=np.arange(100.0), voltage=np.full(100, 3.7)) == ()


@pytest.mark.parametrize("direction", [1, -1])
def test_two_peaks_are_found_where_they_are(direction):
    volts = np.linspace(2.0, 4.5, 3000)[::direction]
    current = (
        direction
        * 1e-3
        * (np.exp(-(((volts - 2.6) / 0.1) ** 2)) + 0.3 * np.exp(-(((volts - 3.8) / 0.15) ** 2)))
    )
    noisy = current + 2e-6 * np.random.default_rng(0).standard_normal(len(volts))
    low, high = find_current_peaks(voltage=volts, current=noisy, direction=direction)
    for peak, (voltage, height) in ((low, (2.6, 1e-3)), (high, (3.8, 3e-4))):
        assert abs(peak.voltage - voltage) < max(4 * peak.voltage_uncertainty, 5e-4)
        assert peak.current == pytest.approx(height, rel=0.01)


def test_a_current_that_is_largest_where_the_sweep_turns_is_no_peak():
    volts = np.linspace(3.0, 4.8, 1000)
    assert find_current_peaks(voltage=volts, current=1e-3 * np.exp(volts - 4.8), direction=1) == ()


@pytest.mark.parametrize("power", [0.5, 0.8, 1.0])
def test_the_power_of_the_rate_is_recovered(power):
    result = analysed(synthetic(power=power, noise=1e-6))
    found = of(result, "b_value")
    assert len(found) == 2
    for one in found:
        assert one.value.value == pytest.approx(power, abs=0.01)
        assert one.value.degrees_of_freedom == 2.0
    assert found[0].condition == "sweeps up, peak 1 near 3.80 V, 0.02 to 0.2 mV/s"


def test_peaks_are_findings_with_their_units():
    result = analysed(synthetic(rates=(1e-4,), power=1.0))
    up, down = of(result, "current_peak_voltage")
    assert up.value.value == pytest.approx(3.8, abs=1e-3)
    assert down.value.value == pytest.approx(3.6, abs=1e-3)
    height = of(result, "peak_current")[0]
    assert height.value.unit == "mA/g"
    assert height.value.value == pytest.approx(100.0, rel=0.01)
    assert height.condition == "sweep up 1, 0.1 mV/s, peak 1"
    assert not of(result, "b_value")
    assert "at 1 rate(s); b-values need at least 3" in result.messages[0]


def test_repeated_cycles_at_one_rate_count_once():
    result = analysed(synthetic(rates=RATES[:2], cycles=3))
    assert not of(result, "b_value")
    assert "at 2 rate(s)" in result.messages[0]


def test_a_peak_that_jumps_is_not_followed():
    assert not of(analysed(synthetic(shift=0.12), largest_shift=0.05), "b_value")
    assert of(analysed(synthetic(shift=0.12), largest_shift=0.14), "b_value")


def test_the_peaks_of_the_electrode_are_those_of_its_own_current(electrode):
    run, measurement = electrode[1]
    result = technique.voltammetry([measurement], {})
    table = run.sample(interval=20.0)
    down = table["step"] == 2
    voltage, current = table["voltage"][down], -table["specific_current"][down]
    found = [one for one in of(result, "current_peak_voltage") if "down" in one.condition]
    heights = [one for one in of(result, "peak_current") if "down" in one.condition]
    assert len(found) == 2
    for one, height, region in zip(found, heights, (voltage < 3.0, voltage > 3.0), strict=True):
        top = np.argmax(current[region])
        assert one.value.value == pytest.approx(voltage[region][top], abs=3e-3)
        assert height.value.value == pytest.approx(current[region][top], rel=0.01)


def test_without_transport_the_current_grows_with_the_rate(electrode):
    """Without diffusion b is near one; above it for nickel, of which slow sweeps leave less to reduce."""
    result = technique.voltammetry([one for _, one in electrode], {})
    up, oxygen, nickel = (one.value.value for one in of(result, "b_value"))
    assert up == pytest.approx(1.0, abs=0.02)
    assert oxygen == pytest.approx(1.0, abs=0.04)
    assert nickel > 1.08
    with_masses = of(result, "b_value")[0].value.uncertainty
    assert with_masses > 0.005


def test_the_figure_holds_its_numbers_and_draws(electrode):
    result = technique.voltammetry([one for _, one in electrode], {})
    (sheet,) = result.figures
    assert sheet.name == "voltammetry"
    assert {unit for unit, _ in sheet.columns.values()} == {"V", "mA/g"}
    assert len(sheet.draw().axes) == 2


@pytest.mark.parametrize(
    ("options", "error"), [({"largest_shfit": 0.1}, UnknownName), ({"largest_shift": 0.0}, OutOfRange)]
)
def test_senseless_options_are_refused(options, error):
    with pytest.raises(error):
        technique.voltammetry([], options)


def test_sweeps_of_a_measurement_are_counted_by_direction_and_keep_their_peaks():
    sweeps = list(sweeps_of(measured(synthetic(rates=(1e-4, 2e-4)))))
    assert [(one.sweep.direction, one.number) for one in sweeps] == [(1, 1), (-1, 1), (1, 2), (-1, 2)]
    assert sweeps[2].words == "sweep up 2, 0.2 mV/s"
    (peak,) = sweeps[0].peaks
    assert peak.voltage == pytest.approx(3.8, abs=0.01)
    assert peak.current * sweeps[0].per_mass == pytest.approx(1e-3 * 1e3 / 0.01, rel=0.01)
    assert sweeps[0].unit == "mA/g"
