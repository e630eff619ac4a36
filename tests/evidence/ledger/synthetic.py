"""Findings of a campaign written from simulated states, with known errors; no code of the ledger is used.

Every number below is written down here a second time, as the documents of the techniques state it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numpy as np

from lmct import material
from lmct.electrode.model import Electrode
from lmct.electrode.parameter_file import load
from lmct.evidence.ledger import Powder, context_of_material
from lmct.protocol.simulation import run_protocol
from lmct.protocol.titration import Portion, titration
from lmct.quantity import Finding, Value

CAPACITY, MASS, NICKEL = 324.12, 82.690, 0.25
LAYER = 20.0 * MASS / 96485.33  # electrons per volt
ORIGIN, PER_HOLE = 4.1600, -0.105
PORTIONS = (
    Portion(),
    Portion(hold_temperature=298.15, hold_time=86400.0),
    Portion(hold_temperature=313.15, hold_time=600.0),
    Portion(hold_temperature=333.15, hold_time=600.0),
    Portion(hold_temperature=313.15, hold_time=86400.0),
    Portion(hold_temperature=353.15, hold_time=86400.0),
    Portion(hold_temperature=393.15, hold_time=90.0),
    Portion(hold_temperature=393.15, hold_time=600.0),
    Portion(hold_temperature=413.15, hold_time=90.0),
    Portion(hold_temperature=413.15, hold_time=600.0),
    Portion(hold_temperature=413.15, hold_time=3600.0),
    Portion(hold_temperature=413.15, hold_time=86400.0),
)


@cache
def states():
    """Name, n, p, d, 4 o2 and voltage of every portion before its discharge."""
    electrode = Electrode(load("li-ti-ni-o"))
    found = {}
    for portion in PORTIONS:
        start = run_protocol(electrode, titration(portion)).segments[-1].start
        found[portion.name] = (
            np.array([start.metal_holes, start.oxygen_holes, start.dark_holes, 4.0 * start.oxygen_gas]),
            start.voltage,
        )
    return found


def context(**known):
    powder = Powder(name="charged to 4.5 V", samples=(*states(), "in cycling"))
    return context_of_material(
        material.load("li-ti-ni-o", x=0.4), powders=(powder,), voltages={"in cycling": 4.5}, **known
    )


@dataclass
class Campaign:
    """Findings, and the truth of every sample in the order of the accounts."""

    findings: list = field(default_factory=list)
    truth: dict = field(default_factory=dict)


def campaign(
    seed,
    *,
    lattice=1.0,
    wrong_mass=None,
    mass_factor=1.1,
    slope=True,
    gas_scatter=0.1,
    techniques=("electrochemistry", "diffraction", "absorption", "photoemission", "gas_evolution"),
):
    """Draw a campaign; ``lattice`` makes the true slope differ from the stated one by a factor.

    The gas of the samples scatters by ``gas_scatter``, for each was charged in a cell of its own.
    """
    random = np.random.default_rng(seed)
    lost = 1.0 + gas_scatter * np.random.default_rng([seed, 11]).standard_normal(len(states()))
    draw = random.standard_normal
    made = Campaign()
    powder = 0.005 * draw(len(states()))
    # errors that the findings of a technique share
    capacitance = LAYER * (1.0 + 0.5 * draw())
    unreduced = 0.01 * (1.0 + draw())
    relative = np.sqrt(2.0) * 0.01 / 0.21
    per_metal = PER_HOLE * (1.0 + relative * draw())
    per_oxygen, per_lithium = 0.0105 * draw(), 0.0025 * draw()
    share = 0.97 + 0.02 * draw()
    origin, alignment = ORIGIN + 0.01 * draw(), 5e-5 * ORIGIN * draw(3)
    valence, seen = 0.1 * draw(), 1.0 + 0.1 * draw()
    references, depth, one_hole = 0.01 * draw(), 0.1 * draw(), 0.3 * draw()
    nickel_valence = random.uniform(-0.5, 0.5) + 0.1 * draw()
    sides = 0.03 * draw() + 0.003 * draw(len(states()))
    base = states()[Portion().name]
    charge = base[0].sum() + np.mean(sides) + capacitance * (base[1] - 3.0)

    def add(technique, quantity, value, spread, unit, sample, condition="", note="", file=""):
        if technique in techniques:
            number = Value(float(value), float(spread), unit)
            made.findings.append(
                Finding(
                    quantity, number, sample, technique, condition, file or f"{sample}.{technique}", "", note
                )
            )

    for row, (sample, (inside, voltage)) in enumerate(states().items()):
        n, p, dark, gas = inside * np.array([1.0, 1.0, 1.0, lost[row]])
        # the charge of each sample differs a little, and the double layer gives what it holds to oxygen
        side = sides[row]
        p = charge + powder[row] - n - dark - gas - side - capacitance * (voltage - 3.0)
        made.truth[sample] = np.array([n, p, dark, gas, side])
        moved = 0.01 * (1.0 + draw())
        weighed = 1.0 + 0.006 * draw()
        if sample == wrong_mass:
            weighed = mass_factor
        metal = weighed * ((1.0 - moved) * n + capacitance * (voltage - 2.5))
        oxygen = weighed * ((1.0 - unreduced) * p + moved * n + capacitance * (2.5 - 1.85))
        own = 0.0015
        metal, oxygen = metal + own * draw(), oxygen + own * draw()
        spread = np.hypot(own, 0.006 * np.array([metal, oxygen])) * CAPACITY
        note = (
            "Charge between limits. Includes 0.6% for the active mass, common to all capacities of the cell."
        )
        add("electrochemistry", "open_circuit_voltage", voltage, 1e-3, "V", sample)
        for name, value, wide in zip(("metal", "oxygen"), (metal, oxygen), spread, strict=True):
            add(
                "electrochemistry",
                f"{name}_plateau_capacity",
                value * CAPACITY,
                wide,
                "mAh/g",
                sample,
                "cell",
                note,
            )
        length = origin + lattice * per_metal * n + per_oxygen * p + per_lithium * (n + p + dark + gas)
        length += alignment[row % 3] + 2e-4 * draw()
        add("diffraction", "lattice_parameter", length, 2e-4, "Å", sample, file=f"mounting {row % 3}")
        # fractions are of a reference whose valence is not quite the one that is stated
        fraction = n / (NICKEL * (2.0 + valence)) + references + 0.005 * draw()
        wide = np.hypot(0.005, 0.01)
        add(
            "absorption", "species_fraction", fraction, wide, "", sample, "Ni4+",
            "noise 0.005, systematic 0.01; reduced chi-squared 1.0, R 1.0e-04. Fits.",
        )  # fmt: skip
        oxidised = n * (1.0 + depth) / (NICKEL * (1.5 + nickel_valence)) + 0.02 * draw()
        add(
            "photoemission", "nickel_2_fraction", 1.0 - oxidised, 0.02, "", sample, "",
            "Of the counts alone: 0.02. Systematic: 0.",
        )  # fmt: skip
        holes = (p + dark) * (1.0 + one_hole + depth) / 2.0 + 0.01 * draw()
        add("photoemission", "oxidised_oxygen_fraction", holes, 0.01, "", sample)
        released = gas * seen / (4e-6 * MASS) + 5.0 * draw()
        add("gas_evolution", "oxygen_released", released, 5.0, "umol/g", sample)
    if slope:
        measured = share * per_metal + per_lithium + 0.002 * draw()
        add(
            "diffraction",
            "lattice_slope_metal",
            measured,
            0.002,
            "Å f.u.",
            "operando cell",
            "cycle 1, charge",
        )
        fresh = origin + 2e-4 * draw() + 0.01 * PER_HOLE * draw() + 5e-5 * ORIGIN * draw()
        add(
            "diffraction",
            "lattice_parameter",
            fresh,
            2e-4,
            "Å",
            "operando cell",
            "first scan",
            file="operando",
        )
        add(
            "diffraction",
            "lattice_parameter",
            fresh,
            2e-4,
            "Å",
            "operando cell",
            "largest cell",
            file="operando",
        )
    # a cell of the same charge, discharged at once, tells what passed
    passed = charge + 0.005 * draw() + 0.01 * draw()
    add(
        "electrochemistry", "charge_capacity", passed * CAPACITY,
        0.01 * CAPACITY, "mAh/g", "in cycling", "cycle 1, charge",
    )  # fmt: skip
    return made
