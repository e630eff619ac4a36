"""Protocols in the words battery people use: text to steps, repeats written out."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lmct.protocol.sentence import EXAMPLES, step_from_words, to_words
from lmct.protocol.step import Step
from lmct.quantity.errors import DataError, OutOfRange

__all__ = ["MAXIMUM_STEPS", "ONE_C", "parse_steps", "to_words"]

MAXIMUM_STEPS = 100_000
"""A protocol with more steps than this is refused."""

ONE_C = 200.0
"""Current of 1C unless stated otherwise [mA/g] (Li 2022, Methods: C/10 is 20 mA/g)."""

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
        The protocol as one text or as lines. ``;`` separates steps on one line, ``#`` starts a comment. A
        line ``Repeat 3 times:`` repeats the deeper indented lines below it; such blocks nest.
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
            blocks[-1].steps.append(step_from_words(words, line=number, one_c=one_c))
    while len(blocks) > 1:
        _close(blocks)
    if not blocks[0].steps:
        raise DataError(
            f"the protocol has no steps. Write one step a line, for example {EXAMPLES['charge']}."
        )
    return tuple(blocks[0].steps)


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
        raise DataError(f"line {number}: {words!r} is not understood. Expected {EXAMPLES['repeat']}.")
    if not re.fullmatch(r"0*[1-9]\d{0,8}", match["count"], re.ASCII):
        raise OutOfRange(
            f"line {number}: cannot repeat {match['count']!r} times."
            f" Expected a whole number from 1 to {MAXIMUM_STEPS}."
        )
    return int(match["count"])
