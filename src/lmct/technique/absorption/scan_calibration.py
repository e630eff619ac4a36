"""Energies of scans put on those of a foil that was measured in parallel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.instrument.absorption.edge_energy import EDGES
from lmct.instrument.absorption.scan import AbsorptionScan
from lmct.quantity.errors import DataError
from lmct.technique.absorption.alignment import shift_between
from lmct.technique.absorption.foil import first_inflection
from lmct.technique.absorption.request import ALIGN, AUTO, FOIL, NONE, SpectrumRequest


@dataclass(frozen=True, eq=False)
class FirstFoil:
    """The foil of the first scan of a series, on which the others are laid.

    Parameters
    ----------
    energy
        Rising, as stored [eV].
    absorption
        Of the foil.
    inflection
        Its first inflection, as stored [eV].
    shift
        What was added to the energies of that scan [eV].
    """

    energy: Float[np.ndarray, "point"]
    absorption: Float[np.ndarray, "point"]
    inflection: float
    shift: float


def foil_of(scan: AbsorptionScan) -> tuple[float, float] | None:
    """Return the first inflection of the reference with its standard uncertainty [eV]; None without.

    Parameters
    ----------
    scan
        With or without a reference channel.
    """
    reference = scan.reference()
    if reference is None:
        return None
    try:
        found = first_inflection(energy=scan.energy, absorption=reference)
    except DataError:
        return None
    return found.energy, found.uncertainty


def calibration_of(
    scan: AbsorptionScan,
    request: SpectrumRequest,
    told: tuple[float, float] | None,
    target: FirstFoil | None,
) -> tuple[float, float, tuple[str, ...]]:
    """Return the shift of the energies with its standard uncertainty [eV], and what was done.

    Parameters
    ----------
    scan
        Whose energies are calibrated.
    request
        How.
    told
        First inflection of its foil, from :func:`foil_of`.
    target
        Foil of the first scan of a series; None for a scan of its own.

    Raises
    ------
    DataError
        The calibration that is asked for needs a foil, or an element, that the scan has not.
    """
    kind = request.calibration
    if kind == AUTO:
        already = scan.format == "soleil-rock" and request.foil_energy is None
        kind = NONE if already or told is None else ALIGN
        said = ("energies as the beamline calibrated them.",) if already else ()
    else:
        said = ()
    if kind == NONE:
        return request.shift, 0.0, said
    if told is None:
        raise DataError(
            f"{scan.source_file} has no reference channel with an inflection. Expected a foil measured in"
            " parallel. Give calibration = 'none' and a shift, or name the column of the reference."
        )
    true = request.foil_energy or EDGES.get((scan.element, scan.edge))
    if true is None:
        raise DataError(
            f"{scan.source_file} does not tell its element. Expected one to know the energy of the foil."
            " Give foil_energy or element and edge."
        )
    if kind == FOIL or target is None:
        return true - told[0] + request.shift, told[1], said
    reference = scan.reference()
    assert reference is not None
    try:
        moved = shift_between(
            energy=scan.energy,
            absorption=reference,
            target_energy=target.energy,
            target_absorption=target.absorption,
            centre=target.inflection,
        )
    except DataError:
        if request.calibration == ALIGN:
            raise
        alone = (
            f"{scan.source_file}: its foil is unlike that of the first scan and was calibrated on its own."
        )
        return true - told[0] + request.shift, told[1], (*said, alone)
    return moved.energy + target.shift, moved.uncertainty, said
