"""The leading mechanism: LMCT over a barrier that follows the full chemical potential of the metal.

One reorganisation energy serves LMCT and the direct oxygen couple.
"""

from __future__ import annotations

from collections.abc import Sequence

from lmct.electrode.parameters import ElectrodeParameters
from lmct.evidence.likelihood.mechanism import ElectrodeMechanism
from lmct.evidence.likelihood.unknown import Unknown
from lmct.evidence.mechanism.electrode_base import checked, with_rate_law
from lmct.evidence.mechanism.electrode_priors import electrode_unknowns

NAME = "metal-potential"
TITLE = "LMCT over a barrier that follows the metal's full potential; oxygen has one reorganisation energy"
UNKNOWNS = (
    "metal_potential",
    "metal_metal",
    "oxygen_potential",
    "attempt_frequency",
    "reorganization_energy",
    "lithium_slope",
    "oxygen_rate",
)


def unknowns(base: ElectrodeParameters) -> tuple[Unknown, ...]:
    """Return its unknowns with their default priors."""
    return electrode_unknowns(UNKNOWNS, oxygen_law=base.oxygen_law)


def build(base: ElectrodeParameters, chosen: Sequence[Unknown]) -> ElectrodeMechanism:
    """Return the mechanism on an electrode with the unknowns that were chosen."""
    own = with_rate_law(base, "metal-potential")
    return ElectrodeMechanism(NAME, TITLE, own, checked(own, chosen))
