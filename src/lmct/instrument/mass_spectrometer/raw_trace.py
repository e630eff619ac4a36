"""Ion currents as a file tells them, before any cross-check: what every reader returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from jaxtyping import Float

from lmct.instrument.mass_spectrometer.trace import AMPERE


@dataclass(frozen=True, eq=False)
class RawTrace:
    """Ion currents, not yet cross-checked.

    Parameters
    ----------
    time
        As stored, since any zero [s].
    currents
        Of each m/z.
    unit
        ``"A"`` or ``"1/s"``.
    conditions
        Flow [mL/min], temperature [K], pressure [Pa].
    start_time
        Clock at time zero.
    full_scale
        Largest signal that the detector can tell, row by row; None when not known.
    metadata, warnings
        As in ``GasTrace``.
    """

    time: Float[np.ndarray, "row"]
    currents: Mapping[int, Float[np.ndarray, "row"]]
    unit: str = AMPERE
    conditions: Mapping[str, Float[np.ndarray, "row"]] = field(default_factory=dict)
    start_time: datetime | None = None
    full_scale: Float[np.ndarray, "row"] | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
