"""Names, times, notes and messages as people write them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lmct.quantity import Finding, Value
from lmct.quantity.constants import ZERO_CELSIUS
from lmct.study import Message, StudyResult
from lmct.study.measurement_file import MeasurementSummary

SHOWN_NAMES = 4
"""Names that stand in one line; of more, how many there are."""


TIME_UNITS = (("d", 86400.0), ("h", 3600.0), ("min", 60.0))


def headline(result: StudyResult) -> str:
    """Return one sentence: how much was analysed and whether anything failed."""
    files, samples = len(result.measurements), len({m.sample for m in result.measurements})
    done = f"{files} {_plural('file', files)} of {samples} {_plural('sample', samples)} analysed"
    failed = len(result.failures)
    return (
        f"{done}; nothing failed."
        if not failed
        else f"{done}; {failed} {_plural('failure', failed)}, listed below."
    )


def condition_words(measurement: MeasurementSummary) -> str:
    """Return the numbers of a history as people write them.

    Examples
    --------
    >>> from pathlib import Path
    >>> condition_words(MeasurementSummary(Path(), "", "a", "s", "t", {"hold_time": 14400.0}))
    'hold time 4 h'
    """
    return ", ".join(_condition(name, number) for name, number in measurement.condition.items())


def notes_of(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    """Return each different note with the findings it belongs to, in words."""
    notes: dict[str, list[str]] = {}
    for finding in findings:
        if finding.note:
            notes.setdefault(finding.note, []).append(joined(words(finding.quantity), finding.sample))
    return [(note, _shortened(list(dict.fromkeys(names)))) for note, names in notes.items()]


def messages_by_source(messages: Sequence[Message]) -> list[tuple[str, list[str]]]:
    """Return messages together under what they are about; one text about many files stands once.

    Examples
    --------
    >>> messages_by_source([Message("a", "odd."), Message("b", "odd."), Message("b", "short.")])
    [('a, b', ['odd.']), ('b', ['short.'])]
    """
    sources: dict[str, list[str]] = {}
    for message in messages:
        sources.setdefault(message.text, []).append(message.source)
    grouped: dict[str, list[str]] = {}
    for text, names in sources.items():
        grouped.setdefault(_shortened(list(dict.fromkeys(names))), []).append(text)
    return list(grouped.items())


def words(name: str) -> str:
    """Return a name in code as words.

    Examples
    --------
    >>> words("equilibrium_potential")
    'equilibrium potential'
    """
    return name.replace("_", " ")


def readable(value: Value) -> Value:
    """Return a time in the unit that people would use; any other value as it is.

    Examples
    --------
    >>> print(readable(Value(5.0e6, 5.2e6, "s")))
    60(60) d
    """
    size = max(abs(value.value), value.uncertainty)
    if value.unit != "s" or not math.isfinite(size):
        return value
    unit, length = next((pair for pair in TIME_UNITS if size >= 2 * pair[1]), ("s", 1.0))
    return Value(value.value / length, value.uncertainty / length, unit, value.degrees_of_freedom)


def joined(sample: str, condition: str) -> str:
    """Return the texts that are not empty with a dot between them."""
    return " · ".join(text for text in (sample, condition) if text)


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"


def _shortened(names: Sequence[str]) -> str:
    """Return names with commas, only the first ones of many."""
    if len(names) <= SHOWN_NAMES:
        return ", ".join(names)
    return f"{', '.join(names[:SHOWN_NAMES])} and {len(names) - SHOWN_NAMES} more"


def _condition(name: str, number: float) -> str:
    if name == "in_cycling":
        return "in cycling, never taken apart"
    if name.endswith("temperature"):
        return f"{words(name)} {number - ZERO_CELSIUS:.6g} °C"
    if name.endswith("time"):
        return f"{words(name)} {_duration(number)}"
    units = {"charge_voltage": " V", "charge_capacity": " mAh/g"}
    return f"{words(name)} {number:.6g}{units.get(name, '')}"


def _duration(seconds: float) -> str:
    for unit, length in TIME_UNITS:
        if seconds >= 2 * length or seconds == length:
            return f"{seconds / length:.4g} {unit}"
    return f"{seconds:.4g} s"
