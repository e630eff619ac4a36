"""Neware csv export of BTSDA, in whatever units the user had set there."""

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
    Words,
    start_from,
    translated,
)
from lmct.instrument.cycler.record import CURRENT, TIME, VOLTAGE, CyclerRecord
from lmct.instrument.source import Source
from lmct.instrument.text_table import table_from_text

NAME = "neware-csv"
WORDS: Words = {
    "cumulative time": TIME,
    "total time": TIME,
    "总时间": TIME,
    "time": STEP_TIME,
    "时间": STEP_TIME,
    "current": CURRENT,
    "电流": CURRENT,
    "voltage": VOLTAGE,
    "电压": VOLTAGE,
    "cycle index": CYCLE,
    "循环号": CYCLE,
    "step index": STEP_INDEX,
    "工步号": STEP_INDEX,
    "chg. cap.": CHARGING,
    "充电容量": CHARGING,
    "dchg. cap.": DISCHARGING,
    "放电容量": DISCHARGING,
    "chg. energy": CHARGING_ENERGY,
    "dchg. energy": DISCHARGING_ENERGY,
    "date": CLOCK,
    "绝对时间": CLOCK,
}


def recognises(source: Source) -> bool:
    """Say whether the first line is the header of a BTSDA export.

    Parameters
    ----------
    source
        The file.
    """
    first = source.text_head.split("\n", 1)[0]
    english = first.startswith("DataPoint") and "Step Type" in first and "Voltage(" in first
    return english or ("数据序号" in first and "电压(" in first)


def read(source: Source) -> CyclerRecord:
    """Read a Neware csv export.

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
    separator = "\t" if "\t" in text.split("\n", 1)[0] else ","
    table = table_from_text(text, source_file=source.name, header_line=0, separator=separator)
    columns = translated(table, WORDS)
    return CyclerRecord(
        columns=columns,
        source_file=source.name,
        format=NAME,
        reader=f"lmct {__version__}",
        start_time=start_from(columns),
    )
