"""How the electrode is divided, in shells and classes of metal sites, and all that compiled code reads.

A state in compiled code is an array: for every shell from the surface inwards n of each class, p, d
[holes/f.u.], o2 [molecules/f.u.] and the potential V [V] there; then the temperature T [K] and the voltage at
the terminals U [V]. A shell holds what one formula unit of its own material holds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lmct.electrode import parameter_index as index
from lmct.electrode.compiled import compiled
from lmct.electrode.parameters import ElectrodeParameters
from lmct.quantity.constants import FARADAY
from lmct.quantity.errors import OutOfRange

NOT_METAL = 4
"""Entries of a shell besides the holes of the metal: p, d, o2 and V."""

REACH = 2.5
"""A distribution of barriers is cut at so many standard deviations."""

EXHAUSTED_STEP = 5.0
"""Rise of the potential of the gas when the last environment is exhausted [V]."""

DEFAULT_SHELLS = 20
DEFAULT_CLASSES = 9


class Model(NamedTuple):
    """All numbers of an electrode that compiled code reads.

    Parameters
    ----------
    par
        Parameters in the order of :mod:`lmct.electrode.parameter_index`.
    law, law_par
        Number and parameters of the rate law of LMCT.
    oxygen_law
        Number of the law of the oxygen couple.
    resistance
        Series resistance [V f.u. s].
    gas
        Per oxygen environment (2, environments): all O2 released when it is exhausted [1/f.u.], and the rise
        of the potential there [V].
    shells
        Per shell, surface first (2, shells): its share in the particle [1], and area over distance of its
        inner face in a particle of unit radius and volume [1].
    sites
        Per class of metal sites (2, classes): its share [1], and its barrier above the mean [eV].
    """

    par: np.ndarray
    law: int
    law_par: np.ndarray
    oxygen_law: int
    resistance: float
    gas: np.ndarray
    shells: np.ndarray
    sites: np.ndarray


def model_from_parameters(
    parameters: ElectrodeParameters, *, shells: int | None = None, classes: int | None = None
) -> Model:
    """Return what compiled code reads.

    Parameters
    ----------
    parameters
        Parameters of the electrode.
    shells, classes
        Number of shells and of site classes; by default one each where nothing depends on them, else 20
        and 9.

    Returns
    -------
    :
        The numbers.

    Raises
    ------
    OutOfRange
        There are shells, but no limit to transport between them.
    """
    if shells is None:
        shells = DEFAULT_SHELLS if parameters.transport_time > 0 else 1
    if shells > 1 and parameters.transport_time == 0:
        raise OutOfRange(
            f"{shells} shells need a transport_time above zero; with zero lithium moves without limit and the"
            " particle is one shell."
        )
    if classes is None:
        classes = DEFAULT_CLASSES if parameters.barrier_width > 0 else 1
    ends = np.cumsum(np.array(parameters.gas_amounts, dtype=float))
    steps = np.array([*parameters.gas_steps, EXHAUSTED_STEP][: len(ends)], dtype=float)
    return Model(
        par=parameters.as_array(),
        law=parameters.law_number(),
        law_par=parameters.law_array(),
        oxygen_law=parameters.oxygen_law_number(),
        resistance=parameters.series_resistance * FARADAY / parameters.molar_mass,
        gas=np.stack([ends, steps]),
        shells=_sphere(shells),
        sites=_gaussian(classes, parameters.barrier_width),
    )


def _sphere(shells: int) -> np.ndarray:
    """Return volumes and inner faces of shells of equal thickness in a sphere, surface first."""
    outer, inner = np.arange(shells, 0, -1) / shells, np.arange(shells - 1, -1, -1) / shells
    return np.stack([outer**3 - inner**3, 3.0 * inner**2 * shells])


def _gaussian(classes: int, width: float) -> np.ndarray:
    """Return shares and barriers of classes that divide a normal distribution at equal distances."""
    places = np.linspace(-REACH, REACH, classes) if classes > 1 else np.zeros(1)
    shares = np.exp(-0.5 * places**2)
    return np.stack([shares / shares.sum(), width * places])


@compiled
def block_size(model: Model) -> int:
    """Return the number of entries of one shell."""
    return int(model.sites.shape[1] + NOT_METAL)


def state_size(model: Model) -> int:
    """Return the length of a state."""
    return int(model.shells.shape[1] * (model.sites.shape[1] + NOT_METAL) + 2)


def summary_matrix(model: Model) -> np.ndarray:
    """Return the matrix (6, size) that turns a state into means n, p, d, o2, and U and T."""
    classes, size = model.sites.shape[1], state_size(model)
    matrix = np.zeros((6, size))
    for shell, volume in enumerate(model.shells[0]):
        first = shell * (classes + NOT_METAL)
        matrix[0, first : first + classes] = volume
        for place in range(3):
            matrix[1 + place, first + classes + place] = volume
    matrix[4, size - 1] = matrix[5, size - 2] = 1.0
    return matrix


def charge_weights(model: Model) -> np.ndarray:
    """Return the vector (size,) whose product with a state is the charge it holds [electrons/f.u.]."""
    shell = [*np.ones(model.sites.shape[1]), 1.0, 1.0, 4.0, model.par[index.CAPACITANCE]]
    return np.array([*np.outer(model.shells[0], shell).ravel(), 0.0, 0.0])
