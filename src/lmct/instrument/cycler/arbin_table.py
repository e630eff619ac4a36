"""Arbin .xlsx (sheets "Channel_...") and Arbin csv."""

from __future__ import annotations

from lmct import __version__
from lmct.instrument.cycler.arbin_words import WORDS, is_header
from lmct.instrument.cycler.columns import CLOCK, start_from, translated
from lmct.instrument.cycler.record import CyclerRecord
from lmct.instrument.source import Source
from lmct.instrument.spreadsheet import grid, is_spreadsheet, sheet_names, table_from_grid
from lmct.instrument.text_table import TextTable, table_from_text
from lmct.quantity.errors import DamagedFile

NAME = "arbin-table"


def recognises(source: Source) -> bool:
    """Say whether the first line, or the first row of a channel sheet, is Arbin's header.

    Parameters
    ----------
    source
        The file.
    """
    if is_spreadsheet(source):
        return bool(_channel_sheets(source))
    return is_header(source.text_head.split("\n", 1)[0])


def read(source: Source) -> CyclerRecord:
    """Read an Arbin spreadsheet or csv file.

    Parameters
    ----------
    source
        The file.

    Returns
    -------
    :
        The record, not yet cross-checked; the channel sheets of one workbook joined.
    """
    table, metadata = _sheets(source) if is_spreadsheet(source) else (_csv(source), {})
    columns = translated(table, WORDS)
    start = start_from(columns)
    return CyclerRecord(
        columns=columns,
        source_file=source.name,
        format=NAME,
        reader=f"lmct {__version__}",
        start_time=start,
        metadata=metadata | ({} if CLOCK in columns else {"note": "no date column"}),
    )


def _csv(source: Source) -> TextTable:
    return table_from_text(source.text(), source_file=source.name, header_line=0, separator=",")


def _channel_sheets(source: Source) -> tuple[str, ...]:
    """Return the names of the sheets that hold rows of a channel."""
    found = []
    for name in sheet_names(source):
        top = grid(source, name, rows=1)
        if top.height and is_header(",".join(cell for cell in top.row(0) if cell)):
            found.append(name)
    return tuple(found)


def _sheets(source: Source) -> tuple[TextTable, dict[str, str]]:
    """Return all channel sheets as one table, and the settings of the first sheet."""
    import polars as pl

    names = _channel_sheets(source)
    parts = [grid(source, name) for name in names]
    if len({part.row(0) for part in parts}) > 1:
        raise DamagedFile(
            f"{source.name}: the sheets {', '.join(names)} have different headers. Expected one channel."
            " Save each channel as its own file."
        )
    cells = pl.concat([parts[0], *(part.slice(1) for part in parts[1:])])
    table = table_from_grid(cells, source_file=source.name, header_rows=(0,), first_row=1)
    return table, _settings(source)


def _settings(source: Source) -> dict[str, str]:
    """Return the settings in the sheet Global_Info: the row under the one that begins with 'Channel'."""
    if "Global_Info" not in sheet_names(source):
        return {}
    rows = grid(source, "Global_Info").rows()
    head = next((index for index, row in enumerate(rows) if row[0] == "Channel"), None)
    if head is None or head + 1 >= len(rows):
        return {}
    return {
        str(key): str(value) for key, value in zip(rows[head], rows[head + 1], strict=True) if key and value
    }
