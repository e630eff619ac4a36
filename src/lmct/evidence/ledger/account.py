"""The five accounts that the charge of an electrode can be in, and what is assumed of them beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Account(StrEnum):
    """Where a charge can be; all in electrons per formula unit with two oxygens."""

    METAL = "metal"
    OXYGEN = "recoverable oxygen"
    DARK = "irrecoverable oxygen"
    GAS = "gas"
    SIDE = "side reactions"


ACCOUNTS = tuple(Account)
"""The accounts in their order."""

SIZE = len(ACCOUNTS)
"""Number of accounts of a state."""

LOOSE = 1.0
"""Width of an account whose expectation is shared [1/f.u.]: so wide that it does not matter."""

SIDE_REACTIONS = 0.03
"""Charge that goes into side reactions in one charge, 0(0.03) [1/f.u.]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What is assumed of an account before anything is measured.

    Parameters
    ----------
    width
        Standard deviation around zero [1/f.u.].
    is_shared
        Whether the width stands in an error that the samples of a powder share, and counts as knowledge. One
        that is not is only there so that an account nobody measured has a finite, wide uncertainty; it takes
        no part in chi-square.
    source
        Where the width comes from.
    """

    width: float
    is_shared: bool = False
    source: str = ""

    @property
    def own_width(self) -> float:
        """Standard deviation of the account by itself [1/f.u.]."""
        return LOOSE if self.is_shared else self.width


def expectations(metal_holes: float) -> dict[Account, Expectation]:
    """Return what is assumed of every account.

    Parameters
    ----------
    metal_holes
        Most holes that the metals can take [1/f.u.].

    Returns
    -------
    :
        By account. Zero lies within each of them, so that they never invent a charge.

    Source
    ------
    Li 2022: 1.2 % of the oxygen leaves as O2 (L135-140), 0.048 electrons at four per O2; the rest are
    assumptions.

    Examples
    --------
    >>> expectations(0.5)[Account.METAL].width
    0.5
    """
    return {
        Account.METAL: Expectation(width=metal_holes, source="as many holes as the metals can take"),
        Account.OXYGEN: Expectation(width=1.0, source="assumption: one hole for every two oxygens"),
        Account.DARK: Expectation(width=1.0, source="assumption: as for recoverable holes"),
        Account.GAS: Expectation(
            width=0.2, source="assumption: four times what Li 2022 found (1.2 % of the oxygen)"
        ),
        Account.SIDE: Expectation(
            width=SIDE_REACTIONS,
            is_shared=True,
            source="assumption: some 10 mAh/g go into a carbonate electrolyte in one charge to 4.8 V",
        ),
    }
