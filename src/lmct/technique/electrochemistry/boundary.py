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

    The relative scatter of the first quantity is pooled over the conditions in which the plateau ends
    steeply. Where the cells of a condition scatter significantly more (one-sided F test), the difference is
    put down to the boundary between the plateaus.

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
    from scipy.stats import f as fisher

    if not groups:
        return (), ()
    pooled = pooled_scatter_from_groups(
        groups=[one.values[:, :1] for one in sharply_divided(groups)], relative=[True]
    )
    if pooled.degrees_of_freedom == 0:
        return tuple(groups), ()
    relative = float(pooled.covariance[0, 0])
    found, messages = [], []
    for one in groups:
        shared = relative * float(one.mean[0]) ** 2
        own = float(np.var(one.values[:, 0], ddof=1)) if one.cells > 1 else 0.0
        ratio = own / (shared + one.boundary**2) if own > 0.0 else 0.0
        if ratio > 1.0 and fisher.sf(ratio, one.cells - 1, pooled.degrees_of_freedom) < CONTRADICTION:
            messages.append(
                f"The cells of {one.sample!r} scatter {math.sqrt(ratio):.1f} times as much as the other"
                " conditions and the stated errors let expect; their own scatter is used for the plateau."
            )
            found.append(replace(one, boundary=math.sqrt(max(0.0, own - shared))))
        else:
            found.append(one)
    return tuple(found), tuple(messages)
