"""The unknowns of a fit: named numbers with a prior each, and the unit cube a sampler works in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.evidence.likelihood.prior import Prior
from lmct.quantity.errors import OutOfRange, unknown_name


@dataclass(frozen=True, slots=True)
class Unknown:
    """One number that the data shall decide.

    Parameters
    ----------
    name
        Name of an electrode parameter, of a parameter of a rival mechanism, or of an instrument's constant.
    prior
        What is known of it before.
    unit
        Its unit.
    meaning
        What it is, in a few words, for tables.
    """

    name: str
    prior: Prior
    unit: str = ""
    meaning: str = ""


@dataclass(frozen=True)
class Unknowns:
    """All unknowns of a fit in a fixed order.

    Parameters
    ----------
    members
        At least one, with distinct names.

    Raises
    ------
    OutOfRange
        There is none, or two have one name.
    """

    members: tuple[Unknown, ...]

    def __post_init__(self) -> None:
        if not self.members:
            raise OutOfRange("there is nothing to find out: no unknown was named.")
        if len(set(self.names)) < len(self.names):
            raise OutOfRange(f"an unknown is named twice: {', '.join(self.names)}.")

    def __len__(self) -> int:
        return len(self.members)

    @property
    def names(self) -> tuple[str, ...]:
        """Names in their order."""
        return tuple(one.name for one in self.members)

    def values_at(self, position: Sequence[float] | Float[np.ndarray, "unknown"]) -> dict[str, float]:
        """Return the values at a position in the unit cube, by name."""
        return {
            one.name: one.prior.value_at(float(share))
            for one, share in zip(self.members, position, strict=True)
        }

    def position_of(self, values: Mapping[str, float]) -> Float[np.ndarray, "unknown"]:
        """Return the position of values in the unit cube; those beyond a prior are put at its bound."""
        for name in self.names:
            if name not in values:
                raise unknown_name("unknown without a value", name, values)
        return np.array([one.prior.position_of(values[one.name]) for one in self.members])
