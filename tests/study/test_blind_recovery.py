"""Coverage of the intervals over 200 virtual campaigns: written as files, read back, analysed blind."""

from __future__ import annotations

import multiprocessing
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest

from lmct.evidence import compare
from lmct.instrument.cycler import read
from lmct.protocol import Portion, time_series
from lmct.study.campaign import CampaignPlan, write_campaign
from lmct.study.campaign_files import file_stem
from lmct.technique.electrochemistry import analyse

CAMPAIGNS = 200
GENTLE = Portion(hold_temperature=413.15, hold_time=86400.0)
"""Its metal plateau ends where oxygen reduction has begun: the hardest condition to be honest about."""
PLAN = CampaignPlan(portions=(*time_series(temperature=393.15), GENTLE))


def condition_of(portion):
    if portion.in_cycling:
        return {"in_cycling": 1.0}
    if portion.hold_temperature is None:
        return {"hold_time": 0.0}
    return {"hold_time": portion.hold_time, "hold_temperature": portion.hold_temperature}


def one_campaign(seed, folder):
    """Return (quantity, inside 68 %, inside 95 %, deviation in standard uncertainties) of every truth."""
    truths = write_campaign(folder, seed, plan=PLAN)
    measurements = [
        analyse.analyse_record(
            read(path),
            name=path.stem,
            sample=portion.name,
            active_mass=None,
            condition=condition_of(portion),
            options={},
        )
        for portion in (Portion(in_cycling=True), *PLAN.portions)
        for path in sorted((folder / "raw").glob(f"{file_stem(portion)}_cell*.mpt"))
    ]
    series = [one for one in measurements if one.sample != GENTLE.name]
    found = [
        *analyse.GROUP_ANALYSES["titration"](measurements, {}).findings,
        *analyse.GROUP_ANALYSES["equilibrium_potential"](series, {}).findings,
    ]
    rows = [
        row
        for row in compare(found, truths)
        if (row.quantity, row.sample) != ("open_circuit_voltage", GENTLE.name)  # outside the series
    ]
    return [(row.quantity, row.inside_68, row.inside_95, row.sigmas) for row in rows]


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    folders = [tmp_path_factory.mktemp(f"campaign{seed}") for seed in range(CAMPAIGNS)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as executor:
        results = executor.map(one_campaign, range(1000, 1000 + CAMPAIGNS), folders)
    by_quantity = defaultdict(list)
    for result in results:
        for quantity, *row in result:
            by_quantity[quantity].append(row)
    return by_quantity


QUANTITIES = (
    "equilibrium_potential",
    "metal_plateau_capacity",
    "oxygen_plateau_capacity",
    "total_plateau_capacity",
    "remaining_metal_fraction",
    "open_circuit_voltage",
    "overpotential_slope",
    "rearranged_metal_capacity",
    "rearranged_oxygen_capacity",
)


TOO_NARROW = pytest.mark.xfail(
    strict=True,
    reason="measured 0.585 inside 68 %, pulls of 1.11: the interval of the slope is a tenth too narrow",
)


@pytest.mark.slow
@pytest.mark.parametrize(
    "quantity",
    [pytest.param(q, marks=TOO_NARROW) if q == "overpotential_slope" else q for q in QUANTITIES],
)
def test_intervals_hold_the_truth_as_often_as_they_say(rows, quantity):
    table = np.array(rows[quantity], dtype=float)
    assert len(table) >= CAMPAIGNS
    inside_68, inside_95, _ = table.mean(axis=0)
    summary = f"{quantity}: {inside_68:.3f} {inside_95:.3f} of {len(table)}, sigma {table[:, 2].std():.2f}"
    assert 0.60 <= inside_68 <= 0.76, summary
    assert 0.91 <= inside_95 <= 0.98, summary
