"""Capacities: what was charged in, and what two plateaus of a discharge take back (Li 2022, Fig. 4)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lmct.evidence.ledger.account import Account
from lmct.evidence.ledger.conversion.charge_passed import charges_passed
from lmct.evidence.ledger.conversion.contract import Converted, Setting, unusable
from lmct.evidence.ledger.conversion.double_layer import (
    CAPACITANCE,
    UNKNOWN_VOLTAGE,
    UNKNOWN_VOLTAGE_UNCERTAINTY,
    double_layer_charge,
)
from lmct.evidence.ledger.equation import Effect, Equation, Parameter, Term, scaled_by
from lmct.evidence.ledger.state import StateKey, half_cycle_of
from lmct.quantity.constants import FARADAY
from lmct.quantity.finding import Finding

NAME = "electrochemistry"

METAL_PLATEAU, OXYGEN_PLATEAU = "metal_plateau_capacity", "oxygen_plateau_capacity"
TOTAL, GAIN = "total_plateau_capacity", "rearranged_oxygen_capacity"

METAL_LIMIT, OXYGEN_LIMIT = 2.5, 1.85
"""Lower ends of the two plateaus [V] (L440-445)."""

MASS_NOTE = re.compile(r"Includes ([0-9.]+)% for the active mass")
LOWER_BOUND = "Lower bound:"

UNREDUCED = Parameter(
    "electrochemistry: oxygen not reduced at the end of the discharge",
    NAME,
    0.01,
    source="assumption: 1(1) % of the holes on oxygen are left at 1.85 V",
)
LEFT = 0.01
"""Share of the holes on oxygen that a discharge leaves [1]: as in :data:`UNREDUCED`."""

MOVED_IN_CYCLING, MOVED = 0.03, 0.01
"""Share of the metal holes that moves to oxygen while the discharge runs, right after the charge and later
[1]; as uncertain as it is large. An assumption: the electrode set li-ti-ni-o has 0.06 at once, 0.015 after
two hours and less than 0.005 later."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The plateaus of one discharge, or the means of several cells.

    Parameters
    ----------
    state
        What the discharge started from.
    metal, oxygen
        Their capacities; None when there is none that can be used.
    mass_relative
        Relative error that both share [1].
    """

    state: StateKey
    metal: Finding | None
    oxygen: Finding | None
    mass_relative: float


def convert(findings: Sequence[Finding], setting: Setting) -> Converted:
    """Turn charges and plateau capacities into electrons.

    The metal plateau is the holes on the metal, less what moves to oxygen while the discharge runs, plus the
    double layer; the oxygen plateau is the holes on oxygen that can be recovered. Other capacities are made
    of these and are not counted twice.

    Parameters
    ----------
    findings
        Of electrochemistry.
    setting
        Material and voltages.

    Returns
    -------
    :
        Equations in electrons per formula unit.
    """
    equations: list[Equation] = []
    messages: list[str] = []
    for cell in _cells(findings, setting, messages):
        equations += _plateaus(cell, setting)
    absolute = {one.finding.sample for one in equations if one.finding is not None}
    for finding in findings:
        if finding.quantity == GAIN and finding.sample not in absolute:
            equations += _gain(finding, setting, messages)
    charges = charges_passed(findings, setting)
    return Converted((*equations, *charges.equations), (*messages, *charges.messages))


def _cells(findings: Sequence[Finding], setting: Setting, messages: list[str]) -> Iterator[Cell]:
    groups: dict[tuple[str, str, str], dict[str, Finding]] = {}
    for finding in findings:
        if finding.quantity not in (METAL_PLATEAU, OXYGEN_PLATEAU, TOTAL):
            continue
        half = half_cycle_of(finding.condition)
        if half is not None and half[0] > 1 and finding.sample not in setting.cycled:
            continue
        said = unusable(finding) or _unfit(finding)
        if said:
            messages.append(said)
            continue
        key = (finding.sample, finding.condition, finding.source_file)
        groups.setdefault(key, {})[finding.quantity] = finding
    for (sample, condition, _), found in groups.items():
        half = half_cycle_of(condition)
        state = setting.charged(sample, half[0]) if half is not None else StateKey(sample)
        metal, oxygen = found.get(METAL_PLATEAU), found.get(OXYGEN_PLATEAU)
        if metal is not None or oxygen is not None:
            yield Cell(state, metal, oxygen, _common(metal, oxygen, found.get(TOTAL)))


def _unfit(finding: Finding) -> str:
    where = f"{finding.quantity} of {finding.sample!r}"
    if finding.note.startswith(LOWER_BOUND):
        return f"{where} is only a lower bound, for the discharge ended early: not counted."
    if finding.value.unit != "mAh/g":
        return f"{where} is in {finding.value.unit or 'no unit'}, not in mAh/g: give the active mass."
    return ""


def _common(metal: Finding | None, oxygen: Finding | None, total: Finding | None) -> float:
    """Return the relative error of the mass that two plateaus share: from their total, or as noted."""
    if metal is not None and oxygen is not None and total is not None:
        covariance = total.value.uncertainty**2 - metal.value.uncertainty**2 - oxygen.value.uncertainty**2
        return math.sqrt(max(covariance, 0.0) / abs(2.0 * metal.value.value * oxygen.value.value))
    found = MASS_NOTE.search((metal or oxygen).note)  # type: ignore[union-attr]
    return float(found[1]) / 100.0 if found else 0.0


def _plateaus(cell: Cell, setting: Setting) -> Iterator[Equation]:
    voltage = setting.potentials.get(cell.state.sample)
    moved = MOVED_IN_CYCLING if _at_once(cell, setting) else MOVED
    transfer = Parameter(
        f"electrochemistry: LMCT during the discharge of {cell.state}",
        NAME,
        moved,
        source="assumption: from the electrode set li-ti-ni-o",
    )
    if cell.metal is not None:
        at = UNKNOWN_VOLTAGE if voltage is None else voltage
        kept: tuple[Term, ...] = (Term(cell.state, Account.METAL, 1.0 - moved),)
        lost = Effect(transfer, terms=(Term(cell.state, Account.METAL, -moved),))
        yield _plateau(cell.metal, cell, kept, (lost,), at - METAL_LIMIT, voltage is None, setting)
    if cell.oxygen is not None:
        terms = (
            Term(cell.state, Account.OXYGEN, 1.0 - LEFT),
            Term(cell.state, Account.METAL, moved),
        )
        gained = Effect(transfer, terms=(Term(cell.state, Account.METAL, moved),))
        left = Effect(UNREDUCED, terms=(Term(cell.state, Account.OXYGEN, -UNREDUCED.size),))
        span = METAL_LIMIT - OXYGEN_LIMIT
        yield _plateau(cell.oxygen, cell, terms, (gained, left), span, False, setting)


def _at_once(cell: Cell, setting: Setting) -> bool:
    sample = cell.state.sample
    return bool(cell.state.place) or sample in setting.context.in_cycling or sample in setting.cycled


def _plateau(
    finding: Finding,
    cell: Cell,
    terms: tuple[Term, ...],
    effects: tuple[Effect, ...],
    span: float,
    vague: bool,
    setting: Setting,
) -> Equation:
    context = setting.context
    layer, error = double_layer_charge(voltage_change=span, context=context)
    value = finding.value.value / context.capacity
    total = finding.value.uncertainty / context.capacity
    common = min(cell.mass_relative * abs(value), 0.995 * total)
    own = math.sqrt(total**2 - common**2)
    if vague:
        own = math.hypot(own, CAPACITANCE * context.molar_mass / FARADAY * UNKNOWN_VOLTAGE_UNCERTAINTY)
    masses: tuple[Effect, ...] = ()
    if common > 0.0:
        mass = Parameter(
            f"electrochemistry: active mass of {finding.sample} ({_files(finding)})",
            NAME,
            cell.mass_relative,
            source="stated with the capacities",
        )
        masses = (scaled_by(mass, terms, layer),)
    meaning = "holes on the metal" if finding.quantity == METAL_PLATEAU else "recoverable holes on oxygen"
    return Equation(
        technique=NAME,
        value=value,
        uncertainty=own,
        terms=terms,
        constant=layer,
        effects=(error, *effects, *masses),
        finding=finding,
        words=meaning,
    )


def _gain(finding: Finding, setting: Setting, messages: list[str]) -> Iterator[Equation]:
    """Yield what the oxygen plateau gained against the reference of the powder."""
    powder = setting.context.powder_of(finding.sample)
    said = unusable(finding) or _unfit(finding)
    if powder is None or powder.samples[0] == finding.sample:
        said = f"{finding.quantity} of {finding.sample!r} has no sample that it refers to: not counted."
    if said or powder is None:
        messages.append(said)
        return
    after, before = StateKey(finding.sample), StateKey(powder.samples[0])
    terms = (
        Term(after, Account.OXYGEN, 1.0 - LEFT),
        Term(before, Account.OXYGEN, LEFT - 1.0),
    )
    yield Equation(
        technique=NAME,
        value=finding.value.value / setting.context.capacity,
        uncertainty=finding.value.uncertainty / setting.context.capacity,
        terms=terms,
        effects=(scaled_by(UNREDUCED, terms),),
        finding=finding,
        words="holes that oxygen gained, and that can be recovered",
    )


def _files(finding: Finding) -> str:
    names = [name for name in finding.source_file.split("; ") if name]
    return names[0] if len(names) == 1 else f"{len(names)} cells"
