"""Numbers about the gas of a cell: amounts, share of the lattice oxygen, charge, onsets, steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lmct.quantity.constants import COULOMB_PER_MAH, FARADAY, HOUR
from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.clock.cycler_curve import CyclerCurve
from lmct.technique.gas_evolution.onset import Onset
from lmct.technique.gas_evolution.release import Release
from lmct.technique.gas_evolution.steps import Steps
from lmct.technique.gas_evolution.total import Total

NAME = "gas_evolution"

QUANTITIES = {
    "O2": "oxygen_released",
    "CO2": "carbon_dioxide_released",
    "CO": "carbon_monoxide_released",
    "H2": "hydrogen_released",
    "C2H4": "ethylene_released",
}
"""Name of the amount of each gas; others are not of the cell."""

ELECTRONS_PER_O2 = 4.0
"""Two oxide ions give O2 and four electrons."""


@dataclass(frozen=True, slots=True)
class Formula:
    """What a formula unit weighs and holds.

    Parameters
    ----------
    molar_mass
        [g/mol].
    oxygen
        Atoms of oxygen [1].
    """

    molar_mass: float
    oxygen: float = 2.0


def lattice_share_from_amount(*, amount: float, molar_mass: float, oxygen: float = 2.0) -> float:
    """Return the share of the oxygen atoms that left as O2 [%].

    Parameters
    ----------
    amount
        O2 [umol/g].
    molar_mass
        Of a formula unit [g/mol].
    oxygen
        Atoms of oxygen in it [1].

    Source
    ------
    Li 2022, L135-140: 1.2 % at x = 0.4, which is 145 umol/g.

    Examples
    --------
    >>> round(lattice_share_from_amount(amount=145.1, molar_mass=82.69), 3)
    1.2
    """
    return 100.0 * 2.0 * amount * 1e-6 * molar_mass / oxygen


def charge_from_amount(*, amount: float) -> float:
    """Return the charge that leaves with O2, two electrons an atom [mAh/g].

    Parameters
    ----------
    amount
        O2 [umol/g].

    Examples
    --------
    >>> round(charge_from_amount(amount=145.1), 2)
    15.56
    """
    return ELECTRONS_PER_O2 * amount * 1e-6 * FARADAY / COULOMB_PER_MAH


def findings_of_totals(release: Release, sample: str, *, formula: Formula | None) -> list[Finding]:
    """Return amounts, and for O2 the share of the lattice oxygen and the charge.

    Parameters
    ----------
    release
        The release.
    sample
        Name of the sample.
    formula
        Of the material; None leaves the share out.
    """
    found = []
    for total in release.totals:
        if total.gas not in QUANTITIES:
            continue
        scales = [(QUANTITIES[total.gas], 1.0, "umol/g")]
        if total.gas == "O2":
            scales.append(("oxygen_charge", charge_from_amount(amount=1.0), "mAh/g"))
            if formula is not None:
                share = lattice_share_from_amount(
                    amount=1.0, molar_mass=formula.molar_mass, oxygen=formula.oxygen
                )
                scales.append(("lattice_oxygen_released", share, "%"))
        for quantity, scale, unit in scales:
            value = Value(total.value * scale, total.uncertainty * scale, unit, total.degrees_of_freedom)
            found.append(Finding(quantity, value, sample, NAME, total.window, note=_note(total, quantity)))
    return found


def _note(total: Total, quantity: str) -> str:
    listed = ", ".join(
        f"{cause} {part:.2g}"
        for cause, part in sorted(total.parts.items(), key=lambda item: -item[1])
        if part >= 0.01 * total.uncertainty
    )
    more = "; all O2 is taken to come from the lattice, 4 electrons each" if "charge" in quantity else ""
    detected = "" if total.value > 3.0 * total.uncertainty else "; not above three standard uncertainties"
    return f"dominated by {total.dominant} ({listed} umol/g){more}{detected}."


def findings_of_onset(
    onset: Onset | None, curve: CyclerCurve, shift: float, sample: str, condition: str, delay: float
) -> list[Finding]:
    """Return time and voltage of the onset of O2 in a charge.

    Parameters
    ----------
    onset
        By the clock of the gas record, the whole delay taken off; None when nothing is seen.
    curve
        Of the cell.
    shift
        Time of the gas record at the start of the cell's test [s].
    sample, condition
        Of the findings.
    delay
        Transport that was taken off, for the note [s].
    """
    if onset is None:
        return []
    moment = onset.time - shift
    reach = np.interp(
        moment + np.array([-1.0, 0.0, 1.0]) * max(onset.uncertainty, 1.0), curve.time, curve.voltage
    )
    spread = 0.5 * abs(float(reach[2] - reach[0]))
    note = f"where the rate passes {onset.level:.2g} umol/(g h); a transport of {delay:g} s is taken off"
    note += "; set by noise, the true onset is earlier." if onset.limited else ", 5 % of its maximum."
    return [
        Finding(
            "oxygen_onset_voltage", Value(float(reach[1]), spread, "V"), sample, NAME, condition, note=note
        ),
        Finding(
            "oxygen_onset_time",
            Value(moment / HOUR, onset.uncertainty / HOUR, "h"),
            sample,
            NAME,
            condition,
            note=note,
        ),
    ]


def finding_of_steps(steps: Steps, sample: str, condition: str) -> Finding:
    """Return the number of steps of a release.

    Parameters
    ----------
    steps
        As found.
    sample, condition
        Of the finding.
    """
    note = (
        f"rises after a fall beyond noise; a step too many in {steps.false_positive:.0%} of cases;"
        " steps without a dip between them count as one."
    )
    return Finding(
        "oxygen_release_steps", Value(float(steps.count), 0.0, ""), sample, NAME, condition, note=note
    )
