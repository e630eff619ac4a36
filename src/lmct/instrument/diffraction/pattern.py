"""What a diffractometer recorded in one scan, and a sequence of scans that are read one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from jaxtyping import Float

from lmct.instrument.scan_sequence import ScanPlace, ScanSequence
from lmct.quantity.errors import DataError

__all__ = ["ARBITRARY", "COUNTS", "RATE", "DiffractionPattern", "PatternSequence", "ScanPlace"]

COUNTS, RATE, ARBITRARY = "counts", "counts per second", "arbitrary"
"""What intensities can be: only counts have the square root of themselves as standard uncertainty."""


@dataclass(frozen=True, eq=False)
class DiffractionPattern:
    """One powder pattern.

    Parameters
    ----------
    two_theta
        Scattering angles, rising [deg].
    intensity
        Of each angle, in ``intensity_unit``.
    uncertainty
        Standard uncertainty of each intensity, same unit, all positive; None when the file tells none
        that can be one and the intensities are no counts.
    intensity_unit
        :data:`COUNTS`, :data:`RATE` or :data:`ARBITRARY`.
    wavelengths
        Of the lines in the beam, the strongest first [Å]; empty when the file does not tell.
    line_ratio
        Intensity of the second line over that of the first [1]; None when the file does not tell.
    anode
        Target of the tube, for example ``"Cu"``; empty when not told.
    start_time, end_time
        By the clock of the instrument; aware when the file tells the zone. None when not told.
    temperature
        Of the sample [K]; None when not told.
    radius
        Of the goniometer [mm]; None when not told.
    source_file
        Name of the file.
    scan
        Number of the scan in the file, from 0.
    source_sha256
        Hash of the file.
    format
        Name of the format, for example ``"panalytical-xrdml"``.
    reader
        Library and version that read it.
    metadata
        What else the header says, as text, under the instrument's own names.
    warnings
        What was left out, repaired or looks wrong, one sentence each.

    Raises
    ------
    DataError
        Arrays differ in length, or angles do not rise.
    """

    two_theta: Float[np.ndarray, "point"]
    intensity: Float[np.ndarray, "point"]
    uncertainty: Float[np.ndarray, "point"] | None = None
    intensity_unit: str = COUNTS
    wavelengths: tuple[float, ...] = ()
    line_ratio: float | None = None
    anode: str = ""
    start_time: datetime | None = None
    end_time: datetime | None = None
    temperature: float | None = None
    radius: float | None = None
    source_file: str = ""
    scan: int = 0
    source_sha256: str = ""
    format: str = ""
    reader: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        columns = [self.two_theta, self.intensity]
        columns += [] if self.uncertainty is None else [self.uncertainty]
        if len({len(column) for column in columns}) > 1:
            raise DataError(f"{self.source_file}: angles, intensities and uncertainties differ in length.")
        if len(self.two_theta) < 2 or not np.all(np.diff(self.two_theta) > 0):
            raise DataError(f"{self.source_file}: the angles of scan {self.scan} do not rise.")

    @property
    def provenance(self) -> dict[str, str]:
        """Format and reader as text."""
        return {"format": self.format, "reader": self.reader}


class PatternSequence(ScanSequence[DiffractionPattern]):
    """Powder patterns in the order of their clock (or of their names), made when they are asked for."""
