"""Maccor text export: three dialects of header, times as text, seconds or minutes, unsigned currents."""

from __future__ import annotations

import re
from datetime import datetime

import numpy as np
from jaxtyping import Float

from lmct import __version__
from lmct.instrument.cycler.columns import (
    CHARGING,
    CLOCK,
    CYCLE,
    DISCHARGING,
    STEP_INDEX,
    STEP_TIME,
    Words,
    meaning,
    start_from,
    translated,
)
from lmct.instrument.cycler.record import CURRENT, TIME, VOLTAGE, CyclerRecord
from lmct.instrument.header import factor_between, words_of
from lmct.instrument.source import Source
from lmct.instrument.text_table import TextTable, header_line_with, table_from_text

NAME = "maccor-text"
WORDS: Words = {
    "testtime": TIME,
    "test": TIME,
    "steptime": STEP_TIME,
    "step": STEP_INDEX,
    "cyc#": CYCLE,
    "cycle c": CYCLE,
    "amps": (CURRENT, "A"),
    "mamps": (CURRENT, "mA"),
    "current": CURRENT,
    "volts": (VOLTAGE, "V"),
    "voltage": VOLTAGE,
    "dpt time": CLOCK,
}
CAPACITY_WORDS: Words = {"amp-hr": (CHARGING, "Ah"), "mamp-hr": (CHARGING, "mAh"), "cap.": CHARGING}
STATE_WORDS = ("state", "md")
DATE_FORMATS = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%d %B %Y, %I:%M:%S %p", "%m/%d/%Y")


def recognises(source: Source) -> bool:
    """Say whether one of the first lines is Maccor's header.

    Parameters
    ----------
    source
        The file.
    """
    return _header_line(source.text_head) is not None


def read(source: Source) -> CyclerRecord:
    """Read a Maccor text export.

    Parameters
    ----------
    source
        The file.

    Returns
    -------
    :
        The record, not yet cross-checked; the current has the sign of the state (C charge, D discharge).
    """
    text = source.text()
    header_line = _header_line(text) or 0
    table = table_from_text(text, source_file=source.name, header_line=header_line, separator="\t")
    columns = translated(table, WORDS)
    state = _states(table)
    if state is not None:
        magnitude = np.abs(columns[CURRENT])
        columns[CURRENT] = np.where(
            state == "D", -magnitude, np.where(state == "C", magnitude, columns[CURRENT])
        )
        columns |= _capacities(table, state)
    metadata = _settings(text.split("\n", header_line)[:header_line])
    return CyclerRecord(
        columns=columns,
        source_file=source.name,
        format=NAME,
        reader=f"lmct {__version__}",
        start_time=start_from(columns) or _start(metadata),
        metadata=metadata,
    )


def _header_line(text: str) -> int | None:
    """Return the line of the column names among the first 60."""
    lines = text.split("\n", 60)[:60]
    for words in (("Rec#", "Cyc#", "Volts"), ("Rec", "Cycle", "TestTime", "Voltage")):
        line = header_line_with(lines, words)
        if line is not None and lines[line].count("\t") >= 8 and lines[line].startswith("Rec"):
            return line
    return None


def _states(table: TextTable) -> np.ndarray | None:
    """Return the letter of each row: C charge, D discharge, R rest, ..."""
    for index, name in enumerate(table.names):
        if words_of(name) in STATE_WORDS:
            return table.texts(index).fill_null("").to_numpy()
    return None


def _capacities(table: TextTable, state: np.ndarray) -> dict[str, Float[np.ndarray, "row"]]:
    """Split the unsigned capacity column by state; it counts from zero in each step."""
    for index, name in enumerate(table.names):
        found = meaning(name, CAPACITY_WORDS)
        if found is not None:
            capacity = np.abs(table.numbers(index)) * factor_between(found[1], "Ah")
            return {
                CHARGING: np.where(state == "C", capacity, 0.0),
                DISCHARGING: np.where(state == "D", capacity, 0.0),
            }
    return {}


def _settings(lines: list[str]) -> dict[str, str]:
    """Return 'name: value' pairs and name-tab-value pairs of the header."""
    settings: dict[str, str] = {}
    for line in lines:
        cells = re.split(r"\s*\t\s*|\s{2,}", line.strip())
        if pair := re.match(r"(Today''?s Date) +(\d.*)", cells[0]):
            cells[:1] = [pair[1], pair[2]]
        settings |= {
            name.rstrip(": "): value for name, value in zip(cells[::2], cells[1::2], strict=False) if value
        }
    return settings


def _start(metadata: dict[str, str]) -> datetime | None:
    """Return the start of the test from the header."""
    text = metadata.get("Date of Test", metadata.get("Started", ""))
    for form in DATE_FORMATS:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return None
