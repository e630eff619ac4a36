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
    """Let a condition whose plateau ends gently, or that scatters more than the others, keep its own scatter.

    The relative scatter of the first quantity is pooled over the other conditions, as far as the plateau ends
    steeply in them. Where it does not, small differences between cells move charge across the boundary of the
    plateau, and only the cells themselves tell how much: such a condition keeps its own scatter with its few
    degrees of freedom. So does one whose cells scatter significantly more than the rest (one-sided F test);
    the worst goes first.

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
    found, messages = [_with_own_scatter(one, groups) for one in groups], []
    for _ in groups:
        excess = [_excess(one, found) for one in found]
        worst = int(np.argmin([probability for probability, _, _ in excess]))
        probability, ratio, boundary = excess[worst]
        if probability > CONTRADICTION:
            break
        freedom = float(found[worst].cells - 1)
        found[worst] = replace(found[worst], boundary=boundary, own_freedom=freedom)
        messages.append(
            f"The cells of {found[worst].sample!r} scatter {ratio:.1f} times as much as the other conditions"
            " and the stated errors let expect; their own scatter is used for the plateau."
        )
    return tuple(found), tuple(messages)


def _with_own_scatter(group: CellGroup, groups: Sequence[CellGroup]) -> CellGroup:
    """Return the condition with its own scatter when its plateau ends gently, else unchanged."""
    sharp = sharply_divided(groups)
    if group.cells < 2 or any(one is group for one in sharp):
        return group
    pooled = pooled_scatter_from_groups(groups=[one.values[:, :1] for one in sharp], relative=[True])
    if pooled.degrees_of_freedom == 0:
        return group
    shared = float(pooled.covariance[0, 0]) * float(group.mean[0]) ** 2
    own = float(np.var(group.values[:, 0], ddof=1))
    boundary = math.sqrt(max(own - shared, group.boundary**2))
    return replace(group, boundary=boundary, own_freedom=float(group.cells - 1))


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
