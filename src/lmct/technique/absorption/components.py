"""How many species a series holds: principal components, and tests of their number that are stated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import DataError

SMOOTH_IN_TIME = 0.5
"""Scores whose von Neumann ratio is below this, a quarter of that of noise, follow the run [1]."""

ENERGY_DRIFT, STEP_DRIFT = 0.02, 0.002
"""Usual scatter of the energy [eV] and relative scatter of the edge step [1] from scan to scan."""


@dataclass(frozen=True, eq=False)
class Components:
    """Principal components of a series of spectra, not centred: each species is one.

    Parameters
    ----------
    singular_values
        Falling.
    spectra
        Right singular vectors.
    scores
        Of each spectrum on each component, singular value included.
    variance_share
        Shares of the variance about the mean spectrum, of the centred series [1].
    real_error, indicator
        Malinowski's real error and indicator function of 1, 2, ... components.
    indicator_rank
        Where the indicator is smallest; meaningless when neighbouring points share their noise, when it falls
        on and on.
    von_neumann
        Mean squared difference of successive scores over their variance: 2 for noise, near 0 for a component
        that follows the run.
    practical_rank
        Components in front of the first whose scores do not follow the run (von Neumann ratio above 0.5) or
        which is no larger than the scatter of energy and edge step makes.
    rank_message
        The test in words, with what it gave.
    """

    singular_values: Float[np.ndarray, "component"]
    spectra: Float[np.ndarray, "component point"]
    scores: Float[np.ndarray, "scan component"]
    variance_share: Float[np.ndarray, "component"]
    real_error: Float[np.ndarray, "component"]
    indicator: Float[np.ndarray, "component"]
    indicator_rank: int
    von_neumann: Float[np.ndarray, "component"]
    practical_rank: int
    rank_message: str


def principal_components(
    *,
    absorption: Float[np.ndarray, "scan point"],
    energy: Float[np.ndarray, "point"] | None = None,
    noise: Float[np.ndarray, "point"] | float | None = None,
    ordered: bool = True,
    energy_drift: float = ENERGY_DRIFT,
    step_drift: float = STEP_DRIFT,
) -> Components:
    r"""Return the components of a series and how many of them are real.

    With s spectra of r points and singular values :math:`\lambda_j^{1/2}`,
    :math:`RE_n = \sqrt{\sum_{j>n}\lambda_j / (r (s - n))}` and :math:`IND_n = RE_n / (s-n)^2`.

    Parameters
    ----------
    absorption
        Normalised spectra on one grid [1].
    energy
        Of the points [eV]; without it a drift of the energy is not considered.
    noise
        Standard uncertainty of the noise of a point [1]; used when the spectra have no order.
    ordered
        Whether the scans follow each other in time, so that real components change smoothly.
    energy_drift, step_drift
        Scatter of the energy [eV] and of the edge step [1] that is no species.

    Returns
    -------
    :
        The components.

    Raises
    ------
    DataError
        There are fewer than four spectra, or no noise is given for spectra without an order.

    Source
    ------
    Malinowski, Anal. Chem. 49 (1977) 612, doi 10.1021/ac50012a027. Ratio of the mean squared successive
    difference: von Neumann, Ann. Math. Stat. 12 (1941) 367, doi 10.1214/aoms/1177731677.
    """
    scans, points = absorption.shape
    if scans < 4:
        raise DataError(f"{scans} spectra are given. Expected four or more to count components.")
    left, values, right = np.linalg.svd(absorption, full_matrices=False)
    count = min(scans, points)
    centred = np.linalg.svd(absorption - absorption.mean(axis=0), compute_uv=False) ** 2
    share = centred / max(float(centred.sum()), 1e-300)
    long, short = max(scans, points), count
    rest = np.concatenate([np.cumsum((values**2)[::-1])[::-1][1:], [0.0]])[: count - 1]
    number = np.arange(1, count)
    real_error = np.sqrt(rest / (long * (short - number)))
    indicator = real_error / (short - number) ** 2
    scores = left * values
    ratio = np.array([_von_neumann(scores[:, one]) for one in range(count)])
    if ordered:
        mean = absorption.mean(axis=0)
        slope = np.zeros(points) if energy is None else np.gradient(mean, energy)
        made = scans * float(np.sum((energy_drift * slope) ** 2 + (step_drift * mean) ** 2))
        rank, message = _rank_in_time(ratio, share, made / max(float(centred.sum()), 1e-300))
    else:
        rank, message = _rank_by_noise(values, noise, scans, points)
    return Components(
        values,
        right,
        scores,
        share,
        real_error,
        indicator,
        int(np.argmin(indicator)) + 1,
        ratio,
        rank,
        message,
    )


def _von_neumann(scores: Float[np.ndarray, "scan"]) -> float:
    """Return the ratio; 0 for scores that do not change at all."""
    variance = float(np.var(scores))
    return float(np.mean(np.diff(scores) ** 2)) / variance if variance > 0.0 else 0.0


def _rank_in_time(
    ratio: Float[np.ndarray, "component"], share: Float[np.ndarray, "component"], drift: float
) -> tuple[int, str]:
    """Count components of the series that follow the run; the first one is always there."""
    # A straight course of n scans has the ratio 12 / (n^2 - 1): few scans need a wider limit.
    limit = max(SMOOTH_IN_TIME, 15.0 / (len(ratio) ** 2 - 1.0))
    rank = 1
    while rank < len(ratio) and ratio[rank] < limit and share[rank - 1] > drift:
        rank += 1
    last = ", ".join(f"{one:.2g}" for one in ratio[1 : rank + 1])
    return rank, (
        f"practical rank {rank}: the scores of components from the second on have von Neumann ratios {last}"
        f" (noise 2, limit {limit:.2g}); component {rank + 1} holds {share[rank - 1]:.1e} of the"
        f" variance about the mean, of which scatter of energy and edge step can make {drift:.1e}."
    )


def _rank_by_noise(
    values: Float[np.ndarray, "component"],
    noise: Float[np.ndarray, "point"] | float | None,
    scans: int,
    points: int,
) -> tuple[int, str]:
    """Count singular values above the largest that white noise gives (edge of Marchenko and Pastur)."""
    if noise is None:
        raise DataError("spectra without an order need the noise of a point to count components. Give noise.")
    level = float(np.sqrt(np.mean(np.square(noise))))
    edge = 1.1 * level * (np.sqrt(scans) + np.sqrt(points))
    rank = max(1, int(np.sum(values > edge)))
    return rank, (
        f"practical rank {rank}: singular values above {edge:.3g}, the largest that white noise of"
        f" {level:.2g} gives (10 % margin); noise that neighbouring points share is not in it."
    )
