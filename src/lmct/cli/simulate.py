"""``lmct simulate``: a protocol on the electrode model."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmct.cli.electrode_choice import (
    Changes,
    Classes,
    MaterialName,
    ParameterSet,
    Position,
    Shells,
    StepsOrProtocol,
    chosen_electrode,
    steps_from_words,
)
from lmct.cli.output import FINE, AsJson, check_csv, check_folder, say, write_json, write_table
from lmct.quantity.errors import DataError, OutOfRange

if TYPE_CHECKING:
    from lmct.protocol.run import Run

NAME = "simulate"

MASSES = (1e-9, 1000.0)
"""A cell with less or more active material is taken for a mistake [g]."""

SHOWN = 200
"""Steps shown in the table; all of them are in the JSON document."""


def run(
    steps: StepsOrProtocol,
    material: MaterialName = None,
    x: Position = None,
    settings: Changes = None,
    parameters: ParameterSet = None,
    shells: Shells = None,
    classes: Classes = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the record a cycler would give (.mpt).")
    ] = None,
    gas: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Write the O2 that leaves: rate, amount, share.")
    ] = None,
    mass: Annotated[str, typer.Option(help="Active mass of the recorded cell.")] = "7 mg",
    json: AsJson = False,
) -> int:
    """Simulate a protocol on the electrode of a material."""
    from lmct.protocol.simulation import run_protocol

    active_mass = None if output is None else _checked_mass(output, mass)
    if gas is not None:
        check_csv(gas)
    protocol = steps_from_words(steps)
    electrode = chosen_electrode(
        material=material,
        x=x,
        parameters=parameters,
        changes=settings or (),
        shells=shells,
        classes=classes,
    )
    history = run_protocol(electrode, protocol)
    if output is not None and active_mass is not None:
        _write_record(history, output, active_mass)
    if gas is not None:
        _write_gas(history, gas)
    if json:
        write_json(_document(history))
        return FINE
    _show(history)
    return FINE


def _show(history: Run) -> None:
    steps = history.steps
    rows = [tuple(asdict(step).values()) for step in steps[:SHOWN]]
    write_table(("step", "time [s]", "capacity [mAh/g]", "mean [V]", "end [V]", "stopped by"), rows)
    if len(steps) > SHOWN:
        say(f"{len(steps) - SHOWN} more steps: --json prints them")
    write_table(("final state", "value"), list(history.final.items()))
    write_table(("energy", "mWh/g"), list(asdict(history.budget).items()))
    idle = [number for number, step in enumerate(steps, start=1) if step.duration_second == 0.0]
    if idle:
        words = f"step {idle[0]} ({history.protocol[idle[0] - 1]})"
        others = f" and {len(idle) - 1} more" if len(idle) > 1 else ""
        say(f"{words}{others} ended at once: a limit was met before it began")


def _checked_mass(output: Path, mass: str) -> float:
    """Return the active mass of the recorded cell [g], after a look at where its record will go."""
    from lmct.quantity.units import parse

    if output.suffix != ".mpt":
        raise DataError(
            f"{output} does not end in .mpt. Expected the name of an .mpt file; lmct read converts it."
        )
    check_folder(output)
    number = parse(mass, "g")
    low, high = MASSES
    if not low <= number <= high:
        raise OutOfRange(f"--mass must lie between {low:g} and {high:g} g, got {mass!r}. Write e.g. '7 mg'.")
    return number


def _write_record(history: Run, output: Path, mass: float) -> None:
    from lmct.instrument.cycler import write_mpt
    from lmct.technique.electrochemistry.simulate import record_from_run

    write_mpt(record_from_run(history, active_mass=mass), output)
    say(f"wrote {output}")


def _write_gas(history: Run, path: Path) -> None:
    from lmct.protocol.gas_record import gas_record
    from lmct.study.atomic import write_text
    from lmct.study.figure_file import csv_text

    write_text(path, csv_text(gas_record(history).columns()))
    say(f"wrote {path}")


def _document(history: Run) -> dict[str, Any]:
    return {
        "steps": [asdict(step) for step in history.steps],
        "final": history.final,
        "budget": asdict(history.budget),
    }
