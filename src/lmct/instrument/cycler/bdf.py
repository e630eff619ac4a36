"""Battery Data Format (BDF): csv or parquet whose columns carry the names that lmct uses inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from lmct import __version__
from lmct.instrument.cycler.columns import CHARGING, DISCHARGING, UNITS
from lmct.instrument.cycler.record import CURRENT, REQUIRED, TIME, VOLTAGE, CyclerRecord
from lmct.instrument.source import Source
from lmct.instrument.text_table import table_from_text
from lmct.quantity.errors import DamagedFile

if TYPE_CHECKING:
    import polars as pl

NAME = "bdf"
PARQUET_MAGIC = b"PAR1"
LABELS = {
    "Test Time / s": TIME,
    "Voltage / V": VOLTAGE,
    "Current / A": CURRENT,
    "Unix Time / s": "unix_time_second",
    "Cycle Count / 1": "cycle_count",
    "Step Count / 1": "step_count",
    "Step Index / 1": "step_index",
    "Step Time / s": "step_time_second",
    "Charging Capacity / Ah": CHARGING,
    "Discharging Capacity / Ah": DISCHARGING,
    "Charging Energy / Wh": "charging_energy_wh",
    "Discharging Energy / Wh": "discharging_energy_wh",
    "Ambient Temperature / degC": "ambient_temperature_celsius",
    "Ambient Temperature / °C": "ambient_temperature_celsius",
}
"""Preferred labels of the standard -> machine-readable names."""


def recognises(source: Source) -> bool:
    """Say whether the columns are those of BDF.

    Parameters
    ----------
    source
        The file.
    """
    if source.head.startswith(PARQUET_MAGIC):
        return _has_required(parquet_names(source))
    return _has_required(_cells(source.text_head.split("\n", 1)[0]))


def read(source: Source) -> CyclerRecord:
    """Read a BDF file.

    Parameters
    ----------
    source
        The file.

    Returns
    -------
    :
        The record, not yet cross-checked; columns that BDF does not name are left out.
    """
    columns = _parquet(source) if source.head.startswith(PARQUET_MAGIC) else _csv(source)
    return CyclerRecord(columns=columns, source_file=source.name, format=NAME, reader=f"lmct {__version__}")


def _cells(line: str) -> list[str]:
    return [cell.strip().strip('"') for cell in line.strip().split(_separator(line))]


def _separator(line: str) -> str:
    return max((",", ";", "\t"), key=line.count)


def _has_required(names: list[str]) -> bool:
    return set(REQUIRED) <= {LABELS.get(name, name) for name in names}


def _csv(source: Source) -> dict[str, Float[np.ndarray, "row"]]:
    text = source.text()
    separator = _separator(text.split("\n", 1)[0])
    table = table_from_text(text, source_file=source.name, header_line=0, separator=separator)
    named = ((LABELS.get(name, name), index) for index, name in enumerate(table.names))
    return {name: table.numbers(index) for name, index in named if name in UNITS}


def parquet_names(source: Source) -> list[str]:
    """Return the column names of a parquet table.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        The file is cut off.
    """
    import polars as pl

    try:
        return list(pl.read_parquet_schema(source.path))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _damaged(source, error) from error


def parquet_grid(source: Source) -> pl.DataFrame:
    """Return a parquet table as text cells, its column names in the first row.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        The file is cut off.
    """
    import polars as pl

    try:
        frame = pl.read_parquet(source.path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _damaged(source, error) from error
    names = [str(index) for index in range(frame.width)]
    top = pl.DataFrame([frame.columns], schema=dict.fromkeys(names, pl.String), orient="row")
    return pl.concat([top, frame.cast(pl.String).rename(dict(zip(frame.columns, names, strict=True)))])


def _parquet(source: Source) -> dict[str, Float[np.ndarray, "row"]]:
    import polars as pl

    try:
        frame = pl.read_parquet(source.path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _damaged(source, error) from error
    named = ((LABELS.get(name, name), name) for name in frame.columns)
    return {
        bdf: frame[name].cast(pl.Float64).fill_null(np.nan).to_numpy().astype(float)
        for bdf, name in named
        if bdf in UNITS
    }


def _damaged(source: Source, error: Exception) -> DamagedFile:
    reason = " ".join(str(error).split())[:120]
    return DamagedFile(
        f"{source.name} is a damaged or cut-off parquet file ({reason}). Copy or write it again."
    )
