"""Slopes of the lattice parameter in the metal and the oxygen region of each half-cycle."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lmct.quantity.value import Value
from lmct.technique.diffraction.operando.lattice_curve import LITHIUM, PLAIN, SPECIFIC, LatticeCurve
from lmct.technique.diffraction.operando.lattice_kink import KinkFit, fit_kink

SLOPE_UNITS: Mapping[str, str] = {LITHIUM: "Å f.u.", SPECIFIC: "Å g/mAh", PLAIN: "Å/mAh"}
"""Units of a slope by the unit of the charge axis."""

DIFFERENT = 2.0
"""Slopes differ when they lie so many standard uncertainties apart [1]."""


@dataclass(frozen=True, eq=False)
class HalfCycleSlopes:
    """How the lattice follows the charge in one half-cycle.

    Parameters
    ----------
    half_cycle
        Its number, from 0.
    is_charge
        Charge or discharge.
    fit
        Two lines along the charge axis.
    metal, oxygen
        Slopes of the region passed first and of that passed last: the metal reacts before oxygen in both
        directions (Li 2022, L170-176). None when there is no kink.
    messages
        What contradicts or limits these names, one sentence each.
    """

    half_cycle: int
    is_charge: bool
    fit: KinkFit
    metal: Value | None
    oxygen: Value | None
    messages: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """For example ``"cycle 1, charge"`` when the test begins with a charge."""
        return half_cycle_name(self.half_cycle, self.is_charge)


def half_cycle_name(number: int, is_charge: bool) -> str:
    """Return a half-cycle in words; a cycle is a charge with the discharge after it.

    Parameters
    ----------
    number
        Of the half-cycle, from 0.
    is_charge
        Whether it is a charge.

    Examples
    --------
    >>> half_cycle_name(3, False)
    'cycle 2, discharge'
    """
    return f"cycle {number // 2 + 1}, {'charge' if is_charge else 'discharge'}"


def slopes_of_half_cycles(
    curve: LatticeCurve, *, kink: float | None = None, voltage: float | None = None, scale: float = 0.0
) -> tuple[HalfCycleSlopes, ...]:
    """Fit two lines to every half-cycle.

    Parameters
    ----------
    curve
        Lattice parameters with charge.
    kink
        Charge at which the regions meet, counted as in the curve; free by default.
    voltage
        Voltage at which they meet [V]; used for the half-cycles that cross it, and instead of ``kink``.
    scale
        Relative standard uncertainty of the charge axis, from mass and current: it is common to all slopes
        of the curve [1].

    Returns
    -------
    :
        One result for each half-cycle with enough scans.
    """
    found = []
    for number in curve.half_cycles:
        part = curve.part(number)
        place = kink if voltage is None else charge_at_voltage(part, voltage)
        fit = fit_kink(
            x=part.charge,
            y=part.lattice,
            uncertainty=part.uncertainty,
            kink=place,
            unit=SLOPE_UNITS[curve.charge_unit],
            x_unit=curve.charge_unit if curve.charge_unit != LITHIUM else "",
        )
        if fit is not None:
            found.append(_named(number, part, fit, scale))
    return tuple(found)


def charge_at_voltage(curve: LatticeCurve, voltage: float) -> float | None:
    """Return the charge at which the mean voltage of the scans crosses a voltage for the first time.

    Parameters
    ----------
    curve
        One half-cycle.
    voltage
        Voltage [V].

    Returns
    -------
    :
        Charge as counted in the curve, interpolated between scans; None when it is not crossed.
    """
    above = curve.voltage >= voltage
    turns = np.flatnonzero(above[1:] != above[:-1])
    if not turns.size:
        return None
    first = int(turns[0])
    low, high = curve.voltage[first], curve.voltage[first + 1]
    share = (voltage - low) / (high - low)
    return float(curve.charge[first] + share * (curve.charge[first + 1] - curve.charge[first]))


def _named(number: int, part: LatticeCurve, fit: KinkFit, scale: float) -> HalfCycleSlopes:
    first, last = (fit.before, fit.after) if part.is_charge else (fit.after, fit.before)
    name, messages = half_cycle_name(number, part.is_charge), []
    if fit.kink is None:
        messages.append(f"{name}: {fit.message}")
        return HalfCycleSlopes(number, part.is_charge, fit, None, None, tuple(messages))
    if first is not None and last is not None:
        apart = abs(last.value) - abs(first.value)
        if apart > DIFFERENT * math.hypot(first.uncertainty, last.uncertainty):
            messages.append(
                f"{name}: the lattice changes more in the region passed last ({last}) than in that passed"
                f" first ({first}); that contradicts metal before oxygen."
            )
    for side, probability in zip(("below", "above"), fit.curvature_probability, strict=True):
        if probability < 0.01:
            messages.append(
                f"{name}: curved {side} the change point (p = {probability:.1g}); the slope is a mean."
            )
    if fit.message != "Two lines fit.":
        messages.append(f"{name}: {fit.message}")
    metal, oxygen = (None if one is None else _with_scale(one, scale) for one in (first, last))
    return HalfCycleSlopes(number, part.is_charge, fit, metal, oxygen, tuple(messages))


def _with_scale(slope: Value, scale: float) -> Value:
    return Value(
        slope.value,
        math.hypot(slope.uncertainty, scale * slope.value),
        slope.unit,
        slope.degrees_of_freedom,
    )


def change_of_slope(first: Value, second: Value, *, scale: float = 0.0) -> tuple[Value, bool]:
    """Return how much a slope differs between two cycles of one cell, and whether that is significant.

    Parameters
    ----------
    first, second
        Slopes as :func:`slopes_of_half_cycles` gave them with the same ``scale``.
    scale
        Relative uncertainty of the charge axis that both contain: common to both, so it acts on the
        difference only [1].

    Returns
    -------
    :
        Second less first, and whether it exceeds two standard uncertainties.

    Examples
    --------
    >>> difference, significant = change_of_slope(Value(-0.010, 0.001), Value(-0.020, 0.001))
    >>> round(difference.value, 4), significant
    (-0.01, True)
    """
    own = [max(0.0, one.uncertainty**2 - (scale * one.value) ** 2) for one in (first, second)]
    difference = second.value - first.value
    spread = math.sqrt(sum(own) + (scale * difference) ** 2)
    return Value(difference, spread, first.unit), abs(difference) > DIFFERENT * spread
