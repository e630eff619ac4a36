"""Sheets of an .xlsx or .xls workbook as tables of text cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmct.instrument.source import Source
from lmct.instrument.text_table import TextTable
from lmct.quantity.errors import DamagedFile, unknown_name

if TYPE_CHECKING:
    import fastexcel
    import polars as pl

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def is_spreadsheet(source: Source) -> bool:
    """Say whether a file is a workbook.

    Parameters
    ----------
    source
        The file.
    """
    return source.head.startswith(OLE_MAGIC) or any(name.startswith("xl/") for name in source.members)


def sheet_names(source: Source) -> tuple[str, ...]:
    """Return the names of the sheets, in order.

    Parameters
    ----------
    source
        The workbook.
    """
    return tuple(_workbook(source).sheet_names)


def grid(source: Source, sheet: str | None = None, rows: int | None = None) -> pl.DataFrame:
    """Return the cells of a sheet as text, with columns ``"0"``, ``"1"``, ... beginning at A1.

    Parameters
    ----------
    source
        The workbook.
    sheet
        Name of the sheet; None takes the first.
    rows
        Read only so many rows from the top.

    Raises
    ------
    UnknownName
        There is no such sheet.
    DamagedFile
        The workbook cannot be read.
    """
    import fastexcel
    import polars as pl

    workbook = _workbook(source)
    name = workbook.sheet_names[0] if sheet is None else sheet
    if name not in workbook.sheet_names:
        raise unknown_name(f"sheet of {source.name}", name, workbook.sheet_names)
    try:
        # skip_rows=0 keeps empty rows above the table, so that rows are those of the sheet.
        frame: pl.DataFrame = workbook.load_sheet(
            name, header_row=None, skip_rows=0, n_rows=rows, dtypes="string"
        ).to_polars()
    except fastexcel.FastExcelError as error:
        raise _damaged(source, error) from error
    return frame.rename(dict(zip(frame.columns, map(str, range(frame.width)), strict=True))).cast(pl.String)


def table_from_grid(
    cells: pl.DataFrame, *, source_file: str, header_rows: tuple[int, ...], first_row: int
) -> TextTable:
    """Return the part of a sheet below its header as a table.

    Parameters
    ----------
    cells
        The sheet.
    source_file
        Name of the file, for messages.
    header_rows
        Rows of the header, from 0; their cells are joined by a blank.
    first_row
        First row of data, from 0.

    Raises
    ------
    DamagedFile
        There are no rows of data.
    """
    import polars as pl

    names = tuple(
        " ".join(str(cells[row, column]) for row in header_rows if cells[row, column] is not None)
        for column in range(cells.width)
    )
    body = cells.slice(first_row)
    last = body.select(pl.any_horizontal(pl.all().is_not_null())).to_series().arg_true()
    if len(last) == 0:
        raise DamagedFile(
            f"{source_file} has no rows below its header (row {first_row}). Expected rows of data."
        )
    return TextTable(source_file, names, body.head(int(last[-1]) + 1), first_row + 1, ".")


def _workbook(source: Source) -> fastexcel.ExcelReader:
    import fastexcel

    try:
        return fastexcel.read_excel(source.path.read_bytes())
    except fastexcel.FastExcelError as error:
        raise _damaged(source, error) from error


def _damaged(source: Source, error: Exception) -> DamagedFile:
    reason = " ".join(str(error).split())[:120]
    return DamagedFile(
        f"{source.name} cannot be read as a spreadsheet ({reason}). Expected a whole .xlsx file."
        " Open it in a spreadsheet program and save it again."
    )
