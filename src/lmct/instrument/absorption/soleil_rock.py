"""Text that the beamline ROCK exports with extranormal: normalised absorption with the foil beside it."""

from __future__ import annotations

import re

from lmct.instrument.absorption.channel_name import ENERGY, channel_named
from lmct.instrument.absorption.number_rows import kelvin_of, rows_of_numbers, time_of
from lmct.instrument.absorption.raw_scan import RawScan
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile

NAME = "soleil-rock"

_HEADING = "shifted energy"


def recognises(source: Source) -> bool:
    """Say whether the header is that of extranormal."""
    return "extranormal" in source.text_head[:400] and _HEADING in source.text_head


def read(source: Source) -> tuple[RawScan, ...]:
    """Return the one averaged scan of an export.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        The table does not fit its heading.
    """
    lines = source.text().splitlines()
    header = [line.lstrip("# ").rstrip() for line in lines if line.startswith("#")]
    heading = next(line for line in header if line.startswith(_HEADING))
    words = [word.strip() for word in heading.split("\t")]
    table = rows_of_numbers(lines, name=source.name)
    if table.shape[1] != len(words):
        raise DamagedFile(
            f"{source.name} names {len(words)} columns and has {table.shape[1]}. Expected as many."
            " Export it again."
        )
    named = {channel_named(word): table[:, place] for place, word in enumerate(words)}
    named.pop("", None)
    fields = _fields(header)
    return (
        RawScan(
            energy=named.pop(ENERGY),
            channels=named,
            energy_unit="eV",
            start_time=time_of(fields.get("Time at start", "")),
            temperature=kelvin_of(fields.get("Sample temperature (C)", "") + " C"),
            metadata=fields,
            warnings=(
                "normalised by extranormal: the uncertainty of its background and step is not in the file.",
            ),
        ),
    )


def _fields(header: list[str]) -> dict[str, str]:
    """Return ``name = value`` pairs, several of which may stand on a line between wide gaps."""
    found: dict[str, str] = {}
    for line in header:
        for part in re.split(r"\s{2,}", line):
            name, equal, value = part.partition("=")
            if equal:
                found[name.strip()] = value.strip()
            elif ":" in part and "=" not in line:
                name, _, value = part.partition(":")
                found[name.strip()] = value.strip()
    return found
