"""The gas of a virtual campaign: two cycles of a cell in front of a mass spectrometer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from lmct.electrode.model import Electrode
from lmct.evidence.comparison import Truth
from lmct.instrument.cycler import write_mpt
from lmct.instrument.mass_spectrometer import write_table
from lmct.protocol.gas_evolution import gas_evolution
from lmct.protocol.gas_record import micromoles_per_gram
from lmct.protocol.run import Run
from lmct.protocol.simulation import run_protocol
from lmct.technique.electrochemistry.simulate import record_from_run
from lmct.technique.gas_evolution.simulate import Spectrometer, trace_from_run

SAMPLE = "gas cell"
FOLDER = "gas"
START = datetime(2026, 1, 12, 8, 0, 0)


@dataclass(frozen=True, kw_only=True)
class GasPlan:
    """How the gas is measured.

    Parameters
    ----------
    spectrometer
        The instrument.
    sensitivity
        Of the calibration: relative standard uncertainty [1].
    active_mass
        In the cell [g]; larger than in a coin cell (Li 2022, L628-634).
    """

    spectrometer: Spectrometer = field(default_factory=Spectrometer)
    sensitivity: float = 0.03
    active_mass: float = 20e-3


def gas_text(material: str, x: float, plan: GasPlan) -> str:
    """Return the entries of the study file.

    Parameters
    ----------
    material, x
        Member of the family.
    plan
        How it is measured.
    """
    ions = plan.spectrometer.ions
    known = ", ".join(
        f"{gas} = [{ions[gas][mass]:g}, {plan.sensitivity * ions[gas][mass]:g}]"
        for gas, mass in (("O2", 32), ("CO2", 44))
    )
    return f"""[[sample]]
name = "{SAMPLE}"

[[measurement]]
sample = "{SAMPLE}"
technique = "electrochemistry"
files = ["{FOLDER}/gas_cell.mpt"]

[[measurement]]
sample = "{SAMPLE}"
technique = "gas_evolution"
files = ["{FOLDER}/gas_trace.csv"]
options = {{ sensitivities = {{ {known} }} }}

[[analysis]]
kind = "release"
technique = "gas_evolution"
samples = ["{SAMPLE}"]
options = {{ material = "{material}", x = {x} }}
"""


def write_gas_part(directory: Path, electrode: Electrode, plan: GasPlan, seed: int) -> tuple[Truth, ...]:
    """Cycle a cell and write what cycler and mass spectrometer record.

    Parameters
    ----------
    directory
        The study folder.
    electrode
        The electrode that is measured.
    plan
        How it is measured.
    seed
        Of noise and drift.

    Returns
    -------
    :
        The true numbers.
    """
    folder = directory / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    run = run_protocol(electrode, gas_evolution())
    write_mpt(record_from_run(run, active_mass=plan.active_mass, start_time=START), folder / "gas_cell.mpt")
    trace = trace_from_run(
        run,
        active_mass=plan.active_mass,
        spectrometer=replace(plan.spectrometer, seed=seed),
        start_time=START,
    )
    write_table(trace, folder / "gas_trace.csv")
    return (Truth("oxygen_released", SAMPLE, _released(run), "umol/g", "charge 1"),)


def _released(run: Run) -> float:
    """Return the O2 that leaves in the first charge [umol/g]."""
    charge = run.segments[1]
    molecules = np.array([charge.end.oxygen_gas - charge.start.oxygen_gas])
    return float(micromoles_per_gram(molecules=molecules, molar_mass=run.parameters.molar_mass)[0])
