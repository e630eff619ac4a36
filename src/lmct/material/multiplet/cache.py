"""Spectra of clusters kept as plain arrays (.npz), so that each is computed once."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from lmct.material.multiplet.cluster import ChargeTransferCluster
from lmct.material.multiplet.solve import ClusterSpectrum, solve_spectrum


def cached_spectrum(cluster: ChargeTransferCluster, folder: Path) -> ClusterSpectrum:
    """Return the spectrum of a cluster with standard broadening, kept in a folder from the first time on.

    Parameters
    ----------
    cluster
        The parameters; any change of them is another file.
    folder
        Where files are kept; it is made when missing. A file that cannot be read is computed again.

    Raises
    ------
    DataError
        The package edrixs is needed and not installed.
    """
    file = folder / f"cluster_{cluster.key()}.npz"
    kept = _kept(file)
    if kept is not None:
        return kept
    spectrum = solve_spectrum(cluster)
    folder.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        np.savez(stream, energy=spectrum.energy, intensity=spectrum.intensity)
    return spectrum


def _kept(file: Path) -> ClusterSpectrum | None:
    """Return what a file holds; None when there is none or it is damaged. Objects are never unpickled."""
    if not file.is_file():
        return None
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            return ClusterSpectrum(arrays["energy"], arrays["intensity"])
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None
