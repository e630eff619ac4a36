"""XDI files, written: every channel of a scan with what is known of it."""

from __future__ import annotations

from pathlib import Path

from lmct import __version__
from lmct.instrument.absorption.scan import (
    ELECTRON,
    FLUORESCENCE,
    INCIDENT,
    MU,
    NORMALISED,
    REFERENCE,
    REFERENCE_MU,
    TRANSMITTED,
    UNCERTAINTY,
    AbsorptionScan,
)

COLUMN_NAMES = {
    INCIDENT: "i0",
    TRANSMITTED: "itrans",
    FLUORESCENCE: "ifluor",
    ELECTRON: "electron_yield",
    REFERENCE: "irefer",
    MU: "xmu",
    NORMALISED: "norm",
    REFERENCE_MU: "murefer",
    UNCERTAINTY: "mu_uncertainty",
}
"""Channel -> name of its column, after the dictionary of XDI where that has one."""


def write_xdi(scan: AbsorptionScan, path: str | Path) -> Path:
    """Write a scan as an XDI file.

    Parameters
    ----------
    scan
        The scan.
    path
        The file.

    Returns
    -------
    :
        The file.

    Source
    ------
    Ravel and Newville, J. Phys. Conf. 712 (2016) 012148, doi 10.1088/1742-6596/712/1/012148.
    """
    names = dict(COLUMN_NAMES)
    if scan.mode == "fluorescence" and MU in scan.channels:
        names[MU] = "mufluor"
    fields = {
        "Element.symbol": scan.element,
        "Element.edge": scan.edge,
        "Sample.name": " ".join(scan.sample.split()),
        "Sample.temperature": "" if scan.temperature is None else f"{scan.temperature:.6g} K",
        "Scan.start_time": "" if scan.start_time is None else scan.start_time.isoformat(),
        "Scan.end_time": "" if scan.end_time is None else scan.end_time.isoformat(),
    }
    head = [f"# XDI/1.0 lmct/{__version__}", "# Column.1: energy eV"]
    head += [f"# Column.{n}: {names[channel]}" for n, channel in enumerate(scan.channels, start=2)]
    head += [f"# {name}: {text}" for name, text in fields.items() if text]
    head += ["# ///", "#---", "# " + "  ".join(["energy", *(names[one] for one in scan.channels)])]
    columns = [scan.energy, *scan.channels.values()]
    rows = ("  ".join(f"{value:.10g}" for value in row) for row in zip(*columns, strict=True))
    path = Path(path)
    path.write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8")
    return path
