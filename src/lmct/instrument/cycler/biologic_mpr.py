"""BioLogic .mpr, the binary format of EC-Lab and BT-Lab: read by galvani, by yadg where galvani cannot."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.instrument.cycler.biologic_columns import mass_warnings, record_columns
from lmct.instrument.cycler.record import CyclerRecord
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile, UnknownFormat

NAME = "biologic-mpr"
MAGIC = b"BIO-LOGIC MODULAR FILE"
SETTINGS_MODULE = b"VMP Set   "
UNSET_MASS_MG = 0.001

# Byte offsets in the settings module, found by comparing .mpr files with the .mpt exports of the same runs.
MASS_OFFSET, MOLAR_MASS_OFFSET, START_X_OFFSET = 0x107, 0x10F, 0x117

TECHNIQUES = {
    0x04: "Galvanostatic Cycling with Potential Limitation",
    0x06: "Cyclic Voltammetry",
    0x0B: "Open Circuit Voltage",
    0x18: "Chronoamperometry / Chronocoulometry",
    0x19: "Chronopotentiometry",
    0x1D: "Potentio Electrochemical Impedance Spectroscopy",
    0x1E: "Galvano Electrochemical Impedance Spectroscopy",
    0x33: "Cyclic Voltammetry Advanced",
    0x6C: "Linear Sweep Voltammetry",
    0x7F: "Modulo Bat",
    0x88: "Battery Capacity Determination",
}

Table = dict[str, Float[np.ndarray, "row"]]


def recognises(source: Source) -> bool:
    """Say whether the file begins with BioLogic's magic words.

    Parameters
    ----------
    source
        The file.
    """
    return source.head.startswith(MAGIC)


def read(source: Source) -> CyclerRecord:
    """Read an .mpr file.

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
        The file is cut off or inconsistent.
    UnknownFormat
        Neither library knows its columns.
    """
    table, settings, start, reader = _table(source)
    columns, said = record_columns(table, source.name)
    mass, metadata, more = _settings(settings)
    return CyclerRecord(
        columns=columns,
        source_file=source.name,
        format=NAME,
        reader=reader,
        active_mass=mass,
        start_time=start,
        metadata=metadata,
        warnings=tuple(said + more),
    )


def _table(source: Source) -> tuple[Table, bytes, datetime | None, str]:
    """Return columns, settings module, start time and the reader's name."""
    from galvani.BioLogic import MPRfile

    try:
        with source.path.open("rb") as stream:
            parsed = MPRfile(stream)
    except (
        NotImplementedError,
        AssertionError,
        ValueError,
        OSError,
        IndexError,
        KeyError,
        struct.error,
    ) as error:
        if _is_cut_off(source):
            raise DamagedFile(
                f"{source.name} is cut off or damaged ({type(error).__name__}: {_first_line(error)})."
                " Expected a whole .mpr file. Copy it again from the EC-Lab computer."
            ) from error
        return _table_from_yadg(source, f"{type(error).__name__}: {_first_line(error)}")
    settings = next(
        bytes(module["data"]) for module in parsed.modules if module["shortname"] == SETTINGS_MODULE
    )
    table: Table = {name: parsed.data[name] for name in parsed.data.dtype.names}
    return table, settings, getattr(parsed, "timestamp", None), f"galvani {version('galvani')}"


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or "inconsistent content"


def _is_cut_off(source: Source) -> bool:
    """Say whether the chain of modules in the file ends before its data, or leaves the file."""
    position, names = len(MAGIC) + 30, set()
    with source.path.open("rb") as stream:
        while position < source.size:
            stream.seek(position)
            header = stream.read(67)
            if not header.startswith(b"MODULE") or len(header) < 58:
                return True
            names.add(header[6:16])
            newer = header[41:45] == b"\xff\xff\xff\xff"
            at, length_of_header = (45, 65) if newer else (41, 57)
            position += length_of_header + int.from_bytes(header[at : at + 4], "little")
    return position > source.size or not {SETTINGS_MODULE, b"VMP data  "} <= names


def _table_from_yadg(source: Source, reason: str) -> tuple[Table, bytes, datetime | None, str]:
    """Read the file by yadg after galvani failed."""
    try:
        from yadg.extractors import extract
    except ImportError as error:
        raise UnknownFormat(
            f"{source.name} cannot be read by galvani ({reason}); the second reader, yadg, is not installed."
            " Expected columns that galvani knows."
            " Install yadg (pip install 'lmct[yadg]') or export the file as .mpt."
        ) from error
    try:
        tree: Any = extract(filetype="eclab.mpr", path=str(source.path))
    except (ValueError, KeyError, IndexError, OSError, NotImplementedError, RuntimeError) as error:
        raise UnknownFormat(
            f"{source.name} cannot be read by galvani ({reason}) nor by yadg ({_first_line(error)})."
            " Expected an .mpr of EC-Lab up to 11.6. Export it in EC-Lab as .mpt."
        ) from error
    dataset = tree.to_dataset() if hasattr(tree, "to_dataset") else tree
    table = table_from_yadg(
        {
            name: (np.asarray(dataset[name]), str(dataset[name].attrs.get("units", "")))
            for name in dataset.data_vars
        },
        np.asarray(dataset["uts"]),
    )
    return table, b"", None, f"yadg {version('yadg')} (galvani: {reason})"


def table_from_yadg(
    variables: Mapping[str, tuple[np.ndarray, str]], unix_time: Float[np.ndarray, "row"]
) -> Table:
    """Return yadg's variables under EC-Lab's own headers, name and unit joined by a slash.

    Parameters
    ----------
    variables
        Name -> (values, unit).
    unix_time
        Seconds since 1970 of each row [s]; used when there is no ``time`` variable.
    """
    table: Table = {}
    for name, (values, unit) in variables.items():
        if values.ndim == 1 and values.dtype.kind in "fiu":
            table[f"{name}/{unit.replace('·', '.')}" if unit else name] = values.astype(float)
    if not any(name.split("/")[0] == "time" for name in table):
        table["time/s"] = unix_time - unix_time[0]
    return table


def _settings(settings: bytes) -> tuple[float | None, dict[str, str], list[str]]:
    """Return active mass [g], metadata and warnings from the settings module."""
    if len(settings) < START_X_OFFSET + 4:
        return None, {}, []
    technique = TECHNIQUES.get(settings[0], f"technique 0x{settings[0]:02x}")
    mass, molar_mass, start_x = (
        float(np.frombuffer(settings, "<f4", 1, offset)[0])
        for offset in (MASS_OFFSET, MOLAR_MASS_OFFSET, START_X_OFFSET)
    )
    metadata = {"technique": technique}
    if not np.isfinite(mass) or mass <= UNSET_MASS_MG * 1.001 or mass > 1e9:
        return None, metadata, []
    mass = float(f"{mass:.7g}")
    metadata |= {"Mass of active material": f"{mass:g} mg", "Molecular weight": f"{molar_mass:g} g/mol"}
    return (
        round(mass / 1e3, 12),
        metadata,
        mass_warnings(mass, molar_mass=molar_mass, intercalated_at_start=start_x),
    )
