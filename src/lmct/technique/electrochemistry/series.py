"""Conditions in relation to each other: the reference, series in temperature and in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lmct.quantity.constants import ZERO_CELSIUS
from lmct.technique.electrochemistry.cells import CellGroup, Role, duration_text


@dataclass(frozen=True, eq=False)
class Series:
    """Conditions that differ in one variable, the reference first.

    Parameters
    ----------
    variable
        ``temperature`` or ``time``.
    fixed
        What is the same in all, in words.
    groups
        In order of the variable.
    """

    variable: Literal["temperature", "time"]
    fixed: str
    groups: tuple[CellGroup, ...]


def reference_group(groups: Sequence[CellGroup], *, prefer: Role) -> CellGroup | None:
    """Return the condition that others are compared with.

    Parameters
    ----------
    groups
        All conditions.
    prefer
        ``unheated`` for the rearrangement of capacity, ``in_cycling`` for the remaining fraction; the other
        of the two is taken when there is none.

    Returns
    -------
    :
        The first such condition; None when all are heated.
    """
    references = [one for one in groups if one.role != "heated"]
    return min(references, key=lambda one: one.role != prefer, default=None)


def sharply_divided(groups: Sequence[CellGroup]) -> tuple[CellGroup, ...]:
    """Return the conditions whose relative scatter may be pooled: the boundary matters less than 1 % in them.

    Parameters
    ----------
    groups
        All conditions; first column a plateau.

    Returns
    -------
    :
        Those conditions; all when there is none.
    """
    sharp = tuple(one for one in groups if one.boundary < 0.01 * abs(float(one.mean[0])))
    return sharp or tuple(groups)


def series_from_groups(groups: Sequence[CellGroup]) -> tuple[Series, ...]:
    """Find the series in temperature (one hold time) and in time (one hold temperature).

    Parameters
    ----------
    groups
        All conditions.

    Returns
    -------
    :
        Series of at least three heated conditions (of two when none has three) after the unheated reference,
        if there is one; the longest first.
    """
    reference = reference_group(groups, prefer="unheated")
    start = (reference,) if reference is not None else ()
    heated = [one for one in groups if one.role == "heated"]
    found: list[Series] = []
    for time in sorted({one.hold_time for one in heated}):
        same = sorted((one for one in heated if one.hold_time == time), key=lambda one: one.hold_temperature)
        if len({one.hold_temperature for one in same}) > 1:
            found.append(Series("temperature", duration_text(time), (*start, *same)))
    for temperature in sorted({round(one.hold_temperature, 1) for one in heated}):
        same = sorted(
            (one for one in heated if round(one.hold_temperature, 1) == temperature),
            key=lambda one: one.hold_time,
        )
        if len({one.hold_time for one in same}) > 1:
            found.append(Series("time", f"{temperature - ZERO_CELSIUS:.4g} °C", (*start, *same)))
    long = [one for one in found if len(one.groups) - len(start) > 2]
    return tuple(sorted(long or found, key=lambda one: -len(one.groups)))
