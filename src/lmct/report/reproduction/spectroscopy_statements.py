"""What the paper says about absorption in a cycle and photoemission after heating (Fig. 2, 5)."""

from __future__ import annotations

import numpy as np

from lmct.quantity.value import Value
from lmct.report.reproduction.paper_runs import PaperRuns
from lmct.report.reproduction.spectroscopy_panels import consistency_of
from lmct.report.reproduction.statement import Answer, Statement, met_if

SIGNIFICANT = 2.0
"""Standard uncertainties beyond which a change is one [1]."""

NEARLY = 0.2
"""A peak has nearly disappeared when this share of it is left at most [1]."""

EQUIVALENT = 0.15
"""Heights that differ by less are equivalent [1]."""


def _above(first: Value, second: Value) -> bool:
    """Say whether the second value is significantly larger."""
    spread = float(np.hypot(first.uncertainty, second.uncertainty))
    return second.value - first.value > SIGNIFICANT * spread


def _nickel_oxidised(runs: PaperRuns) -> Answer:
    found = runs.spectroscopy.absorption
    first, second = found.oxidised_nickel(1), found.oxidised_nickel(2)
    return met_if(f"Ni4+ {first} at #1, {second} at #2", _above(first, second))


def _nickel_dips(runs: PaperRuns) -> Answer:
    found = runs.spectroscopy.absorption
    second, third = found.oxidised_nickel(2), found.oxidised_nickel(3)
    slight = third.value > 0.5 * second.value
    return met_if(f"Ni4+ {second} at #2, {third} at #3", _above(third, second) and slight)


def _peak_e(runs: PaperRuns) -> Answer:
    found = runs.spectroscopy.absorption
    first, second = found.ratio("E", 1), found.ratio("E", 2)
    return met_if(f"E/G {first} at #1, {second} at #2", _above(first, second))


def _peak_f(runs: PaperRuns) -> Answer:
    found = runs.spectroscopy.absorption
    ratios = [found.ratio("F", number) for number in (1, 2, 3)]
    sharp = ratios[2].value - ratios[1].value > 3.0 * (ratios[1].value - ratios[0].value)
    text = f"F/G {ratios[0]} at #1, {ratios[1]} at #2, {ratios[2]} at #3"
    return met_if(text, _above(ratios[1], ratios[2]) and sharp)


def _peak_e_disappears(runs: PaperRuns) -> Answer:
    found = runs.spectroscopy.absorption
    second, fourth = found.ratio("E", 2), found.ratio("E", 4)
    return met_if(f"E/G {second} at #2, {fourth} at #4", fourth.value < NEARLY * second.value)


def _peak_f_shrinks(runs: PaperRuns) -> Answer:
    found = runs.spectroscopy.absorption
    fourth, fifth = found.ratio("F", 4), found.ratio("F", 5)
    even = abs(fifth.value - 1.0) < EQUIVALENT
    return met_if(f"F/G {fourth} at #4, {fifth} at #5", _above(fifth, fourth) and even)


def _nickel_reduced(runs: PaperRuns) -> Answer:
    shares = runs.spectroscopy.photoemission.nickel.fractions
    text = ", ".join(f"{100 * share:.0f}" for share in shares)
    return met_if(f"Ni2+ {text} %", bool(np.all(np.diff(shares) > 0)))


def _oxygen_oxidised(runs: PaperRuns) -> Answer:
    shares = runs.spectroscopy.photoemission.oxygen.fractions
    text = ", ".join(f"{100 * share:.0f}" for share in shares)
    return met_if(f"O^n- {text} %", bool(np.all(np.diff(shares) > 0)))


def _consistent(runs: PaperRuns) -> Answer:
    series = runs.spectroscopy.photoemission
    return met_if(consistency_of(series), series.balance.probability > 0.01)


STATEMENTS = (
    Statement(
        id="nickel-edge-on-charge",
        text="On the slope of the first charge the Ni L edge shows Ni oxidised.",
        paper="shift and growth of B and D",
        line="L124",
        figure="2b",
        answer=_nickel_oxidised,
    ),
    Statement(
        id="nickel-edge-dips",
        text="From #2 to #3 the Ni L edge shows a slight reduction of Ni rather than oxidation.",
        paper="lowered intensity of B, slight: above half of it stays",
        line="L128",
        figure="2b",
        answer=_nickel_dips,
    ),
    Statement(
        id="peak-e-emerges",
        text="Pre-edge peak E of the O K edge emerges as Ni is oxidised.",
        paper="emerges",
        line="L126",
        figure="2c",
        answer=_peak_e,
    ),
    Statement(
        id="peak-f-rises",
        text="From #2 to #3 peak F rises sharply in relation to peak G.",
        paper="sharply: above three times its change before",
        line="L131",
        figure="2c",
        answer=_peak_f,
    ),
    Statement(
        id="peak-e-disappears",
        text="On discharge to #4 peak E has nearly disappeared.",
        paper="nearly: below a fifth of #2",
        line="L143",
        figure="2c",
        answer=_peak_e_disappears,
    ),
    Statement(
        id="peak-f-shrinks",
        text="From #4 to #5 peak F shrinks to the height of peak G.",
        paper="equivalent: within 15 %",
        line="L144",
        figure="2c",
        answer=_peak_f_shrinks,
    ),
    Statement(
        id="photoemission-nickel",
        text="Ni 2p shows Ni reduced with the time of heating at 120 °C.",
        paper="reduced at every step",
        line="L250",
        figure="5a",
        answer=_nickel_reduced,
    ),
    Statement(
        id="photoemission-oxygen",
        text="In parallel oxygen gets more oxidised.",
        paper="at every step",
        line="L251",
        figure="5b",
        answer=_oxygen_oxidised,
    ),
    Statement(
        id="photoemission-balance",
        text="The charge that Ni gains is what oxygen gives.",
        paper="charge transfer from O to Ni",
        line="L252",
        figure="5b",
        answer=_consistent,
    ),
)
"""Statements on spectroscopy."""
