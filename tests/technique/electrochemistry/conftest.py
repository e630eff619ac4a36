"""Synthetic cells of known truth."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.instrument.cycler.record import CURRENT, TIME, VOLTAGE, CyclerRecord
from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.contract import Measurement
from lmct.technique.electrochemistry.analyse import analyse_record


def make_record(*steps, interval=60.0, noise=0.0, current_noise=0.0, seed=0, mass=None):
    """Chain steps (kind, hours, voltage function of the share passed, current in A) into a record.

    The last row of a step is written when it ends, as cyclers do.
    """
    random = np.random.default_rng(seed)
    time, voltage, current = [], [], []
    clock = 0.0
    for hours, curve, amperes in steps:
        share = np.arange(1, max(2, round(hours * 3600.0 / interval)) + 1) / max(
            2, round(hours * 3600.0 / interval)
        )
        time.append(clock + share * hours * 3600.0)
        voltage.append(np.array([curve(one) for one in share]))
        current.append(np.full(len(share), amperes))
        clock += hours * 3600.0
    v, i = np.concatenate(voltage), np.concatenate(current)
    return CyclerRecord(
        {
            TIME: np.concatenate(time),
            VOLTAGE: v + noise * random.standard_normal(len(v)),
            CURRENT: i + current_noise * random.standard_normal(len(i)),
        },
        source_file="synthetic.mpt",
        source_sha256="0" * 64,
        active_mass=mass,
    )


def two_plateaus(metal=100.0, oxygen=150.0):
    """Return voltage against the share of a discharge with a steep fall at the given capacity."""

    def curve(share):
        charge = share * (metal + oxygen)
        if charge <= metal:
            return 4.2 - 0.7 * charge / metal
        return 2.3 - 0.45 * (charge - metal) / oxygen

    return curve


@pytest.fixture
def record():
    return make_record


@pytest.fixture
def plateaus():
    return two_plateaus


@pytest.fixture
def analyse():
    def run(record, *, name="cell", sample="sample", mass=None, condition=None, **options):
        return analyse_record(
            record, name=name, sample=sample, active_mass=mass, condition=condition or {}, options=options
        )

    return run


@pytest.fixture
def cell():
    """Return a measurement that holds findings only, for analyses over many cells."""

    def build(sample, number, condition, numbers, units=None):
        units = units or {}
        findings = tuple(
            Finding(
                quantity=name,
                value=Value(value, deviation, units.get(name, "V" if "voltage" in name else "mAh/g")),
                sample=sample,
                source_file=f"{sample}_{number}.mpt",
                source_sha256=f"{number}",
            )
            for name, (value, deviation) in numbers.items()
        )
        import xarray as xr

        return Measurement(
            name=f"{sample} {number}",
            sample=sample,
            technique="electrochemistry",
            condition=condition,
            dataset=xr.Dataset(attrs={"capacity_unit": "mAh/g"}),
            findings=findings,
            source_file=f"{sample}_{number}.mpt",
            source_sha256=f"{number}",
        )

    return build
