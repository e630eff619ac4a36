"""Charge-transfer multiplets of a metal in an octahedron: states, L2,3 absorption (extra ``multiplet``)."""

from lmct.material.multiplet.cache import cached_spectrum
from lmct.material.multiplet.cluster import CLUSTERS, ChargeTransferCluster, cluster
from lmct.material.multiplet.solve import ClusterSpectrum, ClusterStates, solve_spectrum, solve_states

__all__ = [
    "CLUSTERS",
    "ChargeTransferCluster",
    "ClusterSpectrum",
    "ClusterStates",
    "cached_spectrum",
    "cluster",
    "solve_spectrum",
    "solve_states",
]
