"""Charge that passed a cell: lithium extracted, side reactions and double layer together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from lmct.evidence.ledger.account import ACCOUNTS
from lmct.evidence.ledger.conversion.contract import Converted, Setting
from lmct.evidence.ledger.conversion.double_layer import PRISTINE_VOLTAGE, double_layer_charge
from lmct.evidence.ledger.equation import Equation, Term
from lmct.evidence.ledger.state import StateKey, end_of, half_cycle_of
from lmct.quantity.finding import Finding

NAME = "electrochemistry"
CAPACITIES = ("charge_capacity", "discharge_capacity")

CHARGED_VOLTAGE, DISCHARGED_VOLTAGE = 4.5, 2.0
"""Taken for the ends of half-cycles whose voltage is not known [V]: an assumption, 0.3 V wrong costs 0.005
electrons and lies inside the error of the double layer."""


def charges_passed(findings: Sequence[Finding], setting: Setting) -> Converted:
    """Turn the capacities of charges and discharges into the sum of all accounts.

    Only records that start with a charge tell it: what a cell lost before is unknown.

    Parameters
    ----------
    findings
        Of all techniques or of electrochemistry.
    setting
        Material and voltages.

    Returns
    -------
    :
        One equation for each record and end of the first charge, and of the first discharge after it.
    """
    records: dict[tuple[str, str], dict[tuple[int, str], Finding]] = {}
    for finding in findings:
        half = half_cycle_of(finding.condition)
        if finding.quantity in CAPACITIES and half is not None and finding.value.unit == "mAh/g":
            records.setdefault((finding.sample, finding.source_file), {})[half] = finding
    equations: list[Equation] = []
    for (sample, _), halves in records.items():
        if (1, "charge") in halves:
            equations += _ends(sample, halves, setting)
    return Converted(tuple(equations))


def _ends(sample: str, halves: dict[tuple[int, str], Finding], setting: Setting) -> Iterator[Equation]:
    charge = halves[1, "charge"]
    top = setting.potentials.get(sample, CHARGED_VOLTAGE)
    yield _sum(setting.charged(sample), charge, charge.value.value, charge.value.uncertainty, top, setting)
    discharge = halves.get((1, "discharge"))
    if discharge is not None and setting.context.powder_of(sample) is None:
        net = charge.value.value - discharge.value.value
        relative = charge.value.uncertainty / charge.value.value
        own = math.hypot(relative * net, 1e-3 * charge.value.value)
        state = StateKey(sample, end_of(1, "discharge"))
        yield _sum(state, discharge, net, own, DISCHARGED_VOLTAGE, setting)


def _sum(
    state: StateKey, finding: Finding, charge: float, uncertainty: float, voltage: float, setting: Setting
) -> Equation:
    context = setting.context
    layer, error = double_layer_charge(voltage_change=voltage - PRISTINE_VOLTAGE, context=context)
    return Equation(
        technique=NAME,
        value=charge / context.capacity,
        uncertainty=uncertainty / context.capacity,
        terms=tuple(Term(state, account, 1.0) for account in ACCOUNTS),
        constant=layer,
        effects=(error,),
        finding=finding,
        words="all accounts together",
    )
