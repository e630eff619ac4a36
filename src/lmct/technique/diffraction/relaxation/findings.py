"""Findings of a fitted relaxation: where the lattice ends, parameters of the law, times."""

from __future__ import annotations

import math
from collections.abc import Iterator

from lmct.quantity.constants import HOUR, ZERO_CELSIUS
from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.contract import Measurement
from lmct.technique.diffraction.operando.sources import (
    finding_of,
)
from lmct.technique.diffraction.relaxation.interval import (
    TWO,
    interval_of_end,
    interval_of_parameter,
    interval_of_time,
)
from lmct.technique.diffraction.relaxation.judged_fit import JudgedFit, temperature_of
from lmct.technique.diffraction.relaxation.model import INFINITY

EXTRAPOLATED = (
    "Extrapolated by this law: a slower tail than the law has ends further, which no interval here covers."
)


def findings_of_fit(judged: JudgedFit, one: Measurement) -> Iterator[Finding]:
    """Return what a fit tells: where the lattice ends, parameters of the law, half-life, time constant.

    Parameters
    ----------
    judged
        The fit with its verdict.
    one
        The measurement.

    Yields
    ------
    :
        Findings with intervals of 68 %; none from a fit with a parameter at its bound.
    """
    fit, unfinished = judged.fit, judged.unfinished
    if fit.at_bound:
        return
    law, where = fit.model.law, temperature_of(fit.model.data)
    tail = f"Assessment: {judged.assessment} ({judged.reason})"
    condition = f"{law.name}, {where - ZERO_CELSIUS:.4g} °C"
    end = interval_of_end(fit, unfinished=unfinished)
    value, width = fit.value(INFINITY)
    limits = f"68 % by profile likelihood: {end[0]:.5g} to {end[1]:.5g} Å. {tail} {EXTRAPOLATED}"
    if judged.tells_end:
        found = Value(value, _half(end, width), "Å")
        yield finding_of("lattice_at_infinity", found, condition, (one,), limits)
    for quantity, name, unit in (
        ("stretching_exponent", "stretching_exponent", ""),
        ("activation_energy", "activation_energy", "eV"),
        ("first_barrier", "first_barrier", "eV"),
        ("barrier_rise", "barrier_rise", "eV"),
    ):
        if name in law.parameters:
            value, width = fit.value(name)
            low, high = interval_of_parameter(fit, name, unfinished=unfinished)
            text = f"68 % by profile likelihood: {low:.4g} to {high:.4g}. {tail}"
            yield finding_of(quantity, Value(value, _half((low, high), width), unit), law.name, (one,), text)
    yield from _times(judged, one, condition, tail)


def _times(judged: JudgedFit, one: Measurement, condition: str, tail: str) -> Iterator[Finding]:
    """Return half-life and time constant, without those far outside the times of the scans."""
    fit, unfinished = judged.fit, judged.unfinished
    where = temperature_of(fit.model.data)
    wides = {"half_life": (0.5, judged.half_life)}
    if "stretching_exponent" in fit.model.law.parameters:
        share = math.exp(-1.0)
        wide = interval_of_time(fit, temperature=where, share=share, factor=TWO, unfinished=unfinished)
        wides["relaxation_time_constant"] = (share, wide)
    for quantity, (share, wide) in wides.items():
        if judged.told(wide[0]):
            time, low, high = interval_of_time(fit, temperature=where, share=share, unfinished=unfinished)
            text = (
                f"68 %: {_hours(low)} to {_hours(high)}; 95 %: {_hours(wide[1])} to {_hours(wide[2])}. {tail}"
            )
            known = math.isfinite(high) and low > 0.0
            spread = 0.5 * time * math.log(high / low) if known else math.inf
            yield finding_of(quantity, Value(time, spread, "s"), condition, (one,), text)


def _half(limits: tuple[float, float], width: float) -> float:
    """Return half of an interval, infinite when it is open; at least the linear uncertainty."""
    return max(0.5 * (limits[1] - limits[0]), width)


def _hours(seconds: float) -> str:
    return f"{seconds / HOUR:.4g} h" if math.isfinite(seconds) else "no limit"
