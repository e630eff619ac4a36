"""One scan as its file tells it, before any cross-check: what every reader returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class RawScan:
    """One scan, not yet cross-checked.

    Parameters
    ----------
    two_theta
        Scattering angles as stored, in any order [deg].
    intensity
        Of each angle, corrected for the attenuator.
    claimed_uncertainty
        A column of the file that may be the standard uncertainty; None when there is none.
    declared
        Whether the format itself says that the column is one.
    intensity_unit
        ``COUNTS``, ``RATE`` or ``ARBITRARY`` of :mod:`pattern`; empty when the file does not tell.
    counting_time
        Time a point [s]; None when not told, or not told in a known unit.
    attenuation
        Factor by which counts were multiplied to give the intensity [1]; None for 1.
    wavelengths, line_ratio, anode, start_time, end_time, temperature, radius
        As in :class:`DiffractionPattern`.
    metadata
        What else the header says.
    warnings
        What the reader left out or assumed, one sentence each.
    """

    two_theta: Float[np.ndarray, "point"]
    intensity: Float[np.ndarray, "point"]
    claimed_uncertainty: Float[np.ndarray, "point"] | None = None
    declared: bool = False
    intensity_unit: str = ""
    counting_time: float | Float[np.ndarray, "point"] | None = None
    attenuation: Float[np.ndarray, "point"] | None = None
    wavelengths: tuple[float, ...] = ()
    line_ratio: float | None = None
    anode: str = ""
    start_time: datetime | None = None
    end_time: datetime | None = None
    temperature: float | None = None
    radius: float | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
