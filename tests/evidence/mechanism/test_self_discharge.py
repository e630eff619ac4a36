"""Self-discharge: lithium returns in the cell, nothing in a dry powder."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.electrode.parameter_file import load
from lmct.evidence.mechanism import mechanism_named
from lmct.protocol.charge import charge, discharge
from lmct.protocol.heating import heating
from lmct.protocol.history import VOLTAGE, History
from lmct.protocol.rest import rest
from lmct.protocol.step import Step
from lmct.quantity.errors import LmctError

RATE = 2e-7
BASE = load().replace(dark_rate=0.0, gas_rate=0.0)
HELD = np.array([1.0, 1.0, 1.0, 4.0, BASE.capacitance, 0.0])


def history_of(*steps: Step, rate: float = RATE, activation: float = 0.5) -> History:
    mechanism = mechanism_named(
        "self-discharge", base=BASE, unknowns=["self_discharge_rate", "self_discharge_activation"]
    )
    values = {"self_discharge_rate": rate, "self_discharge_activation": activation}
    (found,) = mechanism.simulator([steps])(values)
    if isinstance(found, LmctError):
        raise found
    return found


def charge_lost(history: History, step: int) -> float:
    rows = history.states(step, np.array([0.0, history.duration(step)]))
    return float((rows[0] - rows[1]) @ HELD)


def test_lithium_returns_at_the_given_rate() -> None:
    history = history_of(charge(voltage=4.4), rest(3.0e5))
    assert charge_lost(history, 1) == pytest.approx(RATE * 3.0e5, rel=1e-3)


def test_a_warm_cell_discharges_itself_faster_by_arrhenius() -> None:
    history = history_of(charge(voltage=4.4), rest(3600.0 * 8, temperature=318.15))
    factor = np.exp(0.5 / 8.617333262e-5 * (1 / 298.15 - 1 / 318.15))
    assert charge_lost(history, 1) == pytest.approx(RATE * factor * 3600.0 * 8, rel=1e-3)


def test_a_dry_powder_in_the_oven_keeps_its_charge() -> None:
    history = history_of(charge(voltage=4.4), heating(393.15, 86400.0), activation=1.0)
    assert charge_lost(history, 1) == pytest.approx(0.0, abs=1e-5)


def test_the_cell_stops_where_the_fresh_one_stood() -> None:
    history = history_of(charge(voltage=4.4), rest(60 * 86400.0), rate=5e-6)
    end = history.states(1, np.array([60 * 86400.0]))[0]
    assert end[VOLTAGE] == pytest.approx(2.8, abs=0.3)
    assert history.duration(1) == pytest.approx(60 * 86400.0)
    assert end[0] >= 0.0


def test_a_capacity_limit_counts_what_the_cycler_passed() -> None:
    history = history_of(charge(capacity=100.0), discharge(capacity=50.0), rate=1e-6)
    assert history.duration(0) == pytest.approx(100.0 / 20.0 * 3600.0)
    current = 20.0 / 3600.0 / BASE.mah_per_gram
    assert charge_lost(history, 0) == pytest.approx(-(current - 1e-6) * history.duration(0), rel=1e-3)
    assert charge_lost(history, 1) == pytest.approx((current + 1e-6) * history.duration(1), rel=1e-3)
