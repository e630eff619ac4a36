"""What a mass spectrometer recorded behind a cell: ion currents of chosen m/z over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import DamagedFile, MissingColumn

CONDITIONS = {"flow": "mL/min", "temperature": "K", "pressure": "Pa"}
"""What may stand beside the ion currents, and its unit; the flow is at the conditions of the flow meter."""

AMPERE, COUNT_RATE = "A", "1/s"
"""Units of ion currents: of an electrometer, and of an ion counter."""


@dataclass(frozen=True, eq=False)
class GasTrace:
    """Ion currents of one run.

    Parameters
    ----------
    time
        Since ``start_time``, strictly rising [s].
    currents
        Ion current of each m/z, in ``unit``; NaN where it was not measured or the detector was saturated.
    unit
        :data:`AMPERE` or :data:`COUNT_RATE`.
    conditions
        Columns of :data:`CONDITIONS` that the file holds.
    start_time
        Time zero by the clock of the instrument; aware when the file tells the zone. None when not told.
    saturated
        Channels whose detector was saturated somewhere.
    source_file, source_sha256
        Name and hash of the file.
    format, reader
        Name of the format, library and version that read it.
    metadata
        What else the header says, as text.
    warnings
        What was left out, repaired or looks wrong, one sentence each.

    Raises
    ------
    DamagedFile
        Columns differ in length, or the time does not rise.
    """

    time: Float[np.ndarray, "row"]
    currents: Mapping[int, Float[np.ndarray, "row"]]
    unit: str = AMPERE
    conditions: Mapping[str, Float[np.ndarray, "row"]] = field(default_factory=dict)
    start_time: datetime | None = None
    saturated: tuple[int, ...] = ()
    source_file: str = ""
    source_sha256: str = ""
    format: str = ""
    reader: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        columns = [*self.currents.values(), *self.conditions.values()]
        if any(len(column) != len(self.time) for column in columns):
            raise DamagedFile(f"{self.source_file}: the columns differ in length. Expected a full table.")
        if len(self.time) < 2 or not np.all(np.diff(self.time) > 0):
            raise DamagedFile(
                f"{self.source_file}: the times do not rise, or there are fewer than two rows. Expected"
                " rising times. Export the file again."
            )

    @property
    def provenance(self) -> dict[str, str]:
        """Format and reader as text."""
        return {"format": self.format, "reader": self.reader}

    def current(self, mass: int) -> Float[np.ndarray, "row"]:
        """Return the ion current of one m/z.

        Parameters
        ----------
        mass
            m/z.

        Raises
        ------
        MissingColumn
            It was not recorded.
        """
        if mass not in self.currents:
            listed = ", ".join(str(one) for one in sorted(self.currents))
            raise MissingColumn(
                f"{self.source_file or 'the record'} has no m/z {mass} (found: {listed})."
                " Expected this channel. Name another channel, or its column in the column map."
            )
        return self.currents[mass]
