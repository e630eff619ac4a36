"""The lattice parameter of a sequence against time, charge, lithium and voltage, half-cycle by half-cycle."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Bool, Float, Int

from lmct.quantity.errors import MissingColumn, OutOfRange
from lmct.technique.clock.join import CHARGE, DISCHARGE, JoinedScans
from lmct.technique.diffraction.flags import (
    AT_BOUND,
    CELL_FAR,
    DISAGREE,
    NO_PEAKS,
    NOT_CONVERGED,
    OUTLIER,
    TOO_FEW_LINES,
    WRONG_INTENSITIES,
)
from lmct.technique.diffraction.refined import RefinedSequence

EXCLUDING = (
    OUTLIER,
    NO_PEAKS,
    DISAGREE,
    NOT_CONVERGED,
    AT_BOUND,
    WRONG_INTENSITIES,
    CELL_FAR,
    TOO_FEW_LINES,
)
"""Flags of scans whose lattice parameter is not used."""

LITHIUM, SPECIFIC, PLAIN = "1", "mAh/g", "mAh"
"""Units of the charge axis: lithium per formula unit, charge per gram, charge."""


@dataclass(frozen=True, eq=False)
class LatticeCurve:
    """Lattice parameters with what the cell did meanwhile; arrays of equal length, in the order of time.

    Parameters
    ----------
    index
        Places in the sequence.
    time
        Since the start of the test [s].
    voltage
        Mean over the scan [V].
    charge
        Lithium extracted [1/f.u.], or charge per gram [mAh/g], or charge [mAh]: see ``charge_unit``.
    lattice, uncertainty
        Lattice parameter and its standard uncertainty [Å].
    direction
        1 charge, -1 discharge, 0 rest.
    half_cycle
        Number of the half-cycle; -1 before the first.
    charge_unit
        :data:`LITHIUM`, :data:`SPECIFIC` or :data:`PLAIN`.
    messages
        What was left out and why, one sentence each.
    """

    index: Int[np.ndarray, "scan"]
    time: Float[np.ndarray, "scan"]
    voltage: Float[np.ndarray, "scan"]
    charge: Float[np.ndarray, "scan"]
    lattice: Float[np.ndarray, "scan"]
    uncertainty: Float[np.ndarray, "scan"]
    direction: Int[np.ndarray, "scan"]
    half_cycle: Int[np.ndarray, "scan"]
    charge_unit: str = LITHIUM
    messages: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.lattice)

    @property
    def half_cycles(self) -> tuple[int, ...]:
        """Numbers of the half-cycles that scans were measured in while current flowed."""
        flowing = (self.direction != 0) & (self.half_cycle >= 0)
        return tuple(sorted({int(one) for one in self.half_cycle[flowing]}))

    def part(self, number: int) -> LatticeCurve:
        """Return the scans of one half-cycle that were measured while current flowed."""
        return self.where((self.half_cycle == number) & (self.direction != 0))

    def where(self, chosen: Bool[np.ndarray, "scan"]) -> LatticeCurve:
        """Return some of the scans."""
        arrays = {
            one.name: getattr(self, one.name)[chosen]
            for one in fields(self)
            if one.name not in ("charge_unit", "messages")
        }
        return LatticeCurve(**arrays, charge_unit=self.charge_unit, messages=self.messages)

    @property
    def is_charge(self) -> bool:
        """Whether most of the scans were measured on charge."""
        return int(np.sum(self.direction == CHARGE)) >= int(np.sum(self.direction == DISCHARGE))


def lattice_curve(sequence: RefinedSequence, joined: JoinedScans, *, name: str = "a") -> LatticeCurve:
    """Return the lattice parameter of all scans that can be trusted and lie within the test.

    Parameters
    ----------
    sequence
        The refined scans.
    joined
        What the cycler did during each of them.
    name
        Lattice parameter.

    Returns
    -------
    :
        The curve; against lithium when its amount is known, else against charge per gram, else charge.

    Raises
    ------
    MissingColumn
        No scan has this lattice parameter.
    OutOfRange
        Sequence and join differ in length.
    """
    if len(sequence.scans) != len(joined.time):
        raise OutOfRange(
            f"{len(sequence.scans)} refined scans, but {len(joined.time)} were joined with the cycler."
            " Expected the same. Join the scans of this sequence."
        )
    value, uncertainty = sequence.column(name)
    if not np.isfinite(value).any():
        raise MissingColumn(
            f"no scan of the sequence has the value {name!r}. Expected a refined lattice parameter."
            " Look at the messages of the scans."
        )
    usable, remarks = usable_scans(sequence, name=name)
    usable &= joined.inside
    axis, unit = _axis(joined)
    order = np.flatnonzero(usable)[np.argsort(joined.time[usable], kind="stable")]
    return LatticeCurve(
        index=np.array([sequence.scans[int(one)].index for one in order], dtype=np.int64),
        time=joined.time[order],
        voltage=joined.voltage[order],
        charge=axis[order],
        lattice=value[order],
        uncertainty=uncertainty[order],
        direction=joined.direction[order],
        half_cycle=joined.half_cycle[order],
        charge_unit=unit,
        messages=(*joined.messages, *remarks),
    )


def usable_scans(
    sequence: RefinedSequence, *, name: str = "a"
) -> tuple[Bool[np.ndarray, "scan"], tuple[str, ...]]:
    """Return which scans hold a lattice parameter to be trusted, and why others do not.

    Parameters
    ----------
    sequence
        The refined scans.
    name
        Lattice parameter.

    Returns
    -------
    :
        One truth value per scan, and one sentence per reason. An uncertainty of 0 is no uncertainty.
    """
    value, uncertainty = sequence.column(name)
    known = np.isfinite(value) & np.isfinite(uncertainty) & (uncertainty > 0.0)
    flagged = [[flag for flag in scan.flags if flag.startswith(EXCLUDING)] for scan in sequence.scans]
    counts = Counter(flag for flags in flagged for flag in flags)
    remarks = [f"{number} of {len(value)} scans left out: {flag}." for flag, number in sorted(counts.items())]
    missing = int(np.sum(~known))
    if missing:
        remarks.append(f"{missing} of {len(value)} scans have no lattice parameter with an uncertainty.")
    return known & np.array([not flags for flags in flagged], dtype=bool), tuple(remarks)


def _axis(joined: JoinedScans) -> tuple[Float[np.ndarray, "scan"], str]:
    for column, unit in ((joined.lithium, LITHIUM), (joined.specific_charge, SPECIFIC)):
        if np.isfinite(column[joined.inside]).any():
            return column, unit
    return joined.charge, PLAIN
