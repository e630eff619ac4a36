"""The energy axis of a scan: its unit found from words and values, rising, without repeats."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from lmct.quantity.errors import DamagedFile, UnitMismatch

LEAST_EV, MOST_EV = 20.0, 150_000.0
"""Photon energies of absorption scans lie between these [eV]."""

MOST_KEV = 150.0
"""Numbers above this are never keV [keV]."""

MOST_BACKWARD = 0.1
"""A larger share of steps against the direction means several sweeps, or no energy [1]."""


def energies_in_ev(
    energy: Float[np.ndarray, "point"], *, unit: str, name: str
) -> tuple[Float[np.ndarray, "point"], tuple[str, ...]]:
    """Return energies in eV; the unit told by the file is believed only when the values allow it.

    Parameters
    ----------
    energy
        As stored.
    unit
        ``"eV"``, ``"keV"`` or empty.
    name
        Of the file, for messages.

    Returns
    -------
    :
        Energies [eV], and what was converted.

    Raises
    ------
    UnitMismatch
        The values fit neither unit, or both and the file does not tell.

    Examples
    --------
    >>> energies_in_ev(np.array([8.3, 8.4]), unit="", name="x.dat")[0].tolist()
    [8300.0, 8400.0]
    """
    low, high = float(np.min(energy)), float(np.max(energy))
    can_be_ev = low >= LEAST_EV and high <= MOST_EV
    can_be_kev = low * 1000.0 >= LEAST_EV and high <= MOST_KEV
    if unit == "keV" and can_be_kev:
        return energy * 1000.0, ("energies were stored in keV.",)
    if can_be_ev and (unit == "eV" or not can_be_kev):
        odd = unit == "keV"
        return energy, (("the file says keV, its values are eV: taken as eV.",) if odd else ())
    if can_be_kev and not can_be_ev:
        told = "the file says eV, its values can only be keV" if unit == "eV" else "energies are in keV"
        return energy * 1000.0, (f"{told} ({low:g} to {high:g}): converted.",)
    if can_be_ev:
        raise UnitMismatch(
            f"{name}: energies run from {low:g} to {high:g} and the file tells no unit. Expected eV or keV,"
            " and both are possible. Give energy_unit in the column map."
        )
    raise UnitMismatch(
        f"{name}: energies run from {low:g} to {high:g}. Expected {LEAST_EV:g} to {MOST_EV:g} eV, or keV."
        " Name the right column of the energy."
    )


def rising_order(
    energy: Float[np.ndarray, "point"], *, name: str
) -> tuple[Int[np.ndarray, "kept"], tuple[str, ...]]:
    """Return the places of the points in rising order, one per energy, and what was done.

    Parameters
    ----------
    energy
        Energies as stored [eV].
    name
        Of the file, for messages.

    Returns
    -------
    :
        Places, and sentences.

    Raises
    ------
    DamagedFile
        More than a tenth of the steps run against the others.

    Examples
    --------
    >>> rising_order(np.array([3.0, 2.0, 1.0]), name="x.dat")[0].tolist()
    [2, 1, 0]
    """
    steps = np.diff(energy)
    backward = float(np.mean(steps < 0))
    said: list[str] = []
    if 1.0 - backward <= MOST_BACKWARD:
        said.append("energies were stored from high to low: turned round.")
        backward = float(np.mean(steps > 0))
    if backward > MOST_BACKWARD:
        raise DamagedFile(
            f"{name}: {backward:.0%} of the energy steps run backwards. Expected one sweep of the energy."
            " Split the file into its sweeps, or name the right column of the energy."
        )
    order = np.argsort(energy, kind="stable")
    kept = order[np.concatenate([[True], np.diff(energy[order]) > 0])]
    if backward > 0:
        said.append(f"{backward:.1%} of the energy steps run backwards: points are sorted.")
    if len(kept) < len(energy):
        said.append(f"{len(energy) - len(kept)} points repeat an energy: the first of each is kept.")
    return kept, tuple(said)
