"""A table beside the patterns that says when each scan began and ended."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path

from lmct.instrument.diffraction.axis import plain_name
from lmct.instrument.diffraction.header_text import time_from_text
from lmct.instrument.scan_files import Times
from lmct.instrument.source import opened
from lmct.quantity.errors import DataError, MissingColumn

STARTS = ("starttime", "start", "scanstart", "begin", "timestart")
ENDS = ("endtime", "end", "scanend", "stop", "stoptime", "timeend")
SCANS = ("scannumber", "scan", "scanid", "file", "filename", "name", "number", "id", "run", "runnumber")


def is_log(path: Path) -> bool:
    """Say whether a file is a table with a column that names scans and one of start times.

    Parameters
    ----------
    path
        The file.
    """
    try:
        with opened(path) as source:
            lines = source.text_head.splitlines()
    except DataError:
        return False
    words = _split(lines[0]) if lines else []
    return _find(words, STARTS) is not None and _find(words, SCANS) is not None


def read_log(path: str | Path) -> dict[str, Times]:
    """Return start and end of each scan by the number or file name that the log gives.

    Parameters
    ----------
    path
        The log, delimited text with a heading.

    Raises
    ------
    MissingColumn
        There is no column of scans or of start times.
    DataError
        A start is no date with time.
    """
    with opened(path) as source:
        lines = [line for line in source.text().splitlines() if line.strip()]
    words = _split(lines[0])
    scan, start, end = _find(words, SCANS), _find(words, STARTS), _find(words, ENDS)
    if scan is None or start is None:
        raise MissingColumn(
            f"{Path(path).name}: the heading is {', '.join(words)}. Expected a column scan_number (or file)"
            " and a column start_time. Rename them."
        )
    found: dict[str, Times] = {}
    for row, line in enumerate(lines[1:], start=2):
        cells = _split(line)
        began = time_from_text(cells[start]) if len(cells) > max(scan, start) else None
        if began is None:
            raise DataError(
                f"{Path(path).name}: row {row} has no start time ({line[:60]!r}). Expected date and time, as"
                " 2025-07-02 19:05:59. Correct this row."
            )
        ended = time_from_text(cells[end]) if end is not None and len(cells) > end else None
        found[cells[scan]] = (began, ended)
    return found


def times_of(file: Path, log: Mapping[str, Times]) -> Times | None:
    """Return the times of a file by its name, or by the one number in its name that the log knows.

    Parameters
    ----------
    file
        The pattern file.
    log
        As :func:`read_log` returns it.

    Examples
    --------
    >>> from datetime import datetime
    >>> began = datetime(2025, 7, 2, 19, 5, 59)
    >>> times_of(Path("1355639_summed_mythen3.xye"), {"1355639": (began, None)})[0].hour
    19
    """
    for name in (file.name, file.stem, str(file)):
        if name in log:
            return log[name]
    known = {key.lstrip("0") or "0": times for key, times in log.items() if key.isdecimal()}
    numbers = {number.lstrip("0") or "0" for number in re.findall(r"\d+", file.stem)}
    matches = [known[number] for number in numbers if number in known]
    return matches[0] if len(matches) == 1 else None


def _split(line: str) -> list[str]:
    separator = max(",;\t", key=line.count)
    return [cell.strip() for cell in next(csv.reader([line], delimiter=separator))]


def _find(words: list[str], names: tuple[str, ...]) -> int | None:
    plain = [plain_name(word) for word in words]
    return next((plain.index(name) for name in names if name in plain), None)
