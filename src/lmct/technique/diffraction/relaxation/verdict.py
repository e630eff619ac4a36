"""Verdict on a fitted relaxation: what its data determine, and what to measure else."""

from __future__ import annotations

import math

from lmct.quantity.assessment import POOR_FIT, Assessment
from lmct.technique.diffraction.relaxation.fit import LatticeRelaxation
from lmct.technique.diffraction.relaxation.model import INFINITY

WIDE = 5.0
"""A half-life whose 95 % interval spans more than this factor is not determined [1]."""


def assessment_of(
    fit: LatticeRelaxation, end: tuple[float, float], half_life: tuple[float, float]
) -> tuple[Assessment, str]:
    """Return the verdict on a fit, the gravest first.

    Parameters
    ----------
    fit
        The fit.
    end
        95 % interval of the lattice at infinity [Å], infinite where the data do not limit it.
    half_life
        95 % interval of the half-life [s], in the same way.

    Returns
    -------
    :
        Verdict and its reason.
    """
    law, rate = fit.model.law, fit.names[0]
    tie = f"it correlates with {rate} by {fit.correlation(rate, INFINITY):.3f}"
    if fit.at_bound:
        told = " and ".join(f"{name} = {fit.value(name)[0]:.3g}" for name in fit.at_bound)
        return Assessment.DEGENERATE, (
            f"{law.name}: {told} at the bound of the law: the data do not determine it, so no half-life, time"
            " constant or end is given. Measure longer or warmer, or leave this law away."
        )
    if not fit.converged:
        return Assessment.NOT_CONVERGED, f"{law.name}: the search for the best parameters did not end."
    if not all(math.isfinite(one) for one in (*end, *half_life)):
        return Assessment.DEGENERATE, (
            f"{law.name}: the data do not limit where the lattice ends ({tie}): a slow tail and a nearer end"
            " cannot be told apart. Measure longer or warmer, or give at_infinity."
        )
    if half_life[1] > WIDE * half_life[0]:
        return Assessment.DEGENERATE, (
            f"{law.name}: the half-life is known no better than within a factor of"
            f" {half_life[1] / max(half_life[0], 1e-300):.2g} (95 %): the end is open ({tie})."
            " Measure longer or warmer, or give at_infinity."
        )
    if fit.probability < POOR_FIT:
        text = f"poor fit (p = {fit.probability:.1g}), uncertainties were widened"
        return Assessment.POOR_FIT, f"{law.name}: {text}."
    return Assessment.GOOD, f"{law.name}: fits (p = {fit.probability:.2g}); the end of the lattice: {tie}."
