"""``lmct xrd simulate STEPS``: the patterns a diffractometer would record while the electrode works."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lmct.cli.electrode_choice import (
    DEFAULT_MATERIAL,
    Changes,
    MaterialName,
    ParameterSet,
    Position,
    Shells,
    StepsOrProtocol,
    chosen_electrode,
    steps_from_words,
)
from lmct.cli.output import FINE, AsJson, check_folder, check_target, say, write_json
from lmct.quantity.errors import DataError

NAME = "simulate"

DEFAULT_RANGE = "30-100"


def run(
    steps: StepsOrProtocol,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="A new or empty folder for .xye files, or a file .xrdml.")
    ],
    scans: Annotated[int, typer.Option(min=1, max=5000, help="Patterns, evenly over the protocol.")] = 60,
    counting: Annotated[str, typer.Option(help="Time that one pattern takes.")] = "10 min",
    instrument: Annotated[
        str, typer.Option(metavar="PRESET_OR_FILE.toml", help="laboratory-copper, 11-bm, or a file.")
    ] = "laboratory-copper",
    angles: Annotated[
        str, typer.Option("--range", metavar="LOW-HIGH", help="Angles [degrees].")
    ] = DEFAULT_RANGE,
    step: Annotated[float, typer.Option(min=1e-4, max=1.0, help="Step of the angle [degrees].")] = 0.02,
    peak_counts: Annotated[float, typer.Option(min=1.0, help="Counts of the highest point.")] = 5000.0,
    charged_lattice: Annotated[
        float, typer.Option(help="Lattice parameter of the charged electrode that fixes all others [Å].")
    ] = 4.111,
    material: MaterialName = None,
    x: Position = None,
    settings: Changes = None,
    parameters: ParameterSet = None,
    shells: Shells = None,
    window: Annotated[str, typer.Option(help="Window of the cell in the beam, e.g. beryllium.")] = "",
    seed: Annotated[int, typer.Option(min=0, help="Of the counting noise.")] = 1,
    json: AsJson = False,
) -> int:
    """Simulate an operando sequence; its truth and the record of the cell are written beside it."""
    from lmct import material as materials
    from lmct.cli.xrd.choices import numbers_from_words
    from lmct.protocol.charged_lattice import lattice_of_electrode
    from lmct.protocol.simulation import run_protocol
    from lmct.quantity.units import parse
    from lmct.study.virtual_operando import OperandoPlan, write_operando
    from lmct.technique.diffraction.diffractometer_file import named_diffractometer

    if output.suffix == ".xrdml":
        check_folder(output)
    else:
        check_target(output)
        if output.is_dir() and any(output.iterdir()):
            raise DataError(f"{output} is not empty. Expected a new or an empty folder. Name another one.")
    low, high = numbers_from_words(angles, "--range", "-")
    electrode = chosen_electrode(
        material=material, x=x, parameters=parameters, changes=settings or (), shells=shells
    )
    plan = OperandoPlan(
        diffractometer=named_diffractometer(instrument),
        first_angle=low,
        last_angle=high,
        angle_step=step,
        scans=scans,
        counting_time=parse(counting, "s"),
        peak_counts=peak_counts,
        window=window,
        seed=seed,
    )
    history = run_protocol(electrode, steps_from_words(steps))
    lattice = lattice_of_electrode(electrode, charged_lattice)
    member = materials.load(material or DEFAULT_MATERIAL, x)
    files = write_operando(history, member, lattice, plan, output)
    if json:
        write_json({"files": [str(file) for file in files]})
    else:
        for file in files:
            say(f"wrote {file}")
    return FINE
