"""The ratio of two white lines above background and continuum steps, refused when one is not above noise."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum
from lmct.quantity.errors import OutOfRange
from lmct.quantity.value import Value
from lmct.technique.energy_loss.line_search import FoundPair
from lmct.technique.energy_loss.noise import noise_factor_from_counts, variance_of_counts
from lmct.technique.energy_loss.power_law import PowerLaw, fit_power_law, sums_above_background

METHOD = (
    "power-law background, continuum of two steps 2:1 at the maxima, integrals on both sides of the middle"
)

SIGNIFICANT = 3.0
"""A line below this many standard deviations gives no ratio."""


@dataclass(frozen=True, slots=True)
class WhiteLineWindows:
    """Where background, lines and continuum are taken, relative to the maxima.

    Parameters
    ----------
    background
        Width of the window of the background [eV].
    gap
        Between that window and the first maximum [eV].
    before
        From the start of the first line to its maximum [eV].
    after
        From the second maximum to the end of its line [eV].
    continuum
        Width of the window behind, from which the height of the steps is taken [eV].
    first_share
        Of the whole step that is at the first line [1]; 2/3 by the number of core electrons.
    move
        Both steps moved by this [eV].
    """

    background: float = 40.0
    gap: float = 8.0
    before: float = 6.0
    after: float = 8.0
    continuum: float = 12.0
    first_share: float = 2.0 / 3.0
    move: float = 0.0


@dataclass(frozen=True, eq=False)
class WhiteLines:
    """Two white lines.

    Parameters
    ----------
    element
        Symbol.
    ratio
        Of the first to the second, with the uncertainty of counts and background [1].
    systematic
        Standard deviation of the ratio over other windows and steps [1].
    first, second, step
        Intensities of the lines [counts] and height of the continuum behind [counts/eV].
    normalised
        Both lines over the step [eV]: follows the number of empty 3d states.
    background
        The fit.
    variants
        Ratio under each other choice.
    """

    element: str
    ratio: Value
    systematic: float
    first: Value
    second: Value
    step: Value
    normalised: Value
    background: PowerLaw
    variants: dict[str, float] = field(default_factory=dict)

    @property
    def total(self) -> Value:
        """The ratio with both uncertainties in one."""
        return Value(self.ratio.value, float(np.hypot(self.ratio.uncertainty, self.systematic)))


def white_line_ratio(
    spectrum: EnergyLossSpectrum,
    pair: FoundPair,
    *,
    windows: WhiteLineWindows | None = None,
    noise_factor: float | None = None,
) -> WhiteLines:
    """Return the ratio of the white lines of an element.

    Parameters
    ----------
    spectrum
        On an axis that was checked.
    pair
        The lines, on the axis of the spectrum.
    windows
        Where things are taken.
    noise_factor
        Variance of a count over its mean; from the spectrum when None [1].

    Returns
    -------
    :
        Ratio with statistical and systematic uncertainty.

    Raises
    ------
    OutOfRange
        A window is not inside the spectrum, or a line is not above noise.

    Source
    ------
    Pearson, Ahn and Fultz, Phys. Rev. B 47, 8471 (1993): steps under the white lines of 3d metals.
    """
    chosen = windows or WhiteLineWindows()
    factor = noise_factor or noise_factor_from_counts(counts=spectrum.counts)
    sums, covariance, background = _sums(spectrum, pair, chosen, factor)
    spreads = np.sqrt(np.diag(covariance))
    for name, value, spread in zip(pair.line.names, sums[:2], spreads[:2], strict=True):
        if not value > SIGNIFICANT * spread:
            raise OutOfRange(
                f"the {name} line of {pair.line.element} has {value:.3g} ± {spread:.2g} counts above its"
                f" background. Expected more than {SIGNIFICANT:g} standard deviations for a ratio. Sum more"
                " pixels or measure longer."
            )
    variants = _variants(spectrum, pair, chosen, factor)
    ratio = float(sums[0] / sums[1])
    deviations = [value - ratio for value in variants.values()]
    slope = np.array([1.0 / sums[1], -ratio / sums[1], 0.0])
    total = float(sums[0] + sums[1])
    normalised = total / sums[2]
    reach = np.array([1.0, 1.0, -normalised]) / sums[2]
    return WhiteLines(
        element=pair.line.element,
        ratio=Value(ratio, float(np.sqrt(slope @ covariance @ slope))),
        systematic=float(np.sqrt(np.mean(np.square(deviations)))) if deviations else 0.0,
        first=Value(float(sums[0]), float(spreads[0])),
        second=Value(float(sums[1]), float(spreads[1])),
        step=Value(float(sums[2]), float(spreads[2]), "1/eV"),
        normalised=Value(float(normalised), float(np.sqrt(reach @ covariance @ reach)), "eV"),
        background=background,
        variants=variants,
    )


def _sums(
    spectrum: EnergyLossSpectrum, pair: FoundPair, windows: WhiteLineWindows, factor: float
) -> tuple[Float[np.ndarray, "3"], Float[np.ndarray, "3 3"], PowerLaw]:
    """Return both lines [counts] and the step [counts/eV] with their covariance."""
    energy, width = spectrum.energy, spectrum.dispersion
    second = pair.second if pair.has_second else pair.first + pair.line.splitting
    end = second + windows.after + windows.continuum
    if end > energy[-1] + width:
        raise OutOfRange(
            f"the continuum behind the {pair.line.names[1]} line of {pair.line.element} is taken up to"
            f" {end:.1f} eV. Expected a spectrum up to there, it ends at {energy[-1]:.1f} eV. Measure a wider"
            " range or take a narrower window."
        )
    start = pair.first - windows.gap
    background = fit_power_law(
        energy=energy,
        counts=spectrum.counts,
        window=(max(start - windows.background, float(energy[0])), start),
        noise_factor=factor,
    )
    middle = (pair.first + second) / 2
    shares = np.array(
        [
            _overlap(energy, width, pair.first - windows.before, middle),
            _overlap(energy, width, middle, second + windows.after),
            _overlap(energy, width, second + windows.after, end) / windows.continuum,
        ]
    )
    under = windows.first_share * (energy > pair.first + windows.move)
    under = under + (1.0 - windows.first_share) * (energy > second + windows.move)
    weights = shares.copy()
    weights[:2] -= (shares[:2] @ under)[:, None] * width * shares[2]
    sums, covariance = sums_above_background(
        energy=energy,
        counts=spectrum.counts,
        variance=variance_of_counts(spectrum.counts, factor),
        background=background,
        weights=weights,
    )
    return sums, covariance, background


def _overlap(
    energy: Float[np.ndarray, "channel"], width: float, low: float, high: float
) -> Float[np.ndarray, "channel"]:
    """Return which part of each channel lies between two energies."""
    return np.clip((np.minimum(energy + width / 2, high) - np.maximum(energy - width / 2, low)) / width, 0, 1)


def _variants(
    spectrum: EnergyLossSpectrum, pair: FoundPair, windows: WhiteLineWindows, factor: float
) -> dict[str, float]:
    """Return the ratio under other choices that are as good; those outside the spectrum are left out."""
    from dataclasses import replace

    choices = {
        "background window of two thirds": replace(windows, background=windows.background * 2 / 3),
        "background window nearer by 2 eV": replace(windows, gap=windows.gap - 2.0),
        "continuum window of half": replace(windows, continuum=windows.continuum / 2),
        "lines end 2 eV earlier": replace(windows, after=windows.after - 2.0),
        "steps 1 eV later": replace(windows, move=windows.move + 1.0),
        "steps 1 eV earlier": replace(windows, move=windows.move - 1.0),
        "steps 3:2": replace(windows, first_share=0.6),
    }
    found = {}
    for name, choice in choices.items():
        try:
            sums, _, _ = _sums(spectrum, pair, choice, factor)
        except OutOfRange:
            continue
        found[name] = float(sums[0] / sums[1])
    return found
