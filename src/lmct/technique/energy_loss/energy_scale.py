"""Is the energy axis right? White lines found as pairs, the scale they need, a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum
from lmct.quantity.errors import OutOfRange
from lmct.quantity.value import Value
from lmct.technique.energy_loss.line_search import Candidate, FoundPair, found_pairs, search_lines

GOOD, MISCALIBRATED, UNVERIFIED = "good", "miscalibrated", "unverified"

WRONG = "the energy axis is wrong: "
"""How the message of a wrong axis begins."""

TOLERANCE = 2.0
"""Largest error of the axis at a line that is let through [eV]; chemistry alone moves lines by 1-2 eV."""

SLOPE_PRIOR, OFFSET_PRIOR = 0.02, 15.0
"""What is known of an axis before it is looked at: its slope is 1, its offset 0, with these deviations."""

LINE_NOISE = 0.3
"""Standard uncertainty of the maximum of one line besides valence [eV]: multiplets, resolution."""


@dataclass(frozen=True, eq=False)
class EnergyScale:
    r"""The scale :math:`E = s E_\mathrm{stored} + o` that a spectrum needs.

    Parameters
    ----------
    slope, offset
        s [1] and o [eV].
    covariance
        Of both.
    pairs
        The white lines on the stored axis.
    shifts
        By element: what must be added to the stored energy at its first line [eV].
    residuals
        By element: where its lines are after the correction, less the table [eV].
    verdict
        :data:`GOOD`, :data:`MISCALIBRATED` or :data:`UNVERIFIED` (no pair stands out).
    message
        What was found, in a sentence.
    """

    slope: float
    offset: float
    covariance: Float[np.ndarray, "2 2"]
    pairs: tuple[FoundPair, ...]
    shifts: dict[str, Value]
    residuals: dict[str, float]
    verdict: str
    message: str

    def shift_at(self, energy: float) -> Value:
        """Return what must be added to a stored energy [eV]."""
        row = np.array([energy, 1.0])
        spread = float(np.sqrt(row @ self.covariance @ row))
        return Value(self.slope * energy + self.offset - energy, spread, "eV")


def find_energy_scale(
    spectrum: EnergyLossSpectrum, *, elements: Sequence[str], tolerance: float = TOLERANCE
) -> EnergyScale:
    """Look for the white lines of some elements and compare them with where they belong.

    Lines are taken as pairs of known distance and order, all elements at once, so that an L2 line is not
    taken for an L3 line however well it fits alone.

    Parameters
    ----------
    spectrum
        Core losses.
    elements
        Symbols of what is in the sample; oxygen has no pair and is ignored here.
    tolerance
        Largest error at a line that is let through [eV].

    Returns
    -------
    :
        Scale and verdict; it is not applied.

    Raises
    ------
    OutOfRange
        The spectrum is too short to look for lines.
    UnknownName
        An element has no lines.
    """
    contrast, candidate = search_lines(spectrum, elements)
    pairs = () if candidate is None else found_pairs(contrast, candidate)
    if candidate is None or not pairs:
        return _nothing(elements)
    slope, offset, covariance = _fit(pairs)
    shifts = {pair.line.element: _shift(slope, offset, covariance, pair.first) for pair in pairs}
    residuals = {pair.line.element: slope * pair.centre + offset - pair.expected for pair in pairs}
    bad = any(abs(shift.value) > tolerance for shift in shifts.values())
    verdict = UNVERIFIED if candidate.ambiguous else MISCALIBRATED if bad else GOOD
    return EnergyScale(
        slope=slope,
        offset=offset,
        covariance=covariance,
        pairs=pairs,
        shifts=shifts,
        residuals=residuals,
        verdict=verdict,
        message=_message(verdict, pairs, shifts, slope, offset, candidate),
    )


def require_good_scale(scale: EnergyScale, *, name: str = "the spectrum") -> None:
    """Refuse a spectrum whose axis is wrong or cannot be checked.

    Parameters
    ----------
    scale
        What :func:`find_energy_scale` found.
    name
        Of the spectrum, for the message.

    Raises
    ------
    OutOfRange
        The verdict is not good.
    """
    if scale.verdict != GOOD:
        raise OutOfRange(f"{name}: {scale.message}")


def _fit(pairs: Sequence[FoundPair]) -> tuple[float, float, Float[np.ndarray, "2 2"]]:
    """Return slope, offset and covariance from the lines, their spreads and what is known before."""
    rows, targets, noise = [], [], []
    for pair in pairs:
        rows.append([pair.centre, 1.0])
        targets.append(pair.expected)
        noise.append(np.hypot(pair.line.spread, LINE_NOISE))
        if pair.has_second:
            rows.append([pair.second - pair.first, 0.0])
            targets.append(pair.line.splitting)
            noise.append(np.hypot(LINE_NOISE * np.sqrt(2.0), pair.noise))
    rows += [[1.0, 0.0], [0.0, 1.0]]
    targets += [1.0, 0.0]
    noise += [SLOPE_PRIOR, OFFSET_PRIOR]
    design, wanted = np.array(rows) / np.array(noise)[:, None], np.array(targets) / np.array(noise)
    covariance = np.linalg.inv(design.T @ design)
    slope, offset = covariance @ design.T @ wanted
    return float(slope), float(offset), covariance


def _shift(slope: float, offset: float, covariance: Float[np.ndarray, "2 2"], energy: float) -> Value:
    row = np.array([energy, 1.0])
    return Value(slope * energy + offset - energy, float(np.sqrt(row @ covariance @ row)), "eV")


def _nothing(elements: Sequence[str]) -> EnergyScale:
    return EnergyScale(
        slope=1.0,
        offset=0.0,
        covariance=np.diag([SLOPE_PRIOR**2, OFFSET_PRIOR**2]),
        pairs=(),
        shifts={},
        residuals={},
        verdict=UNVERIFIED,
        message=(
            f"no pair of white lines of {', '.join(elements)} stands out of the noise, so the energy axis"
            " cannot be checked. Expected L3 and L2 lines. Name the elements of the sample, or sum more"
            " pixels."
        ),
    )


def _message(
    verdict: str,
    pairs: Sequence[FoundPair],
    shifts: dict[str, Value],
    slope: float,
    offset: float,
    candidate: Candidate,
) -> str:
    places = ", ".join(
        f"{pair.line.element} {pair.line.names[0]} {pair.first:.1f}"
        + (f" and {pair.line.names[1]} {pair.second:.1f}" if pair.has_second else "")
        for pair in pairs
    )
    if verdict == GOOD:
        return f"the energy axis agrees with the white lines ({places} eV)."
    if verdict == UNVERIFIED:
        return (
            f"the white lines can be assigned in two ways ({places} eV, or shifted by"
            f" {candidate.rival:.1f} eV)."
            " Expected one. Name the elements that are in the sample, or sum more pixels."
        )
    wrong = ", ".join(f"{element} {shift.value:+.1f} eV" for element, shift in shifts.items())
    return (
        f"{WRONG}its white lines are at {places} eV and need {wrong}. Expected"
        f" errors below the tolerance at every line. The scale E = {slope:.4f} E {offset:+.2f} eV repairs"
        ' it (energy_scale = "repair"); better calibrate on the zero loss and a known edge and measure again.'
    )
