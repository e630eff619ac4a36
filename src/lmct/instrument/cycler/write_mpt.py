"""Write a record as an EC-Lab text file (.mpt) that EC-Lab's readers open."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path

import numpy as np
from jaxtyping import Float

from lmct.instrument.cycler.columns import CYCLE, STEP_COUNT
from lmct.instrument.cycler.record import CyclerRecord
from lmct.quantity.errors import OutOfRange

TECHNIQUE = "Galvanostatic Cycling with Potential Limitation"
MILLI = 1e3
HEADER = (
    "mode",
    "ox/red",
    "error",
    "control changes",
    "Ns changes",
    "counter inc.",
    "Ns",
    "time/s",
    "dq/mA.h",
    "(Q-Qo)/mA.h",
    "control/V/mA",
    "Ewe/V",
    "<I>/mA",
    "cycle number",
)
NUMBER = "%.15E"
FORMATS = ("%d",) * 7 + (NUMBER,) * 6 + ("%d",)


def write_mpt(record: CyclerRecord, path: str | Path) -> None:
    """Write time, voltage, current, step and cycle of a record as .mpt, whole or not at all.

    Parameters
    ----------
    record
        The record; ``active_mass``, ``start_time`` and a ``technique`` in its metadata go into the header.
    path
        Where to write; an existing file is replaced in one step.

    Raises
    ------
    OutOfRange
        Time, voltage or current holds a number that is not finite.
    """
    path = Path(path)
    _refuse_unfinished(record)
    rows = io.BytesIO()
    np.savetxt(rows, _table(record), fmt="\t".join(FORMATS), newline="\r\n")
    text = "\r\n".join(_header(record)) + "\r\n"
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode("latin-1", errors="replace"))
            stream.write(rows.getvalue())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _refuse_unfinished(record: CyclerRecord) -> None:
    """Refuse numbers that an .mpt file cannot hold."""
    for name in ("time", "voltage", "current"):
        bad = np.flatnonzero(~np.isfinite(getattr(record, name)))
        if len(bad):
            raise OutOfRange(
                f"{name} of row {bad[0] + 1} is not finite. Expected finite numbers. Drop these rows first."
            )


def _header(record: CyclerRecord) -> list[str]:
    """Return the header lines; the second one counts them all, the column names included."""
    lines = ["", _clean(record.metadata.get("technique", TECHNIQUE)), ""]
    if record.start_time is not None:
        moment = record.start_time
        lines.append(f"Acquisition started on : {moment:%m/%d/%Y %H:%M:%S}.{moment.microsecond // 1000:03d}")
    lines += [
        f"Comments : {_clean(name)} = {_clean(value)}"
        for name, value in record.metadata.items()
        if name != "technique"
    ]
    if record.active_mass is not None:
        lines.append(f"Mass of active material : {record.active_mass * MILLI:.6f} mg")
    lines += ["Cycle Definition : Charge/Discharge alternance", "", "\t".join(HEADER) + "\t"]
    return ["EC-Lab ASCII FILE", f"Nb header lines : {len(lines) + 2}", *lines]


def _clean(text: str) -> str:
    """Return text on one line."""
    return " ".join(str(text).split())


def _table(record: CyclerRecord) -> Float[np.ndarray, "row column"]:
    """Return the numbers in the order of the header."""
    current = record.current * MILLI
    charge = record.charge / 3.6
    step = record.columns.get(STEP_COUNT, np.ones(record.rows))
    cycle = np.nan_to_num(record.columns.get(CYCLE, np.zeros(record.rows)))
    number = np.nan_to_num(step - step[0])
    changes = np.diff(number, prepend=number[:1]) != 0
    zero = np.zeros(record.rows)
    return np.column_stack(
        (
            np.where(current == 0, 3, 1),
            current > 0,
            zero,
            changes,
            changes,
            zero,
            number,
            record.time,
            np.diff(charge, prepend=charge[:1]),
            charge,
            current,
            record.voltage,
            current,
            cycle,
        )
    )
