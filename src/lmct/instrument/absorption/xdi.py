"""XDI, the XAFS data interchange format: header of ``# Family.key: value``, then columns it names."""

from __future__ import annotations

import re

import numpy as np
from jaxtyping import Float

from lmct.instrument.absorption.channel_name import ENERGY, channel_named, mode_of
from lmct.instrument.absorption.number_rows import kelvin_of, rows_of_numbers, time_of
from lmct.instrument.absorption.raw_scan import RawScan
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile, MissingColumn, UnitMismatch

NAME = "xdi"

PLANCK_TIMES_C = 12398.4198
"""Photon energy times wavelength [eV Å]."""


def recognises(source: Source) -> bool:
    """Say whether the first line is that of XDI."""
    return bool(re.match(r"\s*#\s*XDI/\d", source.text_head))


def read(source: Source) -> tuple[RawScan, ...]:
    """Return the one scan of an XDI file.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        The table does not fit its header.
    MissingColumn
        No column is an energy or an angle with a known spacing.
    UnitMismatch
        The unit of the energy is not known.

    Source
    ------
    Ravel and Newville, J. Phys. Conf. 712 (2016) 012148, doi 10.1088/1742-6596/712/1/012148.
    """
    lines = source.text().splitlines()
    header = _header(lines)
    table = rows_of_numbers(lines, name=source.name)
    units, names = _columns(header, table.shape[1], source.name)
    energy, unit = _energy(header, names, units, table, source.name)
    channels = {
        channel: table[:, place]
        for place, name in enumerate(names)
        if (channel := channel_named(name)) and channel != ENERGY
    }
    return (
        RawScan(
            energy=energy,
            channels=channels,
            energy_unit=unit,
            mode=mode_of(tuple(channels), names),
            element=header.get("element.symbol", ""),
            edge=header.get("element.edge", ""),
            sample=header.get("sample.name", "") or header.get("sample.formula", ""),
            start_time=time_of(header.get("scan.start_time", "")),
            end_time=time_of(header.get("scan.end_time", "")),
            temperature=kelvin_of(header.get("sample.temperature", "")),
            metadata=header,
        ),
    )


def _header(lines: list[str]) -> dict[str, str]:
    """Return the fields of the header; lines after ``///`` are the user's own words."""
    found: dict[str, str] = {}
    for line in lines:
        if not line.lstrip().startswith("#") or re.match(r"\s*#\s*/{3}", line):
            break
        if field := re.match(r"\s*#\s*([A-Za-z]\w*\.\w+)\s*:\s*(.*)", line):
            found[field[1].casefold()] = field[2].strip()
    return found


def _columns(header: dict[str, str], width: int, name: str) -> tuple[list[str], list[str]]:
    """Return units and names of the columns that the header tells."""
    units, names = [""] * width, [""] * width
    for key, value in header.items():
        if place := re.fullmatch(r"column\.(\d+)", key):
            if not 1 <= int(place[1]) <= width:
                raise DamagedFile(
                    f"{name} names column {place[1]} ({value}) and has {width} columns."
                    " Expected every named column. The table is cut off; copy the file again."
                )
            words = value.split("||")[0].split()
            names[int(place[1]) - 1] = words[0] if words else ""
            units[int(place[1]) - 1] = words[1] if len(words) > 1 else ""
    return units, names


def _energy(
    header: dict[str, str],
    names: list[str],
    units: list[str],
    table: Float[np.ndarray, "row column"],
    name: str,
) -> tuple[Float[np.ndarray, "row"], str]:
    """Return the energies and their unit, from the angle of the monochromator when there are none."""
    for place, word in enumerate(names):
        if channel_named(word) == ENERGY:
            unit = units[place]
            if unit and unit.casefold() not in ("ev", "kev"):
                raise UnitMismatch(
                    f"{name}: energies are in {unit!r}. Expected eV or keV. Correct the header of column"
                    f" {place + 1}."
                )
            return table[:, place], {"kev": "keV", "ev": "eV", "": ""}[unit.casefold()]
    spacing = re.match(r"[\d.]+", header.get("mono.d_spacing", ""))
    if "angle" in names and spacing:
        place = names.index("angle")
        angle = table[:, place] if units[place].startswith("rad") else np.radians(table[:, place])
        return PLANCK_TIMES_C / (2.0 * float(spacing[0]) * np.sin(angle)), "eV"
    raise MissingColumn(
        f"{name}: no column is an energy (found {', '.join(word for word in names if word) or 'no names'})."
        " Expected a line '# Column.1: energy eV'. Add it, or give columns = { energy = 1, ... }."
    )
