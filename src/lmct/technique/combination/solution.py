"""Amounts of noisy references in a spectrum, unbiased by their noise and with all of it in the errors."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from lmct.technique.combination.placed_references import PlacedReferences
from lmct.technique.combination.problem import CombinationProblem

WINDOWS = (1.0, 1.5, 2.25, 3.4)
"""Smoothing is tried so many times as wide until noise is a small part of what derivatives tell [1]."""

SMALL_NOISE, MOST_NOISE = 0.12, 0.8
"""Part of the information that may be noise: enough to stop widening, and the most that is taken off [1]."""

MOST_STEPS, DAMPED_FROM = 80, 15
LARGEST_STEP = 0.3
"""The shift changes by at most this in one step [eV]."""

SETTLED = 3e-4
"""The search ends when nothing moves by more, in units of its smallest possible error [1]."""


@dataclass(frozen=True, eq=False)
class CombinationSolution:
    """What was found.

    Parameters
    ----------
    problem
        What was fitted.
    values
        Amounts of references, amounts of extra curves, offsets of references and shift [eV].
    response
        Change of the values with each intensity of the spectrum.
    reference_responses
        Change of the values with each intensity of every reference.
    prior_covariance
        Of the values by what the offsets of the references may still be.
    model_derivatives
        Of the model by the values, free of the noise of the misfit.
    misfit, variance
        Spectrum less model, and the variance of that by all noise.
    chi_square
        Of the misfit with its covariance.
    degrees_of_freedom
        Points less free values.
    noise_share
        Largest part of the information that is noise of the references; errors are rough above a half [1].
    converged
        Whether the search ended within the largest shift.
    """

    problem: CombinationProblem
    values: Float[np.ndarray, "value"]
    response: Float[np.ndarray, "value point"] = field(repr=False)
    reference_responses: tuple[Float[np.ndarray, "value node"], ...] = field(repr=False)
    prior_covariance: Float[np.ndarray, "value value"] = field(repr=False)
    model_derivatives: Float[np.ndarray, "value point"] = field(repr=False)
    misfit: Float[np.ndarray, "point"] = field(repr=False)
    variance: Float[np.ndarray, "point"] = field(repr=False)
    chi_square: float
    degrees_of_freedom: int
    noise_share: float
    converged: bool

    @property
    def amounts(self) -> Float[np.ndarray, "reference"]:
        """Of the references."""
        return np.asarray(self.values[: self.problem.count])

    @property
    def shift(self) -> float:
        """Added to the energies of the references [eV]."""
        return float(self.values[-1])

    @property
    def offsets(self) -> Float[np.ndarray, "reference"]:
        """Added to the energies of each reference besides the shift, to make them agree [eV]."""
        return np.append(0.0, self.values[self.problem.offsets])

    @property
    def own_covariance(self) -> Float[np.ndarray, "value value"]:
        """Of the values by the noise of the spectrum."""
        scaled = self.response * self.problem.spectrum.uncertainty
        return np.asarray(scaled @ scaled.T)

    @property
    def reference_covariance(self) -> Float[np.ndarray, "value value"]:
        """Of the values by the noise of the references: common to all spectra fitted with them."""
        total = np.zeros((self.problem.size, self.problem.size))
        for response, one in zip(self.reference_responses, self.problem.references, strict=True):
            scaled = response * one.uncertainty
            total = total + scaled @ scaled.T
        return np.asarray(total)

    @property
    def covariance(self) -> Float[np.ndarray, "value value"]:
        """Of the values by all noise; without that of the prior."""
        return np.asarray(self.own_covariance + self.reference_covariance)

    @property
    def reduced_chi_square(self) -> float:
        """Chi square over its degrees of freedom [1]."""
        return self.chi_square / self.degrees_of_freedom


def solve_combination(
    problem: CombinationProblem,
    *,
    window: float,
    start: Float[np.ndarray, "value"] | None = None,
    most_shift: float = 1.0,
) -> CombinationSolution:
    r"""Return the values at which the misfit has no part along the derivatives of the model.

    .. math:: D^T C^{-1}\,(y - \textstyle\sum_k a_k r_k(E-\delta) - \sum_j b_j x_j) = 0

    References enter the misfit as measured and C holds their noise, folded with the interpolation: a shift
    that averages noise away gains nothing. The derivatives D are those of references adjusted by their part
    in the misfit and smoothed, so that their noise is independent of the misfit: nothing is biased to first
    order. Noise in D passes for information; its expectation is taken off before errors are made.

    Parameters
    ----------
    problem
        What is fitted.
    window
        Half width of the narrowest smoothing: about the width of the sharpest feature [eV].
    start
        Where the search begins; an even mixture without shift when left out.
    most_shift
        The search ends unsettled when the shift moves further than this from its start [eV].

    Returns
    -------
    :
        The values with their responses to all intensities.

    Raises
    ------
    OutOfRange
        A reference does not cover the spectrum.

    Source
    ------
    Fuller, Measurement Error Models (Wiley, 1987), sections 1.2 and 1.4; York et al., doi 10.1119/1.1632486.
    """
    values = problem.start_at(0.0) if start is None else np.asarray(start, dtype=float)
    for wider in WINDOWS:
        values, converged = _search(problem, values, wider * window, most_shift)
        found = _solution(problem, values, wider * window, converged)
        if found.noise_share < SMALL_NOISE or not converged:
            break
    return found


def _search(
    problem: CombinationProblem, start: Float[np.ndarray, "value"], window: float, most_shift: float
) -> tuple[Float[np.ndarray, "value"], bool]:
    """Return where the misfit has no part along the derivatives, and whether the search got there."""
    matrix = problem.constraint()
    prior = matrix.T @ np.diag(problem.prior_precision) @ matrix
    values = start
    for number in range(MOST_STEPS):
        placed = problem.at(values)
        rows, noise = placed.derivatives(window)
        rows, noise = matrix.T @ rows, matrix.T @ noise @ matrix
        weighted = placed.weighted(rows)
        information, _, scale = _without_noise(weighted @ rows.T, noise)
        information = information + _scaled(prior, scale)
        pull = weighted @ placed.misfit - matrix.T @ (problem.prior_precision * values)
        free = np.linalg.solve(information, pull / scale) / scale
        step = matrix @ free
        limit = 1.0 if number < DAMPED_FROM else 0.3  # a large misfit may make it swing back and forth
        step = step * min(limit, LARGEST_STEP / max(abs(float(step[-1])), 1e-300))
        values = values + step
        if abs(values[-1] - start[-1]) >= most_shift:
            values[-1] = start[-1] + 0.999 * most_shift * np.sign(values[-1] - start[-1])
            return values, False
        if np.all(np.abs(free) * scale < SETTLED):
            return values, True
    return values, False


def _without_noise(
    information: Float[np.ndarray, "free free"], noise: Float[np.ndarray, "free free"]
) -> tuple[Float[np.ndarray, "free free"], float, Float[np.ndarray, "free"]]:
    """Return scaled information less that of noise, the largest share of noise, and the scale."""
    scale = np.sqrt(np.diag(information))
    scaled = information / np.outer(scale, scale)
    eigenvalues, axes = np.linalg.eigh(scaled)
    root = axes * np.sqrt(np.maximum(eigenvalues, 1e-12 * eigenvalues[-1]))
    whitener = np.linalg.inv(root)
    shares, turned = np.linalg.eigh(whitener @ (noise / np.outer(scale, scale)) @ whitener.T)
    kept = root @ turned
    left = 1.0 - np.clip(shares, 0.0, MOST_NOISE)
    return (kept * left) @ kept.T, float(shares[-1]), scale


def _solution(
    problem: CombinationProblem, values: Float[np.ndarray, "value"], window: float, converged: bool
) -> CombinationSolution:
    matrix = problem.constraint()
    placed = problem.at(values)
    rows, noise = placed.derivatives(window)
    free = matrix.T @ rows
    weighted = placed.weighted(free)
    information, share, scale = _without_noise(weighted @ free.T, matrix.T @ noise @ matrix)
    prior = matrix.T @ np.diag(problem.prior_precision) @ matrix
    inverse = np.linalg.inv(information + _scaled(prior, scale)) / np.outer(scale, scale)
    response = matrix @ inverse @ weighted
    return CombinationSolution(
        problem=problem,
        values=values,
        response=response,
        reference_responses=_through_references(placed, response),
        prior_covariance=matrix @ inverse @ prior @ inverse @ matrix.T,
        model_derivatives=rows,
        misfit=placed.misfit,
        variance=placed.variance,
        chi_square=float(placed.misfit @ placed.weighted(placed.misfit)),
        degrees_of_freedom=len(placed.misfit) - matrix.shape[1],
        noise_share=share,
        converged=converged,
    )


def _scaled(
    matrix: Float[np.ndarray, "free free"], scale: Float[np.ndarray, "free"]
) -> Float[np.ndarray, "free free"]:
    return np.asarray(matrix / np.outer(scale, scale))


def _through_references(
    placed: PlacedReferences, response: Float[np.ndarray, "value point"]
) -> tuple[Float[np.ndarray, "value node"], ...]:
    return tuple(
        np.array([-amount * between.transposed(row) for row in response])
        for amount, between in zip(placed.amounts, placed.between, strict=True)
    )
