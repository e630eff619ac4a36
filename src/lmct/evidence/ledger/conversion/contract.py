"""What a conversion takes and gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lmct.evidence.ledger.context import LedgerContext
from lmct.evidence.ledger.equation import Effect, Equation, Parameter
from lmct.evidence.ledger.state import StateKey, end_of
from lmct.quantity.finding import Finding

NOTED = re.compile(
    r"(?:counts alone: |noise |counts )([0-9.eE+-]+?)(?:\.\s|,\s)"
    r".*?[Ss]ystematic:? ([0-9.eE+-]+?)(?:[.;,](?:\s|$)|$)"
)


@dataclass(frozen=True, eq=False)
class Converted:
    """What a conversion made of findings.

    Parameters
    ----------
    equations
        Statements on accounts.
    messages
        What was not used and why, one sentence each.
    """

    equations: tuple[Equation, ...] = ()
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What every conversion may need besides its own findings.

    Parameters
    ----------
    context
        Material, powders, voltages.
    potentials
        Open-circuit voltage by sample [V], where it is known.
    cycled
        Samples whose own record starts with a charge.
    """

    context: LedgerContext
    potentials: Mapping[str, float]
    cycled: frozenset[str] = frozenset()

    def charged(self, sample: str, cycle: int = 1) -> StateKey:
        """Return the state at the end of a charge.

        Parameters
        ----------
        sample
            Name of the sample.
        cycle
            Number of the cycle. The first charge of a sample with a history is that history.
        """
        if cycle == 1 and (sample not in self.cycled or self.context.powder_of(sample) is not None):
            return StateKey(sample)
        return StateKey(sample, end_of(cycle, "charge"))


Conversion = Callable[[Sequence[Finding], Setting], Converted]
"""Findings of one technique to equations."""


def noted_parts(finding: Finding) -> tuple[float, float]:
    """Return the part of an uncertainty that is a finding's own and the part that a series shares.

    Parameters
    ----------
    finding
        Its note may tell both; without, all is its own.

    Returns
    -------
    :
        Both in the unit of the value; together they make up its uncertainty.

    Examples
    --------
    >>> from lmct.quantity.value import Value
    >>> note = "Of the counts alone: 0.03. Systematic: 0.04."
    >>> own, shared = noted_parts(Finding("nickel_2_fraction", Value(0.5, 0.05), note=note))
    >>> round(own, 3), round(shared, 3)
    (0.03, 0.04)
    """
    total = finding.value.uncertainty
    found = NOTED.search(finding.note)
    if found is None:
        return total, 0.0
    shared = min(float(found[2]), total)
    return max(total**2 - shared**2, (0.05 * total) ** 2) ** 0.5, shared


def shared_fit(technique: str, what: str, size: float) -> Effect:
    """Return the effect of the systematic error that a series of fits shares.

    Parameters
    ----------
    technique, what
        Whose error it is, and of what.
    size
        Its effect on this finding, in the unit of the equation.
    """
    parameter = Parameter(
        f"{technique}: fit of {what}", technique, 1.0, "times the stated systematic error", "note of the fit"
    )
    return Effect(parameter, constant=size)


def unusable(finding: Finding) -> str:
    """Return why a finding has no usable number, empty when it has one.

    Parameters
    ----------
    finding
        The finding.
    """
    number = finding.value
    if not (abs(number.value) < float("inf") and 0.0 < number.uncertainty < float("inf")):
        return f"{finding.quantity} of {finding.sample!r} ({number}) has no usable uncertainty: not counted."
    return ""
