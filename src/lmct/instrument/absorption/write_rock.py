"""Text as the beamline ROCK exports it with extranormal, written from simulated scans."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lmct import __version__
from lmct.instrument.absorption.scan import INCIDENT, NORMALISED, AbsorptionScan
from lmct.quantity.constants import ZERO_CELSIUS
from lmct.quantity.errors import MissingColumn


def write_rock(scan: AbsorptionScan, path: str | Path) -> Path:
    """Write a normalised scan with its reference in the layout of extranormal.

    Parameters
    ----------
    scan
        A scan with the channel ``normalised`` and a reference.
    path
        The file.

    Returns
    -------
    :
        The file.

    Raises
    ------
    MissingColumn
        The scan is not normalised or has no reference.
    """
    reference = scan.reference()
    if NORMALISED not in scan.channels or reference is None:
        raise MissingColumn(
            f"{scan.source_file or 'the scan'} has the channels {', '.join(scan.channels)}."
            " Expected normalised and a reference. Normalise the scan first."
        )
    celsius = "nan" if scan.temperature is None else f"{scan.temperature - ZERO_CELSIUS:g}"
    time = "" if scan.start_time is None else scan.start_time.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    head = [
        f"# This file has been written by lmct {__version__} in the layout of extranormal",
        f"#Time at start={time}",
        f"#Sample temperature (C)={celsius}",
        "# shifted energy\tnormalized\treference\tref.derivative\tI0",
    ]
    incident = scan.channels.get(INCIDENT, np.ones(len(scan.energy)))
    slope = np.gradient(reference, scan.energy)
    columns = (scan.energy, scan.channels[NORMALISED], reference, slope, incident)
    rows = (" ".join(f"{value:12.10g}" for value in row) for row in zip(*columns, strict=True))
    path = Path(path)
    path.write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8")
    return path
