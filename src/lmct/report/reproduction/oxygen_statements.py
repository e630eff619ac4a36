"""What the paper says about oxygen: how much O2 the first charge releases, and what titanium adds."""

from __future__ import annotations

import numpy as np

from lmct.report.reproduction.paper_runs import PaperRuns
from lmct.report.reproduction.statement import Answer, Statement, met_if, numbers, within

SMALLEST_GAS = 1e-6
"""O2 below which there is none: the error of the integration [1/f.u.]."""


def _gas_share(runs: PaperRuns) -> Answer:
    share = 100.0 * runs.two_cycles.segments[0].end.oxygen_gas  # one molecule of the two atoms per f.u.
    return within(share, 1.2, 0.24, "% of the O atoms")


def _gas_in_steps(runs: PaperRuns) -> Answer:
    charge = runs.two_cycles.segments[0]
    gas = charge.at(np.linspace(0.0, charge.duration, 400))[:, 3]
    rate = np.diff(gas)
    inner = (rate[1:-1] > rate[:-2]) & (rate[1:-1] > rate[2:]) & (rate[1:-1] > 0.1 * rate.max())
    steps = int(inner.sum()) if gas[-1] > SMALLEST_GAS else 0
    return met_if(f"{gas[-1]:.4f} O2 per formula unit, {steps} maxima of its rate", steps >= 2)


def _gas_with_titanium(runs: PaperRuns) -> Answer:
    gas = np.array([runs.family[x].segments[0].end.oxygen_gas for x in (0.2, 0.4, 0.5)])
    return met_if(
        f"x = 0.2, 0.4, 0.5: {numbers(gas, digits=4)} O2 per formula unit",
        bool(np.all(np.diff(gas) > SMALLEST_GAS)),
    )


def _oxygen_with_titanium(runs: PaperRuns) -> Answer:
    holes = np.array([runs.family[x].segments[0].end.oxygen_holes for x in (0.2, 0.4, 0.5)])
    return met_if(
        f"x = 0.2, 0.4, 0.5: {numbers(holes, digits=3)} O holes per formula unit at 4.8 V",
        bool(np.all(np.diff(holes) > 0)),
    )


STATEMENTS = (
    Statement(
        id="gas-share",
        text="The O2 of the first charge is only 1.2 % of the oxygen atoms (x = 0.4).",
        paper="1.2 %, ± 20 %",
        line="L136",
        answer=_gas_share,
    ),
    Statement(
        id="gas-stepwise",
        text="The O2 release of the first charge increases stepwise.",
        paper="stepwise: two maxima of the rate or more",
        line="L135",
        answer=_gas_in_steps,
    ),
    Statement(
        id="gas-with-titanium",
        text="A higher Ti content promotes more O2 evolution.",
        paper="monotone",
        line="L140",
        answer=_gas_with_titanium,
    ),
    Statement(
        id="oxygen-with-titanium",
        text="A higher Ti content promotes more oxygen redox activity.",
        paper="monotone",
        line="L140",
        answer=_oxygen_with_titanium,
    ),
)
"""Statements on oxygen."""
