"""Text of the LabVIEW control panel at beamline 9-BM of the Advanced Photon Source."""

from __future__ import annotations

import re
from datetime import timedelta

from lmct.instrument.absorption.channel_name import ENERGY, channel_named, mode_of
from lmct.instrument.absorption.edge_energy import edge_near
from lmct.instrument.absorption.number_rows import rows_of_numbers, time_of
from lmct.instrument.absorption.raw_scan import RawScan
from lmct.instrument.source import Source
from lmct.quantity.errors import MissingColumn

NAME = "aps-9bm-labview"


def recognises(source: Source) -> bool:
    """Say whether the first line is that of the control panel."""
    return "Scan File created by LabVIEW Control Panel" in source.text_head[:300]


def read(source: Source) -> tuple[RawScan, ...]:
    """Return the one scan of a file.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    MissingColumn
        No column is an energy.
    DamagedFile
        A row is cut off or no numbers.
    """
    lines = source.text().splitlines()
    words = [found[1].strip() for line in lines if (found := re.match(r"#\s*\d+\)\s+(.*)", line))]
    table = rows_of_numbers(lines, name=source.name)
    named = {
        channel_named(word): table[:, place]
        for place, word in enumerate(words[: table.shape[1]])
        if channel_named(word)
    }
    if ENERGY not in named:
        raise MissingColumn(
            f"{source.name} has no column of the energy (found {', '.join(words)})."
            " Expected 'Mono Energy'. Give columns = { energy = 1, ... }."
        )
    energy = named.pop(ENERGY)
    head = lines[0].partition("Panel")[2]
    start = time_of(head.partition(";")[0])
    lasted = re.search(r"(\d+) hrs (\d+) min (\d+) sec", head)
    span = timedelta(hours=int(lasted[1]), minutes=int(lasted[2]), seconds=int(lasted[3])) if lasted else None
    edge = re.search(r"E0:\s*([\d.]+)", source.text_head)
    element = edge_near(float(edge[1])) if edge else None
    return (
        RawScan(
            energy=energy,
            channels=named,
            energy_unit="eV",
            mode=mode_of(tuple(named)),
            element=element[0] if element else "",
            edge=element[1] if element else "",
            start_time=start,
            end_time=start + span if start and span else None,
            metadata={"edge_energy": edge[1]} if edge else {},
        ),
    )
