"""Cells of a titration, grouped by condition, with the numbers that are compared."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

from lmct.protocol.step import ROOM_TEMPERATURE
from lmct.quantity.constants import HOUR, ZERO_CELSIUS
from lmct.quantity.finding import Finding
from lmct.technique.contract import Measurement
from lmct.technique.electrochemistry.cell_findings import LOWER_BOUND

Role = Literal["in_cycling", "unheated", "heated"]


@dataclass(frozen=True, eq=False)
class CellGroup:
    """All cells of one condition.

    Parameters
    ----------
    sample
        Name of the sample, which names the condition.
    role
        ``in_cycling`` (never taken apart), ``unheated`` (taken apart and dried) or ``heated``.
    hold_time
        Time at the hold temperature [s]; 0 unless heated.
    hold_temperature
        Temperature [K]; room temperature unless heated.
    measurements
        Its cells.
    values
        One row per cell, one column per quantity that was asked for.
    boundary
        Uncertainty of one cell in the first quantity beyond what all its capacities share: where the voltage
        that ends the plateau is not steep, the error of the voltage moves charge into the next plateau.
    own_freedom
        Degrees of freedom of that boundary when it was taken from the scatter of the cells themselves.
    """

    sample: str
    role: Role
    hold_time: float
    hold_temperature: float
    measurements: tuple[Measurement, ...]
    values: Float[np.ndarray, "cell column"]
    boundary: float = 0.0
    own_freedom: float = math.inf

    @property
    def mean(self) -> Float[np.ndarray, "column"]:
        """Mean over the cells."""
        result: Float[np.ndarray, "column"] = self.values.mean(axis=0)
        return result

    @property
    def cells(self) -> int:
        """Number of cells."""
        return len(self.values)

    @property
    def label(self) -> str:
        """The condition in words, for example ``140 degC, 90 s``."""
        if self.role != "heated":
            return self.role.replace("_", "-")
        return f"{self.hold_temperature - ZERO_CELSIUS:.4g} °C, {duration_text(self.hold_time)}"


def duration_text(seconds: float) -> str:
    """Write a duration as people do.

    Parameters
    ----------
    seconds
        Duration [s].

    Returns
    -------
    :
        Text in s, min, h or d.

    Examples
    --------
    >>> duration_text(90.0), duration_text(600.0), duration_text(86400.0), duration_text(1209600.0)
    ('90 s', '10 min', '24 h', '14 d')
    """
    for unit, length in (("s", 120.0), ("min", 2 * HOUR), ("h", 48 * HOUR + 1.0)):
        if seconds < length:
            return f"{seconds / {'s': 1.0, 'min': 60.0, 'h': HOUR}[unit]:.4g} {unit}"
    return f"{seconds / (24 * HOUR):.4g} d"


def finding_of(measurement: Measurement, quantity: str) -> Finding | None:
    """Return the first finding of a quantity in a measurement: that of its first discharge.

    Parameters
    ----------
    measurement
        One analysed file.
    quantity
        Name of the quantity.

    Returns
    -------
    :
        The finding, None when the file does not tell.
    """
    return next((one for one in measurement.findings if one.quantity == quantity), None)


def groups_from_measurements(
    measurements: Sequence[Measurement], quantities: Sequence[str]
) -> tuple[tuple[CellGroup, ...], tuple[str, ...]]:
    """Group cells by sample.

    Parameters
    ----------
    measurements
        Cells; condition keys ``hold_temperature`` [K], ``hold_time`` [s], ``in_cycling``.
    quantities
        Findings every cell must have; each becomes a column.

    Returns
    -------
    :
        Groups in order of first appearance, and sentences about cells that were left out or are doubtful.
    """
    messages: list[str] = []
    dried = any(one.condition.get("hold_time") == 0.0 for one in measurements)
    rows: dict[str, list[tuple[Measurement, list[Finding]]]] = {}
    for one in measurements:
        found = [finding_of(one, quantity) for quantity in quantities]
        missing = [name for name, finding in zip(quantities, found, strict=True) if finding is None]
        if missing:
            messages.append(f"{one.name} is left out: it has no {', '.join(missing)}.")
            continue
        present = [finding for finding in found if finding is not None]
        messages += [f"{one.name}: {f.quantity}: {f.note}" for f in present if f.note.startswith(LOWER_BOUND)]
        rows.setdefault(one.sample, []).append((one, present))
    rows, mixed = _same_units(rows)
    first = [found[0].value for members in rows.values() for _, found in members]
    shared = min((one.uncertainty / one.value for one in first if one.value > 0.0), default=0.0)
    groups = tuple(_group(sample, members, dried, shared) for sample, members in rows.items())
    return groups, tuple(messages + mixed)


def _group(
    sample: str, members: list[tuple[Measurement, list[Finding]]], dried: bool, shared: float
) -> CellGroup:
    condition = members[0][0].condition
    time = condition.get("hold_time", 0.0)
    role: Role = "heated" if time > 0.0 else "unheated"
    if condition.get("in_cycling", 0.0) or (dried and "hold_time" not in condition):
        role = "in_cycling"
    temperature = condition.get("hold_temperature", ROOM_TEMPERATURE)
    return CellGroup(
        sample=sample,
        role=role,
        hold_time=time,
        hold_temperature=temperature if role == "heated" else ROOM_TEMPERATURE,
        measurements=tuple(one for one, _ in members),
        values=np.array([[finding.value.value for finding in found] for _, found in members]),
        boundary=_boundary([found[0] for _, found in members], shared),
    )


def _boundary(findings: list[Finding], shared: float) -> float:
    """Return what the stated uncertainties hold beyond the relative part that all capacities share."""
    own = [one.value.uncertainty**2 - (shared * one.value.value) ** 2 for one in findings]
    return math.sqrt(max(0.0, float(np.mean(own))))


def _same_units(
    rows: dict[str, list[tuple[Measurement, list[Finding]]]],
) -> tuple[dict[str, list[tuple[Measurement, list[Finding]]]], list[str]]:
    """Keep the cells whose units are those of most cells, and name the others."""
    units = [tuple(f.value.unit for f in found) for members in rows.values() for _, found in members]
    if len(set(units)) < 2:
        return rows, []
    usual = max(set(units), key=units.count)
    kept, messages = {}, []
    for sample, members in rows.items():
        same = [one for one in members if tuple(f.value.unit for f in one[1]) == usual]
        messages += [
            f"{one.name} is left out: its capacities are not in {usual[0]} as those of the other cells."
            for one, found in members
            if tuple(f.value.unit for f in found) != usual
        ]
        if same:
            kept[sample] = same
    return kept, messages
