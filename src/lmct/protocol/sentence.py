"""One step as a sentence: words to step, and step to words."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterator
from typing import Any, cast, get_args

from lmct.protocol.step import ROOM_TEMPERATURE, Kind, Step
from lmct.quantity.errors import DataError, OutOfRange, UnitMismatch, UnknownName
from lmct.quantity.units import parse

EXAMPLES = {
    "charge": "'Charge at 20 mA/g until 4.8 V'",
    "discharge": "'Discharge at C/10 until 1.85 V'",
    "rest": "'Rest for 8 hours'",
    "heat": "'Heat at 140 degC for 90 seconds'",
    "hold": "'Hold at 4.8 V until 2 mA/g'",
    "sweep": "'Sweep at 0.05 mV/s until 1.5 V'",
    "repeat": "'Repeat 2 times:' followed by indented lines",
}
_UNITS = {
    "current": "mA/g",
    "voltage": "V",
    "capacity": "mAh/g",
    "time": "s",
    "temperature": "K",
    "sweep rate": "V/s",
}
# What a quantity after each preposition means, by kind of step.
_DRIVE = {
    ("at", "current"): "specific_current",
    ("at", "temperature"): "temperature",
    ("for", "time"): "duration",
    ("until", "voltage"): "stop_voltage",
    ("until", "capacity"): "stop_capacity",
}
_WAIT = {("at", "temperature"): "temperature", ("for", "time"): "duration"}
_HOLD = {
    ("at", "voltage"): "hold_voltage",
    ("at", "temperature"): "temperature",
    ("for", "time"): "duration",
    ("until", "current"): "stop_specific_current",
}
_SWEEP = {
    ("at", "sweep rate"): "sweep_rate",
    ("at", "temperature"): "temperature",
    ("for", "time"): "duration",
    ("until", "voltage"): "stop_voltage",
}
_MEANING = {
    "charge": _DRIVE,
    "discharge": _DRIVE,
    "rest": _WAIT,
    "heat": _WAIT,
    "hold": _HOLD,
    "sweep": _SWEEP,
}
_HINTS = {
    r"\d,\d": "Write numbers with a decimal point.",
    r"\d\s*[mµun]?A$": "Give the current per gram of active material, in mA/g or as C/10.",
    r"\d\s*C$": "Write temperatures as degC or K; C alone means the rate 1C.",
}
_CLAUSE = re.compile(r"\b(at|for|until)\b", re.IGNORECASE)
_JOINING = re.compile(r"\s*,(?:\s+|$)|\s*\b(?:or|and)\b\s*", re.IGNORECASE)
_RATE = re.compile(
    r"(?:C\s*/\s*(?P<hours>\d+\.?\d*|\.\d+)|(?P<factor>\d+\.?\d*|\.\d+)?\s*C)", re.ASCII | re.IGNORECASE
)


def step_from_words(words: str, *, line: int, one_c: float) -> Step:
    """Read one step.

    Parameters
    ----------
    words
        One sentence, for example ``"Charge at 20 mA/g until 4.8 V"``.
    line
        Number of its line, for messages.
    one_c
        Specific current of 1C [mA/g].

    Returns
    -------
    :
        The step, which remembers its words.

    Raises
    ------
    DataError
        The sentence is not understood.
    OutOfRange
        A number makes no sense.

    Examples
    --------
    >>> step_from_words("Rest for 8 hours", line=1, one_c=200.0).duration
    28800.0
    """
    verb, _, rest = words.partition(" ")
    kind = _kind(verb, line)
    settings: dict[str, Any] = {}
    for preposition, value in _clauses(rest, kind, line):
        attribute, amount = _setting(preposition, value, kind, line, one_c)
        if attribute in settings:
            raise DataError(f"line {line}: {words!r} sets its {attribute.replace('_', ' ')} twice. Keep one.")
        settings[attribute] = amount
    if kind == "heat" and "temperature" not in settings:
        raise DataError(
            f"line {line}: {words!r} states no temperature. Expected for example {EXAMPLES['heat']}."
        )
    try:
        return Step(kind=kind, text=words, **settings)
    except OutOfRange as error:
        raise OutOfRange(f"line {line}: {error}") from error


def to_words(step: Step) -> str:
    """Write a step in the words that :func:`step_from_words` reads.

    Limits that a step of this kind does not use are left out.

    Parameters
    ----------
    step
        The step.

    Returns
    -------
    :
        One line; reading it gives the same step again, to the last digit.

    Examples
    --------
    >>> to_words(Step(kind="charge", specific_current=20.0, stop_voltage=4.8))
    'Charge at 20.0 mA/g until 4.8 V'
    """
    parts: dict[str, list[str]] = {"at": [], "for": [], "until": []}
    for (preposition, quantity), attribute in _MEANING[step.kind].items():
        value = getattr(step, attribute)
        if value is not None and not (attribute == "temperature" and value == ROOM_TEMPERATURE):
            parts[preposition].append(f"{value!r} {_UNITS[quantity]}")
    at = " and ".join(parts["at"])
    limits = " or ".join(f"{word} {' or '.join(parts[word])}" for word in ("for", "until") if parts[word])
    return " ".join(word for word in (step.kind.capitalize(), at and f"at {at}", limits) if word)


def _kind(verb: str, number: int) -> Kind:
    kinds = get_args(Kind)
    if verb.lower() in kinds:
        return cast("Kind", verb.lower())
    near = difflib.get_close_matches(verb.lower(), [*kinds, "repeat"], n=1, cutoff=0.5)
    hint = f" Did you mean {near[0].capitalize()!r}?" if near else ""
    known = ", ".join(kind.capitalize() for kind in kinds)
    raise UnknownName(f"line {number}: no step is called {verb!r}.{hint} Expected {known} or Repeat.")


def _clauses(rest: str, kind: Kind, number: int) -> Iterator[tuple[str, str]]:
    """Split ``at 20 mA/g until 4.8 V or 200 mAh/g`` into prepositions and values."""
    pieces = _CLAUSE.split(rest)
    if _JOINING.sub(" ", pieces[0]).strip():
        raise _not_understood(pieces[0].strip(), kind, number)
    for preposition, values in zip(pieces[1::2], pieces[2::2], strict=True):
        found = [value for value in _JOINING.split(values.strip()) if value]
        if not found:
            raise DataError(
                f"line {number}: nothing follows {preposition!r}. Expected for example {EXAMPLES[kind]}."
            )
        yield from ((preposition.lower(), value) for value in found)


def _setting(preposition: str, value: str, kind: Kind, number: int, one_c: float) -> tuple[str, float]:
    """Return the attribute of the step that a clause sets, and its value."""
    for (word, quantity), attribute in _MEANING[kind].items():
        if word != preposition:
            continue
        amount = _amount(value, quantity, one_c)
        if amount is not None:
            return attribute, amount
    raise _not_understood(f"{preposition} {value}", kind, number)


def _amount(value: str, quantity: str, one_c: float) -> float | None:
    """Return the value in the unit of the quantity, None when it is something else."""
    rate = _RATE.fullmatch(value)
    if rate is not None:
        if quantity != "current":
            return None
        hours = float(rate["hours"] or 1.0)
        return float(rate["factor"] or 1.0) * one_c / hours if hours > 0 else None
    return _measured(value, _UNITS[quantity])


@functools.lru_cache(maxsize=4096)
def _measured(value: str, unit: str) -> float | None:
    try:
        return parse(value, unit)
    except UnitMismatch:
        return None


def _not_understood(words: str, kind: Kind, number: int) -> DataError:
    allowed: dict[str, list[str]] = {}
    for preposition, quantity in _MEANING[kind]:
        allowed.setdefault(preposition, []).append(f"{quantity} [{_UNITS[quantity]}]")
    expected = "; ".join(f"{preposition} + {' or '.join(what)}" for preposition, what in allowed.items())
    return DataError(
        f"line {number}: {words!r} is not understood.{_hint(words)} Expected {expected}."
        f" Write for example {EXAMPLES[kind]}."
    )


def _hint(words: str) -> str:
    """Return what is probably meant by words that are often written wrongly."""
    for pattern, hint in _HINTS.items():
        if re.search(pattern, words):
            return f" {hint}"
    return ""
