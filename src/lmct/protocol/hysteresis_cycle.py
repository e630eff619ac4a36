"""Closed cycles of a run: two states of equal charge, and the history between them in short pieces."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lmct.electrode.model import Electrode
from lmct.electrode.segment import Segment
from lmct.electrode.state import Drive, ElectrodeState
from lmct.protocol.run import Run

PIECES = 120
"""Pieces into which a half-cycle is cut, even in the time that current flows."""

SMALLEST_HALF_CYCLE = 1e-3
"""A reversal that passes less than this share of the largest half-cycle ends none [1]."""

SAME_INSTANT = 1e-9
"""Times of one segment that are closer than this share of its length are one [1]."""


CUT_TOLERANCE = 1e-9
"""Of the integration that finds the moment of a given charge under voltage control."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment of a run.

    Parameters
    ----------
    place
        Place of the segment, from 0.
    time
        Since the segment began [s].
    """

    place: int
    time: float


@dataclass(frozen=True, slots=True)
class Cycle:
    """Two moments between which as much charge flows in as out.

    Parameters
    ----------
    number
        From 1; 0 for a stretch that is no cycle.
    start, turn, stop
        Its begin, where the current turns back, and its end.
    """

    number: int
    start: Instant
    turn: Instant
    stop: Instant


@dataclass(frozen=True, eq=False)
class Piece:
    """A short stretch of a step.

    Parameters
    ----------
    step
        Number of the step, from 1.
    returning
        Whether it belongs to the second half of the cycle.
    segment
        What happened.
    """

    step: int
    returning: bool
    segment: Segment


def closed_cycles(run: Run) -> tuple[Cycle, ...]:
    """Return the cycles of a run: each charge with the discharge after it, or the other way round.

    The half-cycle that passes more charge is cut so that both states have equal charge: at its beginning when
    it is the first of the two, at its end when it is the second. Rests belong to the half-cycle before.

    Parameters
    ----------
    run
        The run.

    Returns
    -------
    :
        Cycles in order of time; empty when the current never turns back.

    Examples
    --------
    >>> from lmct.protocol import galvanostatic, simulate
    >>> [one.number for one in closed_cycles(simulate(galvanostatic(cycles=2)))]
    [1, 2]
    """
    halves = _half_cycles([segment.charge for segment in run.segments])
    found = []
    for number, (out, back) in enumerate(zip(halves[::2], halves[1::2], strict=False), start=1):
        passed = [abs(sum(run.segments[place].charge for place in half)) for half in (out, back)]
        start, turn = Instant(out[0], 0.0), Instant(back[0], 0.0)
        stop = Instant(back[-1], run.segments[back[-1]].duration)
        if passed[0] > passed[1]:
            start = _instant_of_charge(run, out, passed[0] - passed[1])
        elif passed[1] > passed[0]:
            stop = _instant_of_charge(run, back, passed[0])
        found.append(Cycle(number, start, turn, stop))
    return tuple(found)


def whole_run(run: Run) -> Cycle:
    """Return the whole run as a stretch that is no cycle."""
    last = len(run.segments) - 1
    end = Instant(last, run.segments[last].duration)
    return Cycle(0, Instant(0, 0.0), end, end)


def pieces_of_cycle(run: Run, cycle: Cycle, *, tolerance: float, pieces: int = PIECES) -> tuple[Piece, ...]:
    """Return the history of a cycle in short pieces, integrated again from the begin of its first step.

    Every piece starts from the end of the one before, so their energies add up without a gap.

    Parameters
    ----------
    run
        The run.
    cycle
        The stretch.
    tolerance
        Of the integration.
    pieces
        About how many a half-cycle is cut into; a step without current is one piece.

    Returns
    -------
    :
        Pieces in order of time.

    Raises
    ------
    NotConverged
        The integration failed.
    """
    electrode = Electrode.of_segment(run.segments[cycle.start.place], tolerance=tolerance)
    state = run.segments[cycle.start.place].start
    if cycle.start.time > 0.0:
        drive = run.segments[cycle.start.place].drive
        state = electrode.advance(state, _for_time(drive, cycle.start.time)).end
    return tuple(_pieces(run, cycle, electrode, state, pieces))


def _pieces(
    run: Run, cycle: Cycle, electrode: Electrode, state: ElectrodeState, pieces: int
) -> Iterator[Piece]:
    places = range(cycle.start.place, cycle.stop.place + 1)
    active = sum(run.segments[place].duration for place in places if _moves(run.segments[place])) / 2.0
    for place in places:
        segment = run.segments[place]
        begin = cycle.start.time if place == cycle.start.place else 0.0
        end = cycle.stop.time if place == cycle.stop.place else segment.duration
        if end - begin <= SAME_INSTANT * segment.duration:
            continue
        count = math.ceil(pieces * (end - begin) / active) if _moves(segment) else 1
        for _ in range(count):
            part = electrode.advance(state, _for_time(segment.drive, (end - begin) / count))
            returning = place >= cycle.turn.place and cycle.turn != cycle.stop
            yield Piece(place + 1, returning, part)
            state = part.end


def _moves(segment: Segment) -> bool:
    """Tell whether current may flow in a segment."""
    return segment.drive.current is None or segment.drive.current != 0.0


def _for_time(drive: Drive, duration: float) -> Drive:
    """Return the same drive with no other limit than a time."""
    return replace(drive, duration=duration, stop_voltage=None, stop_charge=None, stop_current=None)


def _half_cycles(charges: Sequence[float]) -> list[list[int]]:
    """Group segments by the direction in which charge flows; the small ones go with the group before."""
    groups: list[list[int]] = []
    directions: list[float] = []
    largest = max((abs(charge) for charge in charges), default=0.0)
    for place, charge in enumerate(charges):
        direction = math.copysign(1.0, charge) if abs(charge) > SMALLEST_HALF_CYCLE * largest else 0.0
        if groups and direction in (0.0, directions[-1]):
            groups[-1].append(place)
        elif groups and directions[-1] == 0.0:
            groups[-1].append(place)
            directions[-1] = direction
        else:
            groups.append([place])
            directions.append(direction)
    return groups if largest > 0.0 else []


def _instant_of_charge(run: Run, places: Sequence[int], wanted: float) -> Instant:
    """Return the moment of a half-cycle at which so much charge has passed, positive [electrons/f.u.]."""
    passed = 0.0
    sign = math.copysign(1.0, sum(run.segments[place].charge for place in places))
    for place in places:
        segment = run.segments[place]
        here = sign * segment.charge
        if passed + here >= wanted:
            return Instant(place, _time_of_charge(segment, sign * (wanted - passed), run))
        passed += here
    return Instant(places[-1], run.segments[places[-1]].duration)


def _time_of_charge(segment: Segment, wanted: float, run: Run) -> float:
    """Return when a segment has passed so much charge, with its sign [s]."""
    if segment.drive.current is not None:
        return wanted / segment.drive.current
    from scipy.optimize import brentq

    electrode = Electrode.of_segment(segment, tolerance=CUT_TOLERANCE)

    def missing(time: float) -> float:
        if time <= 0.0:
            return -wanted
        return electrode.advance(segment.start, _for_time(segment.drive, time)).charge - wanted

    if missing(segment.duration) * wanted <= 0.0:
        return segment.duration
    return float(brentq(missing, 0.0, segment.duration, xtol=1e-9, rtol=1e-12))
