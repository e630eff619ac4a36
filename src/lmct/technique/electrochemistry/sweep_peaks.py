"""The sweeps of a measurement with their peaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lmct.technique.contract import Measurement
from lmct.technique.electrochemistry.voltammetry_sweeps import (
    CurrentPeak,
    Sweep,
    find_current_peaks,
    find_sweeps,
)


@dataclass(frozen=True, eq=False)
class SweepPeaks:
    """A sweep of one measurement and its peaks.

    Parameters
    ----------
    measurement
        Where it is from.
    number
        Number of the sweep in its direction, from 1.
    sweep
        The sweep.
    peaks
        Its peaks, currents in the unit of :attr:`unit`.
    """

    measurement: Measurement
    number: int
    sweep: Sweep
    peaks: tuple[CurrentPeak, ...]

    @property
    def per_mass(self) -> float:
        """Factor from amperes to mA/g, or to mA without a mass."""
        return 1e3 / float(self.measurement.dataset.attrs.get("active_mass_gram", 1.0))

    @property
    def unit(self) -> str:
        """Unit of the currents."""
        return "mA/g" if "active_mass_gram" in self.measurement.dataset.attrs else "mA"

    @property
    def words(self) -> str:
        """Direction, number and rate in words."""
        direction = "up" if self.sweep.direction > 0 else "down"
        return f"sweep {direction} {self.number}, {1e3 * self.sweep.rate:.3g} mV/s"


def sweeps_of(one: Measurement) -> Iterator[SweepPeaks]:
    """Return the sweeps of a measurement, numbered by direction, with their peaks.

    Parameters
    ----------
    one
        Time, voltage and current of a cell.

    Yields
    ------
    :
        Sweeps in their order; none where the voltage is not straight in time.
    """
    time, voltage, current = (one.dataset[name].to_numpy() for name in ("time", "voltage", "current"))
    count = {1: 0, -1: 0}
    for sweep in find_sweeps(time=time, voltage=voltage):
        count[sweep.direction] += 1
        rows = slice(sweep.start, sweep.stop)
        peaks = find_current_peaks(voltage=voltage[rows], current=current[rows], direction=sweep.direction)
        yield SweepPeaks(one, count[sweep.direction], sweep, peaks)
