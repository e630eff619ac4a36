"""White lines of several elements looked for at once, over all scales an axis may have."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum
from lmct.technique.energy_loss.line_table import LinePair, line_pairs
from lmct.technique.energy_loss.peak_contrast import PeakContrast, peak_contrast

SLOPES = np.linspace(0.94, 1.06, 49)
SHIFTS = np.arange(-30.0, 30.01, 0.5)
"""Scales looked at: slopes, and shifts at the middle of the spectrum [eV]."""

PRIOR_SLOPE, PRIOR_SHIFT = 0.03, 15.0
SIGNIFICANT = 5.0
MARGIN = 4.0
"""A second assignment this close in log-score makes the first one ambiguous."""

OTHER_SHIFT = 6.0
"""Scales this far apart at a line are different assignments [eV]."""

SECOND_TOLERANCE = 1.5
"""How far the distance of the lines may be from the table [eV]."""


@dataclass(frozen=True, eq=False)
class FoundPair:
    """Two white lines on the stored axis.

    Parameters
    ----------
    line
        What they are.
    first, second
        Maxima [eV]; the second is NaN when it does not stand out.
    significance
        Of each in standard deviations [1].
    noise
        Standard uncertainty of a maximum from the counts [eV].
    """

    line: LinePair
    first: float
    second: float
    significance: tuple[float, float]
    noise: float

    @property
    def has_second(self) -> bool:
        """Whether the second line stands out."""
        return math.isfinite(self.second)

    @property
    def centre(self) -> float:
        """Middle of the lines, or the first one alone [eV]."""
        return (self.first + self.second) / 2 if self.has_second else self.first

    @property
    def expected(self) -> float:
        """Where the table puts ``centre`` [eV]."""
        return (self.line.first + self.line.second) / 2 if self.has_second else self.line.first


@dataclass(frozen=True, eq=False)
class Candidate:
    """The scale under which the lines fit best.

    Parameters
    ----------
    slope, offset
        Of the scale from stored to true energies [1, eV].
    pairs
        The lines looked for.
    ambiguous
        Whether another assignment fits about as well.
    rival
        By how much that one is shifted at the worst line [eV].
    """

    slope: float
    offset: float
    pairs: tuple[LinePair, ...]
    ambiguous: bool
    rival: float


def search_lines(
    spectrum: EnergyLossSpectrum, elements: Sequence[str]
) -> tuple[PeakContrast, Candidate | None]:
    """Return the contrast of peaks and the scale that puts peaks where the lines of all elements belong.

    Parameters
    ----------
    spectrum
        Core losses.
    elements
        Symbols.

    Returns
    -------
    :
        None for the scale when no element has lines inside the spectrum.
    """
    contrast = peak_contrast(spectrum)
    low, high = contrast.energy[0] - 5.0, contrast.energy[-1] + 5.0
    pairs = tuple(pair for pair in line_pairs(elements) if low < pair.first < high)
    if not pairs:
        return contrast, None
    middle = float(np.mean([pair.first for pair in pairs]))
    scores = np.array([[_score(contrast, pairs, *_line(s, d, middle)) for d in SHIFTS] for s in SLOPES])
    best = np.unravel_index(int(np.argmax(scores)), scores.shape)
    slope, shift = float(SLOPES[best[0]]), float(SHIFTS[best[1]])
    # largest distance of every other scale from the best one, at the lines
    apart = np.max(
        [
            np.abs((SHIFTS[None, :] - shift) + (SLOPES[:, None] - slope) * (pair.first - middle))
            for pair in pairs
        ],
        axis=0,
    )
    others = np.where(apart > OTHER_SHIFT, scores, -np.inf)
    rival = np.unravel_index(int(np.argmax(others)), others.shape)
    offset = _line(slope, shift, middle)[1]
    ambiguous = bool(scores[best] - others[rival] < MARGIN)
    return contrast, Candidate(slope, offset, pairs, ambiguous, float(apart[rival]))


def found_pairs(contrast: PeakContrast, candidate: Candidate) -> tuple[FoundPair, ...]:
    """Return the lines that stand out near where a scale expects them.

    Parameters
    ----------
    contrast
        Of the spectrum.
    candidate
        The scale.
    """
    found = (_found(contrast, pair, candidate) for pair in candidate.pairs)
    return tuple(pair for pair in found if pair is not None)


def _line(slope: float, shift: float, middle: float) -> tuple[float, float]:
    """Return slope and offset of a scale that shifts the energy ``middle`` by ``shift``."""
    return slope, shift + middle * (1.0 - slope)


def _score(contrast: PeakContrast, pairs: Sequence[LinePair], slope: float, offset: float) -> float:
    """Return the log-score of a scale: lines that stand out where expected, in the right order."""
    middle = float(np.mean([pair.first for pair in pairs]))
    shift = slope * middle + offset - middle
    score = -0.5 * (((slope - 1.0) / PRIOR_SLOPE) ** 2 + (shift / PRIOR_SHIFT) ** 2)
    for pair in pairs:
        first, second = (pair.first - offset) / slope, (pair.second - offset) / slope
        here, there = _peak_at(contrast, first), _peak_at(contrast, second)
        # what stands where a further line would be, if this first line were in truth the second one
        before = _peak_at(contrast, 2.0 * first - second)
        score += math.log1p(here**2) + math.log1p(min(here, there) ** 2)
        score -= math.log1p(max(before - here, 0.0) ** 2)
    return score


def _peak_at(contrast: PeakContrast, energy: float) -> float:
    """Return the significance within 1 eV of an energy."""
    step = contrast.energy[1] - contrast.energy[0]
    middle = (energy - contrast.energy[0]) / step
    reach = max(1.0, 1.0 / step)
    low, high = math.floor(middle - reach), math.ceil(middle + reach) + 1
    if high <= 0 or low >= len(contrast.energy):
        return 0.0
    row: Float[np.ndarray, "channel"] = contrast.significance[max(low, 0) : high]
    return float(row.max())


def _found(contrast: PeakContrast, pair: LinePair, candidate: Candidate) -> FoundPair | None:
    expected = (pair.first - candidate.offset) / candidate.slope
    first, clear = contrast.highest(expected - pair.spread - 1.0, expected + pair.spread + 1.0)
    if not clear > SIGNIFICANT:
        return None
    where = first + pair.splitting / candidate.slope
    second, weaker = contrast.highest(where - SECOND_TOLERANCE, where + SECOND_TOLERANCE)
    if not weaker > SIGNIFICANT:
        second = math.nan
    noise = contrast.width / (2.0 * min(clear, weaker if weaker > SIGNIFICANT else clear))
    return FoundPair(pair, first, second, (clear, weaker), noise)
