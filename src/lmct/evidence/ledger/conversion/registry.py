"""The conversions by technique, and the way from all findings of a study to equations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lmct.evidence.ledger.context import LedgerContext
from lmct.evidence.ledger.conversion import (
    absorption,
    diffraction,
    electrochemistry,
    energy_loss,
    gas_evolution,
    photoemission,
)
from lmct.evidence.ledger.conversion.carried_gas import carried_gas
from lmct.evidence.ledger.conversion.conservation import conservation
from lmct.evidence.ledger.conversion.contract import Conversion, Converted, Setting
from lmct.evidence.ledger.equation import Equation
from lmct.evidence.ledger.selection import distinct_findings
from lmct.evidence.ledger.state import StateKey, half_cycle_of
from lmct.quantity.finding import Finding

CONVERSIONS: Mapping[str, Conversion] = {
    electrochemistry.NAME: electrochemistry.convert,
    diffraction.NAME: diffraction.convert,
    absorption.NAME: absorption.convert,
    photoemission.NAME: photoemission.convert,
    energy_loss.NAME: energy_loss.convert,
    gas_evolution.NAME: gas_evolution.convert,
}
"""By name of the technique. A new technique adds a file with one function."""


def equations_of_findings(findings: Sequence[Finding], context: LedgerContext) -> Converted:
    """Turn findings of all techniques into equations, and add the conservation of charge.

    Parameters
    ----------
    findings
        All findings of a study; what is told twice counts once.
    context
        Material and samples.

    Returns
    -------
    :
        Equations of all techniques, and what was not used.
    """
    kept = distinct_findings(findings)
    setting = Setting(context=context, potentials=_potentials(kept, context), cycled=_cycled(kept))
    equations: list[Equation] = []
    messages: list[str] = []
    for technique in dict.fromkeys(one.technique for one in kept):
        if technique not in CONVERSIONS:
            messages.append(f"no conversion is known for findings of {technique!r}: they are not counted.")
            continue
        converted = CONVERSIONS[technique]([one for one in kept if one.technique == technique], setting)
        equations += converted.equations
        messages += converted.messages
    states = states_of(equations)
    carried = carried_gas(gas_evolution.gas_states(kept, setting), states, setting)
    equations += carried.equations
    messages += carried.messages
    equations += conservation(states, setting)
    return Converted(tuple(equations), tuple(dict.fromkeys(messages)))


def states_of(equations: Sequence[Equation]) -> tuple[StateKey, ...]:
    """Return the states that equations speak of, in their order.

    Parameters
    ----------
    equations
        Any.
    """
    return tuple(dict.fromkeys(term.state for one in equations for term in one.terms))


def _potentials(findings: Sequence[Finding], context: LedgerContext) -> dict[str, float]:
    """Return the open-circuit voltage of samples: the mean of the findings, else what the context knows."""
    found: dict[str, list[float]] = {}
    for one in findings:
        if one.quantity == "open_circuit_voltage" and one.value.unit == "V" and one.value.value > 0.0:
            found.setdefault(one.sample, []).append(one.value.value)
    return dict(context.voltages) | {name: sum(all_) / len(all_) for name, all_ in found.items()}


def _cycled(findings: Sequence[Finding]) -> frozenset[str]:
    """Return the samples whose own record starts with a charge."""
    return frozenset(one.sample for one in findings if half_cycle_of(one.condition) == (1, "charge"))
