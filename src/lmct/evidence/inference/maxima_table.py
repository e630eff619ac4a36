"""Maxima as numbers, for a checkpoint."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from lmct.evidence.inference.climb import Maximum
from lmct.evidence.likelihood.likelihood import Likelihood


def table_of_maxima(maxima: Sequence[Maximum]) -> Float[np.ndarray, "maximum column"]:
    """Return maxima as numbers for a checkpoint, one row each.

    Parameters
    ----------
    maxima
        Of one likelihood.
    """
    return np.array(
        [
            [
                *one.coordinates,
                *one.precision.ravel(),
                one.log_likelihood,
                one.log_posterior,
                one.evaluations,
                one.cpu_seconds,
            ]
            for one in maxima
        ]
    )


def maxima_from_table(
    likelihood: Likelihood, table: Float[np.ndarray, "maximum column"]
) -> tuple[Maximum, ...]:
    """Return the maxima that :func:`table_of_maxima` made numbers of.

    Parameters
    ----------
    likelihood
        Theirs.
    table
        One row each.
    """
    from scipy.special import ndtr

    size = len(likelihood.unknowns)
    return tuple(
        Maximum(
            values=likelihood.unknowns.values_at(ndtr(row[:size])),
            coordinates=row[:size],
            precision=row[size:-4].reshape(size, size),
            log_likelihood=float(row[-4]),
            log_posterior=float(row[-3]),
            evaluations=int(row[-2]),
            cpu_seconds=float(row[-1]),
        )
        for row in table
    )
