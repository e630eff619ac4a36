"""A rival: two independent couples, no LMCT between them.

At open circuit they still share a potential, so the faster one may feed the slower one through the collector.
"""

from __future__ import annotations

from collections.abc import Sequence

from lmct.electrode.parameters import ElectrodeParameters
from lmct.evidence.likelihood.mechanism import ElectrodeMechanism
from lmct.evidence.likelihood.unknown import Unknown
from lmct.evidence.mechanism.electrode_base import checked, without_lmct
from lmct.evidence.mechanism.electrode_priors import electrode_unknowns

NAME = "no-lmct"
TITLE = "no LMCT: metal and oxygen are two independent couples"
UNKNOWNS = (
    "metal_potential",
    "metal_metal",
    "oxygen_potential",
    "oxygen_rate",
    "oxygen_activation",
    "oxygen_transfer_coefficient",
)


def unknowns(base: ElectrodeParameters) -> tuple[Unknown, ...]:
    """Return its unknowns with their default priors."""
    return electrode_unknowns(UNKNOWNS, oxygen_law="butler-volmer")


def build(base: ElectrodeParameters, chosen: Sequence[Unknown]) -> ElectrodeMechanism:
    """Return the mechanism on an electrode with the unknowns that were chosen."""
    own = without_lmct(base)
    return ElectrodeMechanism(NAME, TITLE, own, checked(own, chosen))
