"""What an operando sequence and its cell tell, as findings and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.clock.cycler_curve import CyclerCurve
from lmct.technique.clock.join import JoinedScans
from lmct.technique.contract import Measurement
from lmct.technique.diffraction.operando.hysteresis import StructuralLoop
from lmct.technique.diffraction.operando.lattice_curve import LITHIUM, LatticeCurve
from lmct.technique.diffraction.operando.lattice_slopes import (
    HalfCycleSlopes,
    change_of_slope,
    half_cycle_name,
)
from lmct.technique.diffraction.operando.sources import finding_of
from lmct.technique.diffraction.refined import RefinedSequence

NO_MASS = "No mass of the cell and molar mass are both known: charge stands for lithium."


@dataclass(frozen=True, eq=False)
class OperandoResult:
    """What a sequence and its cell tell together.

    Parameters
    ----------
    sequence
        The refined scans.
    cycler
        Rows of the cell.
    joined
        What the cell did during each scan.
    curve
        Lattice parameters to be trusted, with charge.
    slopes
        Of each half-cycle.
    loops
        Number of the charge -> loop with the discharge after it.
    """

    sequence: RefinedSequence
    cycler: CyclerCurve
    joined: JoinedScans
    curve: LatticeCurve
    slopes: tuple[HalfCycleSlopes, ...]
    loops: Mapping[int, StructuralLoop]


def findings_of_operando(
    result: OperandoResult, sources: tuple[Measurement, Measurement], scale: float
) -> Iterator[Finding]:
    """Return the findings of a sequence and its cell.

    Parameters
    ----------
    result
        What both tell.
    sources
        The sequence and the cell.
    scale
        Relative standard uncertainty of the charge axis [1].

    Yields
    ------
    :
        Lattice parameter at the end of each half-cycle, slopes, change points, loops.
    """
    curve = result.curve
    for number in curve.half_cycles:
        part = curve.part(number)
        last = int(part.charge.argmax() if part.is_charge else part.charge.argmin())
        name = half_cycle_name(number, part.is_charge)
        where = f"{part.charge[last]:.4g}{' ' if curve.charge_unit != LITHIUM else ' lithium extracted'}"
        where += curve.charge_unit if curve.charge_unit != LITHIUM else ""
        value = Value(float(part.lattice[last]), float(part.uncertainty[last]), "Å")
        note = f"Last scan while current flowed, index {part.index[last]}, at {where}."
        yield finding_of("lattice_parameter", value, f"end of {name}", sources, note)
    for one in result.slopes:
        yield from _slope_findings(one, sources)
    yield from _changes(result.slopes, sources, scale)
    for number, loop in result.loops.items():
        name, note = f"cycle {number // 2 + 1}", f"{loop.message} Range {_range(loop)}."
        yield finding_of("structural_loop_area", loop.area, name, sources, note)
        yield finding_of("structural_gap_max", loop.largest_gap, name, sources, f"At {loop.largest_at:.4g}.")
        yield finding_of("structural_loop_filled", loop.filled, name, sources, note)


def _range(loop: StructuralLoop) -> str:
    return f"{loop.common[0]:.4g} to {loop.common[1]:.4g}"


def _slope_findings(one: HalfCycleSlopes, sources: tuple[Measurement, Measurement]) -> Iterator[Finding]:
    fit, note = one.fit, f"Assessment: {one.fit.assessment} ({one.fit.message})"
    if one.metal is None or one.oxygen is None or fit.kink is None:
        yield finding_of("lattice_slope", fit.line, one.name, sources, note)
        return
    named = f"Region passed first (metal) or last (oxygen). {note}"
    yield finding_of("lattice_slope_metal", one.metal, one.name, sources, named)
    yield finding_of("lattice_slope_oxygen", one.oxygen, one.name, sources, named)
    if fit.kink_intervals is not None:
        (low, high), wide = fit.kink_intervals
        text = f"68 % by profile likelihood: {low:.4g} to {high:.4g}, 95 %: {wide[0]:.4g} to {wide[1]:.4g}."
        yield finding_of("lattice_change_point", fit.kink, one.name, sources, f"{text} {note}")


def _changes(
    slopes: Sequence[HalfCycleSlopes], sources: tuple[Measurement, Measurement], scale: float
) -> Iterator[Finding]:
    """Compare the second cycle with the first."""
    known = {one.half_cycle: one for one in slopes}
    for number in (0, 1):
        for region in ("metal", "oxygen"):
            pair = [getattr(known.get(place), region, None) for place in (number, number + 2)]
            if pair[0] is None or pair[1] is None:
                continue
            difference, significant = change_of_slope(pair[0], pair[1], scale=scale)
            name = f"cycle 2 less cycle 1, {'charge' if known[number].is_charge else 'discharge'}"
            note = "significant" if significant else "not significant at two standard uncertainties"
            yield finding_of(f"lattice_slope_{region}_change", difference, name, sources, note)


def messages_of_operando(result: OperandoResult) -> list[str]:
    """Return what could not be concluded and why.

    Parameters
    ----------
    result
        What the sequence and its cell tell.

    Returns
    -------
    :
        One sentence each.
    """
    found = list(result.curve.messages)
    if result.curve.charge_unit != LITHIUM:
        found.append(NO_MASS)
    fitted = {one.half_cycle for one in result.slopes}
    found += [text for one in result.slopes for text in one.messages]
    for number in result.curve.half_cycles:
        if number not in fitted:
            name = half_cycle_name(number, result.curve.part(number).is_charge)
            found.append(f"{name}: too few scans for slopes.")
    for number, loop in result.loops.items():
        if not loop.significant:
            found.append(f"cycle {number // 2 + 1}: {loop.message}")
    if not result.loops:
        found.append("No charge and discharge with enough scans at equal charge: no structural loop.")
    return found
