"""Relaxation of a charged electrode seen by diffraction: rate laws, where the lattice ends, verdict."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from lmct.protocol.step import ROOM_TEMPERATURE
from lmct.quantity.assessment import Assessment
from lmct.quantity.constants import HOUR, ZERO_CELSIUS
from lmct.quantity.errors import DataError, OutOfRange
from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.relaxation.laws import DEFAULT_LAWS, laws_for
from lmct.relaxation.rate_law import ATTEMPT_FREQUENCY
from lmct.technique.clock.cycler_curve import CURRENT_FLOOR, cycler_curve_from_dataset
from lmct.technique.contract import AnalysisResult, FigureSheet, Measurement
from lmct.technique.diffraction.operando.sources import (
    CLOCK_OPTIONS,
    cells_of,
    clocks_of,
    distinct,
    finding_of,
    pair_option,
    sequences_of,
    time_option,
)
from lmct.technique.diffraction.refined import RefinedSequence
from lmct.technique.diffraction.relaxation.data import (
    EXPANSION,
    LatticeDecay,
    TemperatureProfile,
    decay_of_sequence,
)
from lmct.technique.diffraction.relaxation.fit import (
    INFINITY,
    LatticeModel,
    LatticeRelaxation,
    assessment_of,
    fit_lattice_relaxation,
)
from lmct.technique.diffraction.relaxation.interval import (
    FARTHEST,
    TWO,
    interval_of_end,
    interval_of_parameter,
    interval_of_time,
)
from lmct.technique.diffraction.relaxation.rests import findings_of_rests
from lmct.technique.diffraction.sequence.dataset import sequence_of_dataset
from lmct.technique.option import number_option, refuse_unknown, text_option

OPTIONS = (
    *CLOCK_OPTIONS,
    "begin",
    "temperature",
    "profile",
    "at_infinity",
    "expansion",
    "laws",
    "attempt_frequency",
)


FAR = 100.0
"""A time this many times shorter than the first scan, or longer than the record, is no finding [1]."""

EXTRAPOLATED = (
    "Extrapolated by this law: a slower tail than the law has ends further, which no interval here covers."
)


def analyse_relaxation(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Fit rate laws to the lattice of sequences, or judge a few single patterns after rests.

    Parameters
    ----------
    measurements
        Refined sequences with cells of the same samples; or single patterns whose condition has
        ``rest_time``.
    options
        ``begin``: when the current stopped (time by the clock of the scans; by default from the cell, else
        the first scan); clocks as in the analysis ``operando``; ``temperature`` [K], or ``profile``, a list
        of [seconds since begin, kelvin]; ``at_infinity``: lattice parameter and its uncertainty [Å];
        ``expansion``: the same of the linear thermal expansion [1/K]; ``laws``; ``attempt_frequency`` [1/s].

    Returns
    -------
    :
        Findings of each law, a figure for each sequence, messages about what cannot be told.

    Raises
    ------
    UnknownName, OutOfRange
        An option does not exist or makes no sense.
    """
    refuse_unknown(options, OPTIONS, technique="diffraction")
    findings: list[Finding] = []
    figures: list[FigureSheet] = []
    messages: list[str] = []
    for one in sequences_of(measurements):
        sequence = sequence_of_dataset(one.dataset)
        try:
            data = _decay(one, sequence, measurements, options)
        except OutOfRange:  # an option makes no sense
            raise
        except DataError as refusal:
            messages.append(f"{one.name}: {refusal}")
            continue
        fits = _fits(data, options)
        judged = [_judged(fit) for fit in fits]
        findings += [found for one_fit in judged for found in _findings(one_fit, one)]
        messages += [f"{one.name}: {text}" for text in data.messages]
        messages += [f"{one.name}: {text}" for one_fit in judged for text in _remarks(one_fit)]
        if not fits:
            messages.append(f"{one.name}: {Assessment.TOO_FEW_DATA}: {len(data)} usable scans.")
        from lmct.technique.diffraction.figure.relaxation import relaxation_sheets

        determined = [fit for fit in fits if not fit.at_bound]
        sheets = relaxation_sheets(sequence, data, determined, name=one.name)
        figures += [distinct(sheet, one.name, len(sequences_of(measurements))) for sheet in sheets]
    few, remarks = findings_of_rests(measurements, end=pair_option(options, "at_infinity", "Å"))
    if not sequences_of(measurements) and not few and not remarks:
        remarks = [
            "There is no refined sequence, and no single patterns with rest_time, to tell a relaxation."
        ]
    return AnalysisResult((*findings, *few), tuple(figures), (*messages, *remarks))


def _decay(
    one: Measurement,
    sequence: RefinedSequence,
    measurements: Sequence[Measurement],
    options: Mapping[str, Any],
) -> LatticeDecay:
    begin, clocks = time_option(options, "begin"), None
    if begin is None:
        for cell in cells_of(one, measurements, text_option(options, "cell", "")):
            curve = cycler_curve_from_dataset(cell.dataset, start_time=time_option(options, "cycler_start"))
            flowing = np.flatnonzero(np.abs(curve.current) > CURRENT_FLOOR * np.max(np.abs(curve.current)))
            if curve.start_time is not None and flowing.size:
                begin = curve.start_time + timedelta(seconds=float(curve.time[flowing[-1]]))
                clocks = clocks_of(options)
    return decay_of_sequence(sequence, begin=begin, clocks=clocks, profile=_profile(options))


def _profile(options: Mapping[str, Any]) -> TemperatureProfile | None:
    if "temperature" in options and "profile" in options:
        raise OutOfRange("the options temperature and profile are both given. Expected one. Leave one away.")
    if "temperature" in options:
        return TemperatureProfile(
            np.zeros(1), np.array([number_option(options, "temperature", low=1.0, high=2000.0)])
        )
    rows = options.get("profile")
    if rows is None:
        return None
    try:
        table = np.array(rows, dtype=float)
    except (TypeError, ValueError) as error:
        raise OutOfRange(f"the option profile is {rows!r}. Expected pairs of seconds and kelvin.") from error
    if table.ndim != 2 or table.shape[1] != 2:
        raise OutOfRange(f"the option profile is {rows!r}. Expected pairs of seconds and kelvin.")
    return TemperatureProfile(table[:, 0], table[:, 1])


def _fits(data: LatticeDecay, options: Mapping[str, Any]) -> list[LatticeRelaxation]:
    frequency = number_option(options, "attempt_frequency", ATTEMPT_FREQUENCY, low=1.0, high=1e20)
    if not any(one.hold_time > 0.0 for one in data.heating):
        return []
    prior = pair_option(options, "at_infinity", "Å")
    expansion = pair_option(options, "expansion", "1/K") or EXPANSION
    laws = laws_for(data.heating, frequency, options.get("laws", DEFAULT_LAWS))
    found = [fit_lattice_relaxation(LatticeModel(law, data, prior, expansion)) for law in laws]
    return [one for one in found if one is not None]


@dataclass(frozen=True)
class _Judged:
    """A fit with its verdict, its half-life with 95 % limits, and the limits that no search found."""

    fit: LatticeRelaxation
    assessment: Assessment
    reason: str
    half_life: tuple[float, float, float]
    unfinished: list[str]

    def told(self, time: float) -> bool:
        """Return whether scans tell a time: it is not far shorter than the first, nor far beyond the last."""
        seen = self.fit.model.data.time
        first = float(np.min(seen, where=seen > 0.0, initial=math.inf))
        return first / FAR < time < float(seen.max()) * FAR

    @property
    def tells_end(self) -> bool:
        """Whether the end lies where limits are searched for: not far beyond all scans."""
        seen = self.fit.model.data.lattice
        beyond = max(float(seen.min()) - self.fit.linear[0], self.fit.linear[0] - float(seen.max()))
        return bool(beyond < FARTHEST * float(np.ptp(seen)))


def _judged(fit: LatticeRelaxation) -> _Judged:
    unfinished: list[str] = []
    where = temperature_of(fit.model.data)
    half = interval_of_time(fit, temperature=where, factor=TWO, unfinished=unfinished)
    end = interval_of_end(fit, factor=TWO, unfinished=unfinished)
    return _Judged(fit, *assessment_of(fit, end, half[1:]), half, unfinished)


def _remarks(judged: _Judged) -> Iterator[str]:
    """Return what is to be said of a fit; to be asked after its findings, for their limits count too."""
    law = judged.fit.model.law.name
    if judged.assessment != Assessment.GOOD:
        yield judged.reason
    time = judged.half_life[0]
    if not judged.fit.at_bound and not judged.told(time):
        found = "none" if math.isnan(time) else f"{time:.2g} s"
        yield (
            f"{law}: the half-life ({found}) lies far outside the times of the scans and is not given."
            " Measure earlier or longer."
        )
    if not judged.fit.at_bound and not judged.tells_end:
        yield f"{law}: the end of the lattice lies far beyond all scans and is not given. Measure longer."
    if judged.unfinished:
        names = ", ".join(dict.fromkeys(judged.unfinished))
        yield f"{law}: the search for limits was ended before all were found; open there: {names}."


def temperature_of(data: LatticeDecay) -> float:
    """Return the temperature at which most of the scans were left [K]; room temperature without any."""
    held = [one.hold_temperature for one in data.heating]
    return float(np.median(held)) if held else ROOM_TEMPERATURE


def _findings(judged: _Judged, one: Measurement) -> Iterator[Finding]:
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


def _times(judged: _Judged, one: Measurement, condition: str, tail: str) -> Iterator[Finding]:
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
