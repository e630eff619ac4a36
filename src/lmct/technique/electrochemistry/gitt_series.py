"""The pulses of one direction with their rests and diffusion, and the gap between the two directions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct.technique.electrochemistry.gitt_diffusion import Diffusion, diffusion_from_pulse
from lmct.technique.electrochemistry.gitt_pulses import Pulse, find_pulses
from lmct.technique.electrochemistry.gitt_rest import RestLimit, rest_limit_from_decay

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, eq=False)
class Series:
    """A titration in one direction.

    Parameters
    ----------
    pulses
        Its pulses whose rests have enough rows.
    limits
        End and extrapolation of the rest after each.
    diffusion
        What each tells of diffusion.
    per_gram
        Factor from mAh of the cell to the unit of the capacities.
    rest_time
        Median length of the rests [s].
    """

    pulses: tuple[Pulse, ...]
    limits: tuple[RestLimit, ...]
    diffusion: tuple[Diffusion, ...]
    per_gram: float
    rest_time: float

    @property
    def direction(self) -> int:
        """1 on charge, -1 on discharge."""
        return self.pulses[0].direction

    @property
    def capacity(self) -> Float[np.ndarray, "pulse"]:
        """Charge passed since the record began, at every rest."""
        return np.array([one.capacity for one in self.pulses]) * self.per_gram

    def column(self, name: str) -> Float[np.ndarray, "pulse"]:
        """Return one number of every rest, by the name in :class:`RestLimit`."""
        return np.array([getattr(one, name) for one in self.limits])


@dataclass(frozen=True, eq=False)
class Gap:
    """Charge minus discharge at equal capacities.

    Parameters
    ----------
    capacity
        Where both branches have a rest on either side; the rests of the charge.
    difference, uncertainty
        Voltage of charge minus that of discharge, with scatter and interpolation [V]. The accuracy of the
        voltage, common to both, cancels.
    """

    capacity: Float[np.ndarray, "point"]
    difference: Float[np.ndarray, "point"]
    uncertainty: Float[np.ndarray, "point"]


def series_from_dataset(dataset: xr.Dataset) -> tuple[Series, ...]:
    """Return the titrations of a measurement.

    Parameters
    ----------
    dataset
        Data set of the technique.

    Returns
    -------
    :
        One series per direction and turn, in order of time.
    """
    time, voltage, current = (dataset[name].to_numpy() for name in ("time", "voltage", "current"))
    per_gram = 1.0 / float(dataset.attrs.get("active_mass_gram", 1.0))
    found = []
    for pulses in find_pulses(time=time, current=current):
        rested = [(pulse, _limit(pulse, time, voltage)) for pulse in pulses]
        usable = [(pulse, limit) for pulse, limit in rested if limit is not None]
        if len(usable) < 2:
            continue
        kept = tuple(pulse for pulse, _ in usable)
        limits = tuple(limit for _, limit in usable)
        rests = [float(time[one.rest_stop - 1]) - one.end for one in kept]
        found.append(
            Series(kept, limits, _diffusion(kept, limits, time, voltage), per_gram, float(np.median(rests)))
        )
    return tuple(found)


def gap_between(charge: Series, discharge: Series, name: str) -> Gap:
    """Return the gap between two branches where they overlap.

    Parameters
    ----------
    charge, discharge
        The branches.
    name
        ``"end"`` for the ends of the rests, ``"limit"`` for their extrapolations.

    Returns
    -------
    :
        The gap, without points where a voltage is missing; perhaps empty.
    """
    value, error = ("end_voltage", "end_uncertainty") if name == "end" else ("voltage", "uncertainty")
    order = np.argsort(discharge.capacity)
    x, y, u = discharge.capacity[order], discharge.column(value)[order], discharge.column(error)[order]
    known = np.isfinite(y)
    x, y, u = x[known], y[known], u[known]
    here = np.isfinite(charge.column(value))
    q, v, w = charge.capacity[here], charge.column(value)[here], charge.column(error)[here]
    if len(x) < 3 or not len(q):
        return Gap(np.empty(0), np.empty(0), np.empty(0))
    inside = (q >= x[0]) & (q <= x[-1])
    q, v, w = q[inside], v[inside], w[inside]
    bend = np.abs(np.gradient(np.gradient(y, x), x)) * np.interp(x, x[:-1], np.diff(x)) ** 2 / 8.0
    other = np.interp(q, x, u)
    # The same law of decay is wrong in the same way on both branches: model errors add up.
    both = np.hypot(w, other) if name == "end" else w + other
    return Gap(q, v - np.interp(q, x, y), np.hypot(both, np.interp(q, x, bend)))


def _limit(
    pulse: Pulse, time: Float[np.ndarray, "row"], voltage: Float[np.ndarray, "row"]
) -> RestLimit | None:
    since = time[pulse.stop : pulse.rest_stop] - pulse.end
    after = since > 0
    return rest_limit_from_decay(time=since[after], voltage=voltage[pulse.stop : pulse.rest_stop][after])


def _diffusion(
    pulses: Sequence[Pulse],
    limits: Sequence[RestLimit],
    time: Float[np.ndarray, "row"],
    voltage: Float[np.ndarray, "row"],
) -> tuple[Diffusion, ...]:
    """Return what every pulse tells; the first two lack a step, or one to compare it with."""
    found = [Diffusion(math.nan, math.nan, "no step before it to compare with")] * min(2, len(pulses))
    for number in range(2, len(pulses)):
        pulse, (first, before, after) = pulses[number], limits[number - 2 : number + 1]
        rows = slice(pulse.start, pulse.stop)
        since = time[rows] - pulse.begin
        found.append(
            diffusion_from_pulse(
                time=since[since > 0],
                voltage=voltage[rows][since > 0],
                duration=pulse.duration,
                step=after.voltage - before.voltage,
                step_uncertainty=math.hypot(after.uncertainty, before.uncertainty),
                neighbour_step=before.voltage - first.voltage,
            )
        )
    return tuple(found)
