"""Neware .nda and .ndax, the binary formats of BTS 5 to 8, read by fastnda."""

from __future__ import annotations

import logging
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from lmct.instrument.archive import unpacking_errors
from lmct.instrument.cycler.columns import (
    CHARGING,
    CLOCK,
    CYCLE,
    DISCHARGING,
    STEP_COUNT,
    STEP_INDEX,
    STEP_TIME,
    TEMPERATURE,
)
from lmct.instrument.cycler.record import CURRENT, TIME, VOLTAGE, CyclerRecord
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile, MissingColumn

if TYPE_CHECKING:
    import polars as pl

NAME = "neware"
NDA_MAGIC = b"NEWARE"
COLUMNS = {
    "total_time_s": (TIME, 1.0),
    "voltage_V": (VOLTAGE, 1.0),
    "current_mA": (CURRENT, 1e-3),
    "cycle_count": (CYCLE, 1.0),
    "step_count": (STEP_COUNT, 1.0),
    "step_index": (STEP_INDEX, 1.0),
    "step_time_s": (STEP_TIME, 1.0),
    "unix_time_s": (CLOCK, 1.0),
    "aux1_temperature_degC": (TEMPERATURE, 1.0),
}
DEFAULT_MASS_MG = 1.0
START_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y.%m.%d %H:%M:%S")


def recognises(source: Source) -> bool:
    """Say whether the file is an .nda, or an archive of .ndc tables.

    Parameters
    ----------
    source
        The file.
    """
    return source.head.startswith(NDA_MAGIC) or any(name.endswith(".ndc") for name in source.members)


def read(source: Source) -> CyclerRecord:
    """Read an .nda or .ndax file.

    Parameters
    ----------
    source
        The file.

    Returns
    -------
    :
        The record, not yet cross-checked. Capacities count from zero in each step, as Neware keeps them.

    Raises
    ------
    DamagedFile
        The file is cut off, or of a version that fastnda does not know.
    """
    import fastnda

    with source.with_suffix(".ndax" if source.members else ".nda") as path, _captured() as said:
        try:
            frame = fastnda.read(path, cycle_mode="raw", raw_categories=True)
            metadata = fastnda.read_metadata(path)
        except _failures() as error:
            raise DamagedFile(
                f"{source.name} cannot be read by fastnda ({type(error).__name__}: {_short(error)})."
                " Expected a whole .nda or .ndax file."
                " Copy it again; if it is whole, export it from BTSDA as csv."
            ) from error
    details = {key: str(value) for key, value in _flat(metadata).items()}
    mass, more = _mass(details)
    return CyclerRecord(
        columns=_columns(frame, source.name),
        source_file=source.name,
        format=NAME,
        reader=f"fastnda {version('fastnda')}",
        active_mass=mass,
        start_time=_start(details),
        metadata=details,
        warnings=tuple(said + more),
    )


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:120]


def _failures() -> tuple[type[Exception], ...]:
    """Return what fastnda and the libraries under it raise on a damaged file."""
    import polars.exceptions

    return (
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        OverflowError,
        AssertionError,
        SyntaxError,
        struct.error,
        *unpacking_errors(),
        polars.exceptions.PolarsError,
    )


class _Collector(logging.Handler):
    """A log handler that keeps messages of warnings and worse in a list."""

    def __init__(self, said: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.said = said

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        self.said.append(record.getMessage())


@contextmanager
def _captured() -> Iterator[list[str]]:
    """Collect what fastnda logs and warns, instead of printing it."""
    said: list[str] = []
    handler = _Collector(said)
    logger = logging.getLogger("fastnda")
    propagates, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield said
        said += [str(entry.message) for entry in caught]
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagates


def _columns(frame: pl.DataFrame, name: str) -> dict[str, Float[np.ndarray, "row"]]:
    """Return BDF columns of fastnda's table as 64-bit numbers, null as NaN, converted in parallel."""
    missing = {"total_time_s", "voltage_V", "current_mA"} - set(frame.columns)
    if missing:
        raise MissingColumn(
            f"{name} has no {', '.join(sorted(missing))}. Expected a Neware data file with rows."
            " Copy the data file of the test, not its log."
        )
    import polars as pl

    def scaled(key: str, factor: float) -> pl.Expr:
        numbers = pl.col(key).cast(pl.Float64)
        return numbers if factor == 1.0 else numbers * factor

    wanted = [
        scaled(key, factor).alias(bdf) for key, (bdf, factor) in COLUMNS.items() if key in frame.columns
    ]
    if "capacity_mAh" in frame.columns:
        capacity = scaled("capacity_mAh", 1e-3)
        wanted += [capacity.clip(0.0).alias(CHARGING), (-capacity).clip(0.0).alias(DISCHARGING)]
    return {column.name: column.to_numpy() for column in frame.select(wanted).iter_columns()}


def _flat(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that matter from the nested XML of .ndax, or those of .nda as they are."""
    test = metadata.get("TestInfo")
    if not isinstance(test, dict):
        return {
            key: value
            for key, value in metadata.items()
            if isinstance(value, str | int | float) and value != ""
        }
    info = test.get("TestInfo", {})
    wanted = (
        "StartTime",
        "EndTime",
        "StepName",
        "Barcode",
        "SN",
        "Remark",
        "DevID",
        "UnitID",
        "ChlID",
        "TestID",
        "CurrRange",
    )
    flat = {key: info[key] for key in wanted if isinstance(info.get(key), str)}
    head = (metadata.get("Step") or {}).get("Head_Info", {})
    return flat | {
        key: head[key]["Value"] for key in ("SCQ", "SCQ_F", "Creator") if "Value" in head.get(key, {})
    }


def _mass(details: dict[str, str]) -> tuple[float | None, list[str]]:
    """Return the stated active mass [g]; .ndax keeps it under a name whose unit Neware does not document."""
    mass_mg = float(details.get("active_mass_mg", 0.0))
    if mass_mg <= 0:
        return None, []
    said = [f"active mass {mass_mg:g} mg is Neware's default; state the mass in the study file."]
    return mass_mg / 1e3, said if mass_mg == DEFAULT_MASS_MG else []


def _start(details: dict[str, str]) -> datetime | None:
    """Return the start of the test on the instrument's clock."""
    text = details.get("StartTime", details.get("start_time", ""))
    for form in START_FORMATS:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return None
