"""Energy loss: fractions of species in the few grains that were looked at."""

from __future__ import annotations

from collections.abc import Sequence

from lmct.evidence.ledger.conversion.contract import Converted, Setting, unusable
from lmct.evidence.ledger.conversion.valence import equations_of_fractions, species_of
from lmct.evidence.ledger.equation import Parameter
from lmct.evidence.ledger.state import StateKey
from lmct.quantity.finding import Finding

NAME = "energy_loss"

GRAINS = Parameter(
    f"{NAME}: grains that stand for the powder",
    NAME,
    0.15,
    source="assumption: few grains, and the beam may reduce them",
)


def convert(findings: Sequence[Finding], setting: Setting) -> Converted:
    """Turn fractions into holes on the metal.

    Parameters
    ----------
    findings
        Of energy loss.
    setting
        Material and samples.

    Returns
    -------
    :
        Equations in electrons per formula unit.
    """
    fractions: dict[StateKey, list[Finding]] = {}
    messages = []
    for one in findings:
        if one.quantity != "species_fraction":
            continue
        said = unusable(one)
        if not said and species_of(one.condition) is None:
            said = f"{one.condition!r} of {one.sample!r} names no valence, so its fraction is not counted."
        if said:
            messages.append(said)
        else:
            fractions.setdefault(StateKey(one.sample), []).append(one)
    return Converted(tuple(equations_of_fractions(NAME, fractions, setting.context, GRAINS)), tuple(messages))
