"""A delimited table under a header of any length: turned into numbers, with the line in every error."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import DamagedFile

if TYPE_CHECKING:
    import polars as pl

NOT_A_NUMBER = ("", "n/a", "na", "nan", "-", "--", "none", "null")
DATE_FORMATS = (
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%d %I:%M:%S%.f %p",
    "%m/%d/%Y %H:%M:%S%.f",
    "%m/%d/%Y %I:%M:%S%.f %p",
    "%Y/%m/%d %H:%M:%S%.f",
    "%Y.%m.%d %H:%M:%S%.f",
    "%d.%m.%Y %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
)
DURATION = r"^\s*(?:(\d+)d\s+)?(\d+):(\d+):(\d+(?:[.,]\d+)?)\s*$"


@dataclass(frozen=True)
class TextTable:
    """Cells as text, one polars column per header cell.

    Parameters
    ----------
    source_file
        Name of the file, for messages.
    names
        Header cells, in order; may repeat.
    cells
        Columns ``"0"``, ``"1"``, ...
    first_line
        Line of the first row in the file, counted from 1.
    decimal
        Decimal mark of the numbers, ``"."`` or ``","``.
    """

    source_file: str
    names: tuple[str, ...]
    cells: pl.DataFrame
    first_line: int
    decimal: str

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.cells.height

    def texts(self, index: int) -> pl.Series:
        """Return one column as stripped text."""
        return self.cells[str(index)].str.strip_chars()

    def line(self, row: int) -> int:
        """Return the line of the file on which a row (from 0) stands."""
        return self.first_line + row

    def numbers(self, index: int) -> Float[np.ndarray, "row"]:
        """Return one column as numbers; NaN where the cell is empty or says so.

        Raises
        ------
        DamagedFile
            A cell is something else than a number.
        """
        import polars as pl

        text = self.texts(index)
        plain = text.str.replace(",", ".", literal=True) if self.decimal == "," else text
        values = plain.cast(pl.Float64, strict=False)
        odd = (values.is_null() & text.is_not_null()).arg_true()
        for row in odd:
            if str(text[row]).lower() not in NOT_A_NUMBER:
                self._refuse(row, index, str(text[row]))
        return values.fill_null(np.nan).to_numpy().astype(float)

    def seconds(self, index: int) -> Float[np.ndarray, "row"] | None:
        """Return a column of durations ("1d 02:03:04.5", "26:03:04") [s], or None when it holds none."""
        import polars as pl

        text = self.texts(index)
        first = text.drop_nulls().head(1).to_list()
        if not first or not re.match(DURATION, first[0]):
            return None
        parts = text.str.replace(",", ".", literal=True).str.extract_groups(DURATION).struct.unnest()
        days, hours, minutes, seconds = (parts[str(n)].cast(pl.Float64, strict=False) for n in range(1, 5))
        total = days.fill_null(0.0) * 86400 + hours * 3600 + minutes * 60 + seconds
        for row in (total.is_null() & text.is_not_null()).arg_true():
            self._refuse(row, index, str(text[row]))
        return total.fill_null(np.nan).to_numpy().astype(float)

    def dates(self, index: int) -> Float[np.ndarray, "row"] | None:
        """Return a column of dates as seconds since 1970 on the instrument's own clock [s], or None."""
        import polars as pl

        text = self.texts(index)
        sample = text.drop_nulls().head(1)
        for form in DATE_FORMATS:
            if len(sample) and sample.str.to_datetime(form, strict=False).null_count() == 0:
                moments = text.str.to_datetime(form, strict=False, time_unit="us").dt.epoch("us")
                return moments.cast(pl.Float64).fill_null(np.nan).to_numpy() / 1e6
        return None

    def _refuse(self, row: int, index: int, value: str) -> None:
        hint = " If the comma is a decimal mark, say decimal = ',' in the column map." if "," in value else ""
        raise DamagedFile(
            f"{self.source_file}: line {self.line(row)}, column {self.names[index]!r}: {value!r}: no number."
            f" Expected a number with a decimal {'comma' if self.decimal == ',' else 'point'}.{hint}"
            " Correct or delete the line, or export the file again."
        )


def table_from_text(
    text: str,
    *,
    source_file: str,
    header_line: int,
    separator: str,
    decimal: str | None = None,
    skip_after: int = 0,
) -> TextTable:
    r"""Split the table that begins with the header on a given line.

    Parameters
    ----------
    text
        The whole file.
    source_file
        Its name, for messages.
    header_line
        Line of the column names, from 0.
    separator
        One character.
    decimal
        Decimal mark; None finds it from the cells.
    skip_after
        Lines between the header and the first row (units, block names).

    Returns
    -------
    :
        The table; blank lines are dropped.

    Raises
    ------
    DamagedFile
        There are no rows, or a row has more cells than the header.

    Examples
    --------
    >>> table = table_from_text("a;b\n1;2,5\n", source_file="x.csv", header_line=0, separator=";")
    >>> table.decimal, table.numbers(1).tolist()
    (',', [2.5])
    """
    head, _, body = _split_at_line(text, header_line, skip_after)
    names = tuple(cell.strip().strip('"').strip() for cell in head.split(separator))
    while names and not names[-1]:
        names = names[:-1]
    cells = split_cells(body, len(names), separator, source_file)
    first_line = header_line + skip_after + 2
    if cells.height == 0:
        raise DamagedFile(
            f"{source_file} ends after its header (line {header_line + 1}). Expected rows. Export it again."
        )
    refuse_overflow(cells, source_file, names, first_line, separator)
    cells = cells.drop("overflow")
    return TextTable(source_file, names, cells, first_line, decimal or _decimal_mark(cells, separator))


def header_line_with(lines: Sequence[str], words: Sequence[str]) -> int | None:
    """Return the index of the first line that contains every one of the words, case ignored.

    Parameters
    ----------
    lines
        Lines of text.
    words
        What the line must contain.

    Examples
    --------
    >>> header_line_with(["made by X", "Time(s),Voltage(V)"], ["time", "volt"])
    1
    """
    for index, line in enumerate(lines):
        low = line.casefold()
        if all(word.casefold() in low for word in words):
            return index
    return None


def _split_at_line(text: str, header_line: int, skip_after: int) -> tuple[str, list[str], str]:
    """Return the header line, the lines between, and the rest."""
    parts = text.split("\n", header_line + 1 + skip_after)
    body = parts[-1] if len(parts) > header_line + 1 + skip_after else ""
    return parts[header_line].rstrip("\r"), parts[header_line + 1 : header_line + 1 + skip_after], body


def split_cells(body: str, width: int, separator: str, source_file: str) -> pl.DataFrame:
    """Return the cells as text with one more column for what overflows.

    Parameters
    ----------
    body
        Lines of rows; blank ones are dropped.
    width
        Number of columns.
    separator
        One character.
    source_file
        Name of the file, for messages.

    Returns
    -------
    :
        Columns ``"0"``, ``"1"``, ... and ``"overflow"``; null where a row is shorter.

    Raises
    ------
    DamagedFile
        A quotation mark is not closed.
    """
    import polars as pl

    schema = {**{str(index): pl.String for index in range(width)}, "overflow": pl.String}
    if not body.strip():
        return pl.DataFrame(schema=schema)
    # A header line of full width, so that rows with fewer cells are filled up.
    try:
        frame = pl.read_csv(
            f"{separator.join(schema)}\n{body}".encode(),
            separator=separator,
            infer_schema=False,
            quote_char='"',
            truncate_ragged_lines=True,
        )
    except pl.exceptions.PolarsError as error:
        raise DamagedFile(
            f"{source_file}: rows cannot be split at {separator!r} (an open quotation mark, or damage)."
            " Expected one row a line. Correct the text, or export the file again."
        ) from error
    return frame.filter(~pl.all_horizontal(pl.all().is_null()))


def refuse_overflow(
    cells: pl.DataFrame, source_file: str, names: tuple[str, ...], first_line: int, separator: str
) -> None:
    """Refuse rows with more cells than the header has names.

    Parameters
    ----------
    cells
        As ``split_cells`` returns them.
    source_file
        Name of the file, for messages.
    names
        Header cells.
    first_line
        Line of the first row, from 1.
    separator
        One character.

    Raises
    ------
    DamagedFile
        A row overflows.
    """
    full = cells["overflow"].str.strip_chars().fill_null("") != ""
    if full.any():
        row = int(full.arg_true()[0])
        hint = " Decimal commas in a comma-separated file cannot be read." if separator == "," else ""
        raise DamagedFile(
            f"{source_file}: line {first_line + row} has more cells than the header, which has {len(names)}."
            f"{hint} Export it again with another separator."
        )


def _decimal_mark(cells: pl.DataFrame, separator: str) -> str:
    """Return the comma when the first rows hold numbers with a decimal comma."""
    if separator == ",":
        return "."
    sample = [cell for row in cells.head(50).rows() for cell in row if cell]
    commas = sum(bool(re.fullmatch(r"\s*[-+]?\d+,\d+([eE][-+]?\d+)?\s*", cell)) for cell in sample)
    points = sum(bool(re.fullmatch(r"\s*[-+]?\d+\.\d+([eE][-+]?\d+)?\s*", cell)) for cell in sample)
    return "," if commas > points else "."
