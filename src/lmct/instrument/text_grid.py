"""Delimited text of no known brand split into cells, header lines included, like a sheet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lmct.instrument.text_table import refuse_overflow, split_cells
from lmct.quantity.errors import DamagedFile

if TYPE_CHECKING:
    import polars as pl


def grid_from_text(
    text: str, *, source_file: str, skip_rows: int, separator: str | None = None
) -> pl.DataFrame:
    r"""Split text into cells with columns ``"0"``, ``"1"``, ..., the header lines included.

    Parameters
    ----------
    text
        The whole file.
    source_file
        Its name, for messages.
    skip_rows
        Lines before the first row of data.
    separator
        One character; None finds it from the first row of data. A blank stands for any run of blanks.

    Raises
    ------
    DamagedFile
        There is no row of data.

    Examples
    --------
    >>> grid_from_text("t V\n0  3.0\n1  3.1\n", source_file="x", skip_rows=1).rows()
    [('t', 'V'), ('0', '3.0'), ('1', '3.1')]
    """
    import polars as pl

    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    if len(lines) <= skip_rows:
        raise DamagedFile(
            f"{source_file} has {len(lines)} lines. Expected rows after {skip_rows} header lines."
            " Check skip_rows and header_rows."
        )
    separator = separator or _separator(lines[skip_rows])
    if separator == " ":
        lines = [re.sub(r"[ \t]+", " ", line.strip()) for line in lines]
    head = [_split(line, separator) for line in lines[:skip_rows]]
    width = max(len(row) for row in (*head, _split(lines[skip_rows], separator)))
    body = split_cells("\n".join(lines[skip_rows:]), width, separator, source_file)
    refuse_overflow(body, source_file, tuple(map(str, range(width))), skip_rows + 1, separator)
    top = pl.DataFrame(
        [(row + [None] * width)[:width] for row in head],
        schema={str(index): pl.String for index in range(width)},
        orient="row",
    )
    return pl.concat([top, body.drop("overflow")])


def _split(line: str, separator: str) -> list[str | None]:
    return [cell.strip().strip('"').strip() or None for cell in line.split(separator)]


def _separator(line: str) -> str:
    """Return the character that splits a row of data into most numbers."""

    def numbers(separator: str) -> int:
        marks = "." if separator == "," else ".,"
        form = rf"[-+]?\d*[{marks}]?\d+([eE][-+]?\d+)?"
        return sum(bool(re.fullmatch(form, cell or "")) for cell in _split(line.strip(), separator))

    return max(("\t", ";", ",", " "), key=numbers)
