"""Whether techniques agree: each against the rest, pairs, every shared error and every finding."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lmct.evidence.ledger.account import ACCOUNTS, SIZE
from lmct.evidence.ledger.balance import Balance, solve_balance
from lmct.evidence.ledger.chance import probability_from_chi_square, sigmas_from_probability
from lmct.evidence.ledger.conversion.conservation import NAME as CONSERVATION
from lmct.evidence.ledger.equation import Equation, Parameter
from lmct.evidence.ledger.system import system_from_equations

LEAST_FREEDOM = 0.05
"""Below this share of the variance left over, nothing else knows a number and it cannot be tested [1]."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well two sets of findings agree.

    Parameters
    ----------
    first, second
        Their techniques; ``"the rest"`` for all others.
    chi_square, degrees_of_freedom
        Of their joint balance less those of each by itself.
    probability
        Chance of as much disagreement or more if all uncertainties are right; NaN when nothing can be tested.
    """

    first: str
    second: str
    chi_square: float
    degrees_of_freedom: float
    probability: float

    @property
    def sigmas(self) -> float:
        """The probability in standard deviations of one number, two-sided; NaN when nothing can be tested."""
        return sigmas_from_probability(self.probability)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "first": self.first,
            "second": self.second,
            "chi_square": self.chi_square,
            "degrees_of_freedom": self.degrees_of_freedom,
            "probability": self.probability,
        }


@dataclass(frozen=True, slots=True)
class Pull:
    """A shared error or a finding, and how far the others pull it.

    Parameters
    ----------
    name, technique
        Which.
    sigmas
        Deviation over its standard deviation if all uncertainties are right; its square is what chi-square
        falls by when the error, or the finding, is let go.
    wanted
        Shared errors: what the others ask it to be, in its own standard deviations. NaN for findings.
    parameter
        The shared error; None for findings.
    equation
        The finding; None for shared errors.
    """

    name: str
    technique: str
    sigmas: float
    wanted: float = math.nan
    parameter: Parameter | None = None
    equation: Equation | None = None

    @property
    def probability(self) -> float:
        """Chance of as large a pull, either way."""
        return math.erfc(abs(self.sigmas) / math.sqrt(2.0))

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "name": self.name,
            "technique": self.technique,
            "sigmas": self.sigmas,
            "wanted": self.parameter.words(self.wanted) if self.parameter is not None else "",
            "source": self.parameter.source if self.parameter is not None else "",
        }


def techniques_of(equations: Sequence[Equation]) -> tuple[str, ...]:
    """Return the techniques that have a say, in their order."""
    return tuple(dict.fromkeys(one.technique for one in equations if one.technique != CONSERVATION))


def balance_of(whole: Balance, techniques: Collection[str]) -> Balance:
    """Return the balance of some techniques alone; conservation of charge holds in any case.

    Parameters
    ----------
    whole
        Balance of all.
    techniques
        Which.
    """
    system = whole.system
    kept = [one for one in system.equations if one.technique in techniques or one.technique == CONSERVATION]
    expected = dict(zip(ACCOUNTS, system.expected, strict=True))
    part = system_from_equations(equations=kept, expected=expected, states=system.states)
    return solve_balance(part, around=whole)


def agreement(first: str, second: str, *, together: Balance, one: Balance, other: Balance) -> Agreement:
    """Return how well two sets of findings agree, whatever their own chi-squares are.

    Parameters
    ----------
    first, second
        Names.
    together, one, other
        Balance of both, and of each.

    Returns
    -------
    :
        The agreement.

    Source
    ------
    Parameter goodness of fit: Maltoni and Schwetz, Phys. Rev. D 68, 033020 (2003), doi
    10.1103/PhysRevD.68.033020.
    """
    chi_square = together.chi_square - one.chi_square - other.chi_square
    freedom = together.degrees_of_freedom - one.degrees_of_freedom - other.degrees_of_freedom
    chance = probability_from_chi_square(chi_square, freedom)
    return Agreement(first, second, max(chi_square, 0.0), max(freedom, 0.0), chance)


def agreements(whole: Balance) -> tuple[tuple[Agreement, ...], tuple[Agreement, ...]]:
    """Return every technique against the rest, and every pair of techniques.

    Parameters
    ----------
    whole
        Balance of all.

    Returns
    -------
    :
        Against the rest in the order of the techniques, and pairs; both empty with one technique.
    """
    names = techniques_of(whole.system.equations)
    if len(names) < 2:
        return (), ()
    alone = {name: balance_of(whole, (name,)) for name in names}
    if len(names) == 2:
        first, second = names
        both = agreement(first, second, together=whole, one=alone[first], other=alone[second])
        rest = (replace(both, second=REST), replace(both, first=second, second=REST))
        return rest, (both,)
    against = []
    for name in names:
        others = balance_of(whole, [other for other in names if other != name])
        against.append(agreement(name, REST, together=whole, one=alone[name], other=others))
    pairs = [
        agreement(
            first,
            second,
            together=balance_of(whole, (first, second)),
            one=alone[first],
            other=alone[second],
        )
        for place, first in enumerate(names)
        for second in names[place + 1 :]
    ]
    return tuple(against), tuple(pairs)


REST = "the rest"


def pulls_of(balance: Balance) -> tuple[Pull, ...]:
    """Return every shared error and every finding that something else can test, the largest pull first.

    Parameters
    ----------
    balance
        The balance.

    Returns
    -------
    :
        A shared error comes before a finding with the same pull.
    """
    system = balance.system
    found = []
    for place, parameter in enumerate(system.parameters):
        value, spread = balance.parameter(place)
        left = 1.0 - spread**2
        if parameter.free or left < LEAST_FREEDOM:
            continue
        found.append(
            Pull(parameter.name, parameter.technique, value / math.sqrt(left), value / left, parameter)
        )
    size = np.sqrt(np.maximum(balance.freedom, 1e-12))
    for row, one in enumerate(system.equations):
        if one.finding is None or balance.freedom[row] < LEAST_FREEDOM:
            continue
        name = f"{one.finding.quantity} of {one.finding.sample}"
        found.append(
            Pull(name, one.technique, float(balance.residuals[row] / size[row]), math.nan, None, one)
        )
    return tuple(sorted(found, key=lambda one: (-round(abs(one.sigmas), 2), one.parameter is None)))


def account_range(balance: Balance) -> np.ndarray:
    """Return how many standard uncertainties each account lies above zero, NaN where it is not measured.

    Parameters
    ----------
    balance
        The balance.
    """
    spread = np.sqrt(np.maximum(balance.variance[: SIZE * len(balance.system.states)], 1e-30))
    distance = balance.accounts / spread.reshape(-1, SIZE)
    return np.where(balance.known > 0.5, distance, np.nan)
