"""An ion without 3d electrons in an octahedral field: L2,3 absorption of Ti4+ (extra ``multiplet``)."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.material.multiplet.solve import ClusterSpectrum, multiplet_engine

CUT = 1e-4
"""Lines weaker than this part of the strongest are left out [1]."""


@dataclass(frozen=True, slots=True)
class CrystalFieldIon:
    """Parameters of an ion whose 3d shell is empty.

    Parameters
    ----------
    name
        Of the valence.
    element
        Symbol.
    crystal_field
        10Dq [eV].
    slater_scale
        Of the Hartree-Fock Slater integrals [1].
    widths
        Half widths of the four lines L3 t2g, L3 eg, L2 t2g, L2 eg [eV]: Coster-Kronig decay widens the later.
    source
        Where the parameters are from.
    """

    name: str
    element: str
    crystal_field: float
    slater_scale: float
    widths: tuple[float, float, float, float]
    source: str


TITANIUM_4 = CrystalFieldIon(
    "ti_4",
    "Ti",
    1.9,
    0.85,
    (0.1, 0.25, 0.35, 0.5),
    "method: de Groot, Fuggle, Thole and Sawatzky, Phys. Rev. B 41, 928 (1990), doi 10.1103/PhysRevB.41.928;"
    " 10Dq, scale and widths are assumptions that give the four lines of Ti4+ in octahedra",
)
"""Ti4+ in an octahedron of oxygen."""


def solve_crystal_field(
    ion: CrystalFieldIon = TITANIUM_4, *, half_range: float = 20.0, step: float = 0.05, gaussian: float = 0.3
) -> ClusterSpectrum:
    """Return the isotropic L2,3 absorption of an ion with an empty 3d shell.

    Parameters
    ----------
    ion
        The parameters.
    half_range
        The spectrum reaches this far below and above its strongest line [eV].
    step
        Of the energies [eV].
    gaussian
        Full width of the Gaussian of the instrument [eV].

    Returns
    -------
    :
        Energies relative to the strongest line; area 1.

    Raises
    ------
    DataError
        The package edrixs is not installed.
    """
    from scipy.special import voigt_profile

    places, strengths = _lines(ion)
    kept = strengths > CUT * strengths.max()
    places, strengths = places[kept], strengths[kept]
    energy = np.arange(-half_range, half_range + step / 2, step)
    centres = _four_centres(places, strengths)
    nearest = np.argmin(np.abs(places[:, None] - centres), axis=1)
    sigma = max(gaussian, 2.0 * step) / 2.35482
    total = np.zeros(len(energy))
    origin = float(places[np.argmax(strengths)])
    for place, strength, line in zip(places, strengths, nearest, strict=True):
        total += strength * voigt_profile(energy - (place - origin), sigma, ion.widths[line])
    return ClusterSpectrum(energy, total / (total.sum() * step))


def _lines(ion: CrystalFieldIon) -> tuple[Float[np.ndarray, "line"], Float[np.ndarray, "line"]]:
    """Return energies [eV] and strengths of all lines from the ground state."""
    engine = multiplet_engine()
    with contextlib.redirect_stdout(io.StringIO()):
        data = engine.get_atom_data(ion.element, "3d", 0, edge="L23")
        slater = dict(data["slater_n"])
        direct, first, third = (ion.slater_scale * slater[name] for name in ("F2_12", "G1_12", "G3_12"))
        mean = engine.get_F0("dp", first, third)
        problem = engine.model_1v1c(
            ("d", "p"),
            shell_level=(0.0, 0.0),
            v_soc=(data["v_soc_i"][0], data["v_soc_n"][0]),
            c_soc=data["c_soc"],
            v_noccu=0,
            slater=([0.0, 0.0, 0.0], [0.0, 0.0, 0.0, mean, direct, first, third]),
            v_cfmat=engine.cf_cubic_d(ion.crystal_field),
        )
        _, hamiltonian, transitions = engine.get_ops(*problem[:7], backend="scipy")
    energies, states = np.linalg.eigh(_dense(hamiltonian))
    # one state before absorption: each column of a transition operator is its only one
    strengths = sum(np.abs(states.conj().T @ _dense(one)) ** 2 for one in transitions)
    return energies, np.asarray(strengths).sum(axis=1)


def _dense(operator: Any) -> np.ndarray:  # noqa: ANN401 - sparse or dense
    return np.asarray(operator.toarray() if hasattr(operator, "toarray") else operator)


def _four_centres(
    places: Float[np.ndarray, "line"], strengths: Float[np.ndarray, "line"]
) -> Float[np.ndarray, "4"]:
    """Return the energies of the four strongest levels, rising."""
    levels = np.unique(places.round(3))
    weight = np.array([strengths[np.abs(places - level) < 2e-3].sum() for level in levels])
    return np.sort(levels[np.argsort(weight)[-4:]])
