from __future__ import annotations

import numpy as np
import pytest

from lmct.technique.electrochemistry.accuracy import Accuracy
from lmct.technique.electrochemistry.open_circuit import open_circuit_from_rest, rest_rows_before

EXACT = Accuracy(voltage=0.0)


def test_value_at_the_end_of_a_drifting_rest():
    """1 mV/min for 15 min, starting from 4.000 V."""
    time = np.arange(0.0, 901.0, 10.0)
    rest = open_circuit_from_rest(time=time, voltage=4.0 + time / 6e4, start=0, stop=91, accuracy=EXACT)
    assert rest.voltage == pytest.approx(4.015)
    assert rest.drift == pytest.approx(1.0)
    assert rest.duration == 900.0


def test_coverage_under_noise():
    random = np.random.default_rng(5)
    time = np.arange(0.0, 901.0, 15.0)
    inside_value = inside_drift = 0
    for _ in range(400):
        voltage = 3.9 + 0.3 * time / 6e4 + 1e-4 * random.standard_normal(len(time))
        rest = open_circuit_from_rest(time=time, voltage=voltage, start=0, stop=len(time), accuracy=EXACT)
        inside_value += abs(rest.voltage - 3.9045) < rest.uncertainty
        inside_drift += abs(rest.drift - 0.3) < rest.drift_uncertainty
    assert 0.60 < inside_value / 400 < 0.74
    assert 0.60 < inside_drift / 400 < 0.74


def test_too_short_a_rest_tells_nothing():
    assert (
        open_circuit_from_rest(time=np.arange(2.0), voltage=np.ones(2), start=0, stop=2, accuracy=EXACT)
        is None
    )


def test_rows_of_the_last_rest_only():
    active = np.array([False, False, True, True, False, False, False, True])
    assert rest_rows_before(active=active, row=7) == (4, 7)
    assert rest_rows_before(active=active, row=2) == (0, 2)
    assert rest_rows_before(active=active, row=3) == (3, 3)
