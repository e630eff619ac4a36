"""Whether an error in the calibration of the lattice would be found with the findings that are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lmct.evidence.ledger.account import ACCOUNTS, Account
from lmct.evidence.ledger.balance import Balance, solve_balance
from lmct.evidence.ledger.chance import sigmas_from_probability
from lmct.evidence.ledger.conflict import FALSE_ALARMS, tests_of
from lmct.evidence.ledger.consistency import pulls_of
from lmct.evidence.ledger.conversion.diffraction import NAME, PER_METAL_RELATIVE
from lmct.evidence.ledger.equation import Equation
from lmct.evidence.ledger.system import system_from_equations

LATTICE_ERROR = 0.2
"""Error of the change of the lattice with each hole that should be found [1]."""

NINE_OF_TEN = 1.28
"""So many standard deviations beyond the limit something is found in nine cases of ten."""


def undecided_lattice(balance: Balance) -> tuple[str, ...]:
    """Say so when the findings cannot tell a wrong calibration of the lattice from chance.

    The holes that lattice parameters speak of are made larger by a fifth, and the balance is solved again:
    the error would be found when a shared error or a finding is then pulled beyond the limit of conflicts.

    Parameters
    ----------
    balance
        Of all findings.

    Returns
    -------
    :
        One sentence, or none when there is no lattice parameter or the error would be found.
    """
    if not any(_is_lattice(one) for one in balance.system.equations):
        return ()
    moved, needed = _largest_move(balance), needed_sigmas(balance)
    if moved > needed:
        return ()
    return (
        f"The calibration of the lattice cannot be decided: an error of {LATTICE_ERROR:.0%} in it would move"
        f" no number by more than {moved:.1f} sigma, and {needed:.1f} are needed to tell it from chance."
        f" {_remedy(balance)}",
    )


def needed_sigmas(balance: Balance) -> float:
    """Return how large a pull must be on average to be called a conflict in nine cases of ten.

    Parameters
    ----------
    balance
        Its tests share the chance of a false alarm.
    """
    return sigmas_from_probability(FALSE_ALARMS / tests_of(balance)) + NINE_OF_TEN


def _largest_move(balance: Balance) -> float:
    """Return how far the largest pull moves [standard deviations]."""
    system = balance.system
    expected = dict(zip(ACCOUNTS, system.expected, strict=True))
    equations = [_wrong(one, balance) for one in system.equations]
    wrong = solve_balance(system_from_equations(equations=equations, expected=expected, states=system.states))
    before, after = _pulls(balance), _pulls(wrong)
    return max((abs(after[one] - before[one]) for one in before.keys() & after.keys()), default=0.0)


def _wrong(one: Equation, balance: Balance) -> Equation:
    """Return a lattice parameter as it would be with another change for each hole on the metal."""
    if not _is_lattice(one):
        return one
    holes = balance.accounts[balance.system.states.index(one.terms[0].state), ACCOUNTS.index(Account.METAL)]
    return replace(one, value=one.value + LATTICE_ERROR * one.terms[0].coefficient * float(holes))


def _is_lattice(one: Equation) -> bool:
    return one.technique == NAME and one.main is not None and one.main.account is Account.METAL


def _pulls(balance: Balance) -> Mapping[str, float]:
    """Return the pulls of shared errors and findings by a name that tells them apart."""
    return {
        f"{one.name} {one.equation.finding if one.equation is not None else ''}": one.sigmas
        for one in pulls_of(balance)
    }


def _remedy(balance: Balance) -> str:
    measured = any(
        one.finding is not None and one.finding.quantity == "lattice_slope_metal"
        for one in balance.system.equations
    )
    if measured:
        return "Another technique that sees the metal in the same states would help."
    return (
        f"It is read by ionic radii, whose slope is known to {PER_METAL_RELATIVE:.0%}: a slope measured"
        " operando would help, and another technique that sees the metal in the same states."
    )
