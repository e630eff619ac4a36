"""What can be wrong with a refinement, and the verdict that follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from lmct.quantity.assessment import Assessment
from lmct.technique.diffraction.diffractometer import Diffractometer
from lmct.technique.diffraction.flags import (
    AT_BOUND,
    CELL_FAR,
    CORRELATED,
    NEGATIVE_B,
    NO_PEAKS,
    NOT_CONVERGED,
    NOT_SEEN,
    POOR_FIT,
    TOO_FEW_LINES,
    UNEXPLAINED,
    WEIGHTS_ESTIMATED,
    WRONG_INTENSITIES,
)
from lmct.technique.diffraction.rietveld.fit import FitOutcome

HIGH_CORRELATION = 0.95
"""Correlations above it are flagged: the uncertainties hold, but only if the model does [1]."""
POOR_GOODNESS, POOR_RESIDUAL = 2.0, 0.15
"""A fit is poor when its goodness of fit and its Rwp without background both exceed these [1]."""
UNEXPLAINED_SHARE = 0.05
"""Share of the height of all lines that may have no line of the model near [1]."""
LEAST_SCALE = 5.0
"""A phase is seen when its scale exceeds its uncertainty by this factor."""
FREE_TO_TRADE = ("background", "hump", "gaussian", "lorentzian")
"""Parameters whose correlations among each other do not matter."""

NEAR_ZERO_AT_REST = ("background", "gaussian", "lorentzian", "axial", "hump")
"""Parameters that may well be zero, which is their limit."""

VERDICTS = (
    (NOT_CONVERGED, Assessment.NOT_CONVERGED),
    (NO_PEAKS, Assessment.TOO_FEW_DATA),
    (TOO_FEW_LINES, Assessment.TOO_FEW_DATA),
    (UNEXPLAINED, Assessment.POOR_FIT),
    (WRONG_INTENSITIES, Assessment.POOR_FIT),
    (CELL_FAR, Assessment.POOR_FIT),
    (POOR_FIT, Assessment.POOR_FIT),
    (AT_BOUND, Assessment.DEGENERATE),
    (NEGATIVE_B, Assessment.POOR_FIT),
)
"""Flag -> verdict, the gravest first."""

REASONS = {
    NOT_CONVERGED: "the refinement did not end in a minimum",
    NO_PEAKS: "no line of the phase stands out of the noise",
    TOO_FEW_LINES: "there are fewer lines than the cell and its offset need",
    UNEXPLAINED: "lines of the pattern belong to no phase of the model",
    WRONG_INTENSITIES: "the lines are in place but of other strength: another structure, or texture",
    CELL_FAR: "the cell went to where it was not expected",
    POOR_FIT: "the model misses the pattern by far more than its noise",
    AT_BOUND: "a parameter stopped at its limit",
    NEGATIVE_B: (
        "B came out negative: intensities fall off too slowly with angle (variable slits, spill-over of the"
        " beam, absorption), so B and occupancies are not those of the sample"
    ),
}


def flags_of(
    outcome: FitOutcome,
    diffractometer: Diffractometer,
    *,
    expected: Mapping[str, float],
    reach: float,
    weights_known: bool,
) -> tuple[str, ...]:
    """Say what is wrong with a fit.

    Parameters
    ----------
    outcome
        The fit.
    diffractometer
        For the angles of the second line.
    expected
        Lengths of cells from which the refinement started, by our names [Å].
    reach
        How far from them they may end, relative [1].
    weights_known
        Whether the uncertainties of the points were.

    Returns
    -------
    :
        Flags, the gravest first.
    """
    flags = [flag for flag, wrong in _checks(outcome, diffractometer, expected, reach) if wrong]
    flags += [f"{NOT_SEEN}: {name}" for name in _unseen(outcome)]
    flags += [
        f"{CORRELATED}: {one}, {other} ({rho:.2f})"
        for one, other, rho in outcome.correlations
        if abs(rho) > HIGH_CORRELATION and not _trade_freely(one, other)
    ]
    flags += [f"held: {name}" for name in outcome.held]
    return (*flags, *(() if weights_known else (WEIGHTS_ESTIMATED,)))


def verdict_of(flags: Sequence[str], outcome: FitOutcome | None) -> tuple[Assessment, str]:
    """Return the verdict that follows from flags, and its reason in a sentence."""
    found = [(verdict, REASONS[flag]) for flag, verdict in VERDICTS if flag in flags]
    quality = (
        ""
        if outcome is None
        else (f" Goodness of fit {outcome.goodness_of_fit:.2f}, Rwp {100 * outcome.weighted_residual:.2f} %.")
    )
    if not found:
        return Assessment.GOOD, f"The model explains the pattern.{quality}"
    reasons = "; ".join(reason for _, reason in found)
    return found[0][0], f"{reasons[0].upper()}{reasons[1:]}.{quality}"


def is_poor(outcome: FitOutcome) -> bool:
    """Whether a fit misses its pattern by far more than the noise."""
    return outcome.goodness_of_fit > POOR_GOODNESS and outcome.background_free_residual > POOR_RESIDUAL


def _checks(
    outcome: FitOutcome, diffractometer: Diffractometer, expected: Mapping[str, float], reach: float
) -> list[tuple[str, bool]]:
    estimates = outcome.estimates
    poor = is_poor(outcome)
    scale = estimates.get("scale")
    sharp = ("displacement", "zero")
    free = sum(
        name.partition("(")[0] in {"a", "b", "c", "alpha", "beta", "gamma", *sharp} for name in estimates
    )
    lines = sum(len(np.unique(np.round(angles, 2))) for angles in outcome.ticks.values())
    cells = [(estimates[name].value, size) for name, size in expected.items() if name in estimates]
    negative = [
        e for name, e in estimates.items() if name.startswith("b_iso") and e.value < -2.0 * e.uncertainty
    ]
    unexplained = unexplained_lines(outcome, diffractometer)
    return [
        (NOT_CONVERGED, not outcome.converged),
        (NO_PEAKS, scale is not None and scale.value < LEAST_SCALE * scale.uncertainty),
        (TOO_FEW_LINES, lines < free),
        (UNEXPLAINED, len(unexplained) > 0),
        (WRONG_INTENSITIES, poor and len(unexplained) == 0 and outcome.background_free_residual > 0.35),
        (CELL_FAR, any(abs(value / size - 1.0) > reach for value, size in cells)),
        (POOR_FIT, poor),
        (
            AT_BOUND,
            any(e.at_bound for name, e in estimates.items() if not name.startswith(NEAR_ZERO_AT_REST)),
        ),
        (NEGATIVE_B, bool(negative)),
    ]


def unexplained_lines(outcome: FitOutcome, diffractometer: Diffractometer) -> Float[np.ndarray, "line"]:
    """Return the places of lines of the pattern that no line of the model is near.

    Parameters
    ----------
    outcome
        The fit.
    diffractometer
        For the second wavelength.

    Returns
    -------
    :
        Angles [deg]; none when together they are weaker than :data:`UNEXPLAINED_SHARE` of all lines.
    """
    from scipy.ndimage import uniform_filter1d
    from scipy.signal import find_peaks, peak_widths

    grid = outcome.two_theta
    net = uniform_filter1d(outcome.observed - outcome.background, size=5, mode="nearest")
    noise = uniform_filter1d(outcome.uncertainty, size=5, mode="nearest") / np.sqrt(5.0)
    tops, found = find_peaks(net, prominence=8.0 * noise, height=0.02 * float(net.max()))
    if len(tops) == 0:
        return np.zeros(0)
    step = float(np.median(np.diff(grid)))
    reach = np.clip(1.0 * peak_widths(net, tops, rel_height=0.5)[0] * step, 5 * step, 1.0)
    known = _all_ticks(outcome, diffractometer)
    nearest = np.array([np.min(np.abs(known - grid[top])) if len(known) else np.inf for top in tops])
    left = nearest > reach
    missed = outcome.observed[tops] - outcome.calculated[tops] > 0.5 * found["peak_heights"]
    left &= missed
    share = float(found["peak_heights"][left].sum() / found["peak_heights"].sum())
    return np.asarray(grid[tops[left]]) if share > UNEXPLAINED_SHARE else np.zeros(0)


def _all_ticks(outcome: FitOutcome, diffractometer: Diffractometer) -> Float[np.ndarray, "line"]:
    first = np.concatenate([np.zeros(0), *outcome.ticks.values()])
    ratios = np.array(diffractometer.wavelengths) / diffractometer.wavelengths[0]
    sines = np.sin(np.radians(first) / 2.0)[None, :] * ratios[:, None]
    return np.asarray(np.degrees(2.0 * np.arcsin(np.clip(sines, 0.0, 1.0))).ravel())


def _unseen(outcome: FitOutcome) -> list[str]:
    return [
        name.partition("(")[2].rstrip(")")
        for name, scale in outcome.estimates.items()
        if name.startswith("scale(") and scale.value < LEAST_SCALE * scale.uncertainty
    ]


def _trade_freely(one: str, other: str) -> bool:
    return one.startswith(FREE_TO_TRADE) and other.startswith(FREE_TO_TRADE)
