"""Seconds between two clocks: those of a diffractometer and of a cycler, with or without time zones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from jaxtyping import Float

from lmct.quantity.constants import HOUR
from lmct.quantity.errors import DataError, OutOfRange

SUGGESTED_HOURS = range(-26, 27)
"""Whole hours by which zones, daylight saving and dates entered by hand can differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """How the clock of the scans is read against that of the cycler.

    Parameters
    ----------
    offset
        Added to the times of the scans to get those of the cycler [s]. When only one of the clocks tells its
        zone and none is given for the other, zones are left aside and times are taken as written. None when
        not known.
    scan_zone, cycler_zone
        Zone of a clock that does not tell its own, for example ``"Europe/Paris"``; None when not known.
    """

    offset: float | None = None
    scan_zone: str | None = None
    cycler_zone: str | None = None


def seconds_between(
    times: Sequence[datetime | None], start: datetime, clocks: Clocks, *, duration: float = 0.0
) -> tuple[Float[np.ndarray, "scan"], str]:
    """Return the seconds from the start of the cycler's test to times of the scans.

    Parameters
    ----------
    times
        By the clock of the scans; None where a scan tells none.
    start
        Start of the test by the clock of the cycler.
    clocks
        What the user says of both clocks.
    duration
        Of the test, for the hint of a refusal [s]; 0 when not known.

    Returns
    -------
    :
        Seconds, NaN where there is no time [s]; and in words what was assumed, empty when nothing.

    Raises
    ------
    DataError
        No scan has a time, the scans do not agree whether they tell a zone, or only one of both clocks
        tells its zone and neither an offset nor a zone is given.
    OutOfRange
        A zone does not exist, or the offset is no number.

    Examples
    --------
    >>> noon = datetime(2025, 7, 2, 12)
    >>> seconds, assumed = seconds_between([datetime(2025, 7, 2, 13)], noon, Clocks())
    >>> float(seconds[0]), assumed
    (3600.0, 'neither clock tells its zone; both are taken to be set alike')
    """
    if clocks.offset is not None and not math.isfinite(clocks.offset):
        raise OutOfRange(f"the clock offset is {clocks.offset!r}. Expected a number of seconds.")
    zoned = [None if one is None else _in_zone(one, clocks.scan_zone) for one in times]
    begun = _in_zone(start, clocks.cycler_zone)
    known = [one for one in zoned if one is not None]
    if not known:
        raise DataError(
            "no scan tells when it was measured. Expected start times in the patterns or in a log file beside"
            " them. Give a log, or leave the cycler file away."
        )
    if len({one.tzinfo is None for one in known}) > 1:
        raise DataError(
            "some scans tell the zone of their clock and some do not. Expected one kind. Give scan_zone."
        )
    assumed = ""
    if (known[0].tzinfo is None) != (begun.tzinfo is None):
        if clocks.offset is None:
            raise _one_zone(known, begun, duration)
        zoned = [None if one is None else one.replace(tzinfo=None) for one in zoned]
        begun = begun.replace(tzinfo=None)
        assumed = "only one clock tells its zone; times are taken as written, with the offset that was given"
    elif begun.tzinfo is None and clocks.offset is None:
        assumed = "neither clock tells its zone; both are taken to be set alike"
    shift = clocks.offset or 0.0
    seconds = [math.nan if one is None else (one - begun).total_seconds() + shift for one in zoned]
    return np.array(seconds), assumed


def hours_that_overlap(
    *, first: float, last: float, duration: float, hours: Sequence[int] = SUGGESTED_HOURS
) -> tuple[int, ...]:
    """Return the whole hours that bring all scans into the test, the smallest first.

    Parameters
    ----------
    first, last
        Beginning of the first and end of the last scan, counted from the start of the test [s].
    duration
        Of the test [s].
    hours
        Which to try.

    Returns
    -------
    :
        Hours to add to the clock of the scans; those that bring most of the scanned time inside when none
        brings all.

    Examples
    --------
    >>> hours_that_overlap(first=-7000.0, last=3000.0, duration=40000.0)
    (2, 3, 4, 5, 6, 7, 8, 9, 10)
    """
    last = max(last, first + 1.0)
    inside = {
        hour: max(0.0, min(last + hour * HOUR, duration) - max(first + hour * HOUR, 0.0)) / (last - first)
        for hour in hours
    }
    best = max(inside.values())
    if best <= 0.0:
        return ()
    found = [hour for hour, share in inside.items() if share >= best - 1e-9]
    return tuple(sorted(found, key=lambda hour: (abs(hour), hour)))


def _in_zone(time: datetime, zone: str | None) -> datetime:
    """Give a time without a zone the one that the user named."""
    if zone is None or time.tzinfo is not None:
        return time
    try:
        return time.replace(tzinfo=ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise OutOfRange(
            f"there is no time zone {zone!r}. Expected a name such as 'Europe/Paris' or 'UTC'."
        ) from error


def _one_zone(scans: Sequence[datetime], begun: datetime, duration: float) -> DataError:
    """Build the refusal when one clock tells its zone and the other does not."""
    cycler = begun.tzinfo is not None
    knows, lacks = ("cycler", "scans") if cycler else ("scans", "cycler")
    option = "scan_zone" if cycler else "cycler_zone"
    bare = begun.replace(tzinfo=None)
    written = [(one.replace(tzinfo=None) - bare).total_seconds() for one in scans]
    hours = hours_that_overlap(first=min(written), last=max(written), duration=duration)
    listed = ", ".join(f"{hour * HOUR:g}" for hour in hours[:3])
    fitting = f"; whole hours that bring the scans into the test: {listed} s" if hours else ""
    return DataError(
        f"the clock of the {knows} tells its zone and that of the {lacks} does not; as written, the first"
        f" scan began {min(written) / HOUR:.2f} h after the test. Expected both or none, for a guess could"
        f" shift all charges. Give {option} (for example 'Europe/Paris') or clock_offset [s]{fitting}."
    )
