"""Points of the equilibrium-potential fit: means of conditions with their pooled, correlated errors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.value import Value
from lmct.technique.electrochemistry.cells import CellGroup, finding_of
from lmct.technique.electrochemistry.joint_scatter import covariances_of_means
from lmct.technique.electrochemistry.pooled_scatter import pooled_scatter_from_groups
from lmct.technique.electrochemistry.series import sharply_divided

CAPACITY, VOLTAGE = "metal_plateau_capacity", "open_circuit_voltage"


@dataclass(frozen=True, eq=False)
class EquilibriumPoints:
    """The conditions that are fitted.

    Parameters
    ----------
    groups
        Conditions with capacity and open-circuit voltage of every cell.
    capacity, voltage
        Means [mAh/g], [V].
    covariance
        Of the two means of each condition.
    degrees_of_freedom
        Of the pooled scatter.
    """

    groups: tuple[CellGroup, ...]
    capacity: Float[np.ndarray, "condition"]
    voltage: Float[np.ndarray, "condition"]
    covariance: Float[np.ndarray, "condition 2 2"]
    degrees_of_freedom: float


def points_from_groups(groups: tuple[CellGroup, ...]) -> tuple[EquilibriumPoints, tuple[str, ...]]:
    """Return the points of the fit with their pooled errors, and a remark when there was nothing to pool.

    Parameters
    ----------
    groups
        Conditions; columns capacity and voltage.

    Returns
    -------
    :
        Points and sentences.
    """
    covariance, freedom = covariances_of_means([one.values for one in groups])
    covariance[:, 0, 0] += [one.boundary**2 / one.cells for one in groups]
    remark: tuple[str, ...] = ()
    if freedom == 0:
        covariance = np.array([_single_cell_covariance(one) for one in groups])
        remark = (
            "One cell per condition: scatter is unknown, the uncertainties of the single cells are used.",
        )
    mean = np.array([one.mean for one in groups])
    return EquilibriumPoints(groups, mean[:, 0], mean[:, 1], covariance, float(freedom) or math.inf), remark


def whole_capacity(reference: CellGroup, groups: Sequence[CellGroup]) -> Value:
    """Return the metal capacity that counts as fraction 1, uncertain by the pooled scatter.

    Parameters
    ----------
    reference
        Condition.
    groups
        All conditions; first column capacity.

    Returns
    -------
    :
        Capacity [mAh/g].
    """
    scatter = pooled_scatter_from_groups(
        groups=[one.values[:, :1] for one in sharply_divided(groups)], relative=[True]
    )
    mean = float(reference.mean[0])
    if scatter.degrees_of_freedom == 0:
        return Value(mean, math.sqrt(_single_cell_covariance(reference)[0, 0]), "mAh/g")
    deviation = mean * math.sqrt(float(scatter.covariance[0, 0]) / reference.cells)
    return Value(mean, deviation, "mAh/g", scatter.degrees_of_freedom)


def _single_cell_covariance(group: CellGroup) -> Float[np.ndarray, "2 2"]:
    found = [finding_of(group.measurements[0], quantity) for quantity in (CAPACITY, VOLTAGE)]
    return np.diag([one.value.uncertainty**2 if one is not None else 0.0 for one in found])
