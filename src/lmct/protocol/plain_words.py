"""Protocols in the words battery people use: text to steps, and steps back to text."""

from __future__ import annotations

import difflib
import functools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

from lmct.protocol.step import ROOM_TEMPERATURE, Kind, Step
from lmct.quantity.errors import DataError, OutOfRange, UnitMismatch, UnknownName
from lmct.quantity.units import parse

MAXIMUM_STEPS = 100_000
"""A protocol with more steps than this is refused."""

ONE_C = 200.0
"""Current of 1C unless stated otherwise [mA/g] (Li 2022, Methods: C/10 is 20 mA/g)."""

_EXAMPLES = {
    "charge": "'Charge at 20 mA/g until 4.8 V'",
    "discharge": "'Discharge at C/10 until 1.85 V'",
    "rest": "'Rest for 8 hours'",
    "heat": "'Heat at 140 degC for 90 seconds'",
    "hold": "'Hold at 4.8 V until 2 mA/g'",
    "repeat": "'Repeat 2 times:' followed by indented lines",
}
_UNITS = {"current": "mA/g", "voltage": "V", "capacity": "mAh/g", "time": "s", "temperature": "K"}
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
_MEANING = {"charge": _DRIVE, "discharge": _DRIVE, "rest": _WAIT, "heat": _WAIT, "hold": _HOLD}
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
_REPEAT = re.compile(r"repeat\s+(?P<count>\S+)\s+times?\s*:", re.IGNORECASE)


@dataclass(slots=True)
class _Block:
    """The body of one repeat block while it is being read; the outermost one has no count."""

    line: int
    indent: int
    count: int
    steps: list[Step]
    body_indent: int | None = None


def parse_steps(text: str | Sequence[str], *, one_c: float = ONE_C) -> tuple[Step, ...]:
    r"""Read a protocol written in plain words, one step a line.

    Parameters
    ----------
    text
        The protocol as one text or as lines. ``;`` separates steps on one line, ``#`` starts a comment. A line
        ``Repeat 3 times:`` repeats the deeper indented lines below it; such blocks nest.
    one_c
        Specific current of 1C [mA/g].

    Returns
    -------
    :
        The steps in the order in which they run, repeats written out.

    Raises
    ------
    DataError
        A line is not understood; the message names the line, the words, and what was expected.
    OutOfRange
        A number makes no sense, or there are more than 100 000 steps.

    Source
    ------
    Li 2022, Methods: 1C is 200 mA/g.

    Examples
    --------
    >>> for step in parse_steps("Charge at C/10 until 4.8 V\nRest for 8 hours"):
    ...     print(step.kind, step.specific_current, step.stop_voltage, step.duration)
    charge 20.0 4.8 None
    rest 0.0 None 28800.0
    """
    if not 0 < one_c < math.inf:
        raise OutOfRange(f"the current of 1C must be positive, got {one_c!r} mA/g.")
    blocks = [_Block(line=0, indent=-1, count=1, steps=[])]
    for number, indent, words in _lines(text):
        while indent <= blocks[-1].indent:
            _close(blocks)
        _check_indent(blocks[-1], indent, number)
        if words.lower().startswith("repeat"):
            blocks.append(_Block(line=number, indent=indent, count=_count(words, number), steps=[]))
        elif len(blocks[-1].steps) >= MAXIMUM_STEPS:
            raise OutOfRange(f"line {number}: more than {MAXIMUM_STEPS} steps. Write a shorter protocol.")
        else:
            blocks[-1].steps.append(_step(words, number, one_c))
    while len(blocks) > 1:
        _close(blocks)
    if not blocks[0].steps:
        raise DataError(
            f"the protocol has no steps. Write one step a line, for example {_EXAMPLES['charge']}."
        )
    return tuple(blocks[0].steps)


def to_words(step: Step) -> str:
    """Write a step in the words that :func:`parse_steps` reads.

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


def _lines(text: str | Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield number, indentation and words of each line that is not empty."""
    whole = text if isinstance(text, str) else "\n".join(text)
    for number, line in enumerate(whole.splitlines(), 1):
        content = line.split("#", 1)[0].expandtabs(4).rstrip()
        indent = len(content) - len(content.lstrip())
        for piece in content.split(";"):
            words = piece.strip().rstrip(".").rstrip()
            if words:
                yield number, indent, words


def _check_indent(block: _Block, indent: int, number: int) -> None:
    """Refuse a line that is indented otherwise than its neighbours."""
    if block.body_indent is None:
        block.body_indent = indent
    if indent != block.body_indent:
        raise DataError(
            f"line {number}: indented by {indent} spaces, its neighbours by {block.body_indent}."
            " Indent only the lines below 'Repeat N times:', all by the same amount."
        )


def _close(blocks: list[_Block]) -> None:
    """Write the innermost block out into the one around it."""
    block = blocks.pop()
    if not block.steps:
        raise DataError(
            f"line {block.line}: nothing to repeat. Indent the lines below 'Repeat {block.count} times:'."
        )
    total = len(blocks[-1].steps) + block.count * len(block.steps)
    if total > MAXIMUM_STEPS:
        raise OutOfRange(
            f"line {block.line}: repeating {len(block.steps)} steps {block.count} times makes {total} steps."
            f" At most {MAXIMUM_STEPS} are allowed. Repeat fewer times."
        )
    blocks[-1].steps.extend(block.steps * block.count)


def _count(words: str, number: int) -> int:
    match = _REPEAT.fullmatch(words)
    if match is None:
        raise DataError(f"line {number}: {words!r} is not understood. Expected {_EXAMPLES['repeat']}.")
    if not re.fullmatch(r"0*[1-9]\d{0,8}", match["count"], re.ASCII):
        raise OutOfRange(
            f"line {number}: cannot repeat {match['count']!r} times."
            f" Expected a whole number from 1 to {MAXIMUM_STEPS}."
        )
    return int(match["count"])


def _step(words: str, number: int, one_c: float) -> Step:
    verb, _, rest = words.partition(" ")
    kind = _kind(verb, number)
    settings: dict[str, Any] = {}
    for preposition, value in _clauses(rest, kind, number):
        attribute, amount = _setting(preposition, value, kind, number, one_c)
        if attribute in settings:
            raise DataError(
                f"line {number}: {words!r} sets its {attribute.replace('_', ' ')} twice. Keep one."
            )
        settings[attribute] = amount
    if kind == "heat" and "temperature" not in settings:
        raise DataError(
            f"line {number}: {words!r} states no temperature. Expected for example {_EXAMPLES['heat']}."
        )
    try:
        return Step(kind=kind, text=words, **settings)
    except OutOfRange as error:
        raise OutOfRange(f"line {number}: {error}") from error


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
                f"line {number}: nothing follows {preposition!r}. Expected for example {_EXAMPLES[kind]}."
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
        f" Write for example {_EXAMPLES[kind]}."
    )


def _hint(words: str) -> str:
    """Return what is probably meant by words that are often written wrongly."""
    for pattern, hint in _HINTS.items():
        if re.search(pattern, words):
            return f" {hint}"
    return ""
