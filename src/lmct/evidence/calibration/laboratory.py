"""The experiments of the paper on one electrode, each simulated when it is first asked for."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar, cast

from lmct.electrode.model import Electrode
from lmct.electrode.parameters import ElectrodeParameters
from lmct.electrode.segment import Segment
from lmct.electrode.state import Drive, ElectrodeState
from lmct.protocol.step import ROOM_TEMPERATURE
from lmct.quantity.constants import HOUR
from lmct.quantity.errors import LmctError, OutOfRange

CURRENT = 20.0
"""Specific current of every charge and discharge [mA/g]."""

HIGH, USUAL = 4.8, 4.5
"""Limits of a full charge and of the charge before a relaxation [V]."""

METAL_END, OXYGEN_END = 2.5, 2.0
"""Voltages at which the metal plateau and the discharge end [V]."""

PART = 200.0
"""Capacity of a partial charge [mAh/g]."""

LONGEST, DAY = 1e6, 86400.0
DRYING, RECOVERY = 2.0 * HOUR, 0.25 * HOUR
"""Times between taking a cell apart and heating, and in a fresh cell before the discharge [s]."""

Found = TypeVar("Found")


class Laboratory:
    """One electrode and what was done to it; a simulation is run once, and only when it is needed.

    Parameters
    ----------
    parameters
        The electrode.
    tolerance, most_steps
        Accuracy and bound of every simulation, as in :class:`lmct.electrode.Electrode`.
    """

    def __init__(
        self, parameters: ElectrodeParameters, *, tolerance: float = 1e-4, most_steps: int = 5000
    ) -> None:
        self.parameters = parameters
        self.electrode = Electrode(parameters, tolerance=tolerance, most_steps=most_steps)
        self.current = CURRENT / parameters.mah_per_gram / HOUR
        self._known: dict[tuple[object, ...], object] = {}

    def charge(self, *, voltage: float | None = None, capacity: float | None = None) -> Segment:
        """Return the first charge to a voltage [V] or for a capacity [mAh/g]."""
        return self.once(("charge", voltage, capacity), lambda: self._charge(voltage, capacity))

    def discharge(self, state: ElectrodeState, voltage: float) -> Segment:
        """Return a discharge to a voltage [V]."""
        drive = Drive(current=-self.current, duration=LONGEST, stop_voltage=voltage)
        return self.electrode.advance(state, drive)

    def first_discharge(self) -> tuple[Segment, Segment]:
        """Return the discharge after the full charge in two parts, the metal plateau and what follows."""

        def both() -> tuple[Segment, Segment]:
            upper = self.discharge(self.charge(voltage=HIGH).end, METAL_END)
            return upper, self.discharge(upper.end, OXYGEN_END)

        return self.once(("first discharge",), both)

    def wait(
        self, state: ElectrodeState, seconds: float, temperature: float = ROOM_TEMPERATURE
    ) -> ElectrodeState:
        """Return the state after a time at open circuit."""
        if seconds <= 0:
            return state
        return self.electrode.advance(state, Drive(duration=seconds, surroundings=temperature)).end

    def relaxed_cell(self, temperature: float, seconds: float) -> ElectrodeState:
        """Return the electrode charged as usual, dried, heated, and put into a fresh cell."""

        def cell() -> ElectrodeState:
            dry = self.once(("dry",), lambda: self.wait(self.charge(voltage=USUAL).end, DRYING))
            return self.wait(self.wait(dry, seconds, temperature), RECOVERY)

        return self.once(("relaxed", temperature, seconds), cell)

    def metal_capacity(self, state: ElectrodeState) -> float:
        """Return the capacity above 2.5 V [mAh/g]."""
        return -self.discharge(state, METAL_END).charge * self.parameters.mah_per_gram

    def unrelaxed_metal_capacity(self) -> float:
        """Return the capacity above 2.5 V straight after the usual charge [mAh/g]."""
        return self.once(("whole",), lambda: self.metal_capacity(self.charge(voltage=USUAL).end))

    def share_of_capacity_left(self, temperature: float, seconds: float) -> float:
        """Return the metal capacity after heating over that without relaxation [1]."""
        return self.once(
            ("left", temperature, seconds),
            lambda: (
                self.metal_capacity(self.relaxed_cell(temperature, seconds)) / self.unrelaxed_metal_capacity()
            ),
        )

    def share_of_holes_left(
        self, state: ElectrodeState, seconds: float, temperature: float = ROOM_TEMPERATURE
    ) -> float:
        """Return the share of metal holes left after a time at open circuit; NaN when there were none."""
        if state.metal_holes <= 0:
            return math.nan
        return self.wait(state, seconds, temperature).metal_holes / state.metal_holes

    def without_lmct(self) -> Laboratory:
        """Return a laboratory with the same electrode whose LMCT is switched off."""
        if "attempt_frequency" not in self.parameters.lmct_parameters:
            raise OutOfRange(
                f"the rate law {self.parameters.lmct_law} has no attempt_frequency to switch LMCT off with."
                " Leave out the targets that need it."
            )
        off = self.parameters.replace(attempt_frequency=1e-30)
        electrode = self.electrode
        return self.once(
            ("without LMCT",),
            lambda: Laboratory(off, tolerance=electrode.tolerance, most_steps=electrode.most_steps),
        )

    def once(self, key: tuple[object, ...], make: Callable[[], Found]) -> Found:
        """Return what an earlier call made under this key; one that failed fails again without simulation."""
        if key not in self._known:
            try:
                self._known[key] = make()
            except LmctError as error:
                self._known[key] = error
        found = self._known[key]
        if isinstance(found, LmctError):
            raise found
        return cast("Found", found)

    def _charge(self, voltage: float | None, capacity: float | None) -> Segment:
        charge = None if capacity is None else capacity / self.parameters.mah_per_gram
        drive = Drive(current=self.current, duration=LONGEST, stop_voltage=voltage, stop_charge=charge)
        return self.electrode.advance(self.electrode.pristine(), drive)
