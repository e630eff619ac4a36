"""Gas: four electrons for each O2 that left."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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

ON_THE_WAY = re.compile(r"charge 1 to (.+)")
"""The first charge up to a limit that it passes."""

SAME = 1e-6
"""Amounts of one record that differ by less are one amount [1]."""

SEEN = Parameter(
    f"{NAME}: oxygen that reaches the spectrometer",
    NAME,
    0.1,
    source="assumption: a tenth may react with the electrolyte first",
)


@dataclass(frozen=True, slots=True)
class GasState:
    """A state whose gas was measured.

    Parameters
    ----------
    state
        Which.
    limit
        What its charge went up to, such as ``"4.5 V"``; empty when the finding does not tell.
    """

    state: StateKey
    limit: str = ""


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
    messages = [
        f"CO2 of {one.sample!r} is not counted: its electrons per molecule are not known."
        for one in findings
        if one.quantity == "carbon_dioxide_released"
    ]
    oxygen = [one for one in findings if one.quantity == "oxygen_released"]
    messages += [said for one in oxygen if (said := _refusal(one))]
    equations = [
        _equation(one, place.state, setting)
        for one, place in _placed(oxygen, setting)
        if not (place.limit and _is_whole_charge(one, oxygen))
    ]
    return Converted(tuple(equations), tuple(dict.fromkeys(messages)))


def gas_states(findings: Sequence[Finding], setting: Setting) -> tuple[GasState, ...]:
    """Return the states whose gas was measured, and up to where they were charged.

    Parameters
    ----------
    findings
        Of all techniques.
    setting
        Material and samples.

    Returns
    -------
    :
        In the order of the findings, each once.
    """
    oxygen = [one for one in findings if (one.technique, one.quantity) == (NAME, "oxygen_released")]
    return tuple(dict.fromkeys(place for _, place in _placed(oxygen, setting)))


def _placed(oxygen: Sequence[Finding], setting: Setting) -> Iterator[tuple[Finding, GasState]]:
    """Yield every amount of O2 that is a total, with its state; of limits only those that a powder has."""
    limits = {powder.limit for powder in setting.context.powders}
    for one in oxygen:
        if _refusal(one):
            continue
        passed = ON_THE_WAY.fullmatch(one.condition)
        whole = one.condition == FIRST or (passed is not None and _is_whole_charge(one, oxygen))
        if passed is not None and not whole and passed[1] not in limits:
            continue
        half = (1, "charge") if whole else half_cycle_of(one.condition)
        if half is not None:
            state = setting.charged(one.sample, half[0])
        else:
            state = StateKey(one.sample, one.condition if passed is not None else "")
        yield one, GasState(state, passed[1] if passed is not None else "")


def _is_whole_charge(finding: Finding, oxygen: Sequence[Finding]) -> bool:
    """Tell whether a charge ended at the limit that its finding names, so that it repeats another one."""
    if finding.condition == FIRST:
        return False
    return any(
        (one.condition, one.sample, one.source_file) == (FIRST, finding.sample, finding.source_file)
        and math.isclose(one.value.value, finding.value.value, rel_tol=SAME)
        for one in oxygen
    )


def _refusal(finding: Finding) -> str:
    """Return why an amount of O2 is not counted, empty when it is."""
    if said := unusable(finding):
        return said
    if finding.value.unit != "umol/g":
        return f"oxygen_released of {finding.sample!r} is in {finding.value.unit}. Expected umol/g."
    if WINDOW.fullmatch(finding.condition) and finding.condition != FIRST:
        return (
            f"gas of {finding.sample!r} after its first charge is not counted: what leaves in a half-cycle is"
            " no total, and the total of a whole run carries the drift of its background."
        )
    return ""


def _equation(finding: Finding, state: StateKey, setting: Setting) -> Equation:
    per_unit = ELECTRONS * MICROMOLE * setting.context.molar_mass
    terms = (Term(state, Account.GAS, 1.0),)
    return Equation(
        technique=NAME,
        value=per_unit * finding.value.value,
        uncertainty=per_unit * finding.value.uncertainty,
        terms=terms,
        effects=(scaled_by(SEEN, terms),),
        finding=finding,
        words="electrons that O2 left behind",
    )
