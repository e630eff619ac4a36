"""Maps of the design guide: what each parameter set says at every place, and where sets disagree."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

DISAGREEMENT: Mapping[str, float] = {
    "half_life": 10.0,
    "inversion_index": 0.2,
    "metal_capacity": 30.0,
    "oxygen_capacity": 30.0,
    "energy_efficiency": 0.05,
    "discharge_energy": 100.0,
}
"""Sets disagree where they differ by more than this; half-lives by this factor."""


@dataclass(frozen=True, slots=True)
class FailedPoint:
    """A point of a map that could not be computed.

    Parameters
    ----------
    covalence, driving_force
        Its place [eV].
    error
        Why.
    """

    covalence: float
    driving_force: float
    error: str


@dataclass(frozen=True, eq=False)
class ScreeningMap:
    """What one parameter set says over the whole map.

    Parameters
    ----------
    parameter_set
        Name of the set.
    one_energy
        Whether covalence acts on the oxygen couple as well as on LMCT.
    values
        Quantity (:data:`SCREENED`) -> its value at every place, NaN where the point failed or has none.
    failed
        Points that failed.
    """

    parameter_set: str
    one_energy: bool
    values: Mapping[str, Float[np.ndarray, "force covalence"]]
    failed: tuple[FailedPoint, ...]


@dataclass(frozen=True, slots=True)
class KnownMaterial:
    """A material with a place on the map.

    Parameters
    ----------
    name, formula
        As in the library.
    covalence, driving_force
        Its place [eV].
    numbers
        What its own set gives, with its own composition; empty when it failed.
    error
        Why it failed.
    """

    name: str
    formula: str
    covalence: float
    driving_force: float
    numbers: Mapping[str, float]
    error: str = ""


@dataclass(frozen=True, eq=False)
class Screening:
    """Maps of one composition by several parameter sets, and the known materials.

    Parameters
    ----------
    formula
        Composition of the maps.
    specific_current
        Of charge and discharge [mA/g].
    covalence, driving_force
        The axes [eV].
    maps
        One for each set, the one that is drawn first.
    left_out
        Set -> why it has no map.
    known
        The materials.
    """

    formula: str
    specific_current: float
    covalence: Float[np.ndarray, "covalence"]
    driving_force: Float[np.ndarray, "force"]
    maps: tuple[ScreeningMap, ...]
    left_out: Mapping[str, str]
    known: tuple[KnownMaterial, ...]

    @property
    def failed(self) -> tuple[FailedPoint, ...]:
        """Points that failed in any of the maps."""
        return tuple(point for one in self.maps for point in one.failed)

    def spread(self, quantity: str) -> Float[np.ndarray, "force covalence"]:
        """Return by how much the sets differ at every place.

        Parameters
        ----------
        quantity
            A key of :data:`SCREENED`.

        Returns
        -------
        :
            Largest less smallest value over the sets that have one; for half-lives their ratio. NaN where
            fewer than two have one.
        """
        values = np.array([one.values[quantity] for one in self.maps])
        if quantity == "half_life":
            values = np.log(values)
        two = np.sum(np.isfinite(values), axis=0) >= 2
        low = np.min(np.where(np.isnan(values), np.inf, values), axis=0)
        high = np.max(np.where(np.isnan(values), -np.inf, values), axis=0)
        width = np.subtract(high, low, where=two, out=np.full(two.shape, math.nan))
        return np.asarray(np.exp(width)) if quantity == "half_life" else width

    def disagree(self, quantity: str) -> Bool[np.ndarray, "force covalence"]:
        """Return where the sets differ by more than :data:`DISAGREEMENT`."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.spread(quantity) > DISAGREEMENT[quantity])

    def share_of_disagreement(self, quantity: str) -> float:
        """Return the share of the map, where at least two sets have a value, on which they disagree [1]."""
        known = np.isfinite(self.spread(quantity))
        return float(np.mean(self.disagree(quantity)[known])) if known.any() else math.nan
