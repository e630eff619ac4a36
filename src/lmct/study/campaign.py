"""A virtual titration campaign: cycler files of many cells, a study of them, the hidden truth."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from lmct import material as materials
from lmct.electrode.model import Electrode
from lmct.electrode.parameter_file import load as load_parameters
from lmct.electrode.parameters import ElectrodeParameters
from lmct.electrode.state import ElectrodeState
from lmct.evidence.comparison import Truth
from lmct.instrument.cycler import write_mpt
from lmct.protocol.run import Run
from lmct.protocol.simulation import run_protocol
from lmct.protocol.step import Step
from lmct.protocol.titration import Portion, temperature_series, time_series, titration
from lmct.study.atomic import write_text
from lmct.study.campaign_files import file_stem
from lmct.study.campaign_gas import GasPlan, gas_text, write_gas_part
from lmct.study.campaign_operando import DEMO_OPERANDO, operando_text, write_operando_part
from lmct.study.campaign_spectroscopy import SpectroscopyPlan, spectroscopy_text, write_spectroscopy_part
from lmct.study.campaign_truth import truths_of_electrode, truths_of_portions
from lmct.study.virtual_operando import OperandoPlan
from lmct.technique.electrochemistry.simulate import Channel, record_from_run

TRUTH, TRUTH_OF_FIT = "truth.json", "truth-of-the-fit.json"
"""Files of the true numbers: of the analyses, and of a fit of the electrode."""

NAME = "Virtual campaign on Li1.17Ti0.58Ni0.25O2"
MATERIAL = "li-ti-ni-o"
COMPOSITION = 0.4
START = datetime(2026, 1, 5, 8, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scatter:
    """How cells of one condition differ (standard deviations).

    Parameters
    ----------
    mass
        Relative error of the mass that is written into a file [1].
    voltage
        Error of the zero of a channel [V].
    exchange
        Relative scatter of the exchange rates of either couple: contact, porosity, wetting [1].
    noise
        Of one reading of the voltage [V].
    """

    mass: float = 0.02
    voltage: float = 1e-3
    exchange: float = 0.05
    noise: float = 2e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignPlan:
    """What a virtual campaign measures.

    Parameters
    ----------
    portions
        Portions of the charged powder; the cell that was never taken apart is always added.
    cells
        Fewest and most cells per portion.
    scatter
        How cells differ.
    parameters
        The electrode that is measured.
    operando
        How one cycle of a cell and two days at rest are measured by diffraction; None: they are not.
    spectroscopy
        How heated powders are measured by photoemission and X-ray absorption; None: they are not.
    gas
        How the gas of two cycles is measured; None: it is not.
    """

    portions: tuple[Portion, ...]
    cells: tuple[int, int] = (3, 5)
    scatter: Scatter = field(default_factory=Scatter)
    parameters: ElectrodeParameters = field(default_factory=lambda: load_parameters(MATERIAL))
    operando: OperandoPlan | None = None
    spectroscopy: SpectroscopyPlan | None = None
    gas: GasPlan | None = None


def paper_portions() -> tuple[Portion, ...]:
    """Return the portions of Fig. 4a, 4c and 6e: 24 h at 25-140 degC; 90 s to 24 h at 140 and at 120 degC."""
    every = (*temperature_series(), *time_series(), *time_series(temperature=393.15))
    return tuple(dict.fromkeys(every))


def full_plan() -> CampaignPlan:
    """Return the plan of the demo: everything the paper measures on heated powders and working cells."""
    return CampaignPlan(
        portions=paper_portions(), operando=DEMO_OPERANDO, spectroscopy=SpectroscopyPlan(), gas=GasPlan()
    )


def write_campaign(directory: Path, seed: int = 1, *, plan: CampaignPlan | None = None) -> tuple[Truth, ...]:
    """Simulate a titration campaign and write it as a study folder.

    The folder holds ``raw/*.mpt``, one file per cell, as a cycler would have written them, and
    ``study.toml``. The true numbers go into ``truth.json``, which no analysis reads.

    Parameters
    ----------
    directory
        Folder to write; made when absent.
    seed
        Seed of every error.
    plan
        What is measured; the paper's portions by default.

    Returns
    -------
    :
        The true numbers.

    Raises
    ------
    NotConverged, OutOfRange
        The plan cannot be simulated.
    """
    chosen = full_plan() if plan is None else plan
    random = np.random.default_rng(seed)
    portions = (Portion(in_cycling=True), *chosen.portions)
    ideal = [run_protocol(Electrode(chosen.parameters), titration(portion)) for portion in portions]
    (directory / "raw").mkdir(parents=True, exist_ok=True)
    entries = []
    for portion, run in zip(portions, ideal, strict=True):
        number = int(random.integers(chosen.cells[0], chosen.cells[1] + 1))
        files = [_write_cell(directory, portion, run, cell, chosen, random) for cell in range(1, number + 1)]
        entries.append((portion, files))
    study = _study_text(entries)
    truths = truths_of_portions(portions, ideal, chosen.parameters)
    if chosen.operando is not None:
        study += "\n" + operando_text(MATERIAL, COMPOSITION)
        member = materials.load(MATERIAL, COMPOSITION)
        truths += write_operando_part(directory, Electrode(chosen.parameters), member, chosen.operando, seed)
    if chosen.spectroscopy is not None:
        study += "\n" + spectroscopy_text(portions)
        truths += write_spectroscopy_part(directory, portions, ideal, chosen.spectroscopy, seed)
    if chosen.gas is not None:
        study += "\n" + gas_text(MATERIAL, COMPOSITION, chosen.gas)
        truths += write_gas_part(directory, Electrode(chosen.parameters), chosen.gas, seed)
    write_text(directory / "study.toml", study)
    _write_truths(directory / TRUTH, truths)
    _write_truths(directory / TRUTH_OF_FIT, truths_of_electrode(chosen.parameters, NAME))
    return truths


def _write_truths(path: Path, truths: Sequence[Truth]) -> None:
    write_text(path, json.dumps([asdict(truth) for truth in truths], indent=1) + "\n")


def _write_cell(
    directory: Path,
    portion: Portion,
    ideal: Run,
    cell: int,
    plan: CampaignPlan,
    random: np.random.Generator,
) -> str:
    """Simulate one cell with its own errors and write what its channel recorded; return the path."""
    scatter = plan.scatter
    stated_mass = round(random.uniform(6.0e-3, 8.0e-3), 5)
    true_mass = stated_mass * (1.0 + scatter.mass * random.standard_normal())
    parameters = plan.parameters.replace(
        metal_rate=plan.parameters.metal_rate * np.exp(scatter.exchange * random.standard_normal()),
        oxygen_rate=plan.parameters.oxygen_rate * np.exp(scatter.exchange * random.standard_normal()),
    )
    channel = Channel(voltage_noise=scatter.noise, voltage_offset=scatter.voltage * random.standard_normal())
    steps, start = cell_steps(portion, ideal)
    driven = [_at_rate(step, stated_mass / true_mass) for step in steps]
    run = run_protocol(Electrode(parameters), driven, start=start)
    record = record_from_run(
        run,
        active_mass=stated_mass,
        true_mass=true_mass,
        channel=channel,
        random=random,
        start_time=START + timedelta(minutes=int(random.integers(0, 14 * 24 * 60))),
    )
    path = f"raw/{file_stem(portion)}_cell{cell}.mpt"
    write_mpt(record, directory / path)
    return path


def cell_steps(portion: Portion, ideal: Run) -> tuple[tuple[Step, ...], ElectrodeState | None]:
    """Return the steps that the cell of a portion itself records, and the state its powder starts from.

    A powder is charged and heated before the cell is assembled: its file holds the rest and the discharge
    only.

    Parameters
    ----------
    portion
        The portion.
    ideal
        Its whole history without errors.

    Returns
    -------
    :
        Steps, and the state of the powder; None for a cell that was never taken apart.
    """
    steps = ideal.protocol
    if portion.in_cycling:
        return steps, None
    return steps[-2:], ideal.segments[-2].start


def _at_rate(step: Step, factor: float) -> Step:
    """Return a step with the current that a mis-weighed electrode really carries."""
    if step.specific_current == 0.0:
        return step
    return Step(
        kind=step.kind,
        specific_current=step.specific_current * factor,
        stop_voltage=step.stop_voltage,
        temperature=step.temperature,
        text=step.text,
    )


def _study_text(entries: Sequence[tuple[Portion, Sequence[str]]]) -> str:
    """Return the study file of a campaign."""
    head = f"""# A virtual titration campaign after Fig. 4 and 6 of Li 2022, doi 10.1038/s41563-022-01278-2.
# The raw files were simulated; their true numbers are in truth.json, which this study does not read.

[study]
name = "{NAME}"
description = "How much charge moves from oxygen to nickel on heating, and what is the equilibrium potential?"
material = "{MATERIAL}"
x = {COMPOSITION}
"""
    blocks = [head, *_sample_blocks(entries), *_analysis_blocks(entries)]
    return "\n".join(blocks)


def _sample_blocks(entries: Sequence[tuple[Portion, Sequence[str]]]) -> Iterator[str]:
    for portion, files in entries:
        history = ",\n".join(f"    {json.dumps(str(step))}" for step in titration(portion)[:-1])
        flag = "in_cycling = true\n" if portion.in_cycling else ""
        names = ", ".join(json.dumps(name) for name in files)
        yield (
            f'[[sample]]\nname = "{portion.name}"\n{flag}history = [\n{history},\n]\n\n'
            f'[[measurement]]\nsample = "{portion.name}"\ntechnique = "electrochemistry"\nfiles = [{names}]\n'
        )


def _analysis_blocks(entries: Sequence[tuple[Portion, Sequence[str]]]) -> Iterator[str]:
    names = [portion.name for portion, _ in entries]
    every = ", ".join(json.dumps(name) for name in names)
    yield f'[[analysis]]\nkind = "titration"\nsamples = [{every}]\n'
    chosen = [name for name in names if name.startswith(("in cycling", "dried", "120 degC"))]
    if len(chosen) < 4:
        chosen = names
    listed = ", ".join(json.dumps(name) for name in chosen)
    yield f'[[analysis]]\nkind = "equilibrium_potential"\nsamples = [{listed}]\n'
    yield f'[[analysis]]\nkind = "relaxation"\nsamples = [{every}]\n'
