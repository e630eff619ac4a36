"""A metal in an octahedron of ligands: the parameters of a charge-transfer cluster NiO6, by valence."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from lmct.quantity.errors import OutOfRange, unknown_name


@dataclass(frozen=True, slots=True)
class ChargeTransferCluster:
    """Parameters of one metal ion with the ten ligand orbitals of its own symmetry.

    Parameters
    ----------
    name
        Of the valence, for example ``"ni_2"``.
    electrons
        Nominal number of 3d electrons.
    repulsion
        U between 3d electrons [eV].
    core_repulsion
        Q between the 2p hole and 3d electrons [eV].
    transfer_energy
        Delta, to move one electron from the ligands to the metal [eV]; negative values are allowed.
    crystal_field
        10Dq of the metal without hybridisation [eV].
    hopping_eg, hopping_t2g
        Hybridisation of both symmetries [eV].
    ligand_splitting
        10Dq of the ligand orbitals [eV].
    slater_scale
        Of the Hartree-Fock Slater integrals [1].
    source
        Where the parameters are from.
    """

    name: str
    electrons: int
    repulsion: float
    core_repulsion: float
    transfer_energy: float
    crystal_field: float
    hopping_eg: float
    hopping_t2g: float
    ligand_splitting: float = 1.44
    slater_scale: float = 0.8
    source: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.electrons <= 9:
            raise OutOfRange(f"a cluster has 1 to 9 electrons in 3d, got {self.electrons}.")

    def key(self) -> str:
        """Return a text that changes with every parameter, for files that keep results."""
        numbers = {name: value for name, value in asdict(self).items() if name not in ("name", "source")}
        return hashlib.sha256(json.dumps(numbers, sort_keys=True).encode()).hexdigest()[:32]


_NIO = (
    "Haverkort, Zwierzycki and Andersen, Phys. Rev. B 85, 165113 (2012), doi 10.1103/PhysRevB.85.165113, NiO"
)
_NICKELATE = (
    "Delta and repulsion near Green, Haverkort and Sawatzky, Phys. Rev. B 94, 195127 (2016), doi"
    " 10.1103/PhysRevB.94.195127, rare-earth nickelates; hybridisation enlarged for the shorter bond: model"
    " values, not refined"
)
_NI_4 = "Delta continued from Ni2+ and Ni3+ (about -4 eV per electron removed): a model value, not refined"

CLUSTERS: dict[str, ChargeTransferCluster] = {
    cluster.name: cluster
    for cluster in (
        ChargeTransferCluster("ni_2", 8, 7.3, 8.5, 4.7, 0.56, 2.06, 1.21, source=_NIO),
        ChargeTransferCluster("ni_3", 7, 6.0, 7.0, -0.5, 0.95, 3.0, 1.75, source=_NICKELATE),
        ChargeTransferCluster("ni_4", 6, 6.0, 7.0, -3.5, 0.95, 3.0, 1.75, source=_NI_4),
    )
}
"""Ni2+, low-spin Ni3+ and Ni4+ in octahedra of oxygen."""


def cluster(name: str) -> ChargeTransferCluster:
    """Return the cluster of a valence.

    Parameters
    ----------
    name
        One of ``CLUSTERS``.

    Raises
    ------
    UnknownName
        There is none of this name.

    Examples
    --------
    >>> cluster("ni_2").electrons
    8
    """
    if name not in CLUSTERS:
        raise unknown_name("cluster", name, CLUSTERS)
    return CLUSTERS[name]
