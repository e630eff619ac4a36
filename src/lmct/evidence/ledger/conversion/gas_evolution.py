"""Gas: four electrons for each O2 that left."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lmct.evidence.ledger.account import Account
from lmct.evidence.ledger.conversion.contract import Converted, Setting, unusable
from lmct.evidence.ledger.equation import Equation, Parameter, Term, scaled_by
from lmct.evidence.ledger.state import StateKey, half_cycle_of
from lmct.quantity.finding import Finding

NAME = "gas_evolution"

ELECTRONS = 4.0
"""Electrons for each O2: both oxygens leave as O2-, and take up two each [1] (DESIGN section 2)."""

MICROMOLE = 1e-6

FIRST, WINDOW = "charge 1", re.compile(r"(?:dis)?charge \d+|whole run")
"""Windows that gas is told of; what leaves in the first charge is all that has left."""

SEEN = Parameter(
    f"{NAME}: oxygen that reaches the spectrometer",
    NAME,
    0.1,
    source="assumption: a tenth may react with the electrolyte first",
)


def convert(findings: Sequence[Finding], setting: Setting) -> Converted:
    """Turn released O2 into electrons.

    Parameters
    ----------
    findings
        Of gas evolution.
    setting
        Material and samples.

    Returns
    -------
    :
        Equations in electrons per formula unit. CO2 is not counted: it comes from carbonate, carbon and
        electrolyte, and nobody knows with how many electrons.
    """
    equations: list[Equation] = []
    messages: list[str] = []
    for one in findings:
        if one.quantity == "carbon_dioxide_released":
            messages.append(
                f"CO2 of {one.sample!r} is not counted: its electrons per molecule are not known."
            )
        if one.quantity != "oxygen_released":
            continue
        said = unusable(one)
        if not said and one.value.unit != "umol/g":
            said = f"oxygen_released of {one.sample!r} is in {one.value.unit}. Expected umol/g."
        if said:
            messages.append(said)
            continue
        if WINDOW.fullmatch(one.condition) and one.condition != FIRST:
            messages.append(
                f"gas of {one.sample!r} after its first charge is not counted: what leaves in a half-cycle is"
                " no total, and the total of a whole run carries the drift of its background."
            )
            continue
        half = (1, "charge") if one.condition == FIRST else half_cycle_of(one.condition)
        state = setting.charged(one.sample, half[0]) if half is not None else StateKey(one.sample)
        per_unit = ELECTRONS * MICROMOLE * setting.context.molar_mass
        terms = (Term(state, Account.GAS, 1.0),)
        equations.append(
            Equation(
                technique=NAME,
                value=per_unit * one.value.value,
                uncertainty=per_unit * one.value.uncertainty,
                terms=terms,
                effects=(scaled_by(SEEN, terms),),
                finding=one,
                words="electrons that O2 left behind",
            )
        )
    return Converted(tuple(equations), tuple(dict.fromkeys(messages)))
