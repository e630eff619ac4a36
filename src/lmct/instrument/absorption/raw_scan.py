"""One absorption scan as its file tells it, before any check: what every reader returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class RawScan:
    """One scan, not yet checked.

    Parameters
    ----------
    energy
        As stored, in any order and in the unit of the file.
    channels
        As in :class:`~lmct.instrument.absorption.scan.AbsorptionScan`.
    energy_unit
        ``"eV"`` or ``"keV"``; empty when the file does not tell.
    mode, element, edge, sample, start_time, end_time, temperature, metadata
        As in :class:`~lmct.instrument.absorption.scan.AbsorptionScan`.
    warnings
        What the reader left out or assumed, one sentence each.
    """

    energy: Float[np.ndarray, "point"]
    channels: Mapping[str, Float[np.ndarray, "point"]]
    energy_unit: str = ""
    mode: str = "transmission"
    element: str = ""
    edge: str = ""
    sample: str = ""
    start_time: datetime | None = None
    end_time: datetime | None = None
    temperature: float | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
