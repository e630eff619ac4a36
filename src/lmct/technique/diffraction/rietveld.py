"""Rietveld refinement of single patterns through rietx, and the engine of sequences of any structure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from lmct.instrument.diffraction.pattern import DiffractionPattern
from lmct.material.crystal.crystal import Crystal
from lmct.quantity.errors import NotConverged as NotConvergedError
from lmct.quantity.value import Value
from lmct.technique.diffraction.diffractometer import REFLECTION, Diffractometer
from lmct.technique.diffraction.refined import RefinedPattern
from lmct.technique.diffraction.rietveld_crystal import with_lithium, with_target
from lmct.technique.diffraction.rietveld_fit import FitOutcome, fit_model
from lmct.technique.diffraction.rietveld_guard import (
    NO_PEAKS,
    NOT_CONVERGED,
    WEIGHTS_ESTIMATED,
    flags_of,
    verdict_of,
)
from lmct.technique.diffraction.rietveld_input import FittedPoints, diffractometer_of, fitted_points
from lmct.technique.diffraction.rietveld_model import RietveldModel, model_of
from lmct.technique.diffraction.rietveld_settings import INSTRUMENT, RietveldSettings
from lmct.technique.diffraction.rietveld_start import (
    NO_PEAKS_BELOW,
    background_estimate,
    starting_cell,
    strongest_line,
)
from lmct.technique.diffraction.rietveld_systematic import systematic_errors

AXIAL_START = 0.04
"""S/L + H/L with which the search starts: at 0 the shape does not change to first order [1]."""

CELL_REACH = 0.03
"""A refined length further from where it started than this is flagged, relative [1]."""


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
    settings = settings or RietveldSettings()
    instrument = diffractometer_of(pattern, diffractometer)
    instrument, settings = with_axial(instrument, settings)
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
    except NotConvergedError as error:
        return failed(points, NOT_CONVERGED, str(error))
    return refined_from_outcome(outcome, crystals, instrument, settings, weights_known=points.weights_known)


class RietveldEngine:
    """Rietveld refinement as an engine of sequences.

    Parameters
    ----------
    crystals
        The phases, the first one is the electrode.
    diffractometer
        The instrument; None takes what each file tells.
    settings
        What is free; axial divergence only when it is asked for: in a sequence it would be noise of the cell.
    """

    def __init__(
        self,
        crystals: Sequence[Crystal],
        diffractometer: Diffractometer | None = None,
        settings: RietveldSettings | None = None,
    ) -> None:
        self.name = "rietx"
        self.crystals = tuple(crystals)
        self.diffractometer = diffractometer
        given = settings or RietveldSettings()
        self.settings = replace(given, axial=bool(given.axial))

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


def refined_from_outcome(
    outcome: FitOutcome,
    crystals: Sequence[Crystal],
    diffractometer: Diffractometer,
    settings: RietveldSettings,
    *,
    weights_known: bool,
) -> RefinedPattern:
    """Turn what a fit gave into values, systematic errors and a verdict.

    Parameters
    ----------
    outcome
        The fit.
    crystals
        The phases with the cells it started from.
    diffractometer, settings
        It was made with.
    weights_known
        Whether the uncertainties of the points were.

    Returns
    -------
    :
        The refined pattern.
    """
    values = {
        name: Value(found.value, found.uncertainty, found.unit) for name, found in outcome.estimates.items()
    }
    counting = {name: found.counting for name, found in outcome.estimates.items()} if weights_known else {}
    systematic = systematic_errors(values, diffractometer, settings)
    for name, (share, spread, change) in sample_fractions(outcome, settings).items():
        values[f"weight_fraction({name})"] = Value(share, spread)
        systematic[f"weight_fraction({name})"] = change
    expected = {
        edge if index == 0 else f"{edge}({crystal.name})": crystal.cell[place]
        for index, crystal in enumerate(crystals)
        for place, edge in enumerate("abc")
    }
    flags = flags_of(
        outcome, diffractometer, expected=expected, reach=CELL_REACH, weights_known=weights_known
    )
    assessment, message = verdict_of(flags, outcome)
    if NO_PEAKS in flags or NOT_CONVERGED in flags:
        values, counting, systematic = {}, {}, {}
    return RefinedPattern(
        values=values,
        counting_uncertainty=counting,
        goodness_of_fit=outcome.goodness_of_fit,
        weighted_residual=outcome.weighted_residual,
        assessment=assessment,
        message=message,
        two_theta=outcome.two_theta,
        observed=outcome.observed,
        calculated=outcome.calculated,
        background=outcome.background,
        uncertainty=outcome.uncertainty,
        ticks=outcome.ticks,
        systematic=systematic,
        flags=flags,
        engine=outcome.engine,
    )


def sample_fractions(
    outcome: FitOutcome, settings: RietveldSettings
) -> dict[str, tuple[float, float, float]]:
    """Return weight fractions of the sample without windows: value, uncertainty, microabsorption [1]."""
    shares = {name: found for name, found in outcome.weights.items() if name not in settings.windows}
    total = sum(share for share, _, _ in shares.values())
    if len(shares) < 2 or total <= 0:
        return {}
    return {name: (w / total, spread / total, change / total) for name, (w, spread, change) in shares.items()}


def _best(model: RietveldModel, points: FittedPoints, start: Mapping[str, float] | None) -> FitOutcome:
    """Fit warm when there is a start, and in stages when that fails or there is none."""
    if start:
        try:
            outcome = fit_model(model, points, start=start)
        except NotConvergedError:
            return fit_model(model, points)
        if outcome.converged:
            return outcome
    return fit_model(model, points)


def with_axial(
    diffractometer: Diffractometer, settings: RietveldSettings
) -> tuple[Diffractometer, RietveldSettings]:
    """Decide whether axial divergence is refined, and where it starts.

    Parameters
    ----------
    diffractometer
        The instrument.
    settings
        With the user's choice, or None.

    Returns
    -------
    :
        The instrument with a start that is not zero, and settings that say yes or no.
    """
    unknown = diffractometer.geometry == REFLECTION and diffractometer.axial == 0.0
    free = unknown and settings.widths == INSTRUMENT if settings.axial is None else settings.axial
    if free and diffractometer.axial == 0.0:
        diffractometer = replace(diffractometer, axial=AXIAL_START)
    return diffractometer, replace(settings, axial=free)


def with_width(diffractometer: Diffractometer, settings: RietveldSettings, width: float) -> Diffractometer:
    """Return an instrument whose lines are as wide as a line of the pattern, where widths are to be refined.

    Parameters
    ----------
    diffractometer
        The instrument.
    settings
        For whose widths are refined.
    width
        Full width of a line [deg].
    """
    if settings.widths != INSTRUMENT:
        return diffractometer
    return replace(
        diffractometer,
        gaussian_u=0.0,
        gaussian_v=0.0,
        gaussian_w=(0.6 * width) ** 2,
        lorentzian_x=0.6 * width,
        lorentzian_y=0.0,
    )


def failed(points: FittedPoints, flag: str, reason: str = "") -> RefinedPattern:
    """Return what there is to say of a pattern that could not be refined: the flag, and no values.

    Parameters
    ----------
    points
        The pattern.
    flag
        Why not.
    reason
        What the engine said.
    """
    background = background_estimate(points)
    flags = (flag,) if points.weights_known else (flag, WEIGHTS_ESTIMATED)
    assessment, message = verdict_of(flags, None)
    return RefinedPattern(
        values={},
        counting_uncertainty={},
        goodness_of_fit=float("nan"),
        weighted_residual=float("nan"),
        assessment=assessment,
        message=f"{message} {reason}".strip(),
        two_theta=points.two_theta,
        observed=points.intensity,
        calculated=background,
        background=background,
        uncertainty=points.uncertainty,
        flags=flags,
        engine="rietx",
    )
