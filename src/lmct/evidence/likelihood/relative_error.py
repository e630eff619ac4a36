"""Errors whose effect depends on what is shown: a wrong mass, a place that is off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from jaxtyping import Float


class RelativeError(Protocol):
    """An error that several values share, with an effect that follows from what should be shown."""

    def effect(
        self, *, at: Float[np.ndarray, "point"], shown: Float[np.ndarray, "point"]
    ) -> Float[np.ndarray, "point"]:
        """Return what one standard deviation of it does to values shown at places."""


@dataclass(frozen=True, slots=True)
class Proportional:
    """Every value is wrong by the same share of itself, as a capacity by the mass of its cell.

    Parameters
    ----------
    share
        One standard deviation [1].
    """

    share: float

    def effect(
        self, *, at: Float[np.ndarray, "point"], shown: Float[np.ndarray, "point"]
    ) -> Float[np.ndarray, "point"]:
        """Return what one standard deviation of it does to values shown at places."""
        return self.share * shown


@dataclass(frozen=True, slots=True)
class Stretched:
    """Every place is wrong by the same share of itself, as the capacities at which voltages are taken.

    Parameters
    ----------
    share
        One standard deviation [1]; negative when the error that makes other values too large makes places
        too large as well.
    """

    share: float

    def effect(
        self, *, at: Float[np.ndarray, "point"], shown: Float[np.ndarray, "point"]
    ) -> Float[np.ndarray, "point"]:
        """Return what one standard deviation of it does to values shown at places, at least two."""
        return np.asarray(self.share * at * np.gradient(shown, at))


@dataclass(frozen=True, slots=True)
class Shifted:
    """Every place is wrong by the same amount.

    Parameters
    ----------
    amount
        One standard deviation, in the unit of the places; its sign as in :class:`Stretched`.
    """

    amount: float

    def effect(
        self, *, at: Float[np.ndarray, "point"], shown: Float[np.ndarray, "point"]
    ) -> Float[np.ndarray, "point"]:
        """Return what one standard deviation of it does to values shown at places, at least two."""
        return np.asarray(self.amount * np.gradient(shown, at))


def effects_of(
    relative: Mapping[str, RelativeError],
    *,
    at: Float[np.ndarray, "point"],
    shown: Float[np.ndarray, "point"],
) -> dict[str, Float[np.ndarray, "point"]]:
    """Return the effects of relative errors, as the loadings of an observation.

    Parameters
    ----------
    relative
        The errors by name.
    at
        Places of the values.
    shown
        What is measured or predicted there.

    Returns
    -------
    :
        Effects of one standard deviation by name, in the unit of the values.

    Examples
    --------
    >>> effects_of({"mass": Proportional(0.02)}, at=np.zeros(1), shown=np.array([80.0]))
    {'mass': array([1.6])}
    """
    return {name: error.effect(at=at, shown=shown) for name, error in relative.items()}
