"""``lmct read FILE``: what is in an instrument file, and conversion."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmct.cli.assignment import read_assignments
from lmct.cli.output import FINE, AsJson, say, write_json, write_table
from lmct.quantity.errors import unknown_name

if TYPE_CHECKING:
    from lmct.instrument.cycler import CyclerRecord

NAME = "read"

WRITTEN = (".csv", ".mpt", ".nc", ".parquet")
"""Endings of the files that can be written."""


def run(
    file: Annotated[Path, typer.Argument(help="A cycler file of any known brand.")],
    to: Annotated[Path | None, typer.Option(help=f"Write it as {', '.join(WRITTEN)}.")] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help='Entry of a column map, e.g. --column "time=Time (h)".'),
    ] = None,
    json: AsJson = False,
) -> int:
    """Read a cycler file, cross-check it, and convert it."""
    from lmct.instrument import cycler

    if to is not None and to.suffix not in WRITTEN:
        raise unknown_name("file ending to write", to.suffix, WRITTEN)
    columns = {name: _value(text) for name, text in read_assignments(column or ()).items()}
    record = cycler.read(file, columns=columns or None)
    if to is not None:
        _write(record, to)
        say(f"wrote {to}")
    document = _document(record)
    if json:
        write_json(document)
        return FINE
    shown = {**document, "columns": ", ".join(record.columns), "warnings": len(record.warnings)}
    write_table((file.name, ""), list(shown.items()))
    for warning in record.warnings:
        say(f"warning: {warning}")
    return FINE


def _value(text: str) -> object:
    """Return an entry of a column map: numbers and truth values as in a study file, all else as text."""
    words = {"true": True, "false": False}
    return int(text) if text.isdecimal() else words.get(text, text)


def _document(record: CyclerRecord) -> dict[str, Any]:
    charge, discharge = record.capacity()
    return {
        "format": record.format,
        "reader": record.reader,
        "rows": record.rows,
        "columns": list(record.columns),
        "duration_second": float(record.time[-1] - record.time[0]) if record.rows else 0.0,
        "charge_capacity_mah": charge,
        "discharge_capacity_mah": discharge,
        "active_mass_gram": record.active_mass,
        "start_time": None if record.start_time is None else record.start_time.isoformat(),
        "sha256": record.source_sha256,
        "warnings": list(record.warnings),
    }


def _write(record: CyclerRecord, path: Path) -> None:
    """Write a record under its BDF column names; a crash leaves the old file or the new one."""
    if path.suffix == ".mpt":
        from lmct.instrument.cycler import write_mpt

        write_mpt(record, path)
        return
    from lmct.study.atomic import replacing

    with replacing(path) as part:
        _WRITERS[path.suffix](record, part)


def _write_csv(record: CyclerRecord, path: Path) -> None:
    import polars as pl

    pl.DataFrame(dict(record.columns)).write_csv(path)


def _write_parquet(record: CyclerRecord, path: Path) -> None:
    import polars as pl

    pl.DataFrame(dict(record.columns)).write_parquet(path)


def _write_netcdf(record: CyclerRecord, path: Path) -> None:
    import xarray as xr

    variables = {name: ("row", values) for name, values in record.columns.items()}
    about = {
        "source_file": record.source_file,
        "source_sha256": record.source_sha256,
        "reader": record.reader,
    }
    xr.Dataset(variables, attrs=about).to_netcdf(path, engine="h5netcdf")


_WRITERS = {".csv": _write_csv, ".parquet": _write_parquet, ".nc": _write_netcdf}
