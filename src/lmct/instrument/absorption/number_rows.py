"""Rows of numbers under a header of comments: turned into an array, with the line in every error."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from jaxtyping import Float

from lmct.quantity.constants import ZERO_CELSIUS
from lmct.quantity.errors import DamagedFile

_TIMES = ("%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%a %b %d %H:%M:%S %Y")


def rows_of_numbers(
    lines: Sequence[str], *, name: str, first_line: int = 1
) -> Float[np.ndarray, "row column"]:
    """Return lines of numbers as an array; comment lines and blank ones are left out.

    Parameters
    ----------
    lines
        Lines of text; numbers stand between blanks, commas, semicolons or tabs.
    name
        Of the file, for messages.
    first_line
        Number of the first line in the file.

    Returns
    -------
    :
        The numbers.

    Raises
    ------
    DamagedFile
        A cell is no number, a row is shorter or longer than the first one, or there are no rows.

    Examples
    --------
    >>> rows_of_numbers(["# a b", "1 2", "3 4e1"], name="x.txt").tolist()
    [[1.0, 2.0], [3.0, 40.0]]
    """
    rows: list[list[float]] = []
    for number, line in enumerate(lines, start=first_line):
        text = line.strip()
        if not text or text[0] in "#%":
            continue
        try:
            row = [float(cell) for cell in re.split(r"[,;\s]+", text.strip(",;"))]
        except ValueError as error:
            raise DamagedFile(
                f"{name}: line {number} holds something else than numbers ({text[:40]!r})."
                " Expected one row of numbers a line. Correct the line or copy the file again."
            ) from error
        if rows and len(row) != len(rows[0]):
            raise DamagedFile(
                f"{name}: line {number} has {len(row)} numbers, the first row has {len(rows[0])}."
                " Expected the same in every row: the file is cut off or damaged. Copy it again."
            )
        rows.append(row)
    if len(rows) < 2:
        raise DamagedFile(f"{name} holds {len(rows)} rows of numbers. Expected a scan. Export it again.")
    return np.array(rows)


def time_of(text: str) -> datetime | None:
    """Return a time written in one of the ways of beamlines; None when it is none.

    Parameters
    ----------
    text
        For example ``"2022-07-26 23:01:58.055"`` or ``"7/9/2019 1:00:29 PM"``.

    Examples
    --------
    >>> time_of("7/9/2019  1:00:29 PM")
    datetime.datetime(2019, 7, 9, 13, 0, 29)
    """
    plain = " ".join(text.split())
    try:
        return datetime.fromisoformat(plain)
    except ValueError:
        pass
    for form in _TIMES:
        try:
            return datetime.strptime(plain, form)
        except ValueError:
            continue
    return None


def kelvin_of(text: str) -> float | None:
    """Return a temperature in words such as ``"300 K"``, ``"25 C"`` or ``"room temperature"`` [K], or None.

    Parameters
    ----------
    text
        As the header says it.

    Examples
    --------
    >>> kelvin_of("25 C"), kelvin_of("nan"), kelvin_of("room temperature")
    (298.15, None, 295.0)
    """
    if re.fullmatch(r"(room temp(erature)?|rt)\.?", text.strip(), re.IGNORECASE):
        return 295.0
    found = re.fullmatch(r"\s*([-+]?\d+(?:\.\d*)?)\s*(K|deg\s*C|°C|C)\b.*", text)
    if not found:
        return None
    return float(found[1]) + (0.0 if found[2] == "K" else ZERO_CELSIUS)
