"""A rival: Marcus' law whose prefactor and barrier both come from the metal-oxygen coupling.

The attempt frequency is held to a phonon's, so a weak coupling is what makes LMCT slow.
"""

from __future__ import annotations

from collections.abc import Sequence

from lmct.electrode.parameters import ElectrodeParameters
from lmct.evidence.likelihood.mechanism import ElectrodeMechanism
from lmct.evidence.likelihood.unknown import Unknown
from lmct.evidence.mechanism.electrode_base import checked, with_rate_law
from lmct.evidence.mechanism.electrode_priors import electrode_unknowns

NAME = "marcus-covalence"
TITLE = "LMCT by Marcus' law with covalence: the metal-oxygen coupling sets prefactor and barrier"
UNKNOWNS = (
    "metal_potential",
    "metal_metal",
    "oxygen_potential",
    "reorganization_energy",
    "electronic_coupling",
    "lithium_slope",
    "oxygen_rate",
)
PHONON_FREQUENCY = 1e13
"""Attempt frequency [1/s]: an optical phonon of an oxide, an assumption."""

WEAK_COUPLING = 3e-5
"""Coupling of a base that has none [eV]: it gives the prefactor of the shipped set at that frequency."""


def unknowns(base: ElectrodeParameters) -> tuple[Unknown, ...]:
    """Return its unknowns with their default priors."""
    return electrode_unknowns(UNKNOWNS, oxygen_law=base.oxygen_law)


def build(base: ElectrodeParameters, chosen: Sequence[Unknown]) -> ElectrodeMechanism:
    """Return the mechanism on an electrode with the unknowns that were chosen."""
    own = with_rate_law(base, "landau-zener")
    coupling = own.lmct_parameters["electronic_coupling"] or WEAK_COUPLING
    own = own.replace(attempt_frequency=PHONON_FREQUENCY, electronic_coupling=coupling)
    return ElectrodeMechanism(NAME, TITLE, own, checked(own, chosen))
