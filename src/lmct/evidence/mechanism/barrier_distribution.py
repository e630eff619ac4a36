"""A rival: LMCT over barriers that differ from site to site by a normal distribution."""

from __future__ import annotations

from collections.abc import Sequence

from lmct.electrode.parameters import ElectrodeParameters
from lmct.evidence.likelihood.mechanism import ElectrodeMechanism
from lmct.evidence.likelihood.unknown import Unknown
from lmct.evidence.mechanism import constant_barrier
from lmct.evidence.mechanism.electrode_base import checked, with_rate_law
from lmct.evidence.mechanism.electrode_priors import electrode_unknowns

NAME = "barrier-distribution"
TITLE = "LMCT over barriers that differ from site to site, each of them constant"
CLASSES = 7
"""Site classes: a compromise, twice the time of one class."""

WIDTH = 0.05
"""Width of a base that has none [eV]."""


def unknowns(base: ElectrodeParameters) -> tuple[Unknown, ...]:
    """Return its unknowns with their default priors."""
    return (*constant_barrier.unknowns(base), *electrode_unknowns(["barrier_width"]))


def build(base: ElectrodeParameters, chosen: Sequence[Unknown]) -> ElectrodeMechanism:
    """Return the mechanism on an electrode with the unknowns that were chosen."""
    own = with_rate_law(base, "constant-barrier")
    own = own.replace(barrier_width=own.barrier_width or WIDTH)
    return ElectrodeMechanism(NAME, TITLE, own, checked(own, chosen), classes=CLASSES)
