"""What can be wrong with a refined pattern or scan, in the words that every engine uses."""

from __future__ import annotations

from collections.abc import Sequence

NO_PEAKS, NOT_CONVERGED, AT_BOUND = "no peaks", "not converged", "at bound"
UNEXPLAINED, WRONG_INTENSITIES = "unexplained lines", "intensities not explained"
NEGATIVE_B, POOR_FIT, CELL_FAR = "negative displacement parameter", "poor fit", "cell far from start"
WEIGHTS_ESTIMATED, NOT_SEEN, TOO_FEW_LINES = "weights estimated", "phase not seen", "too few lines"
SPIKE, LEFT_HUMP = "spike", "hump in background"
DISAGREE, OUTLIER = "directions disagree", "outlier"
CORRELATED = "correlated"

HARMLESS = (SPIKE, UNEXPLAINED, POOR_FIT, LEFT_HUMP, WEIGHTS_ESTIMATED, NOT_SEEN, CORRELATED)
"""Beginnings of flags in spite of which a cell can be believed and a neighbour may start from it."""


def is_harmless(flags: Sequence[str]) -> bool:
    """Say whether a cell can be believed in spite of its flags.

    Parameters
    ----------
    flags
        Of a scan.

    Examples
    --------
    >>> is_harmless(["spike", "correlated: a, zero (0.97)"]), is_harmless(["no peaks"])
    (True, False)
    """
    return all(flag.startswith(HARMLESS) for flag in flags)
