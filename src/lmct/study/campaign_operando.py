"""The diffraction of a virtual campaign: a cell in operando, and the charged electrode at rest."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
from jaxtyping import Float

from lmct.electrode.lattice import Lattice
from lmct.electrode.model import Electrode
from lmct.evidence.comparison import Truth
from lmct.instrument.cycler import write_mpt
from lmct.instrument.diffraction import write_xrdml
from lmct.material.material import Material
from lmct.protocol.charged_lattice import lattice_of_electrode
from lmct.protocol.galvanostatic import galvanostatic
from lmct.protocol.plain_words import parse_steps
from lmct.protocol.run import Run
from lmct.protocol.simulation import run_protocol
from lmct.study.virtual_operando import START, OperandoPlan, simulated_sequence
from lmct.technique.diffraction.simulation.run import states_of_run
from lmct.technique.diffraction.simulation.sequence import SimulatedSequence
from lmct.technique.electrochemistry.simulate import record_from_run

DEMO_OPERANDO = OperandoPlan(scans=40, angle_step=0.03, peak_counts=8000.0)

CELL, REST = "operando cell", "charged, at rest"
"""Names of the samples."""

AT_REST = "Charge at 20 mA/g until 4.8 V; Rest for 48 h"

FOLDER = "xrd"


def operando_text(material: str, x: float) -> str:
    """Return the entries of the study file.

    Parameters
    ----------
    material, x
        Member of the family.
    """
    return f"""[[sample]]
name = "{CELL}"

[[measurement]]
sample = "{CELL}"
technique = "electrochemistry"
files = ["{FOLDER}/operando_cell.mpt"]

[[measurement]]
sample = "{CELL}"
technique = "diffraction"
files = ["{FOLDER}/operando.xrdml"]

[[sample]]
name = "{REST}"
history = {json.dumps(AT_REST.split("; "))}

[[measurement]]
sample = "{REST}"
technique = "diffraction"
files = ["{FOLDER}/at_rest.xrdml"]

[[analysis]]
kind = "operando"
technique = "diffraction"
samples = ["{CELL}"]
options = {{ material = "{material}", x = {x} }}

[[analysis]]
kind = "lattice_relaxation"
technique = "diffraction"
samples = ["{REST}"]
"""


def write_operando_part(
    directory: Path, electrode: Electrode, material: Material, plan: OperandoPlan, seed: int
) -> tuple[Truth, ...]:
    """Simulate one cycle and a rest, and write what diffractometer and cycler record.

    Parameters
    ----------
    directory
        The study folder.
    electrode
        The electrode that is measured.
    material
        The member of the family.
    plan
        How it is measured.
    seed
        Of the counting noise.

    Returns
    -------
    :
        The true numbers.
    """
    folder = directory / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    lattice = lattice_of_electrode(electrode)
    cycle = run_protocol(electrode, galvanostatic(cycles=1))
    operando = simulated_sequence(cycle, material, lattice, replace(plan, seed=seed))
    write_xrdml(operando, folder / "operando.xrdml")
    record = record_from_run(cycle, active_mass=7e-3, start_time=START)
    write_mpt(record, folder / "operando_cell.mpt")
    rest = run_protocol(electrode, parse_steps(AT_REST))
    alone = Run(rest.protocol[1:], rest.segments[1:], rest.parameters)
    at_rest = simulated_sequence(
        alone, material, lattice, replace(plan, seed=seed + 1, scans=plan.scans // 2)
    )
    write_xrdml(at_rest, folder / "at_rest.xrdml")
    return (*_truths_of_cycle(cycle, operando, lattice), *_truths_of_rest(at_rest))


def _truths_of_cycle(cycle: Run, operando: SimulatedSequence, lattice: Lattice) -> tuple[Truth, ...]:
    """Return what perfect patterns, and a cycler that counts charge, would find in one cycle."""
    truth = operando.truth
    turn = cycle.segments[0].duration
    charging = np.flatnonzero(truth.end <= turn)
    up, down = (_branch(cycle, step, lattice) for step in (0, 1))
    low = max(up[0].min(), down[0].min())
    high = min(up[0].max(), down[0].max())
    charge = np.linspace(low, high, 2000)
    gap = np.interp(charge, down[0][::-1], down[1][::-1]) - np.interp(charge, *up)
    return (
        Truth(
            "lattice_parameter",
            CELL,
            float(truth.lattice_parameter[charging[-1]]),
            "Å",
            "end of cycle 1, charge",
        ),
        Truth("structural_loop_area", CELL, float(np.trapezoid(gap, charge)), "Å"),
        Truth("structural_gap_max", CELL, float(gap.max()), "Å"),
    )


def _branch(
    cycle: Run, step: int, lattice: Lattice
) -> tuple[Float[np.ndarray, "point"], Float[np.ndarray, "point"]]:
    """Return the charge passed as lithium extracted [1/f.u.], and the lattice parameter [Å]."""
    before = sum(segment.duration for segment in cycle.segments[:step])
    times = before + np.linspace(0.0, cycle.segments[step].duration, 3000)
    passed = np.zeros(len(times))
    for number in range(step + 1):
        segment = cycle.segments[number]
        begin = sum(one.duration for one in cycle.segments[:number])
        passed += segment.charge_at(np.clip(times - begin, 0.0, segment.duration))
    return passed, lattice.of_states(states_of_run(cycle, times))


def _truths_of_rest(at_rest: SimulatedSequence) -> tuple[Truth, ...]:
    truth = at_rest.truth.lattice_parameter
    return (
        Truth("lattice_parameter", REST, float(truth[0]), "Å", "first scan"),
        Truth("lattice_parameter", REST, float(truth[-1]), "Å", "last scan"),
    )
