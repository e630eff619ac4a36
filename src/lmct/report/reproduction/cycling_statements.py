"""What the paper says about cycling: capacities, plateaus, order of the redox steps (Fig. 1b, 2a)."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from lmct import material
from lmct.report.reproduction.paper_runs import PaperRuns, first_steps, states_at
from lmct.report.reproduction.statement import Answer, Statement, met_if, numbers, undecidable, within

METAL, OXYGEN, VOLTAGE = 0, 1, 4
"""Columns of a state."""

HALF = 0.5

SMALLEST_FADE = 1e-3
"""Loss of capacity per cycle below which no cycler sees any [1]."""


def _nickel_capacity(_: PaperRuns) -> Answer:
    return within(material.load("li-ti-ni-o", 0.4).capacity_m2_m4 or np.nan, 162.06, 0.01, "mAh/g")


def _voltage_at_200(runs: PaperRuns) -> Answer:
    return within(float(states_at(runs.two_cycles, 0, np.array([200.0]))[0, VOLTAGE]), 4.4, 0.05, "V")


def _holes_on_charge(runs: PaperRuns, step: int) -> tuple[Float[np.ndarray, "row"], Float[np.ndarray, "row"]]:
    """Holes on metal and on oxygen at 200 points of a charge."""
    whole = runs.two_cycles.steps[step].capacity_mah_g
    table = states_at(runs.two_cycles, step, np.linspace(0.0, whole, 200))
    return table[:, METAL], table[:, OXYGEN]


def _order_on_charge(runs: PaperRuns, step: int) -> Answer:
    """Judge that the metal carries the first third of a charge and oxygen the last one."""
    metal, oxygen = _holes_on_charge(runs, step)
    early, late = slice(0, 67), slice(133, 200)
    early_share = _share(metal[early], oxygen[early])
    late_share = _share(oxygen[late], metal[late])
    return met_if(
        f"Ni takes {100 * early_share:.0f} % of the first third of the charge,"
        f" O {100 * late_share:.0f} % of the last third (above 100 %: Ni is reduced)",
        bool(early_share > HALF and late_share > HALF),
    )


def _share(first: Float[np.ndarray, "row"], second: Float[np.ndarray, "row"]) -> float:
    """Return the share of the first population in the change of both."""
    own, other = first[-1] - first[0], second[-1] - second[0]
    return float(own / (own + other))


def _nickel_reduced_on_charge(runs: PaperRuns) -> Answer:
    metal, _ = _holes_on_charge(runs, 0)
    fall = metal.max() - metal[-1]
    return met_if(
        f"Ni holes fall by {fall:.3f} from {metal.max():.3f} per formula unit while the charge goes on",
        bool(0 < fall < HALF * metal.max()),
    )


def _order_on_discharge(runs: PaperRuns, step: int) -> Answer:
    """Judge that the metal carries the first third of a discharge and oxygen the last one."""
    whole = -runs.two_cycles.steps[step].capacity_mah_g
    table = states_at(runs.two_cycles, step, np.linspace(0.0, whole, 200))
    metal, oxygen = table[:, METAL], table[:, OXYGEN]
    first = _share(metal[:67], oxygen[:67])
    last = _share(oxygen[133:], metal[133:])
    return met_if(
        f"Ni takes {100 * first:.0f} % of the first third of the discharge, O {100 * last:.0f} % of the last",
        bool(first > HALF and last > HALF),
    )


def _oxygen_alone(runs: PaperRuns) -> Answer:
    segment = runs.two_cycles.segments[1]
    voltage = segment.states[:, VOLTAGE]
    below = segment.states[int(np.argmax(voltage < 2.5)) :]
    metal, oxygen = below[0, METAL] - below[-1, METAL], below[0, OXYGEN] - below[-1, OXYGEN]
    share = metal / (metal + oxygen)
    return met_if(f"Ni carries {abs(100 * share):.1f} % of the charge below 2.5 V", bool(abs(share) < 0.05))


def _plateau_voltages(runs: PaperRuns) -> tuple[float, float]:
    """Voltages half-way through the metal and through the oxygen part of the first discharge."""
    run = runs.two_cycles
    metal, oxygen = runs.plateaus(first_steps(run, 2))
    middle = states_at(run, 1, np.array([metal / 2, metal + oxygen / 2]))[:, VOLTAGE]
    return float(middle[0]), float(middle[1])


def _metal_plateau(runs: PaperRuns) -> Answer:
    voltage = _plateau_voltages(runs)[0]
    return met_if(f"{voltage:.2f} V at half of its capacity", 3.75 < voltage < 4.05)


def _oxygen_plateau(runs: PaperRuns) -> Answer:
    return within(_plateau_voltages(runs)[1], 2.2, 0.05, "V")


def _composition_trend(runs: PaperRuns) -> Answer:
    both = np.array([runs.plateaus(first_steps(run, 2)) for run in runs.family.values()])
    return met_if(
        f"x = 0 to 0.6: {numbers(both[:, 0])} mAh/g above and {numbers(both[:, 1])} below 2.5 V",
        bool(np.all(np.diff(both[:, 0]) < 0) and np.all(np.diff(both[:, 1]) > 0)),
    )


def _nickel_end_member(runs: PaperRuns) -> Answer:
    capacity = np.array([-run.steps[1].capacity_mah_g for run in runs.family.values()])
    spread = np.ptp(capacity[1:])
    return met_if(
        f"x = 0 gives {capacity[0]:.0f} mAh/g, the solid solutions {capacity[1:].min():.0f} to"
        f" {capacity[1:].max():.0f}; the model has no lithium transport",
        bool(capacity[1:].min() - capacity[0] > spread),
    )


def _fading(runs: PaperRuns) -> Answer:
    first, second = (-runs.two_cycles.steps[step].capacity_mah_g for step in (1, 3))
    return met_if(
        f"discharge {first:.2f} mAh/g, then {second:.2f}; the model loses oxygen but does not age",
        second < (1 - SMALLEST_FADE) * first,
    )


STATEMENTS = (
    Statement(
        id="nickel-capacity",
        text="The composition Li1.17Ti0.58Ni0.25O2 bounds the capacity of Ni2+/Ni4+.",
        paper="162.06(1) mAh/g, follows from the formula",
        line="L113",
        figure="2a",
        answer=_nickel_capacity,
    ),
    Statement(
        id="high-plateau",
        text="The high-voltage discharge plateau lies near 4 V (L110), or near 3.8 V (L141).",
        paper="~3.8 to ~4 V, each ± 0.05 V",
        line="L110",
        figure="1b",
        answer=_metal_plateau,
    ),
    Statement(
        id="low-plateau",
        text="The low-voltage discharge plateau lies near 2.2 V.",
        paper="~2.2 V, ± 0.05 V",
        line="L111",
        figure="1b",
        answer=_oxygen_plateau,
    ),
    Statement(
        id="composition-trend",
        text="As x falls, the high plateau of the discharge grows at the expense of the low one.",
        paper="monotone",
        line="L110",
        figure="1b",
        answer=_composition_trend,
    ),
    Statement(
        id="nickel-end-member",
        text="LiTi0.5Ni0.5O2 (x = 0) has limited activity, the solid solutions decent capacities.",
        paper="limited against decent: further from them than they from each other",
        line="L106",
        figure="1b",
        answer=_nickel_end_member,
    ),
    Statement(
        id="titanate-end-member",
        text="Li2TiO3 (x = 1) has limited activity, because it conducts electrons poorly.",
        paper="limited",
        line="L106",
        figure="1b",
        answer=lambda _: undecidable("not simulated: no metal to oxidise, and the model has no conductivity"),
    ),
    Statement(
        id="fading",
        text="The capacity fades upon cycling.",
        paper="falls: by 0.1 % per cycle at least",
        line="L108",
        figure="1b",
        answer=_fading,
    ),
    Statement(
        id="charge-order",
        text="On the first charge Ni2+ is oxidised to Ni3+/4+ before oxygen: a staircase.",
        paper="Ni, then O",
        line="L123",
        figure="2a",
        answer=lambda runs: _order_on_charge(runs, 0),
    ),
    Statement(
        id="nickel-reduced-on-charge",
        text="During the oxygen part of the charge (#2 to #3) Ni is slightly reduced, not oxidised.",
        paper="slight reduction",
        line="L128",
        figure="2a",
        answer=_nickel_reduced_on_charge,
    ),
    Statement(
        id="discharge-inverted",
        text="On discharge Ni is reduced first, then oxygen: the redox order is inverted.",
        paper="inverted",
        line="L141",
        figure="2a",
        answer=lambda runs: _order_on_discharge(runs, 1),
    ),
    Statement(
        id="oxygen-alone",
        text="On the low plateau (#4 to #5) oxygen alone is reduced; Ni contributes negligibly.",
        paper="negligible: below 5 %",
        line="L144",
        figure="2a",
        answer=_oxygen_alone,
    ),
    Statement(
        id="second-charge-mirrors",
        text="The second charge mirrors the first: mainly Ni, then oxygen.",
        paper="Ni, then O",
        line="L146",
        figure="2a",
        answer=lambda runs: _order_on_charge(runs, 2),
    ),
    Statement(
        id="second-discharge-inverted",
        text="The inversion returns in the second cycle.",
        paper="inverted",
        line="L150",
        figure="6a",
        answer=lambda runs: _order_on_discharge(runs, 3),
    ),
    Statement(
        id="voltage-at-200",
        text="A charge of 200 mAh/g ends near 4.4 V.",
        paper="~4.4 V, ± 0.05 V",
        line="L234",
        figure="2a",
        answer=_voltage_at_200,
    ),
)
"""Statements on cycling."""
