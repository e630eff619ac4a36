"""Patterns of members of the family, from disordered rock salt to layered Li2TiO3 (Fig. 1a of the paper)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from jaxtyping import Float

from lmct.instrument.diffraction.pattern import DiffractionPattern
from lmct.material.crystal.of_material import phases_of_family
from lmct.technique.diffraction.diffractometer import Diffractometer
from lmct.technique.diffraction.simulation.pattern import simulate_pattern
from lmct.technique.diffraction.simulation.sample import Background, Phase

MEMBERS = (0.0, 0.2, 0.4, 0.5, 0.6, 1.0)
"""Members drawn by default [1]."""


def family_patterns(
    xs: Iterable[float] = MEMBERS,
    *,
    diffractometer: Diffractometer,
    two_theta: Float[np.ndarray, "point"],
    size: float = 30.0,
    peak_counts: float = 10_000.0,
    random: np.random.Generator | None = None,
) -> dict[float, DiffractionPattern]:
    """Simulate the patterns of members of the family x Li2TiO3 · (1-x) LiTi0.5Ni0.5O2.

    Only layered Li2TiO3, x = 1, shows 003 and the lines of the honeycomb between it and 101; up to x = 0.6
    the cations are disordered and these lines are absent.

    Parameters
    ----------
    xs
        0 to 1; between 0.6 and 1 a mixture of both is drawn, an assumption.
    diffractometer
        The instrument.
    two_theta
        Rising angles [deg].
    size
        Of the domains [nm]: an assumption.
    peak_counts
        Of the highest line of each pattern.
    random
        Source of the counting noise; None for mean counts.

    Returns
    -------
    :
        x -> pattern.

    Raises
    ------
    OutOfRange
        An x lies outside 0 to 1.

    Source
    ------
    Li 2022, Fig. 1a, L125-134.
    """
    return {
        x: simulate_pattern(
            [Phase(crystal=crystal, share=share, size=size) for crystal, share in phases_of_family(x)],
            diffractometer=diffractometer,
            two_theta=two_theta,
            background=Background(coefficients=(0.02 * peak_counts,)),
            peak_counts=peak_counts,
            random=random,
        )
        for x in xs
    }
