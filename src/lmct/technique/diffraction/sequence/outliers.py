"""Scans of a sequence that do not go with their neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float

from lmct.technique.diffraction.flags import LEFT_HUMP, OUTLIER
from lmct.technique.diffraction.refined import RefinedScan

JUMP = 5.0
"""A value is an outlier when it jumps by that many standard deviations, there and back [1]."""

STEEPER = 3.0
"""And by that many times the steps beside it, so that the turn of a steep curve is none [1]."""

TWICE = 2.0
"""At an end the jump is measured against the range of most other scans [1]."""

CHANCE = 0.1
"""A hump in the background that fewer scans show is chance: one in fifty shows it without one [1]."""

FEWEST_SCANS, FEW_SCANS = 5, 8
"""Fewer scans are not judged; up to the second number uncertainties alone are the noise [1]."""


def without_chance_humps(scans: Sequence[RefinedScan]) -> list[RefinedScan]:
    """Take the flag of a hump in the background off where few scans of a sequence carry it.

    Parameters
    ----------
    scans
        In the order of the sequence.

    Returns
    -------
    :
        The same scans; with the flag when two of them, and at least :data:`CHANCE`, have it.
    """
    seen = sum(LEFT_HUMP in scan.flags for scan in scans)
    if seen >= min(len(scans), max(2.0, CHANCE * len(scans))):
        return list(scans)
    return [_without_hump(scan) if LEFT_HUMP in scan.flags else scan for scan in scans]


def _without_hump(scan: RefinedScan) -> RefinedScan:
    flags = tuple(flag for flag in scan.flags if flag != LEFT_HUMP)
    return replace(scan, flags=flags, message=scan.message if flags else "")


def flag_outliers(scans: Sequence[RefinedScan], *, name: str = "a") -> list[RefinedScan]:
    """Flag scans whose value jumps there and back, or which fit far worse than the others.

    Parameters
    ----------
    scans
        In the order of the sequence.
    name
        The value that is judged.

    Returns
    -------
    :
        The same scans, some with the flag ``"outlier"`` and a sentence more.
    """
    usable = [number for number, scan in enumerate(scans) if name in scan.values]
    flagged = list(scans)
    if len(usable) < FEWEST_SCANS:
        return flagged
    values = np.array([scans[number].values[name].value for number in usable])
    spread = np.array([scans[number].values[name].uncertainty for number in usable])
    goodness = np.array([scans[number].goodness_of_fit for number in usable])
    jumps, worse = jumps_there_and_back(value=values, uncertainty=spread), far_worse(goodness=goodness)
    for number, jumped, bad in zip(usable, jumps, worse, strict=True):
        reasons = []
        if jumped:
            reasons.append(f"{name} = {scans[number].values[name]} lies far from the scans before and after.")
        if bad:
            reasons.append(
                f"The goodness of fit is {scans[number].goodness_of_fit:.2f}, that of the sequence"
                f" {np.median(goodness):.2f}."
            )
        if reasons:
            scan = scans[number]
            flagged[number] = replace(
                scan, flags=(*scan.flags, OUTLIER), message=" ".join([scan.message, *reasons]).strip()
            )
    return flagged


def jumps_there_and_back(
    *, value: Float[np.ndarray, "scan"], uncertainty: Float[np.ndarray, "scan"]
) -> Bool[np.ndarray, "scan"]:
    """Return which values lie far on one side of both neighbours.

    A step or a turn of the sequence is no outlier: there one neighbour at least agrees. The first or last
    scan is one only when it jumps twice as far as most others lie apart: a fast relaxation begins with one.
    Beside the uncertainties, the scatter of the whole sequence counts as noise.

    Parameters
    ----------
    value, uncertainty
        Of each scan.

    Returns
    -------
    :
        True at an outlier.

    Examples
    --------
    >>> jumps_there_and_back(value=np.array([1.0, 1.1, 9.0, 1.3, 1.4, 1.5]), uncertainty=np.full(6, 0.05))
    array([False, False,  True, False, False, False])
    """
    count = len(value)
    found = np.zeros(count, dtype=bool)
    if count < FEWEST_SCANS:
        return found
    known = np.where(np.isfinite(uncertainty), uncertainty, np.nanmax(np.abs(value)))
    away = np.array([value[number] - np.median(_around(value, number)) for number in range(count)])
    inner = away[2:-2]  # at the ends a slope looks like scatter
    scatter = 1.4826 * float(np.median(np.abs(inner - np.median(inner)))) if count > FEW_SCANS else 0.0
    for number in range(count):
        others = [other for other in (number - 1, number + 1) if 0 <= other < count]
        steps = value[number] - value[others]
        usual = [abs(value[far] - value[near]) for near, far in _next_pairs(number, count)]
        least = JUMP * np.hypot(np.hypot(known[number], known[others]), scatter)
        least = np.maximum(least, STEEPER * max(usual, default=0.0))
        if len(others) == 1:
            most = np.ptp(np.quantile(np.delete(value, number), [0.1, 0.9]))
            least = np.maximum(least, TWICE * most)
        one_side = np.all(steps > 0) or np.all(steps < 0)
        found[number] = bool(one_side and np.all(np.abs(steps) > least))
    return found


def _around(value: Float[np.ndarray, "scan"], number: int) -> Float[np.ndarray, "neighbour"]:
    """Return the two values before and the two after, fewer at the ends."""
    return np.concatenate([value[max(number - 2, 0) : number], value[number + 1 : number + 3]])


def _next_pairs(number: int, count: int) -> list[tuple[int, int]]:
    """Return the pairs of scans beside a scan that do not contain it."""
    pairs = ((number - 1, number - 2), (number + 1, number + 2))
    return [(near, far) for near, far in pairs if 0 <= far < count]


def far_worse(*, goodness: Float[np.ndarray, "scan"]) -> Bool[np.ndarray, "scan"]:
    """Return which scans fit far worse than the sequence does.

    Parameters
    ----------
    goodness
        Goodness of fit of each scan [1].

    Returns
    -------
    :
        True where it is larger than the median by a quarter and by six times the scatter.

    Examples
    --------
    >>> far_worse(goodness=np.array([1.0, 1.02, 0.99, 3.0, 1.01]))
    array([False, False, False,  True, False])
    """
    logarithm = np.log(np.maximum(goodness, 1e-300))
    middle = float(np.median(logarithm))
    scatter = 1.4826 * float(np.median(np.abs(logarithm - middle)))
    worse: Bool[np.ndarray, "scan"] = logarithm - middle > np.log(1.25) + 6.0 * scatter
    return worse
