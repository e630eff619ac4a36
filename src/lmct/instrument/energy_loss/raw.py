"""What the reader of a format hands on: numbers and axes as stored, not yet checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from lmct.instrument.energy_loss.spectrum import Acquisition


@dataclass(frozen=True, slots=True)
class RawAxis:
    """An axis as stored.

    Parameters
    ----------
    name, unit
        As in the file; either may be empty.
    size
        Number of values.
    step, start
        Between neighbours and of the first, in ``unit``.
    values
        Each of them when the file lists them; else None.
    """

    name: str
    unit: str
    size: int
    step: float
    start: float
    values: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class RawSpectra:
    """Numbers of a file.

    Parameters
    ----------
    data
        As stored, axes in any order.
    axes
        One for each axis of ``data``, in its order.
    acquisition
        How it was taken; the beam energy still as the file writes it, in eV when its unit is obeyed.
    metadata
        What else the file says.
    warnings
        What the reader found odd.
    """

    data: np.ndarray
    axes: tuple[RawAxis, ...]
    acquisition: Acquisition = field(default_factory=Acquisition)
    metadata: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
