"""Ground states and L2,3 absorption of clusters, computed with edrixs (extra ``multiplet``)."""

from __future__ import annotations

import contextlib
import io
import warnings
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.material.multiplet.cluster import ChargeTransferCluster
from lmct.quantity.constants import BOLTZMANN
from lmct.quantity.errors import DataError

EG = (0, 1, 6, 7)
"""Spin orbitals of symmetry eg among the ten real d orbitals (3z2-r2, zx, zy, x2-y2, xy; both spins each)."""

ORBITALS = 10
DEGENERATE = 2e-3
"""Levels this close are one level [eV]; spin-orbit splits those of a cubic field by more or not at all."""

LEVELS = 6
TEMPERATURE = 300.0


@dataclass(frozen=True, eq=False)
class ClusterStates:
    """Lowest states of a cluster before absorption.

    Parameters
    ----------
    energies
        Above the ground state, rising [eV].
    degeneracy
        Of the ground state.
    metal_electrons
        Mean number in 3d in the ground state; what exceeds the nominal number came from the ligands.
    """

    energies: Float[np.ndarray, "state"]
    degeneracy: int
    metal_electrons: float


@dataclass(frozen=True, eq=False)
class ClusterSpectrum:
    """Isotropic L2,3 absorption of a cluster.

    Parameters
    ----------
    energy
        Relative to the mean of the L3 line, or absolute once anchored [eV].
    intensity
        Area 1 over all energies [1/eV].
    anchored
        Whether the energies are absolute.
    """

    energy: Float[np.ndarray, "point"]
    intensity: Float[np.ndarray, "point"]
    anchored: bool = False

    def anchored_at(self, maximum: float) -> ClusterSpectrum:
        """Return the spectrum with its highest line at a measured energy [eV]: no theory here predicts it."""
        shift = maximum - float(self.energy[np.argmax(self.intensity)])
        return replace(self, energy=self.energy + shift, anchored=True)


def solve_states(cluster: ChargeTransferCluster) -> ClusterStates:
    """Return the lowest states of a cluster.

    Parameters
    ----------
    cluster
        The parameters.

    Raises
    ------
    DataError
        The package edrixs is not installed.
    """
    engine = multiplet_engine()
    with contextlib.redirect_stdout(io.StringIO()):
        problem, _ = _problem(engine, cluster)
        values, vectors, operators = _ground(engine, problem)
        electrons = _metal_electrons(engine, operators, vectors, values, problem)
    energies = np.real(values - values[0])
    return ClusterStates(energies, int(np.sum(energies < DEGENERATE)), electrons)


def solve_spectrum(
    cluster: ChargeTransferCluster,
    *,
    half_range: float = 30.0,
    step: float = 0.05,
    lifetime: float = 0.25,
    gaussian: float = 0.3,
) -> ClusterSpectrum:
    """Return the isotropic L2,3 absorption of a cluster at room temperature.

    Parameters
    ----------
    cluster
        The parameters.
    half_range
        The spectrum reaches this far below and above the middle between L3 and L2 [eV].
    step
        Of the energies [eV].
    lifetime
        Half width of the Lorentzian of L3 and L2 [eV].
    gaussian
        Full width of the Gaussian of the instrument [eV]; 0 for none.

    Returns
    -------
    :
        Energies relative to the mean of the L3 line: the absolute energy is not predicted, see
        :meth:`ClusterSpectrum.anchored_at`.

    Raises
    ------
    DataError
        The package edrixs is not installed.
    """
    engine = multiplet_engine()
    energy = np.arange(-half_range, half_range + step / 2, step)
    with contextlib.redirect_stdout(io.StringIO()):
        problem, soc = _problem(engine, cluster)
        values, vectors, (_, hamiltonian, transitions) = _ground(engine, problem)
        warm = values - values[0] < 10.0 * BOLTZMANN * TEMPERATURE
        found = engine.xas(
            values[warm],
            vectors[:, warm],
            hamiltonian,
            transitions,
            energy + _threshold(values, hamiltonian) + 0.75 * soc,
            gamma_c=lifetime,
            pol_type=[("isotropic", 0.0)],
            temperature=TEMPERATURE,
            backend="scipy",
        )
    intensity = np.clip(np.real(found[:, 0]), 0.0, None)
    if gaussian > 0.0:
        from scipy.ndimage import gaussian_filter1d

        intensity = gaussian_filter1d(intensity, gaussian / 2.35482 / step, mode="nearest")
    intensity = intensity / (intensity.sum() * step)
    lower = energy < 0.0
    mean = float((energy[lower] * intensity[lower]).sum() / intensity[lower].sum())
    return ClusterSpectrum(energy - mean, intensity)


def multiplet_engine() -> ModuleType:
    """Return edrixs, imported silently.

    Raises
    ------
    DataError
        It is not installed.
    """
    from importlib import import_module

    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return import_module("edrixs")
    except ImportError as error:
        raise DataError(
            "multiplets need the package edrixs, which is not installed. Expected it for spectra of clusters."
            ' Install it: pip install "lmct[multiplet]"; or use measured references.'
        ) from error


def _problem(engine: ModuleType, cluster: ChargeTransferCluster) -> tuple[tuple[Any, ...], float]:
    """Return the model of edrixs, and the spin-orbit coupling of its core hole [eV]."""
    data = engine.get_atom_data("Ni", "3d", cluster.electrons, edge="L23")
    initial, final = dict(data["slater_i"]), dict(data["slater_n"])
    scale = cluster.slater_scale
    before = [scale * initial[name] for name in ("F2_11", "F4_11")]
    after = [scale * final[name] for name in ("F2_11", "F4_11")]
    mixed = [scale * final[name] for name in ("F2_12", "G1_12", "G3_12")]
    charge = cluster.electrons
    metal, ligand = engine.CT_imp_bath(cluster.repulsion, cluster.transfer_energy, charge)
    metal_hole, ligand_hole, core = engine.CT_imp_bath_core_hole(
        cluster.repulsion, cluster.core_repulsion, cluster.transfer_energy, charge
    )
    to_real = engine.tmat_c2r("d", True)
    field = engine.cf_cubic_d(cluster.crystal_field)
    eg = np.isin(np.arange(ORBITALS), EG)
    splitting = cluster.ligand_splitting * np.where(eg, 0.6, -0.4)
    hopping = np.where(eg, cluster.hopping_eg, cluster.hopping_t2g).astype(complex)[None, :]

    def metal_matrix(level: float, spin_orbit: float) -> np.ndarray:
        whole = field + engine.atom_hsoc("d", spin_orbit) + level * np.eye(ORBITALS)
        return np.asarray(engine.cb_op(whole, to_real))

    slater = (
        [cluster.repulsion + engine.get_F0("d", *before), *before],
        [
            cluster.repulsion + engine.get_F0("d", *after),
            *after,
            cluster.core_repulsion + engine.get_F0("dp", *mixed[1:]),
            *mixed,
        ],
    )
    model = engine.model_siam(
        ("d", "p"),
        1,
        siam_type=0,
        v_noccu=charge + ORBITALS,
        c_level=core,
        c_soc=data["c_soc"],
        trans_c2n=to_real,
        imp_mat=metal_matrix(metal, data["v_soc_i"][0]),
        imp_mat_n=metal_matrix(metal_hole, data["v_soc_n"][0]),
        bath_level=(ligand + splitting).astype(complex)[None, :],
        bath_level_n=(ligand_hole + splitting).astype(complex)[None, :],
        hyb=hopping,
        hyb_n=hopping,
        slater=slater,
        sparse_U=True,
    )
    return model, float(data["c_soc"])


def _threshold(values: np.ndarray, hamiltonian: Any) -> float:  # noqa: ANN401 - a sparse matrix
    """Return the first energy at which the cluster can absorb [eV], on its own scale."""
    from scipy.sparse.linalg import eigsh

    start = np.ones(hamiltonian.shape[0])
    lowest = eigsh(hamiltonian, k=1, which="SA", v0=start, return_eigenvectors=False)
    return float(lowest[0] - values[0])


def _ground(engine: ModuleType, model: tuple[Any, ...]) -> tuple[np.ndarray, np.ndarray, tuple[Any, ...]]:
    from scipy.linalg import LinAlgWarning

    operators = engine.get_ops(*model[:7], backend="scipy")
    with warnings.catch_warnings():
        # The iteration begins at random, and its basis may come near to dependent as it converges.
        warnings.simplefilter("ignore", LinAlgWarning)
        values, vectors = engine.ed(operators[0], LEVELS, shift=model[7], backend="scipy")
    return np.real(values), vectors, operators


def _metal_electrons(
    engine: ModuleType,
    operators: tuple[Any, ...],
    vectors: np.ndarray,
    values: np.ndarray,
    model: tuple[Any, ...],
) -> float:
    """Return the mean number of 3d electrons in the ground level, by the derivative of its energy."""
    small = 1e-4
    count = np.zeros_like(model[0])
    count[np.arange(ORBITALS), np.arange(ORBITALS)] = small
    raised = engine.get_ops(model[0] + count, *model[1:7], backend="scipy")[0]
    ground = vectors[:, np.real(values - values[0]) < DEGENERATE]
    change = (raised - operators[0]) @ ground
    return float(np.real(np.vdot(ground, change)) / small / ground.shape[1])
