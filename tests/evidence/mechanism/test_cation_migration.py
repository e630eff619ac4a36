"""Cation migration: charge conserved, metal locked, oxygen gains nothing, the lattice grows."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.electrode.lattice import Lattice
from lmct.electrode.parameter_file import load
from lmct.evidence.mechanism import mechanism_named
from lmct.evidence.mechanism.migration_step import Migration
from lmct.protocol.history import VOLTAGE, History, capacity_at_voltage
from lmct.protocol.titration import Portion, titration
from lmct.quantity.errors import LmctError

BASE = load().replace(dark_rate=0.0, gas_rate=0.0)
HELD = np.array([1.0, 1.0, 1.0, 4.0, BASE.capacitance, 0.0])
HOUR = 3600.0


def history_of(hold_time: float, rate: float, oxygen_rate: float = 1e-40) -> History:
    mechanism = mechanism_named(
        "cation-migration", base=BASE, unknowns=["migration_rate", "migration_activation", "oxygen_rate"]
    )
    values = {"migration_rate": rate, "migration_activation": 1.0, "oxygen_rate": oxygen_rate}
    protocol = titration(Portion(hold_temperature=413.15, hold_time=hold_time))
    (found,) = mechanism.simulator([protocol])(values)
    if isinstance(found, LmctError):
        raise found
    return found


def test_charge_is_conserved_while_ions_move() -> None:
    history = history_of(4 * HOUR, 1e-4)
    rows = history.states(2, np.linspace(0.0, 4 * HOUR, 9))
    assert rows @ HELD == pytest.approx(np.full(9, rows[0] @ HELD), abs=2e-5)


def test_sites_are_lost_exponentially_after_the_lag() -> None:
    history = history_of(4 * HOUR, 1e-4)
    rows = history.states(2, np.array([HOUR, 3 * HOUR]))
    assert rows[1, 0] / rows[0, 0] == pytest.approx(np.exp(-1e-4 * 2 * HOUR), rel=1e-4)


def test_locked_metal_is_missing_in_the_discharge_and_oxygen_gains_nothing() -> None:
    few, many = history_of(HOUR, 1e-8), history_of(HOUR, 2e-4)
    metal = [capacity_at_voltage(one, -1, 2.5) for one in (few, many)]
    oxygen = [
        20.0 * one.duration(4) / HOUR - one_metal for one, one_metal in zip((few, many), metal, strict=True)
    ]
    layer = BASE.capacitance * (few.states(4, np.zeros(1))[0, VOLTAGE] - 2.5) * BASE.mah_per_gram
    kept = np.exp(-2e-4 * (HOUR - 60.0))
    assert (metal[1] - layer) / (metal[0] - layer) == pytest.approx(kept, abs=0.02)
    assert oxygen[1] <= oxygen[0] + 1.0


def test_the_open_circuit_does_not_notice() -> None:
    few, many = history_of(HOUR, 1e-8), history_of(HOUR, 2e-4)
    ends = [one.states(3, np.array([900.0]))[0, VOLTAGE] for one in (few, many)]
    assert ends[1] == pytest.approx(ends[0], abs=2e-3)


def test_the_lattice_grows() -> None:
    history = history_of(4 * HOUR, 2e-4)
    sizes = Lattice(origin=4.16).of_states(history.states(2, np.linspace(0.0, 4 * HOUR, 5)))
    assert np.all(np.diff(sizes) > 0.0)


def test_the_lag_of_the_sample_delays_the_migration() -> None:
    migration = Migration(BASE, rate=1e-3, activation=1.2)
    times = np.linspace(0.0, 600.0, 6001)
    lagged = 413.15 - 115.0 * np.exp(-times / BASE.thermal_time)
    rates = 1e-3 * np.exp(-1.2 / 8.617333262e-5 * (1.0 / lagged - 1.0 / 413.15))
    exact = float(np.trapezoid(rates, times))
    assert float(migration.exponent(times[-1:], 298.15, 413.15)[0]) == pytest.approx(exact, rel=1e-3)
