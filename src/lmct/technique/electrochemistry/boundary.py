"""Conditions whose cells scatter more than the others: charge that crosses the boundary of a plateau."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lmct.technique.electrochemistry.cells import CellGroup
from lmct.technique.electrochemistry.pooled_scatter import pooled_scatter_from_groups
from lmct.technique.electrochemistry.series import sharply_divided

CONTRADICTION = 0.003
"""A condition contradicts the pooled scatter when its own has less than this probability [1]."""


def with_observed_boundary(groups: Sequence[CellGroup]) -> tuple[tuple[CellGroup, ...], tuple[str, ...]]:
    """Let a condition that scatters more than the others keep its own scatter.

    The relative scatter of the first quantity is pooled over the other conditions, as far as the plateau ends
    steeply in them. Where the cells of a condition scatter significantly more (one-sided F test), the
    difference is put down to the boundary between the plateaus; the worst condition goes first.

    Parameters
    ----------
    groups
        Conditions; first column a plateau.

    Returns
    -------
    :
        The conditions, some with a wider boundary, and a sentence about each of those.

    Examples
    --------
    >>> with_observed_boundary(())
    ((), ())
    """
    found, messages = list(groups), []
    for _ in groups:
        excess = [_excess(one, found) for one in found]
        worst = int(np.argmin([probability for probability, _, _ in excess]))
        probability, ratio, boundary = excess[worst]
        if probability > CONTRADICTION:
            break
        found[worst] = replace(found[worst], boundary=boundary)
        messages.append(
            f"The cells of {found[worst].sample!r} scatter {ratio:.1f} times as much as the other conditions"
            " and the stated errors let expect; their own scatter is used for the plateau."
        )
    return tuple(found), tuple(messages)


def _excess(group: CellGroup, groups: Sequence[CellGroup]) -> tuple[float, float, float]:
    """Return the probability of the scatter of a condition by the others, its excess, the boundary."""
    from scipy.stats import f as fisher

    others = [one for one in sharply_divided(groups) if one is not group]
    if group.cells < 2 or not others:
        return 1.0, 1.0, group.boundary
    pooled = pooled_scatter_from_groups(groups=[one.values[:, :1] for one in others], relative=[True])
    if pooled.degrees_of_freedom == 0:
        return 1.0, 1.0, group.boundary
    shared = float(pooled.covariance[0, 0]) * float(group.mean[0]) ** 2
    own = float(np.var(group.values[:, 0], ddof=1))
    expected = shared + group.boundary**2
    if own <= expected:
        return 1.0, 1.0, group.boundary
    probability = float(fisher.sf(own / expected, group.cells - 1, pooled.degrees_of_freedom))
    return probability, math.sqrt(own / expected), math.sqrt(own - shared)
