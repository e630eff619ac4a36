from __future__ import annotations

import math

import numpy as np
import pytest

from lmct.quantity.errors import UnknownName
from lmct.relaxation.heating import heating_intervals
from lmct.relaxation.rate_law import fraction_stretched
from lmct.technique.electrochemistry.relaxation_analysis import analyse_relaxation

CONDITIONS = [
    (0.0, 298.15),
    (86400.0, 313.15),
    (86400.0, 333.15),
    (86400.0, 353.15),
    (86400.0, 373.15),
    (90.0, 413.15),
    (600.0, 413.15),
    (3600.0, 413.15),
    (14400.0, 413.15),
    (600.0, 393.15),
    (14400.0, 393.15),
]
REFERENCE = 393.15
TRUE_STRETCHED = {"log_time": math.log(3000.0), "exponent": 0.4, "activation_energy": 1.1}


def heatings(lag=0.0, conditions=CONDITIONS):
    return tuple(heating_intervals(hold_time=t, hold_temperature=T, thermal_lag=lag) for t, T in conditions)


@pytest.fixture
def cells(cell):
    random = np.random.default_rng(40)
    true = fraction_stretched(heatings(), **TRUE_STRETCHED, reference_temperature=REFERENCE)
    built = []
    for (time, temperature), fraction in zip(CONDITIONS, true, strict=True):
        condition = {"hold_time": time, "hold_temperature": temperature} if time else {"hold_time": 0.0}
        for number in range(3):
            capacity = 120.0 * fraction * (1.0 + 0.02 * random.standard_normal())
            built.append(
                cell(
                    f"{temperature:g} K {time:g} s",
                    number,
                    condition,
                    {"metal_plateau_capacity": (capacity, 0.02 * capacity)},
                )
            )
    return built


def test_analysis_names_parameters_and_verdict(cells):
    result = analyse_relaxation(cells, {})
    exponent = next(f for f in result.findings if f.quantity == "stretching_exponent")
    assert abs(exponent.value.value - 0.4) < 4.0 * exponent.value.uncertainty
    assert exponent.condition == "stretched exponential"
    assert "profile likelihood" in exponent.note
    energy = next(f for f in result.findings if f.quantity == "activation_energy")
    assert energy.value.unit == "eV"
    assert abs(energy.value.value - 1.1) < 4.0 * energy.value.uncertainty
    assert {f.quantity for f in result.findings} >= {
        "half_life",
        "relaxation_time_constant",
        "first_barrier",
        "barrier_rise",
    }
    assert len(result.figures) == 1
    result.figures[0].draw()


def test_one_temperature_is_said_to_leave_the_energy_open(cells):
    hot = [one for one in cells if one.condition.get("hold_temperature", 413.15) == 413.15]
    result = analyse_relaxation(hot, {})
    assert any("activation energy is not determined" in text for text in result.messages)
    assert not [f for f in result.findings if f.quantity == "activation_energy"]


def test_too_few_conditions_are_a_sentence(cells):
    assert "too few data" in analyse_relaxation(cells[:9], {}).messages[-1]


def test_unknown_options(cells):
    with pytest.raises(UnknownName, match="thermal_lag"):
        analyse_relaxation(cells, {"thermal_leg": 60.0})
