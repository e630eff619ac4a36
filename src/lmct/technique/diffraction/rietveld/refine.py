"""Rietveld refinement of single patterns through rietx, and the engine of sequences of any structure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from lmct.instrument.diffraction.pattern import DiffractionPattern
from lmct.material.crystal.crystal import Crystal
from lmct.quantity.errors import NotConverged
from lmct.technique.diffraction.diffractometer import Diffractometer
from lmct.technique.diffraction.flags import NO_PEAKS, NOT_CONVERGED
from lmct.technique.diffraction.refined import RefinedPattern
from lmct.technique.diffraction.rietveld.crystal import with_lithium, with_target
from lmct.technique.diffraction.rietveld.fit import PAWLEY, FitOutcome, fit_model
from lmct.technique.diffraction.rietveld.guard import is_poor
from lmct.technique.diffraction.rietveld.input import FittedPoints, diffractometer_of, fitted_points
from lmct.technique.diffraction.rietveld.model import RietveldModel, model_of
from lmct.technique.diffraction.rietveld.result import failed, refined_from_outcome
from lmct.technique.diffraction.rietveld.settings import RietveldSettings
from lmct.technique.diffraction.rietveld.start import (
    NO_PEAKS_BELOW,
    background_estimate,
    starting_cell,
    strongest_line,
    with_axial,
    with_width,
)

MOST_RESTARTS = 3
"""A refinement that ends short of a minimum goes on from there so many times."""

AXIAL, SHOWN = "axial", 2.0
"""Axial divergence; below so many standard uncertainties a pattern does not show it [1]."""


def refine(
    pattern: DiffractionPattern,
    *,
    phases: Sequence[Crystal],
    diffractometer: Diffractometer | None = None,
    settings: RietveldSettings | None = None,
    start: Mapping[str, float] | None = None,
) -> RefinedPattern:
    """Refine structures against one pattern.

    Parameters
    ----------
    pattern
        The pattern.
    phases
        Structures; the first is the one whose B, occupancies and plain names (``"a"``) are meant, values of
        the others carry their name (``"a(NiO)"``).
    diffractometer
        The instrument; its wavelengths go before those of the file. None takes what the file tells.
    settings
        What is free.
    start
        Values by name of a fit that is near, for a warm start in one stage.

    Returns
    -------
    :
        Values with their uncertainties, the curves and a verdict. A fit that fails is returned with its
        flags, not raised.

    Raises
    ------
    DataError
        The pattern has no wavelength, no finite numbers, or too few points.
    OutOfRange
        Settings contradict the phases or the geometry.
    """
    given = settings or RietveldSettings()
    instrument, settings = with_axial(diffractometer_of(pattern, diffractometer), given)
    points = fitted_points(pattern, settings)
    crystals = prepared(phases, settings)
    significance, _, width = strongest_line(points)
    if significance < NO_PEAKS_BELOW:
        return failed(points, NO_PEAKS)
    if not start:
        instrument = with_width(instrument, settings, width)
        sample = [crystal for crystal in crystals if crystal.name not in settings.windows]
        if settings.cell and len(sample) == 1:
            found = starting_cell(points, sample[0], instrument, reach=settings.cell_search)
            crystals = tuple(found if crystal is sample[0] else crystal for crystal in crystals)
    model = model_of(crystals, instrument, settings, level=float(np.median(background_estimate(points))))
    try:
        outcome = _best(model, points, start)
    except NotConverged as error:
        return failed(points, NOT_CONVERGED, str(error))
    if given.axial is None and settings.axial and _axial_is_hidden(outcome):
        known = replace(given, axial=False)  # broad lines do not show it: its error says so
        return refine(pattern, phases=phases, diffractometer=diffractometer, settings=known, start=start)
    free = None if start or len(crystals) > 1 else _free_residual(model, points, outcome)
    return refined_from_outcome(
        outcome, crystals, instrument, settings, weights_known=points.weights_known, free_residual=free
    )


class RietveldEngine:
    """Rietveld refinement as an engine of sequences.

    Parameters
    ----------
    crystals
        The phases, the first one is the electrode.
    diffractometer
        The instrument; None takes what each file tells.
    settings
        What is free.
    in_sequence
        Then axial divergence is free only when it is asked for: from scan to scan it would be noise of the
        cell. A single pattern is treated as by :func:`refine`.
    """

    def __init__(
        self,
        crystals: Sequence[Crystal],
        diffractometer: Diffractometer | None = None,
        settings: RietveldSettings | None = None,
        *,
        in_sequence: bool = True,
    ) -> None:
        self.name = "rietx"
        self.crystals = tuple(crystals)
        self.diffractometer = diffractometer
        given = settings or RietveldSettings()
        self.settings = replace(given, axial=bool(given.axial)) if in_sequence else given

    def refine(self, pattern: DiffractionPattern, start: Mapping[str, float] | None = None) -> RefinedPattern:
        """Refine a pattern, from the values of a neighbour when there is one.

        Parameters
        ----------
        pattern
            The pattern.
        start
            Values by name of a neighbour in the sequence; None starts from nothing.

        Returns
        -------
        :
            As :func:`refine`.
        """
        return refine(
            pattern,
            phases=self.crystals,
            diffractometer=self.diffractometer,
            settings=self.settings,
            start=start,
        )


def prepared(phases: Sequence[Crystal], settings: RietveldSettings) -> tuple[Crystal, ...]:
    """Return the phases with the lithium and the target of migration that settings ask for.

    Raises
    ------
    OutOfRange
        The first phase cannot hold them.
    """
    if not phases:
        return ()
    first = phases[0] if settings.lithium is None else with_lithium(phases[0], settings.lithium)
    if settings.migration is not None:
        first = with_target(first, settings.migration)
    return (first, *phases[1:])


def _best(model: RietveldModel, points: FittedPoints, start: Mapping[str, float] | None) -> FitOutcome:
    """Fit warm when there is a start, else in stages, and on from where these end short of a minimum."""
    if start:
        try:
            outcome = fit_model(model, points, start=start)
        except NotConverged:
            return fit_model(model, points)
        if outcome.converged:
            return outcome
    staged = fit_model(model, points)
    if staged.converged:
        return staged
    outcome = staged
    for _ in range(MOST_RESTARTS):
        reached = {name: one.value for name, one in outcome.estimates.items()}
        try:
            outcome = fit_model(model, points, start=reached)
        except NotConverged:
            return staged
        if outcome.converged:
            return outcome
    return staged


def _axial_is_hidden(outcome: FitOutcome) -> bool:
    """Say whether a pattern does not show its axial divergence, so that freeing it only widens the cell."""
    found = outcome.estimates.get(AXIAL)
    if not outcome.converged or found is None or found.at_bound:
        return True
    return found.value < SHOWN * found.uncertainty


def _free_residual(model: RietveldModel, points: FittedPoints, outcome: FitOutcome) -> float | None:
    """Return Rwp of a fit with free intensities where the structure fits poorly."""
    if not is_poor(outcome):
        return None
    try:
        return fit_model(model, points, mode=PAWLEY).weighted_residual
    except NotConverged:
        return None
