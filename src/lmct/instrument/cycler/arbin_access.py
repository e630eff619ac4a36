"""Arbin .res, a Microsoft Jet database, read through the command mdb-export of mdbtools."""

from __future__ import annotations

import shutil
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import IO

import numpy as np

from lmct.instrument.cycler.arbin_words import WORDS
from lmct.instrument.cycler.columns import CLOCK, translated
from lmct.instrument.cycler.record import TIME, CyclerRecord
from lmct.instrument.source import Source
from lmct.instrument.text_table import TextTable, table_from_text
from lmct.quantity.errors import DamagedFile, DataError

NAME = "arbin-res"
MAGIC = (b"\x00\x01\x00\x00Standard Jet DB", b"\x00\x01\x00\x00Standard ACE DB")
COMMAND = "mdb-export"
LEAST_SECONDS, BYTES_PER_SECOND = 20.0, 1e6
LEAST_BYTES, MOST_GROWTH = 2**20, 50
COMPLAINT_BYTES = 2000
DAY_ZERO = datetime(1899, 12, 30)
SECONDS_PER_DAY = 86_400.0


def recognises(source: Source) -> bool:
    """Say whether the file is a Jet database.

    Parameters
    ----------
    source
        The file.
    """
    return source.head.startswith(MAGIC)


def read(source: Source) -> CyclerRecord:
    """Read an Arbin .res file.

    Parameters
    ----------
    source
        The file.

    Returns
    -------
    :
        The record, not yet cross-checked, in the order of test time.

    Raises
    ------
    DataError
        The command ``mdb-export`` is not installed.
    DamagedFile
        The database is damaged or holds no Arbin tables.
    """
    data = _table(source, "Channel_Normal_Table")
    test = _table(source, "Global_Table")
    columns = translated(data, WORDS)
    order = np.argsort(columns[TIME], kind="stable")
    columns = {key: column[order] for key, column in columns.items()}
    if CLOCK in columns:
        epoch = (datetime(1970, 1, 1) - DAY_ZERO).total_seconds()
        columns[CLOCK] = np.round(columns[CLOCK] * SECONDS_PER_DAY - epoch, 3)
    details = {name: cell for name, cell in zip(test.names, test.cells.row(0), strict=True) if cell}
    mass = float(details.get("MASS", 0.0) or 0.0)
    started = details.get("Start_DateTime")
    return CyclerRecord(
        columns=columns,
        source_file=source.name,
        format=NAME,
        reader=_command_version(),
        active_mass=mass if mass > 0 else None,
        start_time=DAY_ZERO + timedelta(days=float(started)) if started else None,
        metadata=details,
        warnings=_several_tests(test),
    )


def _several_tests(test: TextTable) -> tuple[str, ...]:
    if test.rows == 1:
        return ()
    return (
        f"the database lists {test.rows} tests; the rows of all were read, the header is that of the first.",
    )


def _command() -> str:
    """Return the path of mdb-export."""
    command = shutil.which(COMMAND)
    if command is None:
        raise DataError(
            "reading Arbin .res files needs the command mdb-export, which is not installed."
            " Expected it on the PATH. Install the Debian package mdbtools (apt install mdbtools)."
        )
    return command


def _command_version() -> str:
    answer = subprocess.run(
        [_command(), "--version"], capture_output=True, text=True, timeout=60, check=False
    )
    return (answer.stdout or answer.stderr).strip().split("\n")[0] or COMMAND


def _table(source: Source, name: str) -> TextTable:
    """Return one table of the database; any complaint of the command means that rows may be missing."""
    command = [_command(), "-d", "\t", "-q", '"', str(source.path.resolve()), name]
    status, output, complaint = _bounded_run(
        command,
        seconds=LEAST_SECONDS + source.size / BYTES_PER_SECOND,
        most_bytes=LEAST_BYTES + MOST_GROWTH * source.size,
    )
    if status != 0 or complaint or not output.strip():
        reason = " ".join(complaint.decode("utf-8", errors="replace").split())[:120]
        raise DamagedFile(
            f"{source.name}: table {name} cannot be exported whole"
            f" ({reason or f'mdb-export ended with {status}'})."
            " Expected an Arbin .res database. Copy it again from the Arbin computer."
        )
    text = output.decode("utf-8", errors="replace")
    return table_from_text(text, source_file=source.name, header_line=0, separator="\t", decimal=".")


def _bounded_run(command: list[str], *, seconds: float, most_bytes: float) -> tuple[int, bytes, bytes]:
    """Run a command with bounds on time and output; return its status, output and first words of complaint.

    On a damaged database mdb-export may run, write or complain without end.
    """
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process,
        ThreadPoolExecutor(max_workers=1) as complaints,
    ):
        stop = threading.Timer(seconds, process.kill)
        stop.start()
        try:
            complaint = complaints.submit(_first_bytes, process.stderr, COMPLAINT_BYTES, process)
            output = _first_bytes(process.stdout, int(most_bytes), process)
            return process.wait(), output, complaint.result()
        finally:
            stop.cancel()
            process.kill()


def _first_bytes(stream: IO[bytes] | None, most_bytes: int, process: subprocess.Popen[bytes]) -> bytes:
    """Return what a command writes to a stream; a command that writes more than the bound is ended."""
    content = stream.read(most_bytes) if stream is not None else b""
    if len(content) == most_bytes:
        process.kill()
    return content
