"""The zero-loss peak: where it is, how wide, and how thick the sample is in mean free paths."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum, SpectrumImage
from lmct.quantity.errors import OutOfRange
from lmct.quantity.value import Value

SEARCH = 20.0
"""The peak is looked for within this of 0 on the stored axis [eV]."""

CUT = 3.0
"""The minimum behind the peak is looked for within this many widths, and at least 10 eV."""

EMPTY = 4.0
"""Nothing is counted before this many widths in front of the peak."""

POSITION_FLOOR = 0.1
"""Of a channel: smallest uncertainty of a position, since peaks are no parabolas."""


@dataclass(frozen=True, eq=False)
class ZeroLoss:
    """What a low-loss spectrum tells.

    Parameters
    ----------
    position
        Of the maximum on the stored axis [eV].
    width
        Full width at half maximum, the resolution [eV].
    thickness
        Over the mean free path of inelastic scattering, ln(all / elastic) [1]; with counts and ``systematic``
        in one uncertainty.
    systematic
        Of the thickness, from where the elastic peak ends and what lies beyond the spectrum [1].
    elastic
        Counts of the elastic peak in each channel.
    """

    position: Value
    width: float
    thickness: Value
    systematic: float
    elastic: Float[np.ndarray, "channel"]


def measure_zero_loss(spectrum: EnergyLossSpectrum) -> ZeroLoss:
    r"""Return position and width of the zero-loss peak, and the thickness by the log-ratio.

    The elastic peak is its gain side and the mirror of that; its area over that of the whole spectrum gives
    :math:`t/\lambda = \ln(I_t/I_0)` (Egerton 2011, equation 5.1), for the collection angle of the
    measurement. What lies beyond the spectrum is continued as a power law.

    Parameters
    ----------
    spectrum
        With the zero loss inside.

    Returns
    -------
    :
        Position, width, thickness.

    Raises
    ------
    OutOfRange
        There is no zero loss in the spectrum, or the detector is full on it.

    Source
    ------
    Malis, Cheng and Egerton, J. Electron Microsc. Tech. 8, 193 (1988).
    """
    energy = spectrum.energy
    top = _top(spectrum)
    low, high = _half_maximum(energy, spectrum.counts, top)
    width = high - low
    position = _position(energy, spectrum.counts, low, high)
    before = energy < position.value - EMPTY * width
    counts = spectrum.counts - (float(np.median(spectrum.counts[before])) if before.any() else 0.0)
    elastic = _mirrored(energy, counts, position.value)
    whole = energy > position.value - EMPTY * width
    total = float(counts[whole].sum())
    thickness = _log_ratio(total, float(elastic.sum()))
    # the other common way: everything before the minimum behind the peak is elastic
    cut = _minimum(energy, counts, position.value, width)
    other = _log_ratio(total, float(counts[whole & (energy < cut)].sum()))
    beyond = float(np.log1p(_tail(energy, counts) / total))
    systematic = float(np.hypot(thickness - other, beyond))
    counted = float(np.sqrt(max(np.expm1(thickness), 0.0) / max(float(elastic.sum()), 1.0)))
    return ZeroLoss(
        position=position,
        width=width,
        thickness=Value(thickness, float(np.hypot(counted, systematic))),
        systematic=systematic,
        elastic=elastic,
    )


def _top(spectrum: EnergyLossSpectrum) -> int:
    """Return the channel of the zero loss; refuse a spectrum without one, or with a full detector on it."""
    near = np.flatnonzero(np.abs(spectrum.energy) <= SEARCH)
    top = int(near[np.argmax(spectrum.counts[near])]) if len(near) else 0
    inside = (
        len(near) and 1 < top < len(spectrum.energy) - 2 and spectrum.counts[top] == spectrum.counts.max()
    )
    if not inside:
        raise OutOfRange(
            f"no zero loss is within {SEARCH:g} eV of 0 in a spectrum from {spectrum.energy[0]:.1f} to"
            f" {spectrum.energy[-1]:.1f} eV. Expected the highest peak there. Name a low-loss spectrum."
        )
    full = spectrum.saturated
    if full is not None and full[0] - 2.0 <= spectrum.energy[top] <= full[1] + 2.0:
        raise OutOfRange(
            f"the detector is full on the zero loss ({full[0]:.1f} to {full[1]:.1f} eV), so its position and"
            " area are wrong. Expected counts below the limit. Measure it with a shorter exposure."
        )
    return top


def _half_maximum(
    energy: Float[np.ndarray, "channel"], counts: Float[np.ndarray, "channel"], top: int
) -> tuple[float, float]:
    """Return the energies at half height on both sides of the top."""
    half = counts[top] / 2

    def crossing(step: int) -> float:
        place = top
        while 0 < place < len(counts) - 1 and counts[place] > half:
            place += step
        inner, outer = counts[place - step], counts[place]
        share = (inner - half) / (inner - outer) if inner > outer else 0.0
        return float(energy[place - step] + share * (energy[place] - energy[place - step]))

    return crossing(-1), crossing(1)


def _position(
    energy: Float[np.ndarray, "channel"], counts: Float[np.ndarray, "channel"], low: float, high: float
) -> Value:
    """Return the middle of the half heights, with what counts and channels leave open."""
    step = float(energy[1] - energy[0])
    used = (energy >= low) & (energy <= high)
    statistical = (high - low) / 2.35 / np.sqrt(max(counts[used].sum(), 1.0))
    return Value((low + high) / 2, float(np.hypot(statistical, POSITION_FLOOR * step)), "eV")


def _mirrored(
    energy: Float[np.ndarray, "channel"], counts: Float[np.ndarray, "channel"], centre: float
) -> Float[np.ndarray, "channel"]:
    """Return the gain side and its mirror image, no more than what was counted."""
    mirror = np.interp(2.0 * centre - energy, energy, counts, left=0.0, right=0.0)
    elastic = np.where(energy <= centre, counts, np.minimum(mirror, counts))
    return np.clip(elastic, 0.0, None)


def _minimum(
    energy: Float[np.ndarray, "channel"], counts: Float[np.ndarray, "channel"], centre: float, width: float
) -> float:
    """Return where the counts are lowest between the peak and the plasmons."""
    behind = np.flatnonzero((energy > centre + width) & (energy < centre + max(CUT * width, 10.0)))
    if not len(behind):
        return centre + width
    smooth = np.convolve(counts, np.full(3, 1 / 3), "same")
    return float(energy[behind[np.argmin(smooth[behind])]])


def _log_ratio(total: float, elastic: float) -> float:
    return float(np.log(max(total, 1.0) / max(elastic, 1.0)))


def _tail(energy: Float[np.ndarray, "channel"], counts: Float[np.ndarray, "channel"]) -> float:
    """Return the counts beyond the spectrum, had they the power E^-3 of the last tenth."""
    last = max(3, len(energy) // 10)
    mean = max(float(counts[-last:].mean()), 0.0)
    step = float(energy[1] - energy[0])
    return mean * float(energy[-1]) / (2.0 * step) if energy[-1] > 0.0 else 0.0


def align_zero_loss(image: SpectrumImage) -> tuple[EnergyLossSpectrum, Float[np.ndarray, "place"]]:
    """Return the sum of an image with the zero loss of every place moved to 0, and where each was.

    Parameters
    ----------
    image
        Low losses.

    Returns
    -------
    :
        Sum over the places with a zero loss, and its position at each place [eV], NaN where there is none.

    Raises
    ------
    OutOfRange
        No place has a zero loss.
    """
    energy, step = image.energy, image.dispersion
    positions = np.full(image.places, np.nan)
    total = np.zeros(len(energy))
    for first, block in image.blocks():
        for row, counts in enumerate(block):
            one = EnergyLossSpectrum(energy=energy, counts=counts)
            try:
                low, high = _half_maximum(energy, counts, _top(one))
            except OutOfRange:
                continue
            positions[first + row] = (low + high) / 2
            total += shifted(counts, -positions[first + row] / step)
    if np.isnan(positions).all():
        raise OutOfRange("no place of the image has a zero loss. Expected low losses. Name another image.")
    summed = replace(image.summed(), counts=total)
    return summed, positions


def shifted(counts: Float[np.ndarray, "channel"], channels: float) -> Float[np.ndarray, "channel"]:
    """Return counts moved by a number of channels, by linear shares: the sum stays, apart from the ends.

    Parameters
    ----------
    counts
        Of a spectrum [1].
    channels
        To higher losses when positive [1].

    Examples
    --------
    >>> shifted(np.array([0.0, 4.0, 0.0, 0.0]), 1.25)
    array([0., 0., 3., 1.])
    """
    places = np.arange(len(counts)) - channels
    return np.asarray(np.interp(places, np.arange(len(counts)), counts))
