"""Measured edges from which spectra of an electrode in any state are mixed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import OutOfRange, unknown_name

RANGES = {
    "Ni K": (8320.0, 8400.0),
    "Ni L3": (845.0, 880.0),
    "Ti L3": (452.0, 472.0),
    "O K": (525.0, 545.0),
}
"""Energies that a measured edge must cover [eV]."""

LOWER = 0.05
"""A mixture that falls so far below all that were measured was carried too far beyond them [1]."""


@dataclass(frozen=True, eq=False)
class MeasuredEdge:
    """A normalised edge of a pure species, or for O K of an electrode whose holes are known.

    Parameters
    ----------
    edge
        One of :data:`RANGES`.
    energy
        Rising [eV].
    absorption
        Normalised: 0 in front of the edge, about 1 far behind it [1].
    species
        ``"ni_2"``, ``"ni_3"``, ``"ni_4"`` or ``"ti_4"``; empty for O K.
    metal_holes, oxygen_holes
        Of the electrode, for O K [1/f.u.].
    source
        Where it is from.

    Raises
    ------
    UnknownName
        There is no such edge.
    OutOfRange
        Energies do not rise, or do not cover the edge.
    """

    edge: str
    energy: Float[np.ndarray, "point"]
    absorption: Float[np.ndarray, "point"]
    species: str = ""
    metal_holes: float = 0.0
    oxygen_holes: float = 0.0
    source: str = ""

    def __post_init__(self) -> None:
        if self.edge not in RANGES:
            raise unknown_name("edge", self.edge, RANGES)
        low, high = RANGES[self.edge]
        first, last = float(self.energy[0]), float(self.energy[-1])
        if first > low or last < high or not np.all(np.diff(self.energy) > 0.0):
            raise OutOfRange(
                f"{self.source or 'the measured edge'} runs from {first:.1f} to {last:.1f} eV. Expected"
                f" rising energies that cover {low:g} to {high:g} eV, the edge {self.edge}. Name another edge"
                " or file."
            )

    def at(self, energy: Float[np.ndarray, "channel"]) -> Float[np.ndarray, "channel"]:
        """Return the edge at energies; its ends are held beyond what was measured [1]."""
        return np.asarray(np.interp(energy, self.energy, self.absorption))


def measured_edge_from_file(
    path: Path,
    edge: str,
    *,
    species: str = "",
    metal_holes: float = 0.0,
    oxygen_holes: float = 0.0,
    options: Mapping[str, Any] | None = None,
    columns: Mapping[str, Any] | None = None,
) -> MeasuredEdge:
    """Return the first scan of a file of any known format, calibrated and normalised.

    Parameters
    ----------
    path
        The file.
    edge, species, metal_holes, oxygen_holes
        As for :class:`MeasuredEdge`.
    options
        As those of a measurement in a study: mode, windows, calibration.
    columns
        Column map of a table of unknown layout.

    Raises
    ------
    DataError
        The file cannot be read or holds no edge.
    """
    from lmct.instrument.absorption import read_scan
    from lmct.technique.absorption.request import request_from_options
    from lmct.technique.absorption.spectrum import spectra_of_scans

    request = request_from_options(options or {})
    (found,) = spectra_of_scans([read_scan(path, columns=columns)], request, series=False)
    return MeasuredEdge(
        edge, found.energy, found.absorption, species, metal_holes, oxygen_holes, found.source_file
    )


def measured_species(measured: Sequence[MeasuredEdge], species: str) -> MeasuredEdge:
    """Return the measured edge of a species: measured ones are not mixed with model shapes.

    Parameters
    ----------
    measured
        Edges of one kind.
    species
        Which.

    Raises
    ------
    UnknownName
        It is not among them.
    """
    by_name = {one.species: one for one in measured}
    if species not in by_name:
        raise unknown_name(f"measured species of {measured[0].edge}", species, by_name)
    return by_name[species]


def mixed_by_holes(
    measured: Sequence[MeasuredEdge],
    energy: Float[np.ndarray, "point"],
    *,
    metal_holes: float,
    oxygen_holes: float,
) -> Float[np.ndarray, "point"]:
    """Return the edge of an electrode as that of others: linear in the holes on metal and on oxygen.

    Parameters
    ----------
    measured
        Edges of electrodes with known holes: one state, two of a line of states, or three and more.
    energy
        Rising [eV].
    metal_holes, oxygen_holes
        Of the electrode [1/f.u.].

    Raises
    ------
    OutOfRange
        The state is no mixture of the measured ones, or lies too far beyond them.

    Examples
    --------
    >>> grid = np.array([520.0, 530.0, 550.0])
    >>> none, many = (MeasuredEdge("O K", grid, np.array([0.0, peak, 1.0]), metal_holes=n)
    ...               for peak, n in ((0.2, 0.0), (0.6, 0.4)))
    >>> mixed_by_holes([none, many], grid, metal_holes=0.1, oxygen_holes=0.0).round(6).tolist()
    [0.0, 0.3, 1.0]
    """
    known = np.array([(1.0, one.metal_holes, one.oxygen_holes) for one in measured]).T
    wanted = np.array([1.0, metal_holes, oxygen_holes])
    weights = np.linalg.lstsq(known, wanted, rcond=None)[0]
    edges = np.array([one.at(energy) for one in measured])
    mixed = np.asarray(weights @ edges)
    if np.max(np.abs(known @ weights - wanted)) > 1e-6 or mixed.min() < edges.min() - LOWER:
        states = ", ".join(f"({one.metal_holes:g}, {one.oxygen_holes:g})" for one in measured)
        raise OutOfRange(
            f"an electrode with {metal_holes:g} holes on the metal and {oxygen_holes:g} on oxygen is no"
            f" mixture of those measured: {states}. Expected edges of states around it. Measure O K of a"
            " pristine electrode, of one with oxidised metal and of one with oxidised oxygen."
        )
    return mixed
