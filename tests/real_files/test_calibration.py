"""Calibration to real curves: another material than the model is made for, so a misfit that says so."""

from __future__ import annotations

import contextlib
import time

import numpy as np
import pytest

from lmct.electrode import Electrode, load
from lmct.evidence.calibration.measured_curve import voltages_from_simulation
from lmct.evidence.calibration.rebuilt_protocol import curve_from_record
from lmct.instrument.cycler import read
from lmct.quantity.errors import LmctError
from lmct.study.calibration_run import calibrate_study

pytestmark = pytest.mark.files

FREE = """
[calibration.free]
metal_holes_max = { low = 0.3, high = 1.6 }
metal_potential = { low = 3.0, high = 4.2 }
metal_metal = { low = 0.0, high = 1.5 }
lithium_width = { low = 0.0, high = 0.35 }
lithium_max = { low = 0.9, high = 1.2 }
metal_rate = { low = 1e-8, high = 1e-2, scale = "log" }
"""

NMC = """
[study]
name = "NMC half cell, first cycle"
roots = ["{data}"]
[[sample]]
name = "NMC"
[[measurement]]
sample = "NMC"
files = ["{data}/cycling/nmc_capacity_li/811.csv"]
[measurement.columns]
header_rows = 2
specific_current = "20 mA/g"
curves = [
  {{voltage = "A", specific_capacity = "B", direction = "charge"}},
  {{voltage = "D", specific_capacity = "E", direction = "discharge"}},
]
[calibration]
start = "li-ti-ni-o-direct"
fixed = {{molar_mass = 97.28, lithium = 1.0}}
model_error = "30 mV"
"""

LINIO2 = """
[study]
name = "LiNiO2 operando"
roots = ["{data}"]
[[sample]]
name = "LNO"
[[measurement]]
sample = "LNO"
files = ["{data}/absorption/perex_rock/EC/220726cell4operandoxas_C06.mpt"]
active_mass = "7 mg"
[calibration]
start = "li-ti-ni-o-direct"
fixed = {{molar_mass = 97.63, lithium = 1.0}}
model_error = "30 mV"
first_cycles = 1
"""


@pytest.mark.parametrize(
    ("text", "kinds"), [(NMC, {"charge", "discharge"}), (LINIO2, {"charge", "discharge"})]
)
def test_a_layered_oxide_is_fitted_with_a_misfit_that_is_named(data, tmp_path, text, kinds):
    (tmp_path / "study.toml").write_text(text.format(data=data.resolve().as_posix()) + FREE, "utf-8")
    began = time.monotonic()
    result = calibrate_study(tmp_path, seconds=8.0, seed=1).calibration
    assert time.monotonic() - began < 40.0
    assert result.best.cost < 0.5 * result.start_cost
    assert kinds <= {step.words.split()[0] for step in result.best.steps}
    assert "error of the model limits the fit" in result.best.curve_verdict
    # 3.5-3.9 V: the metal couple of a nickel oxide, whatever else does not fit.
    assert 3.4 < result.best.parameters.metal_potential < 4.0
    for one in result.best.free:
        assert one.dominated_by in {"bounds", "model error"}


@pytest.mark.parametrize(
    "file",
    [
        "navani/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr",
        "fastnda_neware/BTS85-36-6-5-110-20240424.ndax",
        "fastnda_neware/nda_v26.nda.zip",
        "cellpy/maccor_one.txt",
        "yadg_biologic/cva.issue_202.mpt",
        "ixdat/Pt_poly_cv.mpt",
        "yadg_biologic/peis.mpr",
    ],
)
def test_any_file_gives_steps_and_voltages_or_one_clear_error_in_time(data, file):
    record = read(data / "cycling" / file)
    began = time.monotonic()
    with contextlib.suppress(LmctError):  # more steps than anybody calibrates to
        curve = curve_from_record(record, active_mass=5e-3)
        electrode = Electrode(load("li-ti-ni-o-direct"), tolerance=1e-6, most_steps=5000)
        simulated = voltages_from_simulation(electrode, curve)
        assert np.all(np.isfinite(np.concatenate(simulated)))
    assert time.monotonic() - began < 20.0


def test_holds_and_currents_of_a_neware_file_add_up_to_its_charge(data):
    record = read(data / "cycling/navani/test.ndax")
    curve = curve_from_record(record, active_mass=1e-3)
    assert {"charge", "hold"} <= {step.kind for step in curve.steps}
    passed = [step.specific_current * step.duration / 3600 * 1e-3 for step in curve.steps]
    charged, discharged = sum(q for q in passed if q > 0), -sum(q for q in passed if q < 0)
    assert (charged, discharged) == pytest.approx(record.capacity(), rel=0.02)
