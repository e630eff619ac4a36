"""Where the backgrounds in front of and behind an edge are fitted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import DataError

LONG, MIDDLE = 300.0, 100.0
"""Ranges behind the edge above which the post-edge is a parabola, and a line [eV]."""


@dataclass(frozen=True, slots=True)
class Windows:
    """Where the background is fitted, relative to the edge.

    Parameters
    ----------
    pre_edge, post_edge
        Limits [eV]; None for the usual ones of the range that was measured.
    degree
        Of the post-edge polynomial; None by the length of the range.
    """

    pre_edge: tuple[float, float] | None = None
    post_edge: tuple[float, float] | None = None
    degree: int | None = None


def usual_windows(*, energy: Float[np.ndarray, "point"], edge: float, asked: Windows) -> Windows:
    """Return windows with what was not asked for filled in from the measured range.

    Parameters
    ----------
    energy
        Rising [eV].
    edge
        Of the sample [eV].
    asked
        What the user gave.

    Returns
    -------
    :
        Complete windows.

    Raises
    ------
    DataError
        There is no room in front of or behind the edge.

    Examples
    --------
    >>> usual_windows(energy=np.arange(8100.0, 9500.0), edge=8345.0, asked=Windows())
    Windows(pre_edge=(-200.0, -40.0), post_edge=(150.0, 1149.0), degree=2)
    """
    before, behind = edge - float(energy[0]), float(energy[-1]) - edge
    if before < 4.0 or behind < 8.0:
        raise DataError(
            f"the scan covers {before:.0f} eV in front of the edge and {behind:.0f} eV behind it. Expected at"
            " least 4 and 8 eV. Measure a wider range, or give edge_energy if the edge was taken wrongly."
        )
    pre = asked.pre_edge or (-min(200.0, before), -min(40.0, 0.4 * before))
    start = min(150.0, 0.4 * behind)
    post = asked.post_edge or (start, behind - min(5.0, 0.02 * behind))
    if asked.post_edge is None:
        post = (start, float(np.round(behind - min(5.0, 0.02 * behind))))
    width = post[1] - post[0]
    degree = asked.degree if asked.degree is not None else (2 if width > LONG else 1 if width > MIDDLE else 0)
    return Windows(pre, post, degree)
