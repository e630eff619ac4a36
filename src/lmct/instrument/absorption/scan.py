"""What a beamline recorded in one absorption scan: energies and channels, from raw counts to normalised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import DataError, MissingColumn

INCIDENT, TRANSMITTED, FLUORESCENCE, ELECTRON = "incident", "transmitted", "fluorescence", "electron_yield"
REFERENCE, MU, NORMALISED, REFERENCE_MU = "reference", "mu", "normalised", "reference_mu"
UNCERTAINTY = "mu_uncertainty"

CHANNELS = (
    INCIDENT,
    TRANSMITTED,
    FLUORESCENCE,
    ELECTRON,
    REFERENCE,
    MU,
    NORMALISED,
    REFERENCE_MU,
    UNCERTAINTY,
)
"""What channels of a scan can be called; ``reference`` is the intensity behind the foil."""

MODES = ("transmission", "fluorescence", "electron_yield")
"""How absorption is measured; inverse partial yield is made from fluorescence by an analysis."""


@dataclass(frozen=True, eq=False)
class AbsorptionScan:
    """One scan of the photon energy through an absorption edge.

    Parameters
    ----------
    energy
        Photon energies, rising [eV].
    channels
        Name out of :data:`CHANNELS` -> one number per energy; counts, or absorption [1].
    mode
        One of :data:`MODES`.
    element, edge
        For example ``"Ni"`` and ``"K"``; empty when the file does not tell.
    sample
        What the file calls the sample.
    start_time, end_time
        By the clock of the beamline; None when not told.
    temperature
        Of the sample [K]; None when not told.
    format, reader
        Names of the format and of what read it.
    metadata
        What else the header says.
    warnings
        What was repaired or looks wrong, one sentence each.
    source_file, source_sha256, scan
        Name and hash of the file, and the number of the scan in it, from 0.
    """

    energy: Float[np.ndarray, "point"]
    channels: Mapping[str, Float[np.ndarray, "point"]]
    mode: str = "transmission"
    element: str = ""
    edge: str = ""
    sample: str = ""
    start_time: datetime | None = None
    end_time: datetime | None = None
    temperature: float | None = None
    format: str = ""
    reader: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    source_file: str = ""
    source_sha256: str = ""
    scan: int = 0

    def __post_init__(self) -> None:
        if len(self.energy) < 2 or not np.all(np.diff(self.energy) > 0):
            raise DataError(f"{self.source_file}: the energies of scan {self.scan} do not rise.")

    @property
    def provenance(self) -> dict[str, str]:
        """Format and reader as text."""
        return {"format": self.format, "reader": self.reader}

    @property
    def normalised(self) -> bool:
        """Whether the file holds normalised absorption only."""
        return NORMALISED in self.channels and not ({MU, TRANSMITTED} & set(self.channels))

    def absorption(self, mode: str = "") -> Float[np.ndarray, "point"]:
        """Return the absorption, up to a factor and a background [1].

        Parameters
        ----------
        mode
            One of :data:`MODES`; that of the scan by default.

        Raises
        ------
        MissingColumn
            A channel that this mode needs is missing.
        """
        mode = mode or self.mode
        for name in (MU, NORMALISED):
            if name in self.channels and mode == self.mode:
                return self.channels[name]
        first = self._channel(INCIDENT, mode)
        if mode == "transmission":
            return np.asarray(np.log(first / self._channel(TRANSMITTED, mode)))
        return np.asarray(self._channel(FLUORESCENCE if mode == "fluorescence" else ELECTRON, mode) / first)

    def reference(self) -> Float[np.ndarray, "point"] | None:
        """Return the absorption of the foil measured in parallel [1]; None when there is none."""
        if REFERENCE_MU in self.channels:
            return self.channels[REFERENCE_MU]
        if REFERENCE in self.channels and TRANSMITTED in self.channels:
            return np.asarray(np.log(self.channels[TRANSMITTED] / self.channels[REFERENCE]))
        return None

    def _channel(self, name: str, mode: str) -> Float[np.ndarray, "point"]:
        if name not in self.channels:
            raise MissingColumn(
                f"{self.source_file}: {mode} needs the channel {name},"
                f" the scan has {', '.join(self.channels)}."
                f" Expected {name}. Choose another mode, or name its column: columns = {{ {name} = 3 }}."
            )
        return self.channels[name]
