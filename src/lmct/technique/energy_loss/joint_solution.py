"""All edges of a spectrum solved at once under one choice of settings: values with one covariance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum
from lmct.quantity.errors import NotConverged, OutOfRange
from lmct.quantity.value import Value
from lmct.technique.energy_loss.cross_section import Shell
from lmct.technique.energy_loss.joint_model import BEHIND, JointModel, JointSettings, joint_model
from lmct.technique.energy_loss.noise import noise_factor_from_counts
from lmct.technique.energy_loss.power_law import fit_power_law

STEPS = 60
CLOSE_ENOUGH = 1e-7


@dataclass(frozen=True, eq=False)
class JointSolution:
    """The best parts of one spectrum under one choice of settings.

    Parameters
    ----------
    model
        The parts.
    values
        Background coefficients, atoms of each shell, fine structure.
    covariance
        Of the values, enlarged by ``reduced_chi_square`` where that is above 1.
    reduced_chi_square
        Against the noise of the counts [1].
    counts, fitted, background
        In each channel fitted [1].
    """

    model: JointModel
    values: Float[np.ndarray, "value"]
    covariance: Float[np.ndarray, "value value"]
    reduced_chi_square: float
    counts: Float[np.ndarray, "channel"]
    fitted: Float[np.ndarray, "channel"]
    background: Float[np.ndarray, "channel"]

    def place(self, element: str) -> int:
        """Return the place of the atoms of an element among the values."""
        names = [shell.element for shell in self.model.shells]
        if element not in names:
            raise OutOfRange(
                f"no edge of {element} was fitted. Expected one of {', '.join(names)}: an edge with"
                f" background in front, and {BEHIND:g} eV of continuum behind its fine structure."
            )
        return self.model.background_powers + names.index(element)

    def atoms(self, element: str) -> Value:
        """Return the atoms of an element, in a unit common to all edges."""
        place = self.place(element)
        return Value(float(self.values[place]), float(np.sqrt(self.covariance[place, place])))

    def ratio(self, first: str, second: str) -> Value:
        """Return atoms of the first element over those of the second, with the noise of counts [1]."""
        return self.ratio_of(self._row(first), self._row(second))

    def line_row(self, low: float, high: float) -> Float[np.ndarray, "value"]:
        """Return the weights of the values in the counts of fine structure between two energies."""
        row = np.zeros(len(self.values))
        row[len(self.values) - len(self.model.fine) :] = self.model.area_weights(low, high)
        return row

    def sum_of(self, row: Float[np.ndarray, "value"]) -> Value:
        """Return a weighted sum of the values."""
        return Value(float(row @ self.values), float(np.sqrt(row @ self.covariance @ row)))

    def ratio_of(self, over: Float[np.ndarray, "value"], under: Float[np.ndarray, "value"]) -> Value:
        """Return the ratio of two weighted sums of the values."""
        below = float(under @ self.values)
        ratio = float(over @ self.values) / below
        row = (over - ratio * under) / below
        return Value(ratio, float(np.sqrt(row @ self.covariance @ row)))

    def _row(self, element: str) -> Float[np.ndarray, "value"]:
        row = np.zeros(len(self.values))
        row[self.place(element)] = 1.0
        return row


def solve_edges(
    spectrum: EnergyLossSpectrum,
    shells: Sequence[Shell],
    settings: JointSettings,
    *,
    kernel: Float[np.ndarray, "channel"] | None = None,
    noise_factor: float | None = None,
) -> JointSolution:
    r"""Fit background, continua and fine structure of all edges at once.

    .. math:: N(E) = e^{a - r \ln E (+ c \ln^2 E)}
              + K * \left(\sum_k n_k \sigma_k(E) + \sum_j f_j B_j(E)\right)

    Everything but the exponents of the background is linear and solved exactly at every step (variable
    projection); weights follow the model, so that low counts give no bias.

    Parameters
    ----------
    spectrum
        On an axis that was checked.
    shells
        Of the elements of the sample.
    settings
        How the parts are chosen.
    kernel
        K, plural scattering from :func:`inelastic_kernel`; None for none.
    noise_factor
        Variance of a count over its mean; from the spectrum when None [1].

    Returns
    -------
    :
        Values with covariance.

    Raises
    ------
    OutOfRange
        The edges are not inside the spectrum.
    NotConverged
        The background does not settle.

    Source
    ------
    Verbeeck and Van Aert, Ultramicroscopy 101, 207 (2004), doi 10.1016/j.ultramic.2004.06.004: models of a
    whole spectrum instead of windows.
    """
    factor = noise_factor or noise_factor_from_counts(counts=spectrum.counts)
    model = joint_model(spectrum.energy, shells, settings, kernel=kernel)
    inside = (spectrum.energy >= model.energy[0]) & (spectrum.energy <= model.energy[-1])
    counts = np.asarray(spectrum.counts[inside], dtype=float)
    shapes, columns = model.background_shapes(), model.columns
    powers = shapes.shape[1]
    logs = _start(spectrum, model)
    fitted = np.maximum(_smooth(counts), 1.0)
    linear = np.zeros(columns.shape[1])
    for _ in range(STEPS):
        background = np.exp(shapes @ logs)
        jacobian = np.hstack([background[:, None] * shapes, columns])
        normal = jacobian.T @ (jacobian / (factor * fitted)[:, None])
        norms = np.sqrt(np.diag(normal))
        inverse = np.linalg.inv(normal / np.outer(norms, norms)) / np.outer(norms, norms)
        solved = inverse @ (jacobian.T @ ((counts - background) / (factor * fitted)))
        change = np.clip(solved[:powers], -1.0, 1.0)
        logs, linear = logs + change, solved[powers:]
        fitted = np.maximum(np.exp(shapes @ logs) + columns @ linear, 1e-3 * max(float(counts.mean()), 1.0))
        if np.max(np.abs(change)) < CLOSE_ENOUGH:
            break
    else:
        raise NotConverged(
            f"the background from {model.energy[0]:.0f} to {model.energy[-1]:.0f} eV does not settle."
            " Expected a falling background below all edges. Fit a narrower range."
        )
    whole = np.exp(shapes @ logs) + columns @ linear
    chi = float(np.sum((counts - whole) ** 2 / (factor * fitted)) / max(len(counts) - jacobian.shape[1], 1))
    return JointSolution(
        model=model,
        values=np.concatenate([logs, linear]),
        covariance=inverse * max(1.0, chi),
        reduced_chi_square=chi,
        counts=counts,
        fitted=whole,
        background=np.exp(shapes @ logs),
    )


def _start(spectrum: EnergyLossSpectrum, model: JointModel) -> Float[np.ndarray, "power"]:
    """Return the background in front of the first edge, as coefficients for the whole range."""
    first = model.shells[0].onsets[0] - 10.0
    fitted = fit_power_law(
        energy=spectrum.energy, counts=spectrum.counts, window=(float(model.energy[0]), first)
    )
    middle = np.sqrt(model.energy[0] * model.energy[-1])
    start = np.zeros(model.background_powers)
    start[0] = np.log(fitted.at(np.array([middle]))[0])
    start[1] = -fitted.exponent
    return start


def _smooth(counts: Float[np.ndarray, "channel"]) -> Float[np.ndarray, "channel"]:
    padded = np.pad(counts, 4, mode="edge")
    return np.convolve(padded, np.full(9, 1.0 / 9.0), "valid")
