"""What the shares of references owe to backgrounds, and to parts of the edge that disagree."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from lmct.technique.combination import CombinationSolution, jackknife_variance, values_without_blocks
from lmct.technique.energy_loss.prepared_edge import PreparedEdge

BLOCKS = 8
"""Parts of equal intensity that are left out in turn for the systematic error."""


def background_effects(
    edge: PreparedEdge,
    references: Mapping[str, PreparedEdge],
    used: np.ndarray,
    solution: CombinationSolution,
) -> Float[np.ndarray, "mode reference"]:
    """Return what one standard deviation of every background does to the amounts.

    Parameters
    ----------
    edge, references
        That were fitted.
    used
        Channels of the edge that were fitted.
    solution
        The fit.
    """
    count = len(references)
    rows = [solution.response[:count] @ mode[used] for mode in edge.background_modes]
    for one, response in zip(references.values(), solution.reference_responses, strict=True):
        rows += [response[:count] @ mode for mode in one.background_modes]
    return np.array(rows).reshape(-1, count)


def disagreement_of_parts(solution: CombinationSolution, count: int) -> Float[np.ndarray, "reference"]:
    """Return how far parts of the edge disagree beyond their noise, as a standard deviation of shares [1].

    Parameters
    ----------
    solution
        The fit.
    count
        Of references.
    """
    strength = np.cumsum(np.abs(solution.problem.spectrum.level))
    block = np.minimum((strength / strength[-1] * BLOCKS).astype(int), BLOCKS - 1)
    amounts = values_without_blocks(solution, block)[:, :count]
    shares = amounts / amounts.sum(axis=1, keepdims=True)
    fractions = solution.amounts / solution.amounts.sum()
    slopes = (np.eye(count) - fractions[:, None]) / solution.amounts.sum()
    counted = np.diag(slopes @ solution.covariance[:count, :count] @ slopes.T)
    return np.asarray(np.sqrt(np.clip(jackknife_variance(shares) - counted, 0.0, None)))
