"""Series of cycles whose upper limit rises or whose lower limit falls, in one record or in several files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from jaxtyping import Float

from lmct.technique.contract import Measurement

Side = Literal["charge", "discharge"]

SAME_LIMIT = 0.02
"""Limits that differ by less are one limit; a window opens by more [V]."""

SMALLEST_SHARE = 0.02
"""Half-cycles below this share of the largest one of their record are no windows [1]."""

MINIMUM_WINDOWS = 2


@dataclass(frozen=True, eq=False)
class Window:
    """One cycle of an opening: a half-cycle to the limit that moves and the one that comes back.

    Parameters
    ----------
    measurement
        Where it is from.
    side
        ``charge`` when the upper limit moves, ``discharge`` when the lower one does.
    moving, returning
        Indices of the two half-cycles in the data set.
    repeats
        Cycles in a row to this limit; this is the last of them.
    """

    measurement: Measurement
    side: Side
    moving: int
    returning: int
    repeats: int = 1

    @property
    def limit(self) -> float:
        """Voltage at which the moving half-cycle ended [V]."""
        return float(self.measurement.dataset["end_voltage"][self.moving])

    @property
    def fixed(self) -> float:
        """Voltage at which the returning half-cycle ended [V]."""
        return float(self.measurement.dataset["end_voltage"][self.returning])

    @property
    def charge(self) -> int:
        """Index of its charge."""
        return self.moving if self.side == "charge" else self.returning

    @property
    def discharge(self) -> int:
        """Index of its discharge."""
        return self.returning if self.side == "charge" else self.moving

    @property
    def per_gram(self) -> float:
        """Factor from mAh of the cell to the unit of the capacities."""
        return 1.0 / float(self.measurement.dataset.attrs.get("active_mass_gram", 1.0))

    @property
    def label(self) -> str:
        """The window in words, for example ``charged to 4.40 V``."""
        return f"{self.side}d to {self.limit:.2f} V"

    def curve(self, number: int) -> tuple[Float[np.ndarray, "point"], Float[np.ndarray, "point"]]:
        """Return capacity since the half-cycle began and voltage, with its opening point.

        Parameters
        ----------
        number
            Index of the half-cycle.

        Returns
        -------
        :
            Capacity in the unit of the data set, and voltage [V]; the opening repeats the first voltage.
        """
        data = self.measurement.dataset
        rows = slice(int(data["start_row"][number]), int(data["stop_row"][number]))
        capacity, voltage = data["capacity"].to_numpy()[rows], data["voltage"].to_numpy()[rows]
        return np.concatenate([[0.0], capacity]), np.concatenate([voltage[:1], voltage])


@dataclass(frozen=True, eq=False)
class Opening:
    """Windows from the narrowest to the widest.

    Parameters
    ----------
    side
        Which limit moves.
    windows
        At least two, of different limits.
    """

    side: Side
    windows: tuple[Window, ...]

    @property
    def one_record(self) -> bool:
        """Whether all windows are from one file, so that errors of mass and instrument are common."""
        return len({one.measurement.name for one in self.windows}) == 1

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return "; ".join(dict.fromkeys(one.measurement.name for one in self.windows))


def find_openings(measurements: Sequence[Measurement]) -> tuple[Opening, ...]:
    """Find the openings in records, and across the files that hold one window each.

    In a record an opening is the longest stretch of cycles whose limit on one side moves outwards and never
    back while the other limit stays; of several cycles to one limit the last counts. Files without an
    opening of their own give their last cycle; those of one sample are taken together, and then what is left
    of all samples.

    Parameters
    ----------
    measurements
        Cells.

    Returns
    -------
    :
        Openings, charge side first.
    """
    found: list[Opening] = []
    alone: list[Measurement] = []
    for one in measurements:
        own = [opening for side in _SIDES if (opening := _opening_of_record(one, side)) is not None]
        found += own
        alone += [] if own else [one]
    for side in _SIDES:
        left: list[Window] = []
        for sample in dict.fromkeys(one.sample for one in alone):
            last = [w for m in alone if m.sample == sample for w in _windows(m, side)[-1:]]
            together = _opening_of_files(last, side)
            found += [] if together is None else [together]
            left += last if together is None else []
        across = _opening_of_files(left, side)
        found += [] if across is None else [across]
    return tuple(sorted(found, key=lambda one: one.side))


_SIDES: tuple[Side, ...] = ("charge", "discharge")


def _windows(one: Measurement, side: Side) -> list[Window]:
    """Return every pair of half-cycles that begins on a side."""
    data = one.dataset
    if "direction" not in data:
        return []
    direction, capacity = data["direction"].to_numpy(), data["total_capacity"].to_numpy()
    first = 1 if side == "charge" else -1
    large = capacity >= SMALLEST_SHARE * capacity.max()
    pairs = (direction[:-1] == first) & (direction[1:] == -first) & large[:-1] & large[1:]
    return [Window(one, side, int(number), int(number) + 1) for number in np.flatnonzero(pairs)]


def _opening_of_record(one: Measurement, side: Side) -> Opening | None:
    stretches = list(_stretches(_windows(one, side), side))
    longest = max(stretches, key=len, default=[])
    return Opening(side, tuple(longest)) if len(longest) >= MINIMUM_WINDOWS else None


def _stretches(windows: Sequence[Window], side: Side) -> Iterator[list[Window]]:
    """Yield stretches of one record in which the limit only moves outwards, one window for each limit."""
    outwards = 1.0 if side == "charge" else -1.0
    stretch: list[Window] = []
    limit = fixed = 0.0
    ends = windows[0].measurement.dataset["end_voltage"].to_numpy() if windows else np.empty(0)
    for one in windows:
        here, back = float(ends[one.moving]), float(ends[one.returning])
        step = outwards * (here - limit)
        if not stretch or step < -SAME_LIMIT or abs(back - fixed) > SAME_LIMIT:
            if stretch:
                yield stretch
            stretch, limit, fixed = [one], here, back
        elif step > SAME_LIMIT:
            stretch.append(one)
            limit = here
        else:
            stretch[-1] = replace(one, repeats=stretch[-1].repeats + 1)
    if stretch:
        yield stretch


def _opening_of_files(windows: Sequence[Window], side: Side) -> Opening | None:
    """Return the opening of single windows: one limit stays, the other takes at least two values."""
    ordered = sorted(windows, key=lambda one: one.limit if side == "charge" else -one.limit)
    if len(ordered) < MINIMUM_WINDOWS or abs(ordered[-1].limit - ordered[0].limit) < SAME_LIMIT:
        return None
    fixed = [one.fixed for one in ordered]
    return Opening(side, tuple(ordered)) if max(fixed) - min(fixed) <= SAME_LIMIT else None
