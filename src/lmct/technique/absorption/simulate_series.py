"""A series of Ni K scans of an electrode whose nickel is oxidised, written as files of a beamline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from jaxtyping import Float

from lmct.instrument.absorption import AbsorptionScan, write_athena, write_rock, write_xdi
from lmct.quantity.errors import unknown_name
from lmct.technique.absorption.simulate import (
    BeamSettings,
    nickel_foil,
    nickel_k_edge,
    simulate_scan,
    usual_grid,
)

FORMATS = ("xdi", "athena", "rock")


def simulate_series(
    oxidised_fractions: Sequence[float],
    folder: Path,
    *,
    file_format: str = "xdi",
    settings: BeamSettings | None = None,
    start: datetime | None = None,
    interval: float = 687.0,
    energy: Float[np.ndarray, "point"] | None = None,
) -> tuple[Path, ...]:
    """Write a series of Ni K scans of an electrode whose nickel is oxidised.

    Parameters
    ----------
    oxidised_fractions
        Share of oxidised nickel in each scan [1].
    folder
        Where to; made when it does not exist.
    file_format
        ``"xdi"``, ``"athena"`` (one project) or ``"rock"`` (normalised text).
    settings
        Of the beam.
    start
        Of the first scan.
    interval
        From scan to scan [s].
    energy
        True energies [eV]; a usual grid by default.

    Returns
    -------
    :
        The files.

    Raises
    ------
    UnknownName
        There is no such format.
    """
    if file_format not in FORMATS:
        raise unknown_name("format", file_format, FORMATS)
    settings = settings or BeamSettings()
    start = start or datetime(2026, 1, 1, 12)
    grid = usual_grid() if energy is None else energy
    folder.mkdir(parents=True, exist_ok=True)
    scans = [
        simulate_scan(
            grid,
            nickel_k_edge(grid, oxidised_fraction=share),
            settings=settings,
            foil=nickel_foil(grid),
            energy_error=settings.drift * number / max(len(oxidised_fractions) - 1, 1),
            start_time=start + timedelta(seconds=number * interval),
            sample=f"scan {number}",
            number=number,
        )
        for number, share in enumerate(oxidised_fractions)
    ]
    if file_format == "athena":
        return (write_athena(scans, folder / "series.prj"),)
    if file_format == "xdi":
        return tuple(write_xdi(one, folder / f"scan_{one.scan:04d}.xdi") for one in scans)
    return tuple(
        write_rock(_normalised_scan(one, grid, settings), folder / f"scan_{one.scan:04d}.txt")
        for one in scans
    )


def _normalised_scan(
    scan: AbsorptionScan, grid: Float[np.ndarray, "point"], settings: BeamSettings
) -> AbsorptionScan:
    """Return a scan as the beamline normalises it: with the true background, which it knows."""
    background = 0.6 * (grid / grid[0]) ** -2.8
    reference = scan.reference()
    assert reference is not None
    channels = {
        "normalised": (scan.absorption() - background) / settings.step,
        "reference_mu": reference,
        "incident": scan.channels["incident"],
    }
    return replace(scan, channels=channels)
