"""No charge passes a dry powder: what was charged in stays, whatever moves inside."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from lmct.evidence.ledger.account import ACCOUNTS, SIDE_REACTIONS, Account
from lmct.evidence.ledger.context import LedgerContext, Powder
from lmct.evidence.ledger.conversion.contract import Setting
from lmct.evidence.ledger.conversion.double_layer import (
    CAPACITANCE,
    PRISTINE_VOLTAGE,
    UNKNOWN_VOLTAGE,
    UNKNOWN_VOLTAGE_UNCERTAINTY,
    double_layer_charge,
)
from lmct.evidence.ledger.equation import Effect, Equation, Parameter, Term
from lmct.evidence.ledger.state import StateKey
from lmct.quantity.constants import FARADAY
from lmct.quantity.value import Value

NAME = "charge balance"

REPRODUCIBILITY = 0.005
"""Scatter of the charge from cell to cell, charged to the same limit [1/f.u.]: an assumption, some 0.7 %."""

SIDE_SCATTER = 0.003
"""Scatter of side reactions between samples of one powder [1/f.u.]: an assumption, a tenth of themselves."""

MASS = 0.02
"""Relative error of a charge that was set, for the mass of the electrode [1]: as in electrochemistry."""


def conservation(states: Sequence[StateKey], setting: Setting) -> Iterator[Equation]:
    """Yield one equation for each state of a powder: its accounts make up the charge that the powder got.

    Parameters
    ----------
    states
        All states of the ledger.
    setting
        Material, powders, voltages.

    Yields
    ------
    :
        The sum of the accounts, and the charge that was set, where it was.
    """
    for state in states:
        yield _side_reactions(state, setting.context)
    for powder in setting.context.powders:
        members = [state for state in states if state.sample in powder.samples]
        charge = charge_of(powder)
        for state in members:
            yield _of_state(state, charge, setting)
        if powder.charge is not None and members:
            yield _set_charge(powder.charge, charge, setting.context)


def charge_of(powder: Powder) -> Parameter:
    """Return the charge of a powder as an unknown that its states share.

    Parameters
    ----------
    powder
        The powder.
    """
    return Parameter(f"{NAME}: charge of {powder.name}", NAME, 1.0, "1/f.u.", "unknown beforehand", free=True)


def _side_reactions(state: StateKey, context: LedgerContext) -> Equation:
    """Return that side reactions belong to the charge, which the samples of a powder share."""
    powder = context.powder_of(state.sample)
    of = powder.name if powder is not None else state.sample
    shared = Parameter(
        f"{NAME}: side reactions of {of}",
        NAME,
        SIDE_REACTIONS,
        "1/f.u.",
        "assumption: some 10 mAh/g in one charge",
    )
    return Equation(
        technique=NAME,
        value=0.0,
        uncertainty=SIDE_SCATTER,
        terms=(Term(state, Account.SIDE, 1.0),),
        effects=(Effect(shared, constant=-SIDE_REACTIONS),),
        words="side reactions of the charge",
    )


def _of_state(state: StateKey, charge: Parameter, setting: Setting) -> Equation:
    context = setting.context
    voltage = None if state.place else setting.potentials.get(state.sample)
    at = UNKNOWN_VOLTAGE if voltage is None else voltage
    layer, error = double_layer_charge(voltage_change=at - PRISTINE_VOLTAGE, context=context)
    vague = CAPACITANCE * context.molar_mass / FARADAY * UNKNOWN_VOLTAGE_UNCERTAINTY
    return Equation(
        technique=NAME,
        value=0.0,
        uncertainty=math.hypot(REPRODUCIBILITY, vague) if voltage is None else REPRODUCIBILITY,
        terms=tuple(Term(state, account, 1.0) for account in ACCOUNTS),
        constant=layer,
        effects=(error, Effect(charge, constant=-charge.size)),
        words="all accounts make up the charge of the powder",
    )


def _set_charge(known: Value, charge: Parameter, context: LedgerContext) -> Equation:
    value = known.value / context.capacity
    own = max(known.uncertainty / context.capacity, MASS * value)
    return Equation(
        technique=NAME,
        value=value,
        uncertainty=own,
        effects=(Effect(charge, constant=charge.size),),
        words="the charge that was set",
    )
