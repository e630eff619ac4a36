"""A spectrum as a linear combination of two measured references, with the noise of the references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import NotConverged, OutOfRange
from lmct.technique.photoemission.electron_background import (
    StaticSubtraction,
    shirley_operator,
    static_shirley,
    trapezoid_weights,
)
from lmct.technique.photoemission.interpolation import CubicInterpolation, cubic_interpolation
from lmct.technique.photoemission.series_data import SpectrumData
from lmct.technique.photoemission.shift_start import shifts_by_overlay

MARGIN = 1.0
"""Room at both ends of the references that the shift may still take [eV]."""

JACKKNIFE_BLOCKS = 8
"""Parts of the region that are left out in turn to see whether the references fit everywhere alike."""

SMOOTHING_WIDTH = 1.6
"""Length over which references are smoothed for derivatives, never for the misfit [eV]."""

STEP = 1e-3
"""Step of the numerical derivative by the shift [eV]."""

LARGEST_STEP = 0.3
"""The shift changes by at most this in one step of the search [eV]."""

SMALL_STEP = 0.003
"""The search ends when no value moves by more than this in units of its smallest possible error [1]."""

MOST_STEPS, DAMPED_FROM = 120, 15

MISFIT_PROBABILITY = 0.01
"""A fit less probable than this has references of another shape than the sample [1]."""


@dataclass(frozen=True, eq=False)
class Reference:
    """A measured reference, and the area of its signal.

    Parameters
    ----------
    data
        The spectrum as measured.
    subtraction
        It without its static Shirley background.
    area
        Of the signal [eV times intensity].
    area_response
        Change of the area with each intensity [eV].
    smooth
        The spectrum smoothed, for derivatives.
    """

    data: SpectrumData
    subtraction: StaticSubtraction
    area: float
    area_response: Float[np.ndarray, "point"]
    smooth: Float[np.ndarray, "point"]


@dataclass(frozen=True, eq=False)
class CombinationFit:
    """How much of the first reference is in a spectrum.

    Parameters
    ----------
    name
        Of the spectrum.
    fraction
        Area of the first reference over that of both [1].
    statistical
        Its standard uncertainty from the counts of the spectrum and of both references [1].
    systematic
        What the misfit adds: the references differ from what the sample holds [1].
    shift, shift_uncertainty
        Of the spectrum against the references [eV].
    chi_square, degrees_of_freedom, probability
        Of the fit.
    data
        What was fitted, with the part of both references and the rest in ``curves``.
    curves
        First reference, second reference, background.
    response
        Change of the fraction with the intensities of the spectrum, and of both references.
    """

    name: str
    fraction: float
    statistical: float
    systematic: float
    shift: float
    shift_uncertainty: float
    chi_square: float
    degrees_of_freedom: int
    probability: float
    data: SpectrumData
    curves: Float[np.ndarray, "3 point"] = field(repr=False)
    response: tuple[Float[np.ndarray, "point"], ...] = field(repr=False)

    @property
    def reduced_chi_square(self) -> float:
        """Chi square over its degrees of freedom [1]."""
        return self.chi_square / self.degrees_of_freedom


def prepared_reference(data: SpectrumData, *, end_width: float = 1.5) -> Reference:
    """Return a reference with the area of its signal.

    Parameters
    ----------
    data
        The spectrum of one species, in the window of the region.
    end_width
        Lengths of the stretches at both ends that hold no signal [eV].

    Raises
    ------
    OutOfRange
        No Shirley background fits under it.
    """
    try:
        subtraction = static_shirley(energy=data.energy, intensity=data.intensity, end_width=end_width)
    except OutOfRange as error:
        raise OutOfRange(f"the reference {data.name}: {error}") from error
    weights = trapezoid_weights(data.energy)
    return Reference(
        data=data,
        subtraction=subtraction,
        area=float(weights @ subtraction.signal),
        area_response=weights @ subtraction.response,
        smooth=_smoothed(data),
    )


def _smoothed(data: SpectrumData) -> Float[np.ndarray, "point"]:
    """Return local cubic polynomials over the smoothing width."""
    from scipy.signal import savgol_filter

    points = 2 * round(0.5 * SMOOTHING_WIDTH / float(np.median(np.diff(data.energy)))) + 1
    if points < 7:
        return data.intensity
    result: Float[np.ndarray, "point"] = savgol_filter(
        data.intensity, min(points, len(data.energy) // 2 * 2 - 1), 3
    )
    return result


@dataclass(eq=False)
class _Combination:
    """The misfit of one spectrum, whitened by its own noise and that of the shifted references."""

    data: SpectrumData
    references: tuple[Reference, Reference]
    tail: Float[np.ndarray, "point"]

    def columns(self, shift: float, *, smooth: bool = False) -> list[Float[np.ndarray, "point"]]:
        """Return both references, a constant, a slope and the tail at a shift."""
        found = [
            self.interpolation(one, shift).applied(one.smooth if smooth else one.data.intensity)
            for one in self.references
        ]
        energy = self.data.energy
        straight = (energy - energy.mean()) / (0.5 * np.ptp(energy))
        return [*found, np.ones(len(energy)), straight, self.tail]

    def interpolation(self, reference: Reference, shift: float) -> CubicInterpolation:
        return cubic_interpolation(nodes=reference.data.energy, at=self.data.energy - shift)

    def whitener(self, values: Float[np.ndarray, "value"]) -> Float[np.ndarray, "band point"]:
        """Return the banded Cholesky factor of the covariance of the misfit."""
        from scipy.linalg import cholesky_banded

        parts = [
            self.interpolation(one, float(values[-1])).noise_bands((amount * one.data.uncertainty) ** 2)
            for amount, one in zip(values[:2], self.references, strict=True)
        ]
        bands = np.zeros((max(len(part) for part in parts), len(self.data.energy)))
        for part in parts:
            bands[: len(part)] += part
        bands[0] += self.data.uncertainty**2
        result: Float[np.ndarray, "band point"] = cholesky_banded(bands, lower=True, check_finite=False)
        return result

    def misfit(self, values: Float[np.ndarray, "value"]) -> Float[np.ndarray, "point"]:
        model = np.column_stack(self.columns(float(values[-1]))) @ values[:-1]
        result: Float[np.ndarray, "point"] = self.data.intensity - model
        return result

    def derivatives(self, values: Float[np.ndarray, "value"]) -> Float[np.ndarray, "point value"]:
        """Return those of the model with smoothed references."""
        shift = float(values[-1])
        at, ahead, behind = (
            np.column_stack(self.columns(shift + move, smooth=True)) for move in (0.0, STEP, -STEP)
        )
        return np.column_stack([at, (ahead - behind) @ values[:-1] / (2.0 * STEP)])

    def start(self, shift: float) -> Float[np.ndarray, "value"]:
        design = np.column_stack(self.columns(shift)) / self.data.uncertainty[:, None]
        amounts = np.linalg.lstsq(design, self.data.intensity / self.data.uncertainty, rcond=None)[0]
        return np.append(amounts, shift)


def _whitened(
    bands: Float[np.ndarray, "band point"], values: Float[np.ndarray, "point"]
) -> Float[np.ndarray, "point"]:
    """Solve the lower triangular banded system."""
    from scipy.linalg.lapack import dtbtrs

    solved, _ = dtbtrs(bands, values, uplo="L")
    result: Float[np.ndarray, "..."] = solved
    return result


def fit_combination(
    data: SpectrumData, references: tuple[Reference, Reference], *, jackknife: bool = True
) -> CombinationFit:
    """Fit a spectrum by two references with a common shift, a constant, a slope and a Shirley tail.

    The references enter as measured. Their noise, folded with the interpolation at each shift, is part of
    the covariance of the misfit (errors in variables): a shift that happens to average noise away gains
    nothing, which is what biases the plain fit.

    Parameters
    ----------
    data
        The spectrum.
    references
        Both references.
    jackknife
        Whether a bad fit is repeated without each part of the region in turn, for the systematic error.

    Returns
    -------
    :
        Fraction of the first reference with statistical and systematic error.

    Raises
    ------
    OutOfRange
        Spectrum and references do not overlap enough.
    NotConverged
        The search did not end.

    Source
    ------
    The two references of Li et al. 2022, Fig. 5a and Supplementary Fig. 22b.
    """
    from scipy.stats import chi2

    start = float(shifts_by_overlay([_sum_of(references), data])[1])
    low = max(one.data.energy[0] for one in references) + start + MARGIN
    high = min(one.data.energy[-1] for one in references) + start - MARGIN
    clipped = data.clipped(low, high)
    combination = _Combination(clipped, references, _tail(clipped, references, start))
    values = _search(combination, combination.start(start))
    combination = replace(
        combination,
        data=clipped.with_uncertainty_of(np.column_stack(combination.columns(values[-1])) @ values[:-1]),
        tail=_tail(clipped, references, float(values[-1]), values[:2]),
    )
    values = _search(combination, values)
    fraction, response, covariance = _responses(combination, values)
    own, *others = response
    variance = float(np.sum((own * combination.data.uncertainty) ** 2)) + sum(
        float(np.sum((one * reference.data.uncertainty) ** 2))
        for one, reference in zip(others, references, strict=True)
    )
    chi_square = float(np.sum(_whitened(combination.whitener(values), combination.misfit(values)) ** 2))
    freedom = len(clipped.energy) - len(values)
    probability = float(chi2.sf(chi_square, freedom))
    systematic = 0.0
    if jackknife and probability < MISFIT_PROBABILITY:
        systematic = _jackknife(combination, values, variance)
    columns = np.column_stack(combination.columns(float(values[-1])))
    return CombinationFit(
        name=data.name,
        fraction=fraction,
        statistical=float(np.sqrt(variance)),
        systematic=systematic,
        shift=float(values[-1]),
        shift_uncertainty=float(np.sqrt(covariance[-1, -1])),
        chi_square=chi_square,
        degrees_of_freedom=freedom,
        probability=probability,
        data=combination.data,
        curves=_curves(combination, values, columns),
        response=response,
    )


def combination_covariance(
    fits: Sequence[CombinationFit], references: tuple[Reference, Reference]
) -> Float[np.ndarray, "spectrum spectrum"]:
    """Return the covariance of the fractions of a series: the noise of the references is common to all.

    Parameters
    ----------
    fits
        Fits with the same references.
    references
        These.

    Returns
    -------
    :
        Statistical covariance [1].
    """
    covariance = np.diag([float(np.sum((one.response[0] * one.data.uncertainty) ** 2)) for one in fits])
    for place, reference in enumerate(references, start=1):
        scaled = np.array([one.response[place] for one in fits]) * reference.data.uncertainty
        covariance = covariance + scaled @ scaled.T
    return covariance


def _sum_of(references: tuple[Reference, Reference]) -> SpectrumData:
    first, second = (one.data for one in references)
    other = np.interp(first.energy, second.energy, second.intensity)
    mixed = first.intensity / references[0].area + other / references[1].area
    return SpectrumData("references", first.energy, mixed, np.ones(len(mixed)))


def _tail(
    data: SpectrumData,
    references: tuple[Reference, Reference],
    shift: float,
    amounts: Float[np.ndarray, "2"] | None = None,
) -> Float[np.ndarray, "point"]:
    """Return the running integral of the mixed signals, as high at its end as the spectrum is on average."""
    total = np.zeros(len(data.energy))
    for place, one in enumerate(references):
        amount = 1.0 / one.area if amounts is None else float(amounts[place])
        signal = np.interp(data.energy - shift, one.data.energy, one.subtraction.signal)
        total = total + amount * signal
    tail = shirley_operator(data.energy) @ total
    result: Float[np.ndarray, "point"] = tail / max(float(np.max(np.abs(tail))), 1e-300)
    return result * float(np.mean(data.intensity))


def _search(combination: _Combination, start: Float[np.ndarray, "value"]) -> Float[np.ndarray, "value"]:
    """Solve for the values at which the misfit has no part along the smoothed derivatives.

    The misfit holds the references as measured, the derivatives smoothed ones: their noise then neither
    draws the shift to where the interpolation averages it away, nor passes for information.
    """
    values: Float[np.ndarray, "value"] = start
    for number in range(MOST_STEPS):
        bands = combination.whitener(values)
        white = _whitened(bands, combination.derivatives(values))
        scale = np.linalg.norm(white, axis=0)
        step = np.linalg.lstsq(white / scale, _whitened(bands, combination.misfit(values)), rcond=1e-10)[0]
        step = step / scale
        limit = 1.0 if number < DAMPED_FROM else 0.3  # a large misfit may make it swing back and forth
        step = step * min(limit, LARGEST_STEP / max(abs(float(step[-1])), 1e-300))
        values = values + step
        if abs(values[-1] - start[-1]) >= MARGIN:
            break
        if np.all(np.abs(step) * scale < SMALL_STEP):
            return values
    raise NotConverged(
        f"{combination.data.name}: the shift against the references ran to {values[-1]:.2f} eV."
        " Expected one clear solution. Check that references and spectrum are of the same region."
    )


def _responses(
    combination: _Combination, values: Float[np.ndarray, "value"]
) -> tuple[float, tuple[Float[np.ndarray, "point"], ...], Float[np.ndarray, "value value"]]:
    """Return the fraction, its change with every intensity, and the covariance of the fitted values."""
    areas = np.array([one.area for one in combination.references])
    parts = values[:2] * areas
    total = float(parts.sum())
    fraction = float(parts[0]) / total
    bands = combination.whitener(values)
    white = _whitened(bands, combination.derivatives(values))
    scale = np.linalg.norm(white, axis=0)
    inverse = np.linalg.pinv((white / scale).T @ (white / scale), hermitian=True) / np.outer(scale, scale)
    gradient = np.zeros(len(values))
    gradient[0] = areas[0] * (1.0 - fraction) / total
    gradient[1] = -areas[1] * fraction / total
    unit = _whitened(bands, np.eye(len(combination.data.energy)))
    own: Float[np.ndarray, "point"] = gradient @ inverse @ white.T @ unit
    responses = [own]
    signs = (1.0, -1.0)
    for amount, area, reference, sign in zip(values[:2], areas, combination.references, signs, strict=True):
        matrix = combination.interpolation(reference, float(values[-1]))
        through_area = sign * fraction * (1.0 - fraction) / area * reference.area_response
        responses.append(through_area - amount * matrix.transposed(own))
    return fraction, tuple(responses), inverse


def _jackknife(combination: _Combination, values: Float[np.ndarray, "value"], variance: float) -> float:
    """Return the scatter of the fraction when parts of the region are left out, beyond that of the counts."""
    areas = np.array([one.area for one in combination.references])
    full, rest = combination.derivatives(values), combination.misfit(values)
    strength = np.cumsum(np.maximum(combination.data.intensity - combination.data.intensity.min(), 0.0))
    block = np.minimum((strength / strength[-1] * JACKKNIFE_BLOCKS).astype(int), JACKKNIFE_BLOCKS - 1)
    found = []
    for left_out in range(JACKKNIFE_BLOCKS):
        kept = block != left_out
        if kept.all() or kept.sum() < len(values) + 5:
            continue
        weight = 1.0 / combination.data.uncertainty[kept]
        change = np.linalg.lstsq(full[kept] * weight[:, None], rest[kept] * weight, rcond=1e-12)[0]
        parts = (values + change)[:2] * areas
        found.append(float(parts[0] / parts.sum()))
    count = len(found)
    spread = (count - 1) / count * float(np.sum((np.array(found) - np.mean(found)) ** 2))
    return float(np.sqrt(max(spread - variance, 0.0)))


def _curves(
    combination: _Combination, values: Float[np.ndarray, "value"], columns: Float[np.ndarray, "point column"]
) -> Float[np.ndarray, "3 point"]:
    """Return the signals of both references as they are in the spectrum, and the background below."""
    parts = [
        amount * np.interp(combination.data.energy - values[-1], one.data.energy, one.subtraction.signal)
        for amount, one in zip(values[:2], combination.references, strict=True)
    ]
    return np.vstack([*parts, columns @ values[:-1] - parts[0] - parts[1]])
