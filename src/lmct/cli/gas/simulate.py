"""``lmct gas simulate STEPS -o FILE.csv``: what a mass spectrometer would record of a run."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from lmct.cli.electrode_choice import (
    Changes,
    MaterialName,
    ParameterSet,
    Position,
    Shells,
    StepsOrProtocol,
    chosen_electrode,
    steps_from_words,
)
from lmct.cli.output import FINE, AsJson, check_csv, say, write_json

NAME = "simulate"

START = datetime(2026, 1, 5, 8, 0, 0)
"""Clock at the beginning of a simulated run."""


def run(
    steps: StepsOrProtocol,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the record goes, a .csv file.")],
    mass: Annotated[float, typer.Option(min=1e-6, help="Active material [g].")] = 0.02,
    flow: Annotated[float, typer.Option(min=1e-3, help="Carrier at 0 degC, 1 atm [mL/min].")] = 1.0,
    interval: Annotated[float, typer.Option(min=1.0, help="Between readings [s].")] = 60.0,
    mixing: Annotated[float, typer.Option(min=0.0, help="Time constant of the mixing volume [s].")] = 60.0,
    delay: Annotated[float, typer.Option(min=0.0, help="Of the transport [s].")] = 30.0,
    electrolyte: Annotated[
        str,
        typer.Option(
            metavar="ONSET,RATE,SLOPE", help="CO2 of the electrolyte: [V], [umol/(g h)] there, [V] a decade."
        ),
    ] = "",
    material: MaterialName = None,
    x: Position = None,
    settings: Changes = None,
    parameters: ParameterSet = None,
    shells: Shells = None,
    seed: Annotated[int, typer.Option(min=0, help="Of noise and drift.")] = 1,
    json: AsJson = False,
) -> int:
    """Simulate ion currents; the record of the cell is written beside it as .mpt."""
    from lmct.instrument.cycler import write_mpt
    from lmct.instrument.mass_spectrometer import write_table
    from lmct.protocol.gas_record import ElectrolyteOxidation
    from lmct.protocol.simulation import run_protocol
    from lmct.technique.electrochemistry.simulate import record_from_run
    from lmct.technique.gas_evolution.simulate import Spectrometer, trace_from_run

    check_csv(output)
    law = None
    if electrolyte:
        from lmct.quantity.errors import OutOfRange

        try:
            onset, rate, slope = (float(part) for part in electrolyte.split(","))
        except ValueError as error:
            raise OutOfRange(
                f"--electrolyte {electrolyte}: expected three numbers with commas, such as 4.5,2,0.15."
            ) from error
        law = ElectrolyteOxidation(onset=onset, rate_at_onset=rate, tafel_slope=slope)
    electrode = chosen_electrode(
        material=material, x=x, parameters=parameters, changes=settings or (), shells=shells
    )
    history = run_protocol(electrode, steps_from_words(steps))
    device = Spectrometer(flow=flow, interval=interval, mixing_time=mixing, delay=delay, seed=seed)
    trace = trace_from_run(history, active_mass=mass, spectrometer=device, electrolyte=law, start_time=START)
    cell = output.with_name(f"{output.stem}_cell.mpt")
    write_table(trace, output)
    write_mpt(record_from_run(history, active_mass=mass, start_time=START), cell)
    if json:
        write_json({"files": [str(output), str(cell)]})
    else:
        for path in (output, cell):
            say(f"wrote {path}")
    return FINE
