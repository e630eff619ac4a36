"""What intensities are (counts, rates or neither) and which standard uncertainty they can have."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from jaxtyping import Bool, Float

from lmct.instrument.diffraction.check_uncertainty import reason_against, scatter_over_uncertainty
from lmct.instrument.diffraction.pattern import ARBITRARY, COUNTS, RATE
from lmct.instrument.diffraction.scan import RawScan

WHOLE = 1e-3
MANY_ZERO = 0.05
SCATTER_OF_COUNTS = (0.4, 2.5)

Points = Float[np.ndarray, "point"]
Keep = Callable[[Bool[np.ndarray, "point"]], None]
Stated = tuple[Points, Points | None, str, dict[str, str]]


def stated_intensity(scan: RawScan, *, said: list[str], keep: Keep) -> Stated:
    """Return intensities, their uncertainties and unit, and what was derived about them.

    Parameters
    ----------
    scan
        After points without numbers were dropped.
    said
        Warnings are added here.
    keep
        Called when points must be left out (zero uncertainties), before anything is returned.

    Returns
    -------
    :
        Intensity, uncertainty or None, unit, further metadata.
    """
    if scan.claimed_uncertainty is not None:
        stated = _with_claimed(scan, scan.claimed_uncertainty, said, keep)
        if stated is not None:
            return stated
    return _from_counting(scan, said)


def _with_claimed(scan: RawScan, claimed: Points, said: list[str], keep: Keep) -> Stated | None:
    """Return the intensities with the uncertainties of the file; None when they cannot be such."""
    kept = _usable_points(claimed, said)
    if kept is None:
        return None
    column, intensity = claimed[kept], scan.intensity[kept]
    reason = reason_against(intensity=intensity, column=column)
    if reason and not scan.declared:
        said.append(f"the third column is no standard uncertainty, {reason}: left out.")
        return None
    if reason:
        said.append(f"the format declares standard uncertainties, but {reason}: kept, check them.")
    if not kept.all():
        keep(kept)
        said.append(f"{(~kept).sum()} points with an uncertainty of zero were left out: infinite weights.")
    return intensity, column, _unit_of_claimed(scan, intensity), _facts(intensity, column)


def _usable_points(column: Points, said: list[str]) -> Bool[np.ndarray, "point"] | None:
    """Points whose claimed uncertainty is positive; None when too many have none."""
    good: Bool[np.ndarray, "point"] = np.isfinite(column) & (column > 0)
    missing = int((~good).sum())
    if missing == 0:
        return good
    if missing > MANY_ZERO * len(good) or (np.isfinite(column) & (column < 0)).any():
        said.append(
            f"the third column is no standard uncertainty, {missing} of {len(good)} values are not positive:"
            " left out."
        )
        return None
    return good


def _unit_of_claimed(scan: RawScan, intensity: Points) -> str:
    """Return the unit of intensities that bring their uncertainty along."""
    if scan.intensity_unit:
        return scan.intensity_unit
    return COUNTS if _are_whole(intensity) and intensity.min() >= 0 else ARBITRARY


def _from_counting(scan: RawScan, said: list[str]) -> Stated:
    """Uncertainties from the statistics of counting, where these are counts."""
    intensity, unit = scan.intensity, scan.intensity_unit
    facts: dict[str, str] = {}
    if unit == RATE:
        if scan.counting_time is None:
            said.append(
                "the intensities are counts per second and no counting time is told: no uncertainties."
            )
            return intensity, None, RATE, facts
        facts["intensity_factor"] = f"counts = counts per second x {np.mean(scan.counting_time):g} s"
        intensity, unit = intensity * scan.counting_time, COUNTS
    factor = np.ones(len(intensity)) if scan.attenuation is None else scan.attenuation
    raw = intensity / factor
    if reason := _reason_against_counts(raw, unit):
        said.append(f"the intensities are no counts, {reason}: no uncertainties.")
        return intensity, None, ARBITRARY, facts
    if not unit:
        facts["intensity_unit_from"] = "whole numbers"
    uncertainty = factor * np.sqrt(np.maximum(raw, 1.0))
    facts |= _facts(intensity, uncertainty)
    _report_scatter(intensity, uncertainty, said)
    return intensity, uncertainty, COUNTS, facts


def _reason_against_counts(raw: Points, unit: str) -> str:
    """Say why numbers are no counts, or nothing when they can be."""
    if raw.min() < 0:
        return f"{int((raw < 0).sum())} of {len(raw)} are negative (a background was taken off?)"
    if unit == ARBITRARY:
        return "says the file"
    if not _are_whole(raw):
        return "they are not whole numbers" + (" although the file says counts" if unit == COUNTS else "")
    if unit == COUNTS:
        return ""
    divisor = int(np.gcd.reduce(np.round(raw).astype(np.int64)))
    if divisor > 1 and len(np.unique(raw)) > 10:
        return f"all are multiples of {divisor}"
    return ""


def _are_whole(values: Points) -> bool:
    """Say whether values are whole numbers, within the rounding of a text file."""
    return bool(np.all(np.abs(values - np.round(values)) <= WHOLE * np.maximum(1.0, np.abs(values) ** 0.5)))


def _facts(intensity: Points, uncertainty: Points) -> dict[str, str]:
    """Return how points scatter against their uncertainty, as text."""
    ratio = scatter_over_uncertainty(intensity=intensity, uncertainty=uncertainty)
    return {"scatter_over_uncertainty": f"{ratio:.2f}"} if np.isfinite(ratio) else {}


def _report_scatter(intensity: Points, uncertainty: Points, said: list[str]) -> None:
    """Warn when whole numbers do not scatter like counts."""
    ratio = scatter_over_uncertainty(intensity=intensity, uncertainty=uncertainty)
    low, high = SCATTER_OF_COUNTS
    if np.isfinite(ratio) and np.median(intensity) > 20 and not low < ratio < high:
        said.append(
            f"neighbouring points scatter by {ratio:.2g} times the square root of the intensity: these may be"
            " no plain counts (scaled, smoothed or interpolated), and uncertainties wrong by that factor."
        )
