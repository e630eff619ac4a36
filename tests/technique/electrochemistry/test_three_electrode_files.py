"""Files with Ewe, Ece and Ecell: which voltage is analysed, and how to choose another one."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from lmct.electrode import Electrode, load
from lmct.instrument import cycler
from lmct.protocol import run_protocol, voltammetry
from lmct.protocol.lithium_counter import LithiumCounter
from lmct.protocol.two_electrode import cell_table
from lmct.technique.electrochemistry import analyse as technique

COUNTER = LithiumCounter(exchange_current=100.0, resistance=0.3)
MASS = 7e-3
DATA = Path(os.environ.get("LMCT_DATA", Path(__file__).parents[4] / "shared" / "data"))


@pytest.fixture(scope="module")
def table():
    """Sweep the working electrode against the reference; the cell voltage follows from the current."""
    run = run_protocol(Electrode(load("li-ti-ni-o-direct")), voltammetry(sweep_rate=2e-4, cycles=1)[:1])
    return cell_table(run, COUNTER, interval=20.0)


@pytest.fixture(scope="module")
def file(table, tmp_path_factory):
    """Write what EC-Lab exports of a three-electrode cell."""
    path = tmp_path_factory.mktemp("cv") / "cv.mpt"
    names = ("time/s", "Ewe/V", "<Ece>/V", "Ewe-Ece/V", "<I>/mA")
    rows = np.column_stack(
        (
            table["time"],
            table["voltage"],
            table["counter_potential"],
            table["voltage"] - table["counter_potential"],
            table["specific_current"] * MASS,
        )
    )
    lines = ["EC-Lab ASCII FILE", "Nb header lines : 5", "", "Cyclic Voltammetry", "\t".join(names)]
    lines += ["\t".join(f"{value:.9E}" for value in row) for row in rows]
    path.write_text("\r\n".join(lines) + "\r\n", encoding="latin-1")
    return path


def columns(voltage):
    return {
        "time": "time/s",
        "voltage": voltage,
        "current": "<I>/mA",
        "skip_rows": 4,
        "active_mass": "7 mg",
    }


def peak(record):
    cell = technique.analyse_record(record, name="cv", sample="s", active_mass=MASS, condition={}, options={})
    found = technique.voltammetry([cell], {}).findings
    return max(
        (one.value.value for one in found if one.quantity == "current_peak_voltage"), default=float("nan")
    )


def test_the_working_electrode_is_read_unless_told_otherwise(file, table):
    assert cycler.read(file).voltage == pytest.approx(table["voltage"], abs=1e-6)


@pytest.mark.parametrize(
    ("header", "column"), [("Ewe/V", "voltage"), ("<Ece>/V", "counter_potential"), ("Ewe-Ece/V", None)]
)
def test_any_voltage_can_be_chosen(file, table, header, column):
    expected = table["voltage"] - table["counter_potential"] if column is None else table[column]
    assert cycler.read(file, columns=columns(header)).voltage == pytest.approx(expected, abs=1e-6)


def test_the_voltage_that_was_swept_is_the_one_to_analyse(file, table):
    """Only the controlled voltage is straight in time; the two others are no sweeps."""
    top = float(table["voltage"][np.argmax(table["specific_current"])])
    assert peak(cycler.read(file, columns=columns("Ewe/V"))) == pytest.approx(top, abs=0.01)
    assert np.isnan(peak(cycler.read(file, columns=columns("Ewe-Ece/V"))))


@pytest.mark.files
def test_a_real_file_gives_all_three():
    file = DATA / "cycling" / "yadg_biologic" / "cp.mpt"
    if not file.is_file():
        pytest.skip(f"{file} is not there")

    def read(header):
        chosen = {"time": "time/s", "voltage": header, "current": "I/mA", "skip_rows": 58}
        return cycler.read(file, columns=chosen).voltage

    working, counter, difference = (read(name) for name in ("<Ewe>/V", "<Ece>/V", "Ewe-Ece/V"))
    assert working == pytest.approx(cycler.read(file).voltage)
    assert difference == pytest.approx(working - counter, abs=1e-5)
