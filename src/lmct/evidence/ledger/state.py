"""Which state of which sample a number is about."""

from __future__ import annotations

import re
from dataclasses import dataclass

AFTER = re.compile(r"(?:end of )?cycle (\d+), (charge|discharge)")


@dataclass(frozen=True, slots=True, order=True)
class StateKey:
    """One state of one sample.

    Parameters
    ----------
    sample
        Name of the sample.
    place
        Which of its states, for example ``"end of cycle 1, charge"``; empty for the one that its history
        left it in.
    """

    sample: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.sample}, {self.place}" if self.place else self.sample


def end_of(cycle: int, kind: str) -> str:
    """Return the place at the end of a half-cycle.

    Examples
    --------
    >>> end_of(1, "charge")
    'end of cycle 1, charge'
    """
    return f"end of cycle {cycle}, {kind}"


def half_cycle_of(condition: str) -> tuple[int, str] | None:
    """Return cycle and direction that a condition names, None when it names none.

    Parameters
    ----------
    condition
        Words of a finding.

    Examples
    --------
    >>> half_cycle_of("cycle 2, discharge"), half_cycle_of("140 °C, 90 s")
    ((2, 'discharge'), None)
    """
    found = AFTER.fullmatch(condition)
    return (int(found[1]), found[2]) if found else None
