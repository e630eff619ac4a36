"""Cells without a structure: Le Bail and Pawley fits, where intensities are what the pattern says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lmct.instrument.diffraction.pattern import DiffractionPattern
from lmct.material.crystal.crystal import Crystal, Site
from lmct.quantity.errors import NotConverged
from lmct.technique.diffraction.diffractometer import Diffractometer
from lmct.technique.diffraction.flags import NO_PEAKS, NOT_CONVERGED
from lmct.technique.diffraction.refined import RefinedPattern
from lmct.technique.diffraction.rietveld.fit import LE_BAIL, PAWLEY, fit_model
from lmct.technique.diffraction.rietveld.input import diffractometer_of, fitted_points
from lmct.technique.diffraction.rietveld.model import model_of
from lmct.technique.diffraction.rietveld.result import failed, refined_from_outcome
from lmct.technique.diffraction.rietveld.settings import FIXED, RietveldSettings
from lmct.technique.diffraction.rietveld.start import (
    NO_PEAKS_BELOW,
    background_estimate,
    starting_cell,
    strongest_line,
    with_axial,
    with_width,
)


def le_bail(
    pattern: DiffractionPattern,
    *,
    space_group: str,
    cell: Sequence[float],
    diffractometer: Diffractometer | None = None,
    settings: RietveldSettings | None = None,
) -> RefinedPattern:
    """Refine a cell without a structure, intensities taken from the pattern in turn.

    Parameters
    ----------
    pattern
        The pattern.
    space_group
        Hermann-Mauguin symbol.
    cell
        Start: six numbers, or one length of a cube [Å, deg].
    diffractometer
        The instrument; None takes what the file tells.
    settings
        Range, background, humps, widths; what speaks of sites is not used.

    Returns
    -------
    :
        The cell with its uncertainty, offset and widths.

    Raises
    ------
    DataError
        As in :func:`~lmct.technique.diffraction.rietveld.refine.refine`.

    Source
    ------
    Le Bail, Duroy and Fourquet, Materials Research Bulletin 23, 447 (1988).
    """
    return _whole_powder(pattern, space_group, cell, diffractometer, settings, LE_BAIL)


def pawley(
    pattern: DiffractionPattern,
    *,
    space_group: str,
    cell: Sequence[float],
    diffractometer: Diffractometer | None = None,
    settings: RietveldSettings | None = None,
) -> RefinedPattern:
    """Refine a cell without a structure, each intensity a free parameter, so that the uncertainties hold.

    Parameters
    ----------
    pattern, space_group, cell, diffractometer, settings
        As in :func:`le_bail`.

    Returns
    -------
    :
        The cell with its uncertainty, offset and widths.

    Raises
    ------
    DataError
        As in :func:`~lmct.technique.diffraction.rietveld.refine.refine`.

    Source
    ------
    Pawley, J. Appl. Cryst. 14, 357 (1981).
    """
    return _whole_powder(pattern, space_group, cell, diffractometer, settings, PAWLEY)


def _whole_powder(
    pattern: DiffractionPattern,
    space_group: str,
    cell: Sequence[float],
    diffractometer: Diffractometer | None,
    settings: RietveldSettings | None,
    mode: str,
) -> RefinedPattern:
    chosen = replace(
        settings or RietveldSettings(),
        displacement_parameters=FIXED,
        migration=None,
        lithium=None,
        coordinates=False,
        texture={},
        windows=(),
        thermal_phases=None,
    )
    instrument, chosen = with_axial(diffractometer_of(pattern, diffractometer), chosen)
    points = fitted_points(pattern, chosen)
    significance, _, width = strongest_line(points)
    if significance < NO_PEAKS_BELOW:
        return failed(points, NO_PEAKS)
    instrument = with_width(instrument, chosen, width)
    crystal = _without_structure(space_group, cell)
    crystal = starting_cell(points, crystal, instrument, reach=chosen.cell_search)
    level = float(np.median(background_estimate(points)))
    model = model_of([crystal], instrument, chosen, level=level)
    try:
        outcome = fit_model(model, points, mode=mode)
    except NotConverged as error:
        return failed(points, NOT_CONVERGED, str(error))
    return refined_from_outcome(outcome, [crystal], instrument, chosen, weights_known=points.weights_known)


def _without_structure(space_group: str, cell: Sequence[float]) -> Crystal:
    """Return a crystal whose one atom sits where it extinguishes no line; its strength is never used."""
    lengths = tuple(float(number) for number in cell)
    a, b, c, alpha, beta, gamma = lengths if len(lengths) == 6 else (lengths[0],) * 3 + (90.0,) * 3
    anywhere = Site(label="any", occupancy={"O": 1.0}, position=(0.137, 0.271, 0.389))
    return Crystal(
        name="unknown structure",
        space_group=space_group,
        cell=(a, b, c, alpha, beta, gamma),
        sites=(anywhere,),
    )
