"""Photoemission: Ni2+ in all nickel, and oxidised oxygen, recoverable or not (Li 2022, Fig. 5)."""

from __future__ import annotations

from collections.abc import Sequence

from lmct.evidence.ledger.account import Account
from lmct.evidence.ledger.conversion.contract import Converted, Setting, noted_parts, shared_fit, unusable
from lmct.evidence.ledger.equation import Effect, Equation, Parameter, Term, scaled_by
from lmct.evidence.ledger.state import StateKey
from lmct.quantity.finding import Finding

NAME = "photoemission"

OXYGEN = 2.0
"""Oxygen of a formula unit [1]."""

OXIDISED, OXIDISED_WIDTH = 3.5, 0.31
"""Charge of nickel in the oxidised reference [1]: called Ni3+/4+ (L448-458), and it is not told which; the
width is that of an even distribution between the two, joined with 0.1."""

VALENCE = Parameter(
    f"{NAME}: valence of Ni3+/4+", NAME, OXIDISED_WIDTH, "charges", "between 3 and 4, even distribution"
)
DEPTH = Parameter(
    f"{NAME}: surface that stands for the bulk", NAME, 0.1, source="assumption: 40 nm are seen (L651)"
)
HOLES = Parameter(
    f"{NAME}: holes on one oxidised oxygen", NAME, 0.3, source="assumption: n of O^n- is 1.0(3)"
)


def convert(findings: Sequence[Finding], setting: Setting) -> Converted:
    """Turn the fractions of Ni2+ and of oxidised oxygen into holes.

    Oxidised oxygen counts whether it can be recovered or not, so it is the sum of two accounts. Changes,
    charge balances and rates are made of the same fractions and are not counted again.

    Parameters
    ----------
    findings
        Of photoemission.
    setting
        Material and samples.

    Returns
    -------
    :
        Equations in electrons per formula unit.
    """
    equations: list[Equation] = []
    messages: list[str] = []
    nickel = setting.context.metals.get("Ni")
    for one in findings:
        if one.quantity not in ("nickel_2_fraction", "oxidised_oxygen_fraction"):
            continue
        if said := unusable(one):
            messages.append(said)
        elif one.quantity == "oxidised_oxygen_fraction":
            equations.append(_oxygen(one))
        elif nickel is not None:
            equations.append(_nickel(one, nickel.amount, nickel.pristine))
    return Converted(tuple(equations), tuple(messages))


def _nickel(finding: Finding, amount: float, pristine: float) -> Equation:
    counted, shared = noted_parts(finding)
    charges = amount * (OXIDISED - pristine)
    state = StateKey(finding.sample)
    oxidised = 1.0 - finding.value.value
    effects = [
        Effect(VALENCE, terms=(Term(state, Account.METAL, -OXIDISED_WIDTH / (OXIDISED - pristine)),)),
        Effect(DEPTH, terms=(Term(state, Account.METAL, DEPTH.size),)),
    ]
    if shared:
        effects.append(shared_fit(NAME, "Ni 2p", charges * shared))
    return Equation(
        technique=NAME,
        value=charges * oxidised,
        uncertainty=charges * counted,
        terms=(Term(state, Account.METAL, 1.0),),
        effects=tuple(effects),
        finding=finding,
        words="holes on the metal, by the fraction of Ni2+",
    )


def _oxygen(finding: Finding) -> Equation:
    counted, shared = noted_parts(finding)
    state = StateKey(finding.sample)
    terms = (Term(state, Account.OXYGEN, 1.0), Term(state, Account.DARK, 1.0))
    effects = [scaled_by(HOLES, terms), scaled_by(DEPTH, terms)]
    if shared:
        effects.append(shared_fit(NAME, "O 1s", OXYGEN * shared))
    return Equation(
        technique=NAME,
        value=OXYGEN * finding.value.value,
        uncertainty=OXYGEN * counted,
        terms=terms,
        effects=tuple(effects),
        finding=finding,
        words="holes on oxygen, recoverable or not",
    )
