"""What a Rietveld fit says: values with their errors, curves, flags and a verdict."""

from __future__ import annotations

from collections.abc import Sequence

from lmct.material.crystal.crystal import Crystal
from lmct.quantity.value import Value
from lmct.technique.diffraction.diffractometer import Diffractometer
from lmct.technique.diffraction.flags import NO_PEAKS, NOT_CONVERGED, WEIGHTS_ESTIMATED, WRONG_INTENSITIES
from lmct.technique.diffraction.left_hump import with_left_hump
from lmct.technique.diffraction.refined import RefinedPattern
from lmct.technique.diffraction.rietveld.fit import FitOutcome
from lmct.technique.diffraction.rietveld.guard import flags_of, verdict_of
from lmct.technique.diffraction.rietveld.input import FittedPoints
from lmct.technique.diffraction.rietveld.settings import RietveldSettings
from lmct.technique.diffraction.rietveld.start import background_estimate
from lmct.technique.diffraction.rietveld.systematic import systematic_errors

WRONG_ABOVE = 1.5
"""A structure is wrong, or textured, when its Rwp exceeds that of free intensities by this factor [1]."""

CELL_REACH = 0.03
"""A refined length further from where it started than this is flagged, relative [1]."""


def refined_from_outcome(
    outcome: FitOutcome,
    crystals: Sequence[Crystal],
    diffractometer: Diffractometer,
    settings: RietveldSettings,
    *,
    weights_known: bool,
    free_residual: float | None = None,
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
    free_residual
        Rwp of a fit with free intensities; None when there was none [1].

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
    if free_residual is not None and outcome.weighted_residual > WRONG_ABOVE * free_residual:
        flags = tuple(dict.fromkeys((WRONG_INTENSITIES, *flags)))
    assessment, message = verdict_of(flags, outcome)
    if NO_PEAKS in flags or NOT_CONVERGED in flags:
        values, counting, systematic = {}, {}, {}
    refined = RefinedPattern(
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
    return with_left_hump(refined, terms=settings.background_terms, wavelengths=diffractometer.wavelengths)


def sample_fractions(
    outcome: FitOutcome, settings: RietveldSettings
) -> dict[str, tuple[float, float, float]]:
    """Return weight fractions of the sample without windows: value, uncertainty, microabsorption [1]."""
    shares = {name: found for name, found in outcome.weights.items() if name not in settings.windows}
    total = sum(share for share, _, _ in shares.values())
    if len(shares) < 2 or total <= 0:
        return {}
    return {name: (w / total, spread / total, change / total) for name, (w, spread, change) in shares.items()}


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
