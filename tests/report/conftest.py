"""The result of a small study, made by hand."""

import numpy as np
import pytest
import xarray as xr
from matplotlib.figure import Figure

from lmct.quantity import Finding, Value
from lmct.study import Failure, GroupResult, Message, Run, StudyResult
from lmct.study.figure_file import write_figure
from lmct.study.layout import Sample, Study
from lmct.study.measurement_file import write_measurement
from lmct.technique.contract import FigureSheet, Measurement

SHA = "0123456789abcdef" * 4


def _figure(folder):
    def draw():
        figure = Figure(figsize=(2, 1))
        figure.add_subplot().plot([1, 2], [1, 2])
        return figure

    sheet = FigureSheet("v", "Voltage & charge", "Seen <here>.", draw, {"x": ("V", np.array([1.0]))}, "4a")
    return write_figure(sheet, folder=folder, stem="titration", source="titration")


@pytest.fixture
def result(tmp_path):
    study = Study(
        tmp_path / "study.toml",
        SHA,
        "Titration <script>alert(1)</script>",
        description="Is it LMCT?",
        material="li-ti-ni-o",
        x=0.4,
        samples=(
            Sample("dried"),
            Sample("heated & held", ("Charge at 20 mA/g until 4.5 V",), note="Note <i>."),
        ),
    )
    for name in ("measurements", "figures"):
        (study.results / name).mkdir(parents=True)
    source = {"source_file": "raw/<img src=x>.mpt", "source_sha256": SHA}
    finding = Finding(
        "mean_voltage", Value(3.7421, 0.0212, "V"), "heated & held", "tiny", "cycle 1", **source
    )
    measurement = Measurement(
        "m",
        "heated & held",
        "tiny",
        {"hold_time": 90.0},
        xr.Dataset(),
        (finding,),
        warnings=("gap <at> 3.",),
        **source,
    )
    about = {"format": "biologic-mpt", "reader": "lmct 0.1.0", "active_mass": "7 mg"}
    summary = write_measurement(
        measurement, path=study.results / "measurements/m.nc", key="k", provenance=about
    )
    files = {"source_file": "raw/a.mpt; raw/b.mpt; raw/c.mpt", "source_sha256": "; ".join((SHA, SHA, SHA))}
    conclusions = tuple(
        Finding(quantity, Value(value, 0.5, "mAh/g"), sample, "tiny", note="pooled s.d.", **files)
        for sample in ("dried", "heated & held")
        for quantity, value in (("metal_plateau_capacity", 120.0), ("oxygen_plateau_capacity", 80.0))
    )
    analysis = GroupResult("titration", conclusions, (_figure(study.results / "figures"),))
    run = Run(
        "2026-01-01T00:00:00+00:00", "2026-01-01T00:01:00+00:00", "lmct study .", 1, 0, 0, {"lmct": "0.1.0"}
    )
    messages = (Message("titration", "Two cells only."),)
    return StudyResult(study, (summary,), (analysis,), (), (), messages, run)


@pytest.fixture
def failure():
    return Failure("measurement 2 in study.toml", "raw/bad.mpt", "DamagedFile", "bad.mpt ends in row 3 <b>.")
