"""Novonix csv: [Summary] and [Protocol] blocks, then [Data]; some exports put each row in quotes."""

from __future__ import annotations

from lmct import __version__
from lmct.instrument.cycler.columns import (
    CLOCK,
    CYCLE,
    NET,
    STEP_INDEX,
    STEP_TIME,
    TEMPERATURE,
    Words,
    start_from,
    translated,
)
from lmct.instrument.cycler.record import CURRENT, TIME, VOLTAGE, CyclerRecord
from lmct.instrument.source import Source
from lmct.instrument.text_table import table_from_text
from lmct.quantity.errors import DamagedFile

NAME = "novonix-csv"
WORDS: Words = {
    "run time": TIME,
    "step time": STEP_TIME,
    "date and time": CLOCK,
    "current": CURRENT,
    "potential": VOLTAGE,
    "voltage": VOLTAGE,
    "cycle number": CYCLE,
    "step number": STEP_INDEX,
    "capacity": NET,
    "temperature": TEMPERATURE,
}


def recognises(source: Source) -> bool:
    """Say whether the file begins with a Novonix summary.

    Parameters
    ----------
    source
        The file.
    """
    head = source.text_head[:500]
    return head.lstrip().startswith("[Summary]") and "novonix" in head.casefold()


def read(source: Source) -> CyclerRecord:
    """Read a Novonix csv file.

    Parameters
    ----------
    source
        The file.

    Returns
    -------
    :
        The record, not yet cross-checked.

    Raises
    ------
    DamagedFile
        There is no [Data] block.
    """
    text = source.text()
    summary, marker, _ = text.partition("[Data]")
    if not marker:
        raise DamagedFile(
            f"{source.name} has no [Data] block after its summary. Expected rows of data."
            " The file is cut off; export it again."
        )
    header_line = summary.count("\n") + 1
    table = table_from_text(
        _unquoted(text, header_line), source_file=source.name, header_line=header_line, separator=","
    )
    columns = translated(table, WORDS)
    block = summary.partition("[End Summary]")[0]
    pairs = (line.strip().partition(": ") for line in block.split("\n"))
    metadata = {name: value.strip() for name, _, value in pairs if value.strip()}
    mass = float(metadata.get("Mass (g)", "nan"))
    return CyclerRecord(
        columns=columns,
        source_file=source.name,
        format=NAME,
        reader=f"lmct {__version__}",
        active_mass=mass if mass > 0 else None,
        start_time=start_from(columns),
        metadata=metadata,
        warnings=("mass 1.000 g is Novonix's default; state the mass in the study file.",)
        if mass == 1.0
        else (),
    )


def _unquoted(text: str, header_line: int) -> str:
    """Take away quotes around whole rows."""
    header = text.split("\n", header_line + 1)[header_line]
    return text.replace('"', "") if header.startswith('"') and header.count('"') == 2 else text
