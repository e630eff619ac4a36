"""Landt csv export: a block of 'name: value' lines, then a table with the unit at the end of each name."""

from __future__ import annotations

from lmct import __version__
from lmct.instrument.cycler.columns import (
    CHARGING,
    CHARGING_ENERGY,
    CLOCK,
    CYCLE,
    DISCHARGING,
    DISCHARGING_ENERGY,
    STEP_INDEX,
    STEP_TIME,
    TEMPERATURE,
    Words,
    start_from,
    translated,
)
from lmct.instrument.cycler.record import CURRENT, TIME, VOLTAGE, CyclerRecord
from lmct.instrument.source import Source
from lmct.instrument.text_table import header_line_with, table_from_text

NAME = "landt-csv"
WORDS: Words = {
    "test time": TIME,
    "step time": STEP_TIME,
    "date time iso string": CLOCK,
    "current": CURRENT,
    "voltage": VOLTAGE,
    "cycle index": CYCLE,
    "step index": STEP_INDEX,
    "charge capacity": CHARGING,
    "discharge capacity": DISCHARGING,
    "charge energy": CHARGING_ENERGY,
    "discharge energy": DISCHARGING_ENERGY,
    "temperature 1 c": TEMPERATURE,
}
HEADER_WORDS = ("test_time_s", "voltage_v", "current_a", "date_time_iso_string")
SEARCHED_LINES = 60


def recognises(source: Source) -> bool:
    """Say whether one of the first lines is Landt's header.

    Parameters
    ----------
    source
        The file.
    """
    return (
        header_line_with(source.text_head.split("\n", SEARCHED_LINES)[:SEARCHED_LINES], HEADER_WORDS)
        is not None
    )


def read(source: Source) -> CyclerRecord:
    """Read a Landt csv export.

    Parameters
    ----------
    source
        The file.

    Returns
    -------
    :
        The record, not yet cross-checked.
    """
    text = source.text()
    lines = text.split("\n", SEARCHED_LINES)[:SEARCHED_LINES]
    header_line = header_line_with(lines, HEADER_WORDS) or 0
    table = table_from_text(text, source_file=source.name, header_line=header_line, separator=",")
    columns = translated(table, WORDS)
    pairs = (line.strip().rstrip(",").partition(":") for line in lines[:header_line])
    return CyclerRecord(
        columns=columns,
        source_file=source.name,
        format=NAME,
        reader=f"lmct {__version__}",
        start_time=start_from(columns),
        metadata={name.strip(): value.strip() for name, _, value in pairs if value.strip()},
    )
