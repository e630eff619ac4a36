"""Charge-transfer multiplets of a metal in an octahedron: states, L2,3 absorption (extra ``multiplet``)."""

from lmct.material.multiplet.cache import cached_spectrum
from lmct.material.multiplet.cluster import CLUSTERS, ChargeTransferCluster, cluster
from lmct.material.multiplet.crystal_field import TITANIUM_4, CrystalFieldIon, solve_crystal_field
from lmct.material.multiplet.solve import ClusterSpectrum, ClusterStates, solve_spectrum, solve_states
from lmct.material.multiplet.species_spectrum import (
    SpeciesSpectrum,
    species_from_clusters,
    species_from_file,
)
from lmct.material.multiplet.valence import nickel_valences

__all__ = [
    "CLUSTERS",
    "TITANIUM_4",
    "ChargeTransferCluster",
    "ClusterSpectrum",
    "ClusterStates",
    "CrystalFieldIon",
    "SpeciesSpectrum",
    "cached_spectrum",
    "cluster",
    "nickel_valences",
    "solve_crystal_field",
    "solve_spectrum",
    "solve_states",
    "species_from_clusters",
    "species_from_file",
]
