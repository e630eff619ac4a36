"""BioLogic .mpt, the text export of EC-Lab and BT-Lab, whatever the language, encoding and decimal mark."""

from __future__ import annotations

import re
from datetime import datetime

from lmct import __version__
from lmct.instrument.cycler.biologic_columns import mass_warnings, record_columns
from lmct.instrument.cycler.record import CyclerRecord
from lmct.instrument.source import Source
from lmct.instrument.text_table import TextTable, table_from_text
from lmct.quantity.errors import DamagedFile

NAME = "biologic-mpt"
FIRST_LINE = re.compile(r"^\W*(EC|BT)-Lab\s+ASCII", re.IGNORECASE)
MASS_WORDS = (
    "Mass of active material",
    "Masse de matière active",
    "Masse des aktiven Materials",
    "活性物质质量",
)
START_WORDS = (
    "Acquisition started on",
    "Acquisition démarrée le",
    "Acquisition gestartet am",
    "Messung gestartet am",
    "采集开始",
)
DATE_FORMATS = ("%m/%d/%Y %H:%M:%S.%f", "%m/%d/%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S.%f", "%d.%m.%Y %H:%M:%S")
UNSET_MASS_MG = 0.001


def recognises(source: Source) -> bool:
    """Say whether the first line is that of EC-Lab or BT-Lab, or the second counts header lines.

    Parameters
    ----------
    source
        The file.
    """
    lines = source.text_head.split("\n", 2)
    return bool(FIRST_LINE.match(lines[0])) and "LOG FILE" not in lines[0]


def read(source: Source) -> CyclerRecord:
    """Read an .mpt file.

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
        The header is shorter than it says, there are no rows, or a cell is not a number.
    """
    text = source.text()
    count = _header_lines(text, source.name)
    header = [line.rstrip("\r") for line in text.split("\n", count)[:count]]
    table = table_from_text(text, source_file=source.name, header_line=count - 1, separator="\t")
    table, said = _without_cut_row(table, text)
    arrays = {name: table.numbers(index) for index, name in enumerate(table.names)}
    columns, more = record_columns(arrays, source.name)
    settings = _settings(header)
    mass, warnings = _mass(settings)
    return CyclerRecord(
        columns=columns,
        source_file=source.name,
        format=NAME,
        reader=f"lmct {__version__}",
        active_mass=mass,
        start_time=_start(settings),
        metadata=settings,
        warnings=tuple(said + more + warnings),
    )


def _header_lines(text: str, name: str) -> int:
    """Return the number of header lines that line 2 states."""
    lines = text.split("\n", 2)
    match = re.search(r"[:：]\s*(\d+)", lines[1]) if len(lines) > 1 else None
    count = int(match[1]) if match else 0
    present = text.count("\n") + 1
    if count < 3 or present <= count:
        raise DamagedFile(
            f"{name}: line 2 announces {count} header lines and the file has {present} lines."
            " Expected a header of at least 3 lines and rows of data after it. Export it again in EC-Lab."
        )
    return count


def _without_cut_row(table: TextTable, text: str) -> tuple[TextTable, list[str]]:
    """Drop a last row that was cut off in the middle."""
    if text.endswith("\n") or not any(value is None for value in table.cells.row(-1)) or table.rows < 2:
        return table, []
    shorter = TextTable(table.source_file, table.names, table.cells.head(-1), table.first_line, table.decimal)
    return shorter, [f"the file is cut off: row {table.rows} is incomplete and was dropped."]


def _settings(header: list[str]) -> dict[str, str]:
    """Return the header as text by name; the fourth line is the technique."""
    settings = {"technique": header[3].strip()} if len(header) > 4 and header[3].strip() else {}
    for line in header[4:-1]:
        name, colon, value = line.partition(" :") if " :" in line else line.partition("：")
        if colon and value.strip():
            name = name.strip()
            settings[name] = f"{settings[name]}; {value.strip()}" if name in settings else value.strip()
    return settings


def _number(text: str) -> float:
    match = re.search(r"[-+]?\d+(?:[.,]\d+)?", text)
    return float(match[0].replace(",", ".")) if match else float("nan")


def _mass(settings: dict[str, str]) -> tuple[float | None, list[str]]:
    """Return the stated active mass [g] and warnings about it."""
    text = next((settings[word] for word in MASS_WORDS if word in settings), "")
    mass = _number(text) * (1e3 if re.search(r"\d\s*g\b", text) else 1.0)
    if not mass > UNSET_MASS_MG:
        return None, []
    molar = next(
        (_number(settings[key]) for key in settings if key.startswith("Molecular weight")), float("nan")
    )
    start_x = _number(settings.get("Acquisition started at", ""))
    said = mass_warnings(mass, molar_mass=molar, intercalated_at_start=start_x)
    return round(mass / 1e3, 12), said


def _start(settings: dict[str, str]) -> datetime | None:
    """Return the start of the acquisition on the instrument's clock."""
    text = next((settings[word] for word in START_WORDS if word in settings), "")
    for form in DATE_FORMATS:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return None
