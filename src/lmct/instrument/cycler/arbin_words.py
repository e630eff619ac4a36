"""Arbin's column names, the same in its database, its spreadsheets and its csv files."""

from __future__ import annotations

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
)
from lmct.instrument.cycler.record import CURRENT, TIME, VOLTAGE

WORDS: Words = {
    "test time": TIME,
    "step time": STEP_TIME,
    "date time": CLOCK,
    "datetime": CLOCK,
    "current": CURRENT,
    "voltage": VOLTAGE,
    "cycle index": CYCLE,
    "step index": STEP_INDEX,
    "charge capacity": CHARGING,
    "discharge capacity": DISCHARGING,
    "charge energy": CHARGING_ENERGY,
    "discharge energy": DISCHARGING_ENERGY,
    "temperature": TEMPERATURE,
    "aux temperature 1": TEMPERATURE,
}
MARKS = ("test_time", "voltage", "current", "charge_capacity", "discharge_capacity")


def is_header(line: str) -> bool:
    """Say whether a header line is Arbin's.

    Parameters
    ----------
    line
        Header cells joined by anything.

    Examples
    --------
    >>> is_header("Data_Point,Test_Time(s),Current(A),Voltage(V),Charge_Capacity(Ah),Discharge_Capacity(Ah)")
    True
    """
    low = line.casefold().replace(" ", "_")
    return all(mark in low for mark in MARKS)
