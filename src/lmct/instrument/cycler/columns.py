"""From a brand's columns to those of the Battery Data Format (BDF): names, units, durations, dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
from jaxtyping import Float

from lmct.instrument.cycler.record import CURRENT, TIME, VOLTAGE
from lmct.instrument.header import factor_between, split_header, words_of
from lmct.instrument.text_table import TextTable
from lmct.quantity.errors import MissingColumn

CHARGING = "charging_capacity_ah"
DISCHARGING = "discharging_capacity_ah"
NET = "net_capacity_ah"
CYCLE = "cycle_count"
STEP_COUNT = "step_count"
STEP_INDEX = "step_index"
STEP_TIME = "step_time_second"
CLOCK = "instrument_clock_second"
UNIX_TIME = "unix_time_second"
TEMPERATURE = "ambient_temperature_celsius"
CHARGING_ENERGY = "charging_energy_wh"
DISCHARGING_ENERGY = "discharging_energy_wh"

UNITS = {
    TIME: "s",
    VOLTAGE: "V",
    CURRENT: "A",
    CHARGING: "Ah",
    DISCHARGING: "Ah",
    NET: "Ah",
    CHARGING_ENERGY: "Wh",
    DISCHARGING_ENERGY: "Wh",
    STEP_TIME: "s",
    UNIX_TIME: "s",
    CLOCK: "s",
    TEMPERATURE: "",
    CYCLE: "",
    STEP_COUNT: "",
    STEP_INDEX: "",
}
"""Unit of every BDF column; empty for counts and for degrees Celsius, which are never converted.

``instrument_clock_second`` counts seconds since 1970 on the instrument's own clock, of unknown zone.
"""

UNIT_FACTORS = (60.0, 3600.0, 1000.0, 1e6, 1 / 60.0, 1 / 3600.0, 1e-3, 1e-6)
FACTOR_TOLERANCE = 0.02

Words = Mapping[str, str | tuple[str, str]]
"""Header words of a brand -> BDF name, or (BDF name, unit of a column whose header states none)."""


def translated(table: TextTable, words: Words) -> dict[str, Float[np.ndarray, "row"]]:
    """Return the columns of a text table that the words name, in BDF units.

    Parameters
    ----------
    table
        The table.
    words
        Header words of the brand; the first column that fits a BDF name is taken.

    Returns
    -------
    :
        Arrays by BDF name.

    Raises
    ------
    MissingColumn
        Time, voltage or current is not among the columns.
    """
    columns: dict[str, Float[np.ndarray, "row"]] = {}
    for index, header in enumerate(table.names):
        found = meaning(header, words)
        if found is not None and found[0] not in columns:
            columns[found[0]] = _values(table, index, *found)
    missing = [name for name in (TIME, VOLTAGE, CURRENT) if name not in columns]
    if missing:
        raise MissingColumn(
            f"{table.source_file} has no column for {', '.join(missing)} (found: {', '.join(table.names)})."
            " Expected time, voltage and current. Name them in the column map of the study file."
        )
    return columns


def meaning(header: str, words: Words) -> tuple[str, str] | None:
    """Return the BDF name and the unit of a column, or None when its header says nothing known.

    Parameters
    ----------
    header
        Header cell.
    words
        Header words of the brand.

    Examples
    --------
    >>> meaning("Current(µA)", {"current": "current_ampere"})
    ('current_ampere', 'µA')
    """
    whole = words.get(words_of(header))
    if whole is not None:
        return (whole, UNITS[whole]) if isinstance(whole, str) else whole
    for target in ("s", "V", "A", "Ah", "Wh"):
        name, unit = split_header(header, target)
        known = words.get(words_of(name))
        if unit is None or known is None:
            continue
        bdf = known if isinstance(known, str) else known[0]
        if UNITS[bdf] == target:
            return bdf, unit
    return _unconverted(header, words)


def _unconverted(header: str, words: Words) -> tuple[str, str] | None:
    """Return the meaning of a temperature or a count whatever stands in its brackets."""
    known = words.get(words_of(header.split("(")[0].split("/")[0]))
    bdf = known if isinstance(known, str) or known is None else known[0]
    return (bdf, "") if bdf is not None and UNITS[bdf] == "" else None


def _values(table: TextTable, index: int, bdf: str, unit: str) -> Float[np.ndarray, "row"]:
    """Return one column in BDF units; durations and dates are recognised."""
    if UNITS[bdf] == "s":
        special = table.dates(index) if bdf in (CLOCK, UNIX_TIME) else table.seconds(index)
        if special is not None:
            return special
    numbers = table.numbers(index)
    factor = factor_between(unit, UNITS[bdf]) if UNITS[bdf] else 1.0
    return numbers if factor == 1.0 else numbers * factor


def start_from(columns: Mapping[str, Float[np.ndarray, "row"]]) -> datetime | None:
    """Return the start of the test (clock less test time of the first row), None without a clock.

    Parameters
    ----------
    columns
        Arrays by BDF name.
    """
    if CLOCK not in columns or not np.isfinite(columns[CLOCK][0]) or not np.isfinite(columns[TIME][0]):
        return None
    return datetime(1970, 1, 1) + timedelta(seconds=float(columns[CLOCK][0] - columns[TIME][0]))


def known_factor(ratio: float) -> float | None:
    """Return the factor between two units (60, 3600, 1000, ...) that a ratio is, None when it is none.

    Parameters
    ----------
    ratio
        Ratio of two numbers that should be equal.

    Examples
    --------
    >>> known_factor(59.7), known_factor(1.3)
    (60.0, None)
    """
    for factor in UNIT_FACTORS:
        if abs(ratio / factor - 1) < FACTOR_TOLERANCE:
            return factor
    return None
