"""From a finished fit to values, uncertainties, flags and a verdict in words."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from lmct.quantity.assessment import Assessment
from lmct.quantity.value import Value
from lmct.technique.diffraction.flags import (
    AT_BOUND,
    NEGATIVE_B,
    NO_PEAKS,
    NOT_CONVERGED,
    POOR_FIT,
    SPIKE,
    UNEXPLAINED,
    WRONG_INTENSITIES,
)
from lmct.technique.diffraction.refined import RefinedPattern
from lmct.technique.diffraction.rock_salt.levenberg_marquardt import Fit
from lmct.technique.diffraction.rock_salt.misfit import (
    FAR,
    NEAR,
    Misfit,
    inflation_of_uncertainties,
    misfit_of_pattern,
    points_of_lines,
)
from lmct.technique.diffraction.rock_salt.model import LineSet, PatternModel
from lmct.technique.diffraction.rock_salt.record import FittedRecord
from lmct.technique.diffraction.rock_salt.verdict import (
    ASSESSMENTS,
    FOREIGN_SHARE,
    LEAST_FOREIGN_SHARE,
    LEAST_SIGNIFICANCE,
    MISFIT_OF_WRONG_PHASE,
    MISSING_SHARE,
    line_heights,
    significance_of_lines,
    unexplained_lines,
)

POOR_GOODNESS = 2.0
"""Below this goodness of fit no fit is called poor: uncertainties are corrected for the misfit [1]."""

SMEARED = 0.4
"""Lines wider than this share of the distance between them are taken for background [1]."""

LARGEST_UNCERTAINTY = 0.01
"""A cell that is known to less than this, relative, is not told [1]."""

UNITS = {
    "a": "Å",
    "displacement": "mm",
    "zero": "deg",
    "b_iso": "Å²",
    "width": "deg",
    "hump_position": "deg",
    "hump_width": "deg",
}
UNITS |= {"lorentzian_x": "deg", "lorentzian_y": "deg", "gaussian_u": "deg²", "gaussian_w": "deg²"}
"""Units of refined numbers, by what stands before the bracket in their names."""


def refined_pattern(model: PatternModel, record: FittedRecord, fit: Fit) -> RefinedPattern:
    """Judge a fit and put it into the form that all engines share.

    Parameters
    ----------
    model
        What was fitted.
    record
        To what.
    fit
        The finished fit.

    Returns
    -------
    :
        Values, uncertainties, arrays, flags and verdict, without the systematic errors. There are no values
        where no lines were found.
    """
    here, values = fit.evaluation, model.by_name(fit.vector)
    variance = record.noise.variance(here.calculated)
    lines = model.lines(values)
    position, width = lines.seen(float(record.two_theta[0]), float(record.two_theta[-1]))
    at_lines = points_of_lines(two_theta=record.two_theta, position=position, width=width, reach=NEAR)
    refined = int((~fit.fixed).sum())
    misfit = misfit_of_pattern(
        observed=record.intensity,
        calculated=here.calculated,
        background=here.background,
        variance=variance,
        at_lines=at_lines,
        parameters=refined,
    )
    told = model.names[: model.first_linear + 1]
    covariance = fit.covariance()
    counted = np.sqrt(np.diag(covariance))[: len(told)]
    step = float(np.median(np.diff(record.two_theta)))
    correction = np.sqrt(len(record.two_theta) / max(len(record.two_theta) - refined, 1))
    known = np.where(np.isfinite(covariance), covariance, 0.0)[: len(told)]
    believed = counted * inflation_of_uncertainties(
        residual=correction * (record.intensity - here.calculated) / np.sqrt(variance),
        influence=known @ (here.jacobian / np.sqrt(variance)),
        at_lines=at_lines,
        line_points=float(np.median(width)) / step if len(width) else 1.0,
    )
    complaints = _complaints(model, record, fit, lines, variance, misfit, believed)
    if NO_PEAKS in complaints:
        told = ()
    return RefinedPattern(
        values={
            name: Value(values[name], _or_infinite(one), unit_of(name))
            for name, one in zip(told, believed[: len(told)], strict=True)
        },
        counting_uncertainty={
            name: _or_infinite(one) for name, one in zip(told, counted[: len(told)], strict=True)
        },
        goodness_of_fit=misfit.goodness,
        weighted_residual=misfit.weighted_residual,
        assessment=_assessment(tuple(complaints)),
        message=" ".join([*complaints.values(), record.message]).strip(),
        two_theta=record.two_theta,
        observed=record.intensity,
        calculated=here.calculated,
        background=here.background,
        uncertainty=np.sqrt(variance),
        ticks=_ticks(model, position),
        flags=tuple(complaints),
    )


def unit_of(name: str) -> str:
    """Return the unit of a refined number by its name.

    Examples
    --------
    >>> unit_of("b_iso(4a)"), unit_of("occupancy(8c, Ti4+)")
    ('Å²', '')
    """
    return UNITS.get(name.split("(")[0], "")


def _is_smeared(lines: LineSet, record: FittedRecord) -> bool:
    """Return whether lines are so broad that they run into each other, as a background does."""
    position, width = lines.seen(float(record.two_theta[0]), float(record.two_theta[-1]))
    if len(position) == 0:
        return True
    gaps = np.diff(position) if len(position) > 1 else np.ptp(record.two_theta)
    return bool(np.median(width) > SMEARED * np.median(gaps))


def _or_infinite(uncertainty: float) -> float:
    return float(uncertainty) if np.isfinite(uncertainty) else np.inf


def _ticks(model: PatternModel, position: Float[np.ndarray, "line"]) -> dict[str, Float[np.ndarray, "line"]]:
    return {model.crystal_name: position} | {one.name: one.angles for one in model.foreign}


def _assessment(flags: tuple[str, ...]) -> Assessment:
    """Return the verdict of the gravest flag."""
    if not flags:
        return Assessment.GOOD
    for flag, verdict in ASSESSMENTS.items():
        if flag in flags:
            return verdict
    return Assessment.POOR_FIT


def _complaints(
    model: PatternModel,
    record: FittedRecord,
    fit: Fit,
    lines: LineSet,
    variance: Float[np.ndarray, "point"],
    misfit: Misfit,
    believed: Float[np.ndarray, "parameter"],
) -> dict[str, str]:
    """Return flags, each with a sentence."""
    found: dict[str, str] = {}
    terms = fit.evaluation.jacobian[-model.settings.background_terms :]
    values = model.by_name(fit.vector)
    pattern = values["scale"] * fit.evaluation.jacobian[model.place["scale"]]
    significance = significance_of_lines(lines=pattern, background=terms, variance=variance)
    if significance < LEAST_SIGNIFICANCE:
        found[NO_PEAKS] = (
            f"No lines of the crystal were found: together they stand {significance:.1f} standard deviations"
            f" out of the background, and {LEAST_SIGNIFICANCE:g} are needed."
        )
    elif _is_smeared(lines, record) or believed[0] > LARGEST_UNCERTAINTY * values["a"]:
        found[NO_PEAKS] = (
            "No lines of the crystal were found: what was fitted is as broad as the background, and the cell"
            f" is known to {believed[0]:.2g} Å only. Where lines are seen by eye, give the background more"
            " terms or a hump."
        )
    else:
        found |= _complaints_of_lines(model, record, fit, lines, variance, misfit)
    if not fit.converged and NO_PEAKS not in found:
        found[NOT_CONVERGED] = f"The refinement did not converge in {fit.steps} steps."
    nuisance = ("mixing(", "hump_position(", "hump_width(")
    held = [
        name
        for name, fixed in zip(model.names, fit.fixed, strict=True)
        if fixed and not name.startswith(nuisance)
    ]
    if held and NO_PEAKS not in found:
        found[AT_BOUND] = f"At the end of its range: {', '.join(held)}."
    negative = [
        name
        for name, value in values.items()
        if name.startswith("b_iso") and value < -2.0 * believed[model.place[name]]
    ]
    if negative and NO_PEAKS not in found:
        found[NEGATIVE_B] = (
            f"Negative: {', '.join(negative)}. Intensities fall with the angle too slowly for any crystal;"
            " look for variable slits, spill-over of the beam, or a wrong polarisation."
        )
    if len(record.spikes):
        places = ", ".join(f"{angle:.3f}" for angle in record.spikes[:5])
        found[SPIKE] = f"{len(record.spikes)} points stand alone and were left out, at {places} deg."
    if misfit.goodness > POOR_GOODNESS and misfit.of_lines > model.settings.poor_misfit and not found:
        found[POOR_FIT] = (
            f"The goodness of fit is {misfit.goodness:.1f}, and lines deviate by"
            f" {100.0 * misfit.of_lines:.0f} % from the model."
        )
    return found


def _complaints_of_lines(
    model: PatternModel,
    record: FittedRecord,
    fit: Fit,
    lines: LineSet,
    variance: Float[np.ndarray, "point"],
    misfit: Misfit,
) -> dict[str, str]:
    """Return whether lines are missing, elsewhere, or unexplained."""
    here, values = fit.evaluation, model.by_name(fit.vector)
    residual = record.intensity - here.calculated
    patterns = lines.patterns(record.two_theta)
    terms = here.jacobian[-model.settings.background_terms :]
    heights = line_heights(residual=residual, lines=patterns, background=terms, variance=variance)
    foreign_places, foreign_areas = _foreign(model, record, values, lines, residual, variance)
    step = np.gradient(record.two_theta)
    share = float(foreign_areas.sum()) / max(float((here.calculated - here.background) @ step), 1e-300)
    reasons = []
    if heights.missing_share > MISSING_SHARE:
        reasons.append(f"lines with {100.0 * heights.missing_share:.0f} % of the information are missing")
    if misfit.of_lines > MISFIT_OF_WRONG_PHASE:
        reasons.append(f"lines deviate by {100.0 * misfit.of_lines:.0f} % from the model")
    if share > FOREIGN_SHARE:
        reasons.append(f"unexplained lines have {100.0 * share:.0f} % of the intensity of those explained")
    if reasons:
        return {WRONG_INTENSITIES: f"This is not the pattern of {model.crystal_name}: {'; '.join(reasons)}."}
    if share > LEAST_FOREIGN_SHARE:
        places = ", ".join(f"{angle:.2f}" for angle in foreign_places[:6])
        return {
            UNEXPLAINED: f"Lines at {places} deg are not in the model ({100.0 * share:.0f} % of the"
            " intensity). Name their phase, or exclude them."
        }
    return {}


def _foreign(
    model: PatternModel,
    record: FittedRecord,
    values: dict[str, float],
    lines: LineSet,
    residual: Float[np.ndarray, "point"],
    variance: Float[np.ndarray, "point"],
) -> tuple[Float[np.ndarray, "found"], Float[np.ndarray, "found"]]:
    """Find lines that neither the crystal nor a foreign phase explains."""
    others, widths = model.foreign_lines(values)
    position = np.concatenate([lines.position.ravel(), others])
    width = np.concatenate([lines.width.ravel(), widths])
    near = points_of_lines(two_theta=record.two_theta, position=position, width=width, reach=FAR)
    return unexplained_lines(
        two_theta=record.two_theta,
        residual=residual,
        variance=variance,
        apart=~near,
        width=float(np.median(width)) if len(width) else 0.1,
    )
