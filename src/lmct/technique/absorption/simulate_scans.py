"""Scans of simulated samples one after the other, with drift, as files of a beamline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from jaxtyping import Float

from lmct.instrument.absorption import AbsorptionScan, write_athena, write_nexus, write_xdi
from lmct.quantity.errors import OutOfRange
from lmct.technique.absorption.simulate import BeamSettings, nickel_foil, simulate_scan


def scans_of_edges(
    edges: Mapping[str, Float[np.ndarray, "point"]],
    edge: str,
    energy: Float[np.ndarray, "point"],
    settings: BeamSettings,
    *,
    first: int = 0,
    start: datetime | None = None,
    interval: float = 687.0,
) -> tuple[AbsorptionScan, ...]:
    """Return scans of samples one after the other, Ni K with a foil.

    Parameters
    ----------
    edges
        Normalised absorption by sample [1].
    edge
        For example ``"Mn K"``.
    energy
        True energies [eV].
    settings
        Of the beam; the energies drift from the first to the last scan.
    first
        Number of the first scan, which makes its noise its own.
    start
        Of the first scan.
    interval
        From scan to scan [s].

    Raises
    ------
    OutOfRange
        The edge is not named by an element and a shell.
    """
    element, _, shell = edge.partition(" ")
    if not shell:
        raise OutOfRange(f"the edge {edge!r} names no shell. Expected an element and a shell, such as Mn K.")
    begin = start or datetime(2026, 1, 1, 12)
    found = []
    for place, (name, absorption) in enumerate(edges.items()):
        scan = simulate_scan(
            energy,
            absorption,
            settings=settings,
            foil=nickel_foil(energy) if edge == "Ni K" else None,
            energy_error=energy_error(settings, place, len(edges)),
            start_time=begin + timedelta(seconds=(first + place) * interval),
            sample=name,
            number=first + place,
        )
        found.append(replace(scan, element=element, edge=shell))
    return tuple(found)


def energy_error(settings: BeamSettings, place: int, count: int) -> float:
    """Return what the monochromator reads too much in one scan of a series [eV].

    Parameters
    ----------
    settings
        With the drift over the series.
    place, count
        Of the scan, and of all scans.

    Examples
    --------
    >>> energy_error(BeamSettings(drift=0.4), 1, 3)
    0.2
    """
    return settings.drift * place / max(count - 1, 1)


def write_scans(scans: Sequence[AbsorptionScan], target: Path) -> tuple[Path, ...]:
    """Write scans as one Athena project (.prj), one NeXus file (.nxs), or a folder of XDI files.

    Parameters
    ----------
    scans
        One at least.
    target
        The file, or the folder, which is made when it does not exist; XDI files are named by their sample.

    Returns
    -------
    :
        The files.
    """
    if target.suffix == ".prj":
        return (write_athena(scans, target),)
    if target.suffix == ".nxs":
        return (write_nexus(scans, target),)
    target.mkdir(parents=True, exist_ok=True)
    return tuple(write_xdi(one, target / f"{one.sample.replace(' ', '_')}.xdi") for one in scans)
