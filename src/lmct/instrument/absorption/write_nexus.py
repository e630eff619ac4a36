"""NeXus files of absorption scans (application definition NXxas), written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lmct import __version__
from lmct.instrument.absorption.scan import (
    ELECTRON,
    FLUORESCENCE,
    INCIDENT,
    MU,
    NORMALISED,
    TRANSMITTED,
    AbsorptionScan,
)
from lmct.quantity.errors import DataError

MODES = {
    "transmission": "Transmission",
    "fluorescence": "Fluorescence Yield",
    "electron_yield": "Total Electron Yield",
    "inverse_yield": "Fluorescence Yield",
}
"""Mode of a scan -> its name in the definition."""

SIGNALS = {
    "transmission": (TRANSMITTED, MU, NORMALISED),
    "fluorescence": (FLUORESCENCE, MU, NORMALISED),
    "electron_yield": (ELECTRON, MU, NORMALISED),
    "inverse_yield": (FLUORESCENCE, MU, NORMALISED),
}
"""Mode -> channels that may be its absorbed beam, the first one that is there counts."""


def write_nexus(scans: Sequence[AbsorptionScan], path: str | Path) -> Path:
    """Write scans as one NeXus file with an entry for each.

    Parameters
    ----------
    scans
        One at least; every channel of each is written, under its name here, beside what the definition asks.
    path
        The file; its folder must exist.

    Returns
    -------
    :
        The file.

    Raises
    ------
    DataError
        There is no scan, or a scan has no channel of its mode.

    Source
    ------
    NeXus application definition NXxas, https://manual.nexusformat.org/classes/applications/NXxas.html.
    """
    import h5py  # type: ignore[import-untyped]

    if not scans:
        raise DataError("no scan to write. Expected one at least. Read or simulate one first.")
    signals = [_signal(scan) for scan in scans]
    path = Path(path)
    with h5py.File(path, "w") as file:
        file.attrs["default"] = "entry"
        file.attrs["creator"] = f"lmct {__version__}"
        for number, (scan, signal) in enumerate(zip(scans, signals, strict=True)):
            _write_entry(_group(file, "entry" if not number else f"entry_{number}", "NXentry"), scan, signal)
    return path


def _signal(scan: AbsorptionScan) -> str:
    for name in SIGNALS.get(scan.mode, ()):
        if name in scan.channels:
            return name
    raise DataError(
        f"{scan.source_file or 'the scan'} has no channel of the mode {scan.mode} (found:"
        f" {', '.join(scan.channels)}). Expected what was measured in that mode. Set another mode."
    )


def _write_entry(entry: Any, scan: AbsorptionScan, signal: str) -> None:  # noqa: ANN401 - an HDF5 group
    entry.attrs["default"] = "data"
    entry["definition"] = "NXxas"
    entry["title"] = " ".join(one for one in (scan.sample, scan.element, scan.edge) if one) or "absorption"
    for name, moment in (("start_time", scan.start_time), ("end_time", scan.end_time)):
        if moment is not None:
            entry[name] = moment.isoformat()
    instrument = _group(entry, "instrument", "NXinstrument")
    source = _group(instrument, "source", "NXsource")
    source["type"], source["probe"] = "Synchrotron X-ray Source", "x-ray"
    energy = _group(instrument, "monochromator", "NXmonochromator").create_dataset("energy", data=scan.energy)
    energy.attrs["units"] = "eV"
    absorbed = _group(instrument, "absorbed_beam", "NXdetector")
    absorbed["data"] = scan.channels[signal]
    incoming = _group(instrument, "incoming_beam", "NXdetector")
    incoming["data"] = scan.channels.get(INCIDENT, np.ones(len(scan.energy)))
    sample = _group(entry, "sample", "NXsample")
    sample["name"] = scan.sample or "unknown"
    if scan.temperature is not None:
        sample["temperature"] = scan.temperature
        sample["temperature"].attrs["units"] = "K"
    monitor = _group(entry, "monitor", "NXmonitor")
    monitor["mode"], monitor["preset"], monitor["data"] = "monitor", 0.0, incoming["data"]
    data = _group(entry, "data", "NXdata")
    data.attrs["signal"], data.attrs["axes"] = "absorbed_beam", "energy"
    data["energy"], data["absorbed_beam"], data["mode"] = energy, absorbed["data"], MODES[scan.mode]
    channels = _group(entry, "channels", "NXcollection")
    for name, values in scan.channels.items():
        channels[name] = values
    edge = _group(entry, "edge", "NXcollection")
    edge["element"], edge["edge"] = scan.element, scan.edge


def _group(parent: Any, name: str, kind: str) -> Any:  # noqa: ANN401 - HDF5 groups
    made = parent.create_group(name)
    made.attrs["NX_class"] = kind
    return made
