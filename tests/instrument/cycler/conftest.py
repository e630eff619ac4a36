from __future__ import annotations

import numpy as np
import pytest

MPT_HEADER = "mode\ttime/s\tEwe/V\t<I>/mA\t(Q-Qo)/mA.h\tcycle number\t"


def mpt_text(rows, *, header=MPT_HEADER, extra=(), first="EC-Lab ASCII FILE", count="Nb header lines : {}"):
    """An .mpt file with the given rows of text."""
    lines = ["", "Galvanostatic Cycling with Potential Limitation", "", *extra, "", header]
    return "\r\n".join([first, count.format(len(lines) + 2), *lines, *rows]) + "\r\n"


@pytest.fixture
def write(tmp_path):
    """Write text or bytes to a file and return its path."""

    def make(name, content, encoding="latin-1"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return make


@pytest.fixture
def cycle():
    """A charge at 1 A and a discharge at 2 A, one row a minute, with both capacities."""
    time = np.arange(0, 121 * 60, 60.0)
    current = np.where(np.arange(121) <= 60, 1.0, -2.0)
    charge = np.minimum(time, 3600.0) / 3600.0
    discharge = np.maximum(time - 3660.0, 0.0) * 2.0 / 3600.0
    voltage = 3.0 + charge - 0.4 * discharge
    return {"time": time, "voltage": voltage, "current": current, "charge": charge, "discharge": discharge}


def csv(header, *columns, separator=",", decimal="."):
    """Delimited text from columns."""
    rows = [
        separator.join(f"{value:.9g}".replace(".", decimal) for value in row)
        for row in zip(*columns, strict=True)
    ]
    return "\n".join([header, *rows]) + "\n"


@pytest.fixture
def bdf_text(cycle):
    """Text of a BDF csv of the cycle; keyword arguments replace columns."""

    def make(**changed):
        data = cycle | changed
        header = "test_time_second,voltage_volt,current_ampere,charging_capacity_ah,discharging_capacity_ah"
        return csv(header, *(data[key] for key in ("time", "voltage", "current", "charge", "discharge")))

    return make
