"""What the paper says about LMCT itself: what it is needed for, its lifetimes, its part in the hysteresis."""

from __future__ import annotations

import math

import numpy as np

from lmct.protocol.hysteresis import hysteresis_budget
from lmct.report.reproduction.mechanism import holes_made
from lmct.report.reproduction.paper_runs import PaperRuns, first_steps
from lmct.report.reproduction.statement import Answer, Statement, met_if, numbers

LIFETIME_FACTORS = (1.0, 1e2, 1e4, 1e8)
"""Factors by which LMCT is made faster to shorten the life of the intermediate."""


def _by_transfer(runs: PaperRuns) -> Answer:
    transferred, direct = holes_made(runs.two_cycles, 0)
    return met_if(
        f"first charge: {transferred:.3f} O holes per formula unit come by LMCT, {direct:.3f} directly",
        transferred > 0.9 * (transferred + direct),
    )


def _essential(runs: PaperRuns) -> Answer:
    off = runs.without_transfer.segments[0].end.oxygen_holes
    on = runs.two_cycles.segments[0].end.oxygen_holes
    return met_if(
        f"{off:.3f} O holes per formula unit at 4.8 V without LMCT, {on:.3f} with it", off < 0.1 * on
    )


def _no_oxygen_plateau(runs: PaperRuns) -> Answer:
    off, on = (runs.plateaus(first_steps(run, 2))[1] for run in (runs.without_transfer, runs.two_cycles))
    return met_if(f"{off:.0f} mAh/g below 2.5 V without LMCT, {on:.0f} with it", off < 0.1 * on)


def _inverted_for_nickel(runs: PaperRuns) -> Answer:
    index = runs.second_loop.inversion_index
    return met_if(f"inversion index {index:.2f} in the second cycle", index > 0.5)


def _not_inverted_without(runs: PaperRuns) -> Answer:
    index = hysteresis_budget(runs.without_transfer, cycle=2).inversion_index
    if math.isnan(index):
        return met_if("without LMCT oxygen takes no part, so there is nothing to invert", True)
    return met_if(f"inversion index {index:.2f} without LMCT", index < 0.1)


def _lifetime(runs: PaperRuns) -> Answer:
    """Judge what is left at the end of charge, and the inversion, as LMCT becomes faster."""
    faster = [runs.at_transfer_speed(factor) for factor in LIFETIME_FACTORS]
    left = [one.two_cycles.segments[0].end.metal_holes for one in faster]
    index = [one.second_loop.inversion_index for one in faster]
    return met_if(
        f"LMCT 1, 1e2, 1e4, 1e8 times as fast: {numbers(left, digits=3)} Ni holes at the end of charge,"
        f" inversion index {numbers(index, digits=2)}",
        bool(np.all(np.diff(left) < 0) and np.all(np.diff(index) < 0) and abs(index[-1]) < 0.1),
    )


def _role(runs: PaperRuns) -> Answer:
    share = runs.share
    budget = runs.second_loop
    parts = {name: 100 * value / budget.dissipated for name, value in budget.processes.items()}
    return met_if(
        f"second loop {share.loop_area:.0f} mWh/g, without LMCT {share.loop_area_without:.0f}: LMCT causes"
        f" {100 * share.counterfactual:.0f} % of it. Where the energy goes: LMCT {parts['transfer']:.0f} %,"
        f" slow O couple {parts['oxygen']:.0f} %, metal {parts['metal']:.0f} %",
        share.counterfactual > 0.5,
    )


STATEMENTS = (
    Statement(
        id="holes-by-transfer",
        text="Electrons leave Ni 3d more easily than O 2p, and LMCT passes the hole on to oxygen.",
        paper="more favourable: above 90 % of the O holes by LMCT",
        line="L270",
        figure="mechanism",
        answer=_by_transfer,
    ),
    Statement(
        id="transfer-essential",
        text="LMCT is essential to trigger the redox of oxygen.",
        paper="essential: without it below 10 % of the O holes",
        line="L311",
        figure="mechanism",
        answer=_essential,
    ),
    Statement(
        id="no-oxygen-plateau",
        text="Without LMCT there is no plateau of oxygen.",
        paper="none: below 10 % of the plateau",
        line="L311",
        figure="mechanism",
        answer=_no_oxygen_plateau,
    ),
    Statement(
        id="inversion-of-nickel",
        text="The long-lived intermediate of nickel induces a redox inversion with large asymmetry.",
        paper="large: inversion index above 0.5 (1 = full, 0 = none)",
        line="L355",
        figure="mechanism",
        answer=_inverted_for_nickel,
    ),
    Statement(
        id="no-inversion-without-transfer",
        text="Intermediate and LMCT together cause the inversion: without LMCT there is none.",
        paper="none: inversion index below 0.1",
        line="L279",
        figure="mechanism",
        answer=_not_inverted_without,
    ),
    Statement(
        id="lifetime",
        text="A shorter life of the intermediate makes the inversion smaller, and none if it is transient.",
        paper="monotone, and none: inversion index below 0.1",
        line="L355",
        figure="mechanism",
        answer=_lifetime,
    ),
    Statement(
        id="hysteresis-share",
        text="The cationic intermediate has a role in the voltage hysteresis.",
        paper="a role: without LMCT below half of the loop; the text gives no share",
        line="L306",
        figure="budget",
        answer=_role,
    ),
)
"""Statements on LMCT."""
