"""Lattice parameters of an electrode left alone, each with all the heat that it has seen by then."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from jaxtyping import Float

from lmct.protocol.step import ROOM_TEMPERATURE
from lmct.quantity.errors import DataError, OutOfRange
from lmct.quantity.value import Value
from lmct.relaxation.heating import Heating
from lmct.technique.clock.clocks import Clocks, seconds_between
from lmct.technique.diffraction.operando.lattice_curve import usable_scans
from lmct.technique.diffraction.refined import RefinedSequence
from lmct.technique.diffraction.relaxation.fall import falls_and_rises

EXPANSION = Value(1.3e-5, 0.4e-5, "1/K")
"""Linear thermal expansion of rock-salt oxides: an assumption wide enough for all of them."""

EQUAL = 0.5
"""Temperatures that differ by less than this are one [K]."""


@dataclass(frozen=True, eq=False)
class TemperatureProfile:
    """Temperature of the sample against time; held from each time until the next.

    Parameters
    ----------
    time
        Since the relaxation began, rising from 0 [s].
    temperature
        From that time on [K].
    """

    time: Float[np.ndarray, "step"]
    temperature: Float[np.ndarray, "step"]

    def __post_init__(self) -> None:
        if len(self.time) != len(self.temperature) or not len(self.time) or self.time[0] > 0.0:
            raise OutOfRange(
                "a temperature profile needs as many temperatures as times, the first at 0 s."
                f" Got {len(self.time)} times and {len(self.temperature)} temperatures."
            )
        if np.any(np.diff(self.time) <= 0) or not np.all((self.temperature > 0) & (self.temperature < 2000)):
            raise OutOfRange("the times of a temperature profile must rise, its temperatures be in kelvin.")

    def at(self, time: Float[np.ndarray, "point"]) -> Float[np.ndarray, "point"]:
        """Return the temperature at times [K]."""
        place = np.clip(np.searchsorted(self.time, time, side="right") - 1, 0, None)
        return np.asarray(self.temperature[place])

    def heating_until(self, time: float) -> Heating:
        """Return all heat until a time, equal temperatures that follow each other joined."""
        changes = np.concatenate([[True], np.abs(np.diff(self.temperature)) > EQUAL])
        begins, levels = self.time[changes], self.temperature[changes]
        inside = begins < time
        if not inside.any():
            return Heating(np.zeros(1), levels[:1].copy(), 0.0, float(levels[0]))
        edges = np.append(begins[inside], time)
        return Heating(np.diff(edges), levels[inside], time, float(levels[inside][-1]))


@dataclass(frozen=True, eq=False)
class LatticeDecay:
    """What a relaxation is fitted to.

    Parameters
    ----------
    time
        Since the relaxation began, in the middle of each scan [s].
    lattice, uncertainty
        Lattice parameter and its standard uncertainty [Å].
    temperature
        While the scan was measured [K].
    heating
        All heat until each time.
    messages
        What was assumed or left out, one sentence each.
    """

    time: Float[np.ndarray, "scan"]
    lattice: Float[np.ndarray, "scan"]
    uncertainty: Float[np.ndarray, "scan"]
    temperature: Float[np.ndarray, "scan"]
    heating: tuple[Heating, ...]
    messages: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.time)


def lattice_decay(
    *,
    time: Float[np.ndarray, "scan"],
    lattice: Float[np.ndarray, "scan"],
    uncertainty: Float[np.ndarray, "scan"],
    profile: TemperatureProfile | None = None,
    temperature: Float[np.ndarray, "scan"] | None = None,
    messages: tuple[str, ...] = (),
) -> LatticeDecay:
    """Return the data of a relaxation.

    Parameters
    ----------
    time
        Since it began [s].
    lattice, uncertainty
        Lattice parameter and its standard uncertainty [Å].
    profile
        Temperature of the sample; room temperature by default.
    temperature
        While each scan was measured, if it differs from the profile, as after a treatment elsewhere [K].
    messages
        What is to be said of the data.

    Returns
    -------
    :
        The data in the order of time.

    Raises
    ------
    OutOfRange
        A time is negative, or an uncertainty not positive.

    Examples
    --------
    >>> data = lattice_decay(
    ...     time=np.array([0.0, 60.0]), lattice=np.array([4.11, 4.12]), uncertainty=np.full(2, 1e-4)
    ... )
    >>> data.heating[1].duration.tolist()
    [60.0]
    """
    if np.any(time < 0.0) or not np.all(uncertainty > 0.0):
        raise OutOfRange(
            f"a relaxation needs times from 0 s and positive uncertainties, got {np.min(time):g} s and"
            f" {np.min(uncertainty):g} Å. Check when it began."
        )
    steps = profile or TemperatureProfile(np.zeros(1), np.array([ROOM_TEMPERATURE]))
    order = np.argsort(time, kind="stable")
    measured = steps.at(time) if temperature is None else temperature
    return LatticeDecay(
        time[order],
        lattice[order],
        uncertainty[order],
        np.asarray(measured, dtype=float)[order],
        tuple(steps.heating_until(float(one)) for one in time[order]),
        messages,
    )


def decay_of_sequence(
    sequence: RefinedSequence,
    *,
    begin: datetime | None = None,
    clocks: Clocks | None = None,
    profile: TemperatureProfile | None = None,
    name: str = "a",
) -> LatticeDecay:
    """Return the relaxation that a sequence shows.

    Parameters
    ----------
    sequence
        Refined scans with times.
    begin
        When the current stopped; by default the beginning of the first scan, which is said.
    clocks
        How the clock of the scans compares with that of ``begin``.
    profile
        Temperature since ``begin``; by default that of the scans, or room temperature when they tell none.
    name
        Lattice parameter.

    Returns
    -------
    :
        Scans from ``begin`` on.

    Raises
    ------
    DataError
        There are no times, no scan after ``begin``, or the lattice falls as it does while current flows.
    """
    usable, remarks = usable_scans(sequence, name=name)
    starts = [one.start_time for one in sequence.scans]
    known = [one for one in starts if one is not None]
    if not known:
        raise DataError(
            "no scan tells when it was measured. Expected start times: a relaxation is a function of time."
            " Give a log beside the patterns."
        )
    first, clocks = begin or min(known), clocks or Clocks()
    begins, assumed = seconds_between(starts, first, clocks)
    ends = begins
    if any(one.end_time is not None for one in sequence.scans):
        ends = seconds_between([one.end_time for one in sequence.scans], first, clocks)[0]
    middle = 0.5 * (begins + np.where(np.isnan(ends), begins, ends))
    usable &= np.isfinite(middle) & (begins >= 0.0)
    if not usable.any():
        raise DataError(f"no usable scan was measured after {first}. Expected scans of the relaxation.")
    if begin is None:
        remarks = (
            *remarks,
            "The relaxation is taken to begin with the first scan; what went before is unseen.",
        )
    elif assumed:
        remarks = (*remarks, f"Clocks: {assumed}.")
    value, uncertainty = sequence.column(name)
    own = np.array([math.nan if one.temperature is None else one.temperature for one in sequence.scans])
    if profile is None:
        profile, text = _profile_of_scans(middle[usable], own[usable])
        remarks = (*remarks, text)
    measured = np.where(np.isfinite(own), own, profile.at(middle))
    order = np.flatnonzero(usable)[np.argsort(middle[usable], kind="stable")]
    _refuse_fall(value[order], uncertainty[order], measured[order], begin)
    return lattice_decay(
        time=middle[usable],
        lattice=value[usable],
        uncertainty=uncertainty[usable],
        profile=profile,
        temperature=measured[usable],
        messages=tuple(one for one in remarks if one),
    )


def _refuse_fall(
    lattice: Float[np.ndarray, "scan"],
    uncertainty: Float[np.ndarray, "scan"],
    temperature: Float[np.ndarray, "scan"],
    begin: datetime | None,
) -> None:
    """Refuse scans of a charge; with a known begin only a fall that turns into a rise, which no law has."""
    warmer = (temperature - float(np.median(temperature))) * float(np.median(lattice))
    total = np.hypot(uncertainty, EXPANSION.uncertainty * warmer)
    falls, rises = falls_and_rises(lattice=lattice - EXPANSION.value * warmer, uncertainty=total)
    if falls and begin is None:
        raise DataError(
            "the lattice parameter falls during much of what would be the relaxation, as it does while a cell"
            " is charged. Expected scans at rest only, for nothing tells when the current stopped. Give the"
            " cycler file (--cycler), or begin, the time at which it stopped."
        )
    if falls and rises:
        raise DataError(
            f"the lattice parameter falls and then rises after {begin}, when the current is said to have"
            " stopped. Expected a change in one direction. Check begin, and the clocks of scans and cycler."
        )


def _profile_of_scans(
    time: Float[np.ndarray, "scan"], temperature: Float[np.ndarray, "scan"]
) -> tuple[TemperatureProfile, str]:
    """Return the temperature that scans tell, changing halfway between two of them."""
    known = np.isfinite(temperature)
    if not known.any():
        room = TemperatureProfile(np.zeros(1), np.array([ROOM_TEMPERATURE]))
        return room, f"No temperature is told: {ROOM_TEMPERATURE:g} K is assumed."
    order = np.argsort(time[known], kind="stable")
    times, levels = time[known][order], temperature[known][order]
    changes = np.flatnonzero(np.abs(np.diff(levels)) > EQUAL)
    edges = np.concatenate([[0.0], 0.5 * (times[changes] + times[changes + 1])])
    text = (
        "The temperature is taken to change halfway between two scans; give profile when it is known better."
    )
    return TemperatureProfile(edges, levels[np.concatenate([[0], changes + 1])]), text if changes.size else ""
