"""The background before an edge, A E^-r, with the uncertainty it has under the edge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import NotConverged, OutOfRange

FEWEST_CHANNELS = 6
STEPS = 50


@dataclass(frozen=True, eq=False)
class PowerLaw:
    """A fitted power law :math:`a (E/E_0)^{-r}`.

    Parameters
    ----------
    amplitude
        Counts per channel at ``reference`` [1].
    exponent
        r [1].
    reference
        Middle of the window, E0 [eV].
    covariance
        Of ln(amplitude) and exponent, enlarged by ``reduced_chi_square`` where that is above 1.
    reduced_chi_square
        Of the window, against the variances given [1].
    window
        First and last energy of the fit [eV].
    """

    amplitude: float
    exponent: float
    reference: float
    covariance: Float[np.ndarray, "2 2"]
    reduced_chi_square: float
    window: tuple[float, float]

    def at(self, energy: Float[np.ndarray, "channel"]) -> Float[np.ndarray, "channel"]:
        """Return counts per channel at energies [eV]."""
        return self.amplitude * (energy / self.reference) ** -self.exponent

    def jacobian(self, energy: Float[np.ndarray, "channel"]) -> Float[np.ndarray, "channel 2"]:
        """Return the derivative of the counts by ln(amplitude) and exponent."""
        value = self.at(energy)
        return np.column_stack([value, -value * np.log(energy / self.reference)])


def fit_power_law(
    *,
    energy: Float[np.ndarray, "channel"],
    counts: Float[np.ndarray, "channel"],
    window: tuple[float, float],
    noise_factor: float = 1.0,
) -> PowerLaw:
    """Fit a power law in a window by quasi-likelihood: weights follow the model, so low counts give no bias.

    Parameters
    ----------
    energy
        Of each channel [eV].
    counts
        Counts of each channel [1].
    window
        First and last energy used [eV].
    noise_factor
        Variance of a count over its mean [1].

    Returns
    -------
    :
        Fit with covariance.

    Raises
    ------
    OutOfRange
        The window has fewer than 6 channels, reaches below 0 eV, or holds no counts.
    NotConverged
        The counts do not fall as a power law.
    """
    used = (energy >= window[0]) & (energy <= window[1])
    if used.sum() < FEWEST_CHANNELS or window[0] <= 0.0 or not counts[used].mean() > 0.0:
        raise OutOfRange(
            f"the background window {window[0]:g}-{window[1]:g} eV holds {int(used.sum())} channels with"
            f" {counts[used].sum() if used.any() else 0:.0f} counts. Expected at least {FEWEST_CHANNELS}"
            " channels with counts, above 0 eV. Choose a window before the edge inside the spectrum."
        )
    x, y = energy[used], counts[used]
    reference = float(np.sqrt(x[0] * x[-1]))
    design = np.column_stack([np.ones_like(x), -np.log(x / reference)])
    logs = np.array([np.log(y.mean()), 3.0])
    for _ in range(STEPS):
        model = np.exp(design @ logs)
        normal = design.T @ (design * model[:, None])
        change = np.linalg.solve(normal, design.T @ (y - model))
        logs = logs + np.clip(change, -1.0, 1.0)
        if np.max(np.abs(change)) < 1e-10:
            break
    else:
        raise NotConverged(
            f"no power law fits the counts from {window[0]:g} to {window[1]:g} eV. Expected a falling"
            " background. Choose another window."
        )
    model = np.exp(design @ logs)
    freedom = len(x) - 2
    chi = float(np.sum((y - model) ** 2 / (noise_factor * model)) / freedom)
    covariance = np.linalg.inv(design.T @ (design * model[:, None])) * noise_factor * max(1.0, chi)
    return PowerLaw(
        amplitude=float(np.exp(logs[0])),
        exponent=float(logs[1]),
        reference=reference,
        covariance=covariance,
        reduced_chi_square=chi,
        window=(float(x[0]), float(x[-1])),
    )


def sums_above_background(
    *,
    energy: Float[np.ndarray, "channel"],
    counts: Float[np.ndarray, "channel"],
    variance: Float[np.ndarray, "channel"],
    background: PowerLaw,
    weights: Float[np.ndarray, "sum channel"],
) -> tuple[Float[np.ndarray, "sum"], Float[np.ndarray, "sum sum"]]:
    """Return weighted sums of the counts above a background, and their whole covariance.

    Parameters
    ----------
    energy, counts, variance
        Of each channel [eV, 1, 1].
    background
        Fitted in channels that have no weight.
    weights
        Of each channel in each sum [1].

    Returns
    -------
    :
        Sums and covariance.
    """
    sums = weights @ (counts - background.at(energy))
    reach = weights @ background.jacobian(energy)
    covariance = (weights * variance) @ weights.T + reach @ background.covariance @ reach.T
    return sums, covariance
