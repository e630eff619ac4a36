"""What a cycler recorded: one table with Battery Data Format (BDF) names, and where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
from jaxtyping import Float

from lmct.quantity.constants import COULOMB_PER_MAH
from lmct.quantity.errors import DataError, MissingColumn

TIME = "test_time_second"
VOLTAGE = "voltage_volt"
CURRENT = "current_ampere"
REQUIRED = (TIME, VOLTAGE, CURRENT)


@dataclass(frozen=True, eq=False)
class CyclerRecord:
    """The rows of one cycler file in fixed units, current positive on charge.

    Parameters
    ----------
    columns
        Arrays of equal length by BDF name; always ``test_time_second``, ``voltage_volt``, ``current_ampere``;
        often ``cycle_count``, ``step_count``, ``charging_capacity_ah``, ``discharging_capacity_ah``,
        ``ambient_temperature_celsius``, ``unix_time_second``.
    source_file
        Name of the file.
    source_sha256
        Hash of its bytes.
    format
        Name of the format, for example ``"biologic-mpt"``.
    reader
        Library and version that read it, for example ``"galvani 0.5.0"`` or ``"lmct 0.1.0"``.
    active_mass
        Mass of active material as the file states it [g], None when it states none.
    start_time
        Start of the test on the instrument's own clock, None when the file does not tell.
    metadata
        What else the header says, as text, under the instrument's own names.
    warnings
        What was repaired or looks wrong, one sentence each, with row numbers.

    Raises
    ------
    MissingColumn
        Time, voltage or current is not among the columns.
    DataError
        Columns differ in length.
    """

    columns: Mapping[str, Float[np.ndarray, "row"]]
    source_file: str = ""
    source_sha256: str = ""
    format: str = ""
    reader: str = ""
    active_mass: float | None = None
    start_time: datetime | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in REQUIRED:
            if name not in self.columns:
                raise MissingColumn(
                    f"{self.source_file} has no column {name} (found: {', '.join(self.columns)})."
                    " Name it in the column map of the study file."
                )
        lengths = {name: len(column) for name, column in self.columns.items()}
        if len(set(lengths.values())) > 1:
            raise DataError(f"{self.source_file}: columns differ in length: {lengths}.")

    @property
    def provenance(self) -> dict[str, str]:
        """Format, reader and active mass as text."""
        mass = "" if self.active_mass is None else f"{self.active_mass * 1e3:.6g} mg"
        return {"format": self.format, "reader": self.reader, "active_mass": mass}

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.columns[TIME])

    @property
    def time(self) -> Float[np.ndarray, "row"]:
        """Time since the start of the test [s]."""
        return self.columns[TIME]

    @property
    def voltage(self) -> Float[np.ndarray, "row"]:
        """Cell voltage [V]."""
        return self.columns[VOLTAGE]

    @property
    def current(self) -> Float[np.ndarray, "row"]:
        """Current, positive on charge [A]."""
        return self.columns[CURRENT]

    @property
    def charge(self) -> Float[np.ndarray, "row"]:
        """Charge passed since the first row, by the trapezoidal rule [C]."""
        passed = np.zeros(self.rows)
        np.cumsum(0.5 * (self.current[1:] + self.current[:-1]) * np.diff(self.time), out=passed[1:])
        return passed

    def capacity(self) -> tuple[float, float]:
        """Return the total charge and discharge capacity of the file, both positive [mAh]."""
        steps = np.diff(self.charge) / COULOMB_PER_MAH
        return float(steps[steps > 0].sum()), float(-steps[steps < 0].sum()) + 0.0

    def with_warnings(self, *warnings: str) -> CyclerRecord:
        """Return the same record with further warnings."""
        return replace(self, warnings=self.warnings + warnings)
