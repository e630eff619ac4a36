"""The numbers of a sample's history: temperature and time of its heating, end of its charge, rest."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lmct.quantity.errors import DataError, UnitMismatch, unknown_name
from lmct.quantity.units import parse

if TYPE_CHECKING:
    from lmct.protocol.step import Step

CONDITION_UNITS = {
    "hold_temperature": "K",
    "hold_time": "s",
    "rest_time": "s",
    "charge_voltage": "V",
    "charge_capacity": "mAh/g",
}
"""Names that a ``condition`` table may have, with the unit of each number inside lmct."""

IN_CYCLING = "in_cycling"
"""Condition (1.0) of a cell that was never opened."""


def condition_from_table(table: Mapping[str, Any], place: str) -> dict[str, float]:
    """Read a ``condition`` table of the study file.

    Parameters
    ----------
    table
        Name to text with unit, for example ``{"hold_time": "90 s"}``, or to a number in the internal unit.
    place
        Where it stands, for messages.

    Returns
    -------
    :
        The numbers in internal units.

    Raises
    ------
    UnknownName
        A name is none of :data:`CONDITION_UNITS`.
    UnitMismatch
        A text is no number with a fitting unit.
    DataError
        A value is neither a text nor a finite number.

    Examples
    --------
    >>> condition_from_table({"hold_time": "4 h", "hold_temperature": "140 degC"}, "sample 1")
    {'hold_time': 14400.0, 'hold_temperature': 413.15}
    """
    condition = {}
    for name, value in table.items():
        if name not in CONDITION_UNITS:
            raise unknown_name(f"condition of {place}", name, CONDITION_UNITS)
        condition[name] = _number(value, CONDITION_UNITS[name], f"{place}, condition {name}")
    return condition


def condition_from_steps(steps: Sequence[Step], place: str) -> dict[str, float]:
    """Take the numbers of a history from its steps.

    ``hold_temperature`` and ``hold_time`` come from the heating, several heatings at one temperature are
    added up; ``charge_voltage`` or ``charge_capacity`` are what ended the last charge; ``rest_time`` is the
    rest after the last other step.

    Parameters
    ----------
    steps
        The history in order.
    place
        Where it stands, for messages.

    Returns
    -------
    :
        The numbers in internal units; without any heating neither temperature nor time of a hold.

    Raises
    ------
    DataError
        There are heatings at different temperatures.
    """
    return _hold(steps, place) | _charge(steps) | _rest(steps)


def _hold(steps: Sequence[Step], place: str) -> dict[str, float]:
    heated = [step for step in steps if step.kind == "heat"]
    temperatures = sorted({step.temperature for step in heated})
    if not heated:
        return {}
    if len(temperatures) > 1:
        raise DataError(
            f"{place} was heated at different temperatures, {temperatures[0]:g} to {temperatures[-1]:g} K."
            ' Expected one. Say which counts: condition = {hold_temperature = "...", hold_time = "..."}.'
        )
    return {"hold_temperature": temperatures[0], "hold_time": sum(step.duration or 0.0 for step in heated)}


def _charge(steps: Sequence[Step]) -> dict[str, float]:
    charges = [step for step in steps if step.kind == "charge"]
    if not charges:
        return {}
    limits = {"charge_voltage": charges[-1].stop_voltage, "charge_capacity": charges[-1].stop_capacity}
    return {name: limit for name, limit in limits.items() if limit is not None}


def _rest(steps: Sequence[Step]) -> dict[str, float]:
    last = len(steps)
    while last and steps[last - 1].kind == "rest":
        last -= 1
    duration = sum(step.duration or 0.0 for step in steps[last:])
    return {"rest_time": duration} if duration else {}


def _number(value: object, unit: str, place: str) -> float:
    if isinstance(value, str):
        try:
            return parse(value, unit)
        except UnitMismatch as error:
            raise UnitMismatch(f"{place}: {error}") from error
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise DataError(f'{place} is {value!r}. Expected a text such as "20 {unit}", or a number in {unit}.')
    return float(value)
