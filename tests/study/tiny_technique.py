"""A technique of a few lines: the mean voltage of a file, and the mean of that over files."""

from pathlib import Path

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from lmct.instrument.cycler.record import CyclerRecord
from lmct.quantity import Finding, Value
from lmct.quantity.errors import DamagedFile, UnknownFormat
from lmct.technique.contract import AnalysisResult, FigureSheet, Measurement


class TinyReader:
    """One voltage per line."""

    @staticmethod
    def identify(path):
        if Path(path).suffix != ".tiny":
            raise UnknownFormat(f"{Path(path).name} is not tiny.")
        return "tiny"

    @staticmethod
    def read(path, *, columns=None):
        """Read a voltage per line; the file name is written to a log so that reads can be counted."""
        path = Path(path)
        with (path.parent.parent / "reads.log").open("a") as log:
            log.write(f"{path.name}\n")
        try:
            voltage = np.array([float(line) for line in path.read_text().split()])
        except ValueError as error:
            raise DamagedFile(
                f"{path.name} is no list of voltages. Expected numbers. Export it again."
            ) from error
        if path.name.startswith("bug"):
            raise KeyError("a fault of the reader")
        time, current = np.arange(len(voltage), dtype=float), np.ones(len(voltage))
        names = ("test_time_second", "voltage_volt", "current_ampere")
        return CyclerRecord(
            dict(zip(names, (time, voltage, current), strict=True)), format="tiny", reader="test 1"
        )


NAME = "tiny"
READER = TinyReader()
READS_FOLDERS = False
COMPANIONS = ()


def analyse_record(record, *, name, sample, active_mass, condition, options, checkpoint=None):
    voltage = record.voltage
    dataset = xr.Dataset(
        {"voltage": ("row", voltage, {"units": "V"})}, {"time": ("row", record.time, {"units": "s"})}
    )
    if options.get("crash"):
        raise RuntimeError("the analysis has a fault")
    spread = float(voltage.std())
    finding = Finding("mean_voltage", Value(float(voltage.mean()), spread, "V"), condition="whole file")
    warnings = ("only one row.",) if len(voltage) == 1 else ()
    return Measurement(name, sample, NAME, condition, dataset, (finding,), warnings=warnings)


def _mean(measurements, options):
    means = [float(m.dataset["voltage"].mean()) for m in measurements]
    value = Value(float(np.mean(means)), float(np.std(means)), "V")
    sheet = FigureSheet("means", "Means <b>", "One & all.", _draw, {"mean": ("V", np.array(means))}, "4a")
    return AnalysisResult((Finding("grand_mean", value, "all"),), (sheet,), ("nothing more can be said.",))


def _broken(measurements, options):
    raise ZeroDivisionError("no luck")


def _bad_figure(measurements, options):
    def draw():
        raise RuntimeError("no ink")

    return AnalysisResult(figures=(FigureSheet("bad", "Bad", "", draw, {}), _sheet("good")))


GROUP_ANALYSES = {"mean": _mean, "broken": _broken, "bad_figure": _bad_figure}


def _draw():
    figure = Figure(figsize=(1, 1))
    figure.add_subplot().plot([1, 2], [3, 4])
    return figure


def _sheet(name):
    return FigureSheet(name, "Voltage", "What was measured.", _draw, {"row": ("", np.array([1, 2]))})


def figures(measurements):
    return (_sheet("voltage"),)
