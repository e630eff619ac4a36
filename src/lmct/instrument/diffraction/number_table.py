"""Tables of numbers in text: blanks, tabs, commas or semicolons between them, points or commas in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import DamagedFile

_COMMA_IN_NUMBER = re.compile(r"\d,\d")
_NOT_A_NUMBER = frozenset({"nan", "inf", "-inf", "+inf", "infinity", "-nan"})


def translated(line: str) -> str:
    """Return a row with blanks between numbers and points in them.

    A comma is a decimal comma when something else stands between the numbers, or a blank follows no comma.

    Parameters
    ----------
    line
        The row.

    Examples
    --------
    >>> translated("10,02;1845"), translated("10.02,1845"), translated("10,02 1845,0"), translated("10,1845")
    ('10.02 1845', '10.02 1845', '10.02 1845.0', '10 1845')
    """
    line = line.strip()
    if "," not in line:
        return line.replace(";", " ")
    if ";" in line:
        return line.replace(",", ".").replace(";", " ")
    separated = len(line.split()) > 1 and "." not in line and ", " not in line and ",\t" not in line
    if separated and _COMMA_IN_NUMBER.search(line):
        return line.replace(",", ".")
    return line.replace(",", " ")


def numbers_in(line: str) -> int:
    r"""Return how many numbers a row holds; 0 when anything in it is no number.

    Parameters
    ----------
    line
        The row.

    Examples
    --------
    >>> numbers_in("10.02\t1845\t1864"), numbers_in("theta,intensity"), numbers_in("10.0 NaN")
    (3, 0, 2)
    """
    words = translated(line).split()
    return len(words) if words and all(_is_number(word) for word in words) else 0


def table_of(rows: Sequence[str], *, name: str) -> Float[np.ndarray, "row column"]:
    """Return rows of text as numbers.

    Parameters
    ----------
    rows
        The rows; empty ones are skipped.
    name
        Name of the file for the user.

    Raises
    ------
    DamagedFile
        There are no rows, rows differ in length, or something is no number.
    """
    lines = [row for row in rows if row.strip()]
    if any("," in row or ";" in row for row in lines):
        lines = [translated(row) for row in lines]
    if not lines:
        raise DamagedFile(f"{name} holds no rows. Expected a table of numbers. Export it again.")
    width = len(lines[0].split())
    words = " ".join(lines).split()
    if len(words) == width * len(lines):
        try:
            return np.array(words, dtype=float).reshape(len(lines), width)
        except ValueError:
            pass
    raise _first_bad_row(lines, width, name)


def _first_bad_row(lines: Sequence[str], width: int, name: str) -> DamagedFile:
    """Return the error that names the first row that is no row of the table."""
    for index, line in enumerate(lines):
        words = line.split()
        if len(words) != width or not all(_is_number(word) for word in words):
            return DamagedFile(
                f"{name}: row {index + 1} of the table is {line[:60]!r}. Expected {width} numbers."
                " Correct this row or export the file again."
            )
    return DamagedFile(f"{name}: the table cannot be read. Expected {width} numbers a row. Export it again.")


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return "_" not in word and (word[-1].isdigit() or word[-1] == "." or word.lower() in _NOT_A_NUMBER)
