"""What the paper says about window opening, equilibrium potential and GITT (Fig. 6)."""

from __future__ import annotations

import numpy as np

from lmct.report.reproduction.gitt import Titration
from lmct.report.reproduction.paper_runs import PaperRuns
from lmct.report.reproduction.statement import Answer, Statement, met_if, numbers, within

EQUILIBRIUM = 3.74
"""Equilibrium potential of the paper, 3.74(2) V (L299)."""

VISIBLE = 0.02
"""Smallest change of a voltage that the uncertainty of 3.74(2) V lets be seen [V]."""


def _linear_fit(runs: PaperRuns) -> tuple[float, float, float]:
    """Slope, intercept and R2 of voltage against fraction."""
    fraction, voltage = runs.fractions_and_voltages
    slope, intercept = np.polyfit(fraction, voltage, 1)
    residual = voltage - intercept - slope * fraction
    return float(slope), float(intercept), float(1.0 - residual.var() / voltage.var())


def _linear(runs: PaperRuns) -> Answer:
    slope, _, quality = _linear_fit(runs)
    return met_if(f"R² = {quality:.4f}, slope {slope:+.3f} V", quality > 0.99 and slope > 0)


def _intercept(runs: PaperRuns) -> Answer:
    return within(_linear_fit(runs)[1], EQUILIBRIUM, 0.02, "V", digits=3)


def _overpotential(runs: PaperRuns) -> Answer:
    slope, intercept, quality = _linear_fit(runs)
    whole = runs.fractions_and_voltages[1][0] - intercept
    return met_if(
        f"grows to {1000 * whole:.0f} mV in the unheated sample, R² = {quality:.4f}",
        quality > 0.99 and slope > 0,
    )


def _falls_with_heating(runs: PaperRuns) -> Answer:
    voltage = runs.fractions_and_voltages[1]
    falls = bool(np.all(np.diff(voltage) < 0) and voltage[0] - voltage[-1] > VISIBLE)
    return met_if(f"{numbers(voltage, digits=2)} V", falls)


def _stable_voltage(runs: PaperRuns) -> Answer:
    drifts = []
    for one in runs.open_circuit_series[1:]:
        rest = one.run.segments[-2].at(np.array([600.0, 900.0]))
        drifts.append(abs(float(rest[1, 4] - rest[0, 4])))
    return met_if(f"{1000 * max(drifts):.2f} mV at most in the last 5 min", max(drifts) < 5e-3)


def _gap(titration: Titration) -> Answer:
    lithium, upper, lower = titration.branches()
    gap = upper - lower
    return met_if(
        f"{gap.min():.2f} to {gap.max():.2f} V wide from {lithium[0]:.2f} to {lithium[-1]:.2f} Li extracted",
        bool(gap.min() > VISIBLE),
    )


def _inside_gap(runs: PaperRuns) -> Answer:
    lithium, upper, lower = runs.pulsed.branches()
    inside = (upper > EQUILIBRIUM) & (lower < EQUILIBRIUM)
    if not inside.any():
        return met_if("nowhere inside", False)
    charged = runs.in_cycling.run.segments[0].end.lithium_extracted
    return met_if(
        f"inside for {lithium[inside][0]:.2f} to {lithium[inside][-1]:.2f} Li extracted (charged to 4.5 V:"
        f" {charged:.2f})",
        bool(inside[len(inside) // 2]),
    )


def _fully_relaxed(runs: PaperRuns) -> Answer:
    charged = runs.in_cycling.run.segments[0].end.lithium_extracted
    return within(runs.electrode.relaxed(charged).voltage, EQUILIBRIUM, 0.02, "V", digits=3)


def _path_dependence(runs: PaperRuns) -> Answer:
    """Judge the lithium content at which half of the metal holes are reduced on discharge."""
    lithium = []
    for run in runs.openings.values():
        states = run.segments[-1].states
        half = int(np.argmax(states[:, 0] < 0.5 * states[0, 0]))
        lithium.append(float(states[half, :4] @ np.array([1.0, 1.0, 1.0, 4.0])))
    return met_if(
        f"half of the Ni holes are reduced at {numbers(lithium, digits=2)} Li extracted",
        bool(np.all(np.diff(lithium) > 0)),
    )


def _opened_inversion(runs: PaperRuns) -> Answer:
    """Judge where the charge above 4.2 V comes back."""
    low, high = (runs.plateaus(runs.openings[limit]) for limit in (4.2, 4.8))
    metal, oxygen = high[0] - low[0], high[1] - low[1]
    return met_if(
        f"opening from 4.2 to 4.8 V adds {metal:.0f} mAh/g above and {oxygen:.0f} below 2.5 V",
        oxygen > max(metal, 0.0),
    )


STATEMENTS = (
    Statement(
        id="opened-inversion",
        text="The window opening shows the inversion: what oxygen gives above 4.2 V comes back near 2.2 V.",
        paper="inverted: more of it below 2.5 V than above",
        line="L152",
        figure="6a",
        answer=_opened_inversion,
    ),
    Statement(
        id="path-dependence",
        text="Opening the charge window shifts the state of charge at which the intermediate is reduced.",
        paper="monotone",
        line="L286",
        figure="6b",
        answer=_path_dependence,
    ),
    Statement(
        id="voltage-with-heating",
        text="The open-circuit voltage falls with the heating time at 120 °C.",
        paper="monotone",
        line="L294",
        figure="6e",
        answer=_falls_with_heating,
    ),
    Statement(
        id="stable-voltage",
        text="The open-circuit voltage is very stable in the 15 min before the discharge.",
        paper="very stable: below 5 mV in the last 5 min",
        line="L295",
        figure="6e",
        answer=_stable_voltage,
    ),
    Statement(
        id="linear-voltage",
        text="The open-circuit voltage is linear in the fraction of Ni intermediates left.",
        paper="linear, positive: R² > 0.99",
        line="L297",
        figure="6f",
        answer=_linear,
    ),
    Statement(
        id="equilibrium-potential",
        text="Extrapolated to 0 % intermediates the line gives the equilibrium potential.",
        paper="3.74(2) V",
        line="L299",
        figure="6f",
        answer=_intercept,
    ),
    Statement(
        id="overpotential",
        text="The charge overpotential grows linearly with the amount of intermediates.",
        paper="linear: R² > 0.99",
        line="L303",
        figure="6f",
        answer=_overpotential,
    ),
    Statement(
        id="relaxed-potential",
        text="3.74 V agrees with the potential of a nearly fully relaxed electrode.",
        paper="3.74(2) V",
        line="L302",
        figure="6f",
        answer=_fully_relaxed,
    ),
    Statement(
        id="gap-8h",
        text="GITT: after rests of 8 h the gap between charge and discharge is open.",
        paper="never closed: above 0.02 V everywhere",
        line="L289",
        figure="S27",
        answer=lambda runs: _gap(runs.pulsed),
    ),
    Statement(
        id="gap-200h",
        text="GITT: after rests of 200 h the gap is still open.",
        paper="never closed: above 0.02 V everywhere",
        line="L290",
        figure="S27",
        answer=lambda runs: _gap(runs.pulsed_long),
    ),
    Statement(
        id="gap-55C",
        text="GITT: at 55 °C the gap is still open.",
        paper="never closed: above 0.02 V everywhere",
        line="L290",
        figure="S27",
        answer=lambda runs: _gap(runs.pulsed_warm),
    ),
    Statement(
        id="inside-gap",
        text="3.74 V lies in the gap between the GITT equilibria of charge and discharge.",
        paper="inside, at the middle of the lithium range",
        line="L300",
        figure="S27",
        answer=_inside_gap,
    ),
)
"""Statements on equilibrium and path dependence."""
