"""A rival: LMCT over one barrier, whatever the driving force, the progress or the lithium content."""

from __future__ import annotations

from collections.abc import Sequence

from lmct.electrode.parameters import ElectrodeParameters
from lmct.evidence.likelihood.mechanism import ElectrodeMechanism
from lmct.evidence.likelihood.unknown import Unknown
from lmct.evidence.mechanism.electrode_base import checked, with_rate_law
from lmct.evidence.mechanism.electrode_priors import electrode_unknowns

NAME = "constant-barrier"
TITLE = "LMCT over one barrier (first-order kinetics)"
UNKNOWNS = (
    "metal_potential",
    "metal_metal",
    "oxygen_potential",
    "attempt_frequency",
    "barrier",
    "oxygen_reorganization_energy",
    "oxygen_rate",
)


def unknowns(base: ElectrodeParameters) -> tuple[Unknown, ...]:
    """Return its unknowns with their default priors; Butler and Volmer's law of oxygen has no energy."""
    names = [
        name
        for name in UNKNOWNS
        if name != "oxygen_reorganization_energy" or base.oxygen_law != "butler-volmer"
    ]
    return electrode_unknowns(names, oxygen_law=base.oxygen_law)


def build(base: ElectrodeParameters, chosen: Sequence[Unknown]) -> ElectrodeMechanism:
    """Return the mechanism on an electrode with the unknowns that were chosen."""
    own = with_rate_law(base, "constant-barrier").replace(barrier_width=0.0)
    return ElectrodeMechanism(NAME, TITLE, own, checked(own, chosen))
