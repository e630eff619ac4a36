"""Window opening of cells: what each window holds, and whether the plateaus stay where they were."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.contract import AnalysisResult, Measurement
from lmct.technique.electrochemistry.analysed_opening import (
    AnalysedOpening,
    accuracy_of_window,
    analysed_opening,
)
from lmct.technique.electrochemistry.window_opening_boundary import (
    Shift,
    crossing_from_curve,
    uncertainty_of_part,
)
from lmct.technique.electrochemistry.window_opening_series import Window, find_openings
from lmct.technique.option import number_option, refuse_unknown

BOUNDARY = 2.5
"""Voltage between the discharge of the metal and of oxygen [V] (Li 2022, Fig. 4, caption)."""

CHARGE_BOUNDARY = 4.1
"""Voltage between the two couples on charge [V]; the paper names none, this is an assumption."""


def analyse_window_opening(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Analyse the window openings of some cells.

    Parameters
    ----------
    measurements
        Cells: records in which a limit moves, or files with one window each.
    options
        ``boundary`` [V] (2.5) divides discharges, ``charge_boundary`` [V] (4.1) the charges after a
        discharge whose limit moves.

    Returns
    -------
    :
        Numbers of every window, shift of the boundary and path dependence, one figure an opening, messages.

    Raises
    ------
    UnknownName, OutOfRange
        An option does not exist or makes no sense.

    Source
    ------
    Li 2022, Fig. 6a-d, S9 and S26: opening the window shifts the state of charge of the intermediate.
    """
    refuse_unknown(options, ["boundary", "charge_boundary"], technique="electrochemistry")
    boundary = number_option(options, "boundary", BOUNDARY, low=0.1, high=6.0)
    of_charge = number_option(options, "charge_boundary", CHARGE_BOUNDARY, low=0.1, high=6.0)
    found = [
        analysed_opening(one, boundary if one.side == "charge" else of_charge)
        for one in find_openings(measurements)
    ]
    used = {window.measurement.name for one in found for window in one.opening.windows}
    messages = [
        f"Window opening: {one.name} has no cycles whose upper limit rises or lower limit falls while the"
        " other limit stays, alone or with other files."
        for one in measurements
        if one.name not in used
    ]
    messages += [text for one in found for text in _remarks(one)]
    findings = [finding for one in found for finding in _findings(one, boundary)]
    if not found:
        return AnalysisResult(messages=tuple(messages))
    from lmct.technique.electrochemistry.figure_window_opening import window_opening_sheet

    sheets = tuple(window_opening_sheet(one) for one in found)
    return AnalysisResult(tuple(findings), sheets, tuple(messages))


def _findings(one: AnalysedOpening, boundary: float) -> Iterator[Finding]:
    for window in one.opening.windows:
        yield from _window_findings(window, boundary, one.unit)
    reference = next((w for w, c in zip(one.opening.windows, one.crossings, strict=True) if c.crosses), None)
    widest: tuple[Window, Shift] | None = None
    for window, shift in zip(one.opening.windows, one.shifts, strict=True):
        if shift is None or reference is None:
            continue
        widest = (window, shift)
        note = (
            f"Charge by which the {one.returning} passes {one.boundary:g} V earlier, counted from its end at"
            f" {window.fixed:.2f} V, than in the window {reference.label}; 0 when the state of charge alone"
            " decides the voltage."
        )
        value = Value(shift.shift, shift.shift_uncertainty, one.unit)
        yield _finding([reference, window], "boundary_shift", value, window.label, note)
    if widest is not None and reference is not None:
        window, shift = widest
        note = (
            f"Shift of the passage through {one.boundary:g} V on {one.returning} over the charge that the"
            " window gained: 0 when the state of charge alone decides the voltage, 1 when all that is gained"
            " comes after the boundary; current gain and mass cancel within one file."
        )
        where = f"{reference.label} to {window.limit:.2f} V"
        value = Value(shift.share, shift.share_uncertainty)
        yield _finding([reference, window], "path_dependence", value, where, note)


def _window_findings(window: Window, boundary: float, unit: str) -> Iterator[Finding]:
    """Yield capacities and mean voltages of both half-cycles, and the discharge on either side of 2.5 V."""
    accuracy = accuracy_of_window(window)
    by_place = {(one.quantity, one.condition): one.value for one in window.measurement.findings}
    cycle = window.measurement.dataset["cycle"].to_numpy()
    repeats = f" The last of {window.repeats} cycles to this limit." if window.repeats > 1 else ""
    for kind, number in (("charge", window.charge), ("discharge", window.discharge)):
        where = f"{window.label}, cycle {int(cycle[number])}, {kind}"
        for quantity in (f"{kind}_capacity", f"mean_{kind}_voltage"):
            value = by_place.get((quantity, f"cycle {int(cycle[number])}, {kind}"))
            if value is not None:
                yield _finding([window], f"window_{quantity}", value, where, repeats.strip())
    capacity, voltage = window.curve(window.discharge)
    parts = crossing_from_curve(capacity=capacity, voltage=voltage, boundary=boundary)
    above = parts.before if parts.crosses or voltage[-1] >= boundary else 0.0
    where = f"{window.label}, cycle {int(cycle[window.discharge])}, discharge"
    for place, part in (("above", above), ("below", parts.total - above)):
        error = uncertainty_of_part(part, parts, accuracy, opening=place == "above")
        note = f"Charge {place} {boundary:g} V.{repeats}"
        yield _finding([window], f"window_capacity_{place}_boundary", Value(part, error, unit), where, note)


def _remarks(one: AnalysedOpening) -> Iterator[str]:
    name = one.opening.name
    silent = [
        window.label
        for window, crossing in zip(one.opening.windows, one.crossings, strict=True)
        if not crossing.crosses
    ]
    if silent:
        yield (
            f"Window opening: {name}: the {one.returning} does not pass {one.boundary:g} V in the windows"
            f" {', '.join(silent)}; they tell nothing of its shift."
        )
    if one.opening.side == "discharge":
        yield (
            f"Window opening: {name}: charges are divided at {one.boundary:g} V (charge_boundary), which no"
            " source states; look at the dQ/dV curves."
        )
    growth = [b.total - a.total for a, b in itertools.pairwise(one.crossings)]
    if any(step <= 0.0 for step in growth):
        yield (
            f"Window opening: {name}: the {one.returning} does not gain charge with every opening; the cell"
            " may fade or not be settled; the path dependence compares the widest window with the first."
        )


def _finding(windows: Sequence[Window], quantity: str, value: Value, condition: str, note: str) -> Finding:
    files = dict.fromkeys((w.measurement.source_file, w.measurement.source_sha256) for w in windows)
    samples = dict.fromkeys(one.measurement.sample for one in windows)
    return Finding(
        quantity=quantity,
        value=value,
        sample="; ".join(samples),
        technique="electrochemistry",
        condition=condition,
        source_file="; ".join(name for name, _ in files),
        source_sha256="; ".join(digest for _, digest in files),
        note=note,
    )
