"""How far a fit can be trusted, in one word."""

from __future__ import annotations

from enum import StrEnum

POOR_FIT = 0.01
"""A fit is poor when residuals as large as these have less than this probability [1]."""


class Assessment(StrEnum):
    """Verdict on a fit; fits report it and do not raise."""

    GOOD = "good"
    POOR_FIT = "poor fit"
    DEGENERATE = "degenerate"
    TOO_FEW_DATA = "too few data"
    NOT_CONVERGED = "not converged"
