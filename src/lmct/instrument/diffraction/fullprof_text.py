"""FullProf free format (INSTRM 0): start, step and end in the first line, then intensities alone."""

from __future__ import annotations

import numpy as np

from lmct.instrument.diffraction.header_text import facts_in
from lmct.instrument.diffraction.scan import RawScan
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile

NAME = "fullprof-text"
COMMENT = ("!", "#")


def recognises(source: Source) -> bool:
    """Say whether the first line holds start, step and end that promise as many numbers as follow.

    Parameters
    ----------
    source
        The file.
    """
    lines = _lines(source.text_head)
    if len(lines) < 3:
        return False
    bounds = _bounds(lines[0])
    if bounds is None:
        return False
    start, step, end = bounds
    widths = [len(line.split()) for line in lines[1:3]]
    plausible = -20.0 <= start < end <= 180.0 and 0.0 < step < 2.0 and (end - start) / step > 20
    second = _floats(lines[1])
    return plausible and widths[0] >= 4 and len(second) == widths[0] and not 0 < second[0] - start < 3 * step


def read(source: Source) -> tuple[RawScan, ...]:
    """Return the one scan of the file.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        There are fewer or more intensities than start, step and end ask for.
    """
    lines = _lines(source.text())
    start, step, end = _bounds(lines[0]) or (0.0, 0.0, 0.0)
    expected = round((end - start) / step) + 1
    values = [value for line in lines[1:] for value in _floats(line)]
    if not expected - 1 <= len(values) <= expected + 20 or any(values[expected:]):
        raise DamagedFile(
            f"{source.name}: {start:g} to {end:g} degrees in steps of {step:g} are {expected} points, the"
            f" file holds {len(values)}. Expected as many. The file is cut off or its first line is wrong."
        )
    values = values[:expected]
    title = " ".join(lines[0].split()[3:])
    facts = facts_in([])
    return (
        RawScan(
            two_theta=start + step * np.arange(len(values)),
            intensity=np.array(values),
            **facts | {"metadata": {"title": title} if title else {}},
        ),
    )


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(COMMENT)]


def _bounds(line: str) -> tuple[float, float, float] | None:
    found = _floats(" ".join(line.split()[:3]))
    return (found[0], found[1], found[2]) if len(found) == 3 else None


def _floats(line: str) -> list[float]:
    """Return the numbers of a line; fewer when something else comes."""
    found = []
    for word in line.split():
        try:
            found.append(float(word))
        except ValueError:
            break
    return found
