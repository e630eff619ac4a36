"""Fragments and sensitivities: gases that share an m/z are told apart, or the question is refused."""

import numpy as np
import pytest

from lmct.quantity.errors import MissingColumn, OutOfRange, UnknownName
from lmct.technique.gas_evolution.calibration import (
    Plateau,
    calibration_from_plateaus,
    calibration_from_sensitivities,
)
from lmct.technique.gas_evolution.fragmentation import FRAGMENTS, base_peak, fragment_matrix
from lmct.technique.gas_evolution.unmixing import mole_fractions_from_signals


def test_table_has_the_largest_peak_at_one():
    for gas, ions in FRAGMENTS.items():
        assert ions[base_peak(gas)] == max(ions.values()) == 1.0


def test_carbon_monoxide_beside_carbon_dioxide():
    calibration = calibration_from_sensitivities(
        {"O2": (2e-8, 0), "CO2": (3e-8, 0), "CO": (2.5e-8, 0)}, channels=(32, 44, 28, 16, 12)
    )
    true = np.random.default_rng(1).uniform(0, 1e-3, (20, 3))
    signals = true @ calibration.matrix.T
    found = mole_fractions_from_signals(signals=signals, calibration=calibration, quiet=np.ones(20, bool))
    np.testing.assert_allclose(found, true, rtol=1e-9)


def test_air_that_leaks_in_is_no_oxygen_of_the_cell():
    calibration = calibration_from_sensitivities({"O2": (2e-8, 0), "air": (2e-8, 0)}, channels=(32, 28))
    signals = np.array([[0.268, 1.0], [1.268, 1.0]]) * 2e-8
    found = mole_fractions_from_signals(signals=signals, calibration=calibration, quiet=np.zeros(2, bool))
    np.testing.assert_allclose(found[:, 0], [0.0, 1.0], atol=1e-12)


def test_nitrogen_and_carbon_monoxide_on_28_alone_are_refused():
    with pytest.raises(OutOfRange, match="add 12 or 14"):
        fragment_matrix(["N2", "CO"], [28, 32])
    fragment_matrix(["N2", "CO"], [28, 14, 12])
    with pytest.raises(OutOfRange, match="gives none"):
        fragment_matrix(["O2", "H2"], [32, 44])
    with pytest.raises(UnknownName, match="CO2"):
        fragment_matrix(["C02"], [44])


def test_measured_fragments_replace_the_table():
    matrix, spread = fragment_matrix(["CO2"], [44, 28], {"CO2": {28: (0.2, 0.01)}})
    assert matrix[:, 0].tolist() == [1.0, 0.2]
    assert spread[:, 0].tolist() == [0.0, 0.01]


def plateau_record(random, noise=2e-12):
    time = np.arange(0.0, 3600.0, 10.0)
    true = np.array([2.0e-8, 2.4e-8])
    signals = np.full((len(time), 2), 1e-11) + random.normal(0, noise, (len(time), 2))
    signals[time > 1800] += true * np.array([0.01, 0.005])
    return time, signals, true


PLATEAUS = (Plateau(0, 1700, {}), Plateau(1900, 3590, {"O2": 0.01, "CO2": 0.005}, 0.02))


def test_sensitivities_of_a_known_mixture():
    random = np.random.default_rng(2)
    scores = []
    for _ in range(100):
        doubt = 1.0 + 0.02 * random.normal()
        time, signals, true = plateau_record(random)
        signals[time > 1800] += (doubt - 1.0) * true * np.array([0.01, 0.005])
        found = calibration_from_plateaus(time=time, signals=signals, channels=(32, 44), plateaus=PLATEAUS)
        scores.append((found.sensitivity - true) / found.sensitivity_uncertainty)
    inside = np.mean(np.abs(scores) < 1.0, axis=0)
    assert np.all((inside > 0.55) & (inside < 0.82))
    assert found.gases == ("O2", "CO2")


def test_calibration_without_blank_or_rows_is_refused():
    time, signals, _ = plateau_record(np.random.default_rng(3))
    with pytest.raises(MissingColumn, match="pure carrier"):
        calibration_from_plateaus(time=time, signals=signals, channels=(32, 44), plateaus=PLATEAUS[1:])
    far = (PLATEAUS[0], Plateau(9000, 9900, {"O2": 0.01}))
    with pytest.raises(MissingColumn, match="complete rows"):
        calibration_from_plateaus(time=time, signals=signals, channels=(32, 44), plateaus=far)
    swapped = (Plateau(0, 1700, {"O2": 0.01}), Plateau(1900, 3590, {}))
    with pytest.raises(OutOfRange, match="positive"):
        calibration_from_plateaus(time=time, signals=signals, channels=(32, 44), plateaus=swapped)
    with pytest.raises(OutOfRange, match="sensitivity of O2"):
        calibration_from_sensitivities({"O2": (0.0, 0.0)}, channels=(32,))
