"""Times, temperatures and heat of the scans of a sequence."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from lmct.quantity.errors import DataError, OutOfRange
from lmct.quantity.value import Value
from lmct.technique.diffraction.refined import RefinedScan, RefinedSequence
from lmct.technique.diffraction.relaxation.data import (
    TemperatureProfile,
    decay_of_sequence,
    lattice_decay,
)
from tests.technique.diffraction.relaxation.made_decay import HOUR


def sequence(
    temperatures: list[float | None], flags: dict[int, tuple[str, ...]] | None = None
) -> RefinedSequence:
    noon = datetime(2025, 7, 2, 12)
    scans = tuple(
        RefinedScan(
            k, f"{k}.xye", 0, {"a": Value(4.11 + 0.001 * k, 1e-4, "Å")}, {"a": 1e-4}, 1.0, 0.1,
            noon + timedelta(hours=k), noon + timedelta(hours=k + 0.5), temperature, (flags or {}).get(k, ()),
        )
        for k, temperature in enumerate(temperatures)
    )  # fmt: skip
    return RefinedSequence(scans, np.array([40.0]), np.ones((len(scans), 1)), 1.54056)


def test_sequence_gives_middle_times_and_heat_of_its_own_temperatures() -> None:
    data = decay_of_sequence(sequence([298.15, 298.15, 328.15, 328.15]))
    assert data.time.tolist() == [900.0, 4500.0, 8100.0, 11700.0]
    assert data.heating[3].temperature.tolist() == [298.15, 328.15]
    assert data.heating[3].duration.tolist() == [6300.0, 5400.0]
    assert any("begin with the first scan" in text for text in data.messages)


def test_scans_before_the_rest_and_flagged_ones_are_left_out() -> None:
    made = sequence([None] * 5, {3: ("directions disagree",)})
    data = decay_of_sequence(made, begin=datetime(2025, 7, 2, 12, 30))
    assert data.time.tolist() == [0.75 * HOUR, 1.75 * HOUR, 3.75 * HOUR]
    assert any("directions disagree" in text for text in data.messages)
    assert any("298.15 K is assumed" in text for text in data.messages)


def test_impossible_data_are_refused() -> None:
    with pytest.raises(DataError, match="no usable scan"):
        decay_of_sequence(sequence([None] * 3), begin=datetime(2025, 7, 3))
    with pytest.raises(OutOfRange, match="Check when it began"):
        lattice_decay(time=np.array([-1.0]), lattice=np.ones(1), uncertainty=np.ones(1))
    with pytest.raises(OutOfRange, match="must rise"):
        TemperatureProfile(np.array([0.0, 0.0]), np.array([300.0, 310.0]))
