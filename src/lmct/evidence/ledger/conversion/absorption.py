"""X-ray absorption: fractions of species, and, far less surely, shifts of the edge."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lmct.evidence.ledger.account import Account
from lmct.evidence.ledger.context import LedgerContext
from lmct.evidence.ledger.conversion.contract import Converted, Setting, unusable
from lmct.evidence.ledger.conversion.valence import equations_of_fractions, species_of
from lmct.evidence.ledger.equation import Effect, Equation, Parameter, Term
from lmct.evidence.ledger.state import StateKey
from lmct.quantity.finding import Finding

NAME = "absorption"

SHIFT, SHIFT_RELATIVE = 1.5, 0.33
"""Shift of the Ni K edge per charge [eV] and its relative error [1]: remembered values of NiO, LiNiO2 and
NiO2, not verified; definitions of the edge alone differ by more than 0.5 eV per charge."""

ORIGIN, ORIGIN_WIDTH = 8345.0, 5.0
"""Edge of the metal as made [eV]: unknown beforehand."""

DEFINITION = "at half height"
"""The one definition of an edge that is counted, for they all come from the same spectrum."""

EDGE = Parameter(f"{NAME}: edge without holes", NAME, ORIGIN_WIDTH, "eV", "unknown beforehand", free=True)
PER_CHARGE = Parameter(
    f"{NAME}: shift of the edge per charge", NAME, SHIFT_RELATIVE, source="assumption: 1.5(5) eV"
)

SCAN = re.compile(r", (scan \d+|first scan|last scan)$")


def convert(findings: Sequence[Finding], setting: Setting) -> Converted:
    """Turn fractions and edge energies into holes on the metal; edges only where a study has no fractions.

    The zero point of edges is unknown, so that those of the references alone would tell nothing.

    Parameters
    ----------
    findings
        Of absorption.
    setting
        Material and samples.

    Returns
    -------
    :
        Equations in electrons per formula unit, or in eV.
    """
    messages = [said for one in findings if one.quantity in USED and (said := unusable(one))]
    good = [one for one in findings if one.quantity in USED and not unusable(one)]
    fractions: dict[StateKey, list[Finding]] = {}
    for one in good:
        if one.quantity == "species_fraction":
            if species_of(one.condition) is None:
                messages.append(
                    f"{one.condition!r} of {one.sample!r} names no valence, so its fraction is not counted."
                    " Call references by their ion, for example Ni4+."
                )
            fractions.setdefault(_state(one), []).append(one)
    equations = list(equations_of_fractions(NAME, fractions, setting.context))
    if not equations:
        for one in good:
            if one.quantity == "edge_energy" and DEFINITION in one.condition:
                equations += _edge(one, setting.context)
    return Converted(tuple(equations), tuple(dict.fromkeys(messages)))


USED = ("species_fraction", "edge_energy")


def _state(finding: Finding) -> StateKey:
    found = SCAN.search(finding.condition)
    return StateKey(finding.sample, found[1] if found else "")


def _edge(finding: Finding, context: LedgerContext) -> Iterator[Equation]:
    """Yield what an edge energy says, when one metal only changes its valence and it is nickel."""
    if tuple(context.metals) != ("Ni",):
        return
    slope = SHIFT / context.metals["Ni"].amount
    state = _state(finding)
    yield Equation(
        technique=NAME,
        value=finding.value.value,
        uncertainty=finding.value.uncertainty,
        terms=(Term(state, Account.METAL, slope),),
        constant=ORIGIN,
        effects=(
            Effect(EDGE, ORIGIN_WIDTH),
            Effect(PER_CHARGE, terms=(Term(state, Account.METAL, slope * SHIFT_RELATIVE),)),
        ),
        finding=finding,
        words="holes on the metal, by the edge",
    )
