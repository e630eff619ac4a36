"""Maps of a spectrum image: ratios and shares at every place, each with its own uncertainty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.instrument.energy_loss.spectrum import NavigationAxis, SpectrumImage
from lmct.quantity.errors import OutOfRange
from lmct.technique.energy_loss.joint_fit import LINE_REACH
from lmct.technique.energy_loss.joint_solution import JointSolution
from lmct.technique.energy_loss.noise import noise_factor_from_counts

SIGNIFICANT = 3.0
"""A place whose denominator is below this many standard deviations gives no ratio."""

WANTED = 0.1
"""Relative uncertainty of a ratio at one place that makes a map readable [1]."""

SAMPLED = 25
"""Places whose noise is looked at."""

SMOOTH = 9
"""Channels over which counts are averaged for their variance."""


@dataclass(frozen=True, eq=False)
class Weights:
    """Amounts as weighted sums of the counts of a place.

    Parameters
    ----------
    names
        Of the amounts.
    rows
        Weight of each channel in each amount.
    channels
        Which channels of the image they weigh.
    """

    names: tuple[str, ...]
    rows: Float[np.ndarray, "amount channel"]
    channels: np.ndarray


@dataclass(frozen=True, eq=False)
class RatioMap:
    """One number at every place.

    Parameters
    ----------
    name
        For example ``"Ni/Ti"``.
    value, uncertainty
        In the order of the places; NaN where the denominator is not above noise [1].
    axes
        Of the places.
    """

    name: str
    value: Float[np.ndarray, "..."]
    uncertainty: Float[np.ndarray, "..."]
    axes: tuple[NavigationAxis, ...]

    @property
    def relative_uncertainty(self) -> float:
        """Median of uncertainty over median of value; infinite when most places give none [1]."""
        good = np.isfinite(self.value)
        if good.sum() < 0.5 * self.value.size:
            return float("inf")
        return float(np.median(self.uncertainty[good]) / abs(np.median(self.value[good])))

    @property
    def binning(self) -> int:
        """Places along each axis to sum, so that the relative uncertainty falls to a tenth."""
        noise = self.relative_uncertainty
        if not np.isfinite(noise):
            return 4
        places = (noise / WANTED) ** 2
        return max(1, int(np.ceil(places ** (1.0 / max(1, sum(axis.size > 1 for axis in self.axes))))))


def weights_of_joint_fit(image: SpectrumImage, solution: JointSolution) -> Weights:
    """Return the weights that give atoms and white lines at a place, as the joint fit of the sum has them.

    The background may tilt from place to place as far as a first-order change of its exponent goes; plural
    scattering is that of the sum.

    Parameters
    ----------
    image
        On the axis of the fit.
    solution
        Of the sum of the image.
    """
    model = solution.model
    channels = (image.energy >= model.energy[0]) & (image.energy <= model.energy[-1])
    shapes = solution.background[:, None] * model.background_shapes()
    design = np.hstack([shapes, model.columns])
    inverse = least_squares_weights(design, solution.fitted)
    names, rows = [], []
    for shell in model.shells:
        names.append(shell.element)
        rows.append(inverse[solution.place(shell.element)])
        if len(shell.onsets) > 1:
            middle = 0.5 * (shell.onsets[0] + shell.onsets[1])
            for line, low, high in (
                ("first", shell.onsets[0] - LINE_REACH, middle),
                ("second", middle, shell.onsets[1] + LINE_REACH),
            ):
                names.append(f"{shell.element} {line}")
                rows.append(solution.line_row(low, high) @ inverse)
    return Weights(tuple(names), np.array(rows), channels)


def least_squares_weights(
    design: Float[np.ndarray, "channel column"], variance: Float[np.ndarray, "channel"]
) -> Float[np.ndarray, "column channel"]:
    """Return the matrix that makes least-squares coefficients of counts with some variances.

    Parameters
    ----------
    design
        Counts of each part.
    variance
        Of each channel, in any unit; what is not above 1e-12 of the largest counts as that.
    """
    weighted = design / np.maximum(variance, 1e-12 * variance.max())[:, None]
    normal = design.T @ weighted
    scale = np.sqrt(np.diag(normal))
    inverse = np.linalg.inv(normal / np.outer(scale, scale)) / np.outer(scale, scale)
    return np.asarray(inverse @ weighted.T)


def map_ratios(
    image: SpectrumImage,
    weights: Weights,
    ratios: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]],
    *,
    noise_factor: float | None = None,
) -> tuple[RatioMap, ...]:
    """Return ratios of sums of amounts at every place.

    Parameters
    ----------
    image
        The image; it is worked on block by block.
    weights
        What makes amounts of counts.
    ratios
        Name -> amounts summed above, and below.
    noise_factor
        Variance of a count over its mean; from some of the places when None [1].

    Returns
    -------
    :
        One map for each ratio.

    Raises
    ------
    OutOfRange
        A ratio names an amount that there is not.
    """
    factor = noise_factor or _noise_factor(image)
    above, below = (_selection(weights, [pair[side] for pair in ratios.values()]) for side in (0, 1))
    products = weights.rows[:, None] * weights.rows[None]
    value = np.full((len(ratios), image.places), np.nan)
    spread = np.full_like(value, np.nan)
    kernel = np.full(SMOOTH, 1.0 / SMOOTH)
    for first, block in image.blocks():
        counts = block[:, weights.channels]
        amounts = counts @ weights.rows.T
        padded = np.pad(counts, ((0, 0), (SMOOTH // 2, SMOOTH // 2)), mode="edge")
        mean = np.apply_along_axis(np.convolve, 1, padded, kernel, "valid")
        covariance = np.einsum("pc,abc->pab", factor * np.maximum(mean, 0.1), products, optimize=True)
        for number, (over, under) in enumerate(zip(above, below, strict=True)):
            denominator = amounts @ under
            noise = np.sqrt(np.einsum("a,pab,b->p", under, covariance, under))
            ratio = amounts @ over / denominator
            row = (over[None] - ratio[:, None] * under[None]) / denominator[:, None]
            good = denominator > SIGNIFICANT * noise
            place = slice(first, first + len(block))
            value[number, place] = np.where(good, ratio, np.nan)
            error = np.sqrt(np.einsum("pa,pab,pb->p", row, covariance, row))
            spread[number, place] = np.where(good, error, np.nan)
    shape = image.counts.shape[:-1]
    return tuple(
        RatioMap(name, value[number].reshape(shape), spread[number].reshape(shape), image.axes)
        for number, name in enumerate(ratios)
    )


def _noise_factor(image: SpectrumImage) -> float:
    """Return the median of the noise factors of places all over the image."""
    places = np.unique(np.linspace(0, image.places - 1, SAMPLED).astype(int))
    rows = image.counts.reshape(image.places, -1)
    found = [noise_factor_from_counts(counts=np.asarray(rows[one], dtype=float)) for one in places]
    return float(np.median(found))


def _selection(weights: Weights, sums: list[tuple[str, ...]]) -> Float[np.ndarray, "ratio amount"]:
    known = set(weights.names)
    for names in sums:
        if not set(names) <= known:
            raise OutOfRange(
                f"the amounts {', '.join(names)} cannot be mapped. Expected some of"
                f" {', '.join(weights.names)}. Name elements whose edges are in the image."
            )
    return np.array([[float(one in names) for one in weights.names] for names in sums])


def binned(image: SpectrumImage, places: int) -> SpectrumImage:
    """Return an image whose neighbouring places are summed; what is left over at the ends is dropped.

    Parameters
    ----------
    image
        The image.
    places
        Along each axis that has as many.

    Raises
    ------
    OutOfRange
        The number is below 1.
    """
    from dataclasses import replace

    if places < 1:
        raise OutOfRange(f"{places} places cannot be summed. Expected 1 or more.")
    counts = image.counts
    axes = []
    for number, axis in enumerate(image.axes):
        size = axis.size // places
        if size < 1:
            axes.append(axis)
            continue
        kept = np.take(counts, range(size * places), axis=number)
        split = (*kept.shape[:number], size, places, *kept.shape[number + 1 :])
        counts = kept.reshape(split).sum(axis=number + 1, dtype=float)
        start = axis.start + 0.5 * (places - 1) * axis.step
        axes.append(replace(axis, step=axis.step * places, start=start, size=size))
    return replace(image, counts=counts, axes=tuple(axes))
