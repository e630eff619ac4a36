"""What one finding says: a line between accounts, shared errors and a measured number."""

from __future__ import annotations

from dataclasses import dataclass, field

from lmct.evidence.ledger.account import Account
from lmct.evidence.ledger.state import StateKey
from lmct.quantity.finding import Finding


@dataclass(frozen=True, slots=True)
class Term:
    """A coefficient times an account of a state.

    Parameters
    ----------
    state, account
        Which number.
    coefficient
        In the unit of the equation, per electron and formula unit.
    """

    state: StateKey
    account: Account
    coefficient: float


@dataclass(frozen=True, slots=True)
class Parameter:
    """An error that several findings share: how wrong a conversion may be.

    Parameters
    ----------
    name
        Unique, for example ``"diffraction: change per metal hole"``.
    technique
        Whose error it is.
    size
        Its standard uncertainty, in ``unit`` or as a share.
    unit
        Unit of the size; empty for a share of the number itself.
    source
        Where the size comes from.
    free
        Whether nothing at all is known of it beforehand (a zero point, for example); the size is then only
        wide.
    """

    name: str
    technique: str
    size: float
    unit: str = ""
    source: str = ""
    free: bool = False

    def words(self, deviations: float) -> str:
        """Say what the parameter would be at so many of its standard deviations.

        Examples
        --------
        >>> Parameter("mass", "electrochemistry", 0.02).words(5.0)
        'a factor of 1.1'
        """
        if self.unit:
            return f"an error of {deviations * self.size:+.3g} {self.unit}"
        return f"a factor of {1.0 + deviations * self.size:.3g}"


@dataclass(frozen=True, slots=True)
class Effect:
    """How a shared error moves the prediction of a finding, for each of its standard deviations.

    Parameters
    ----------
    parameter
        The error.
    constant
        In the unit of the equation.
    terms
        What it multiplies: the effect is the constant plus the sum of these.
    """

    parameter: Parameter
    constant: float = 0.0
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """A measured number and what it should be.

    Parameters
    ----------
    technique
        Whose statement it is; ``"charge balance"`` for what follows from conservation.
    value, uncertainty
        The number and the part of its standard uncertainty that no other finding shares.
    terms
        Sum that predicts it.
    constant
        What is added to the sum.
    effects
        Shared errors.
    finding
        Where it comes from, None for what follows from conservation.
    words
        What the number is taken to mean.
    """

    technique: str
    value: float
    uncertainty: float
    terms: tuple[Term, ...] = ()
    constant: float = 0.0
    effects: tuple[Effect, ...] = ()
    finding: Finding | None = None
    words: str = field(default="")

    @property
    def main(self) -> Term | None:
        """The account that the number is mainly about: the first term."""
        return self.terms[0] if self.terms else None


def scaled_by(parameter: Parameter, terms: tuple[Term, ...], constant: float = 0.0) -> Effect:
    """Return the effect of a relative error on a whole sum.

    Parameters
    ----------
    parameter
        With a relative size.
    terms, constant
        What it multiplies.

    Examples
    --------
    >>> term = Term(StateKey("a"), Account.METAL, 2.0)
    >>> scaled_by(Parameter("scale", "x", 0.1), (term,)).terms[0].coefficient
    0.2
    """
    size = parameter.size
    return Effect(
        parameter,
        constant * size,
        tuple(Term(one.state, one.account, one.coefficient * size) for one in terms),
    )
