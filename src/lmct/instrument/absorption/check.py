"""Turns what a file says of one scan into a checked scan: rising eV, no gaps, odd channels flagged."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
from jaxtyping import Bool, Float

from lmct.instrument.absorption.check_channel import glitches_from_absorption, saturated_points
from lmct.instrument.absorption.edge_energy import edge_near
from lmct.instrument.absorption.energy_axis import energies_in_ev, rising_order
from lmct.instrument.absorption.raw_scan import RawScan
from lmct.instrument.absorption.scan import (
    FLUORESCENCE,
    INCIDENT,
    MU,
    REFERENCE,
    REFERENCE_MU,
    TRANSMITTED,
    UNCERTAINTY,
    AbsorptionScan,
)
from lmct.quantity.errors import DamagedFile, LmctError

MOST_LOST = 0.2
"""A scan with a larger share of unusable points is refused [1]."""

FEWEST = 10
"""Fewer points are no scan."""


def checked(raw: RawScan, *, name: str, number: int, format_name: str, reader: str) -> AbsorptionScan:
    """Return a scan in rising eV without missing numbers; what is odd is in its warnings.

    Parameters
    ----------
    raw
        What the file says.
    name, number
        Of the file and of the scan in it.
    format_name, reader
        For the provenance.

    Returns
    -------
    :
        The scan.

    Raises
    ------
    DamagedFile
        More than a fifth of the points have no number or no incident intensity, or too few are left.
    UnitMismatch
        The energies fit neither eV nor keV.
    """
    said = list(raw.warnings)
    channels, dropped = _living_channels(raw)
    said += dropped
    good = np.isfinite(raw.energy)
    for column in channels.values():
        good &= np.isfinite(column)
    said += _lost("hold no number", good, name)
    lit = _lit(channels)
    said += _lost("have no incident or no transmitted intensity (zero or negative)", lit, name)
    keep = good & lit
    if keep.sum() < FEWEST:
        raise DamagedFile(f"{name} holds {keep.sum()} usable points. Expected a scan. Export it again.")
    energy, sentences = energies_in_ev(raw.energy[keep], unit=raw.energy_unit, name=name)
    said += sentences
    order, sentences = rising_order(energy, name=name)
    said += sentences
    fields = asdict(raw)
    for field in ("energy", "channels", "energy_unit", "warnings"):
        fields.pop(field)
    scan = AbsorptionScan(
        energy=energy[order],
        channels={key: column[keep][order] for key, column in channels.items()},
        format=format_name,
        reader=reader,
        source_file=name,
        scan=number,
        **fields,
    )
    return _judged(scan, said)


def _living_channels(raw: RawScan) -> tuple[dict[str, Float[np.ndarray, "point"]], list[str]]:
    """Leave out a reference or an uncertainty that was not recorded; those are not needed to read a scan."""
    kept, said = {}, []
    for channel, column in raw.channels.items():
        spare = channel in (REFERENCE, REFERENCE_MU, UNCERTAINTY)
        finite = column[np.isfinite(column)]
        if spare and (len(finite) < 0.5 * len(column) or np.ptp(finite) == 0.0):
            said.append(f"the channel {channel} holds no signal and is left out.")
        else:
            kept[channel] = np.asarray(column, dtype=float)
    return kept, said


def _lit(channels: dict[str, Float[np.ndarray, "point"]]) -> Bool[np.ndarray, "point"]:
    """Say where all intensities that are divided by are positive."""
    length = len(next(iter(channels.values())))
    lit = np.ones(length, dtype=bool)
    if INCIDENT in channels and ({TRANSMITTED, FLUORESCENCE} & set(channels)):
        lit &= channels[INCIDENT] > 0
    if TRANSMITTED in channels and MU not in channels:
        lit &= channels[TRANSMITTED] > 0
        if REFERENCE in channels:
            lit &= channels[REFERENCE] > 0
    return lit


def _lost(what: str, good: Bool[np.ndarray, "point"], name: str) -> list[str]:
    lost = int(np.sum(~good))
    if lost > MOST_LOST * len(good):
        raise DamagedFile(
            f"{name}: {lost} of {len(good)} points {what}. Expected nearly all to be measured."
            " The shutter was closed, the detector off, or the wrong column is named."
        )
    return [f"{lost} points {what}: left out."] if lost else []


def _judged(scan: AbsorptionScan, said: list[str]) -> AbsorptionScan:
    """Return a scan with what its channels show: glitches, saturation, no reference, the element."""
    from dataclasses import replace

    for channel in (INCIDENT, TRANSMITTED, FLUORESCENCE, REFERENCE):
        if channel in scan.channels and (count := int(saturated_points(scan.channels[channel]).sum())):
            said.append(
                f"the detector of {channel} is saturated at {count} points (equal largest values in a row):"
                " absorption there is wrong."
            )
    try:
        absorption = scan.absorption()
    except LmctError:
        absorption = None
    if absorption is not None:
        odd = scan.energy[glitches_from_absorption(energy=scan.energy, absorption=absorption)]
        if len(odd):
            shown = ", ".join(f"{one:.1f}" for one in odd[:5])
            said.append(
                f"glitches at {shown} eV{' and more' if len(odd) > 5 else ''}: single points stand out."
            )
    reference = scan.reference()
    if reference is None:
        said.append("no reference channel: the energy cannot be calibrated on a foil.")
    element, edge = scan.element, scan.edge
    if not element or not edge or element == "H":
        guide = absorption if reference is None else reference
        found = None if guide is None else edge_near(_largest_rise(scan.energy, guide))
        element, edge = found or (element, edge)
    return replace(scan, element=element, edge=edge, warnings=tuple(said))


def _largest_rise(energy: Float[np.ndarray, "point"], absorption: Float[np.ndarray, "point"]) -> float:
    """Return the middle of the interval of 10 eV in which absorption rises most [eV]."""
    later = np.interp(energy + 5.0, energy, absorption) - np.interp(energy - 5.0, energy, absorption)
    return float(energy[int(np.argmax(later))])
