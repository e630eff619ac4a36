"""``lmct simulate``: a protocol on the electrode model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmct.cli.assignment import read_assignments
from lmct.cli.output import FINE, AsJson, say, write_json, write_table
from lmct.protocol.named import PROTOCOLS
from lmct.quantity.errors import DataError, OutOfRange, unknown_name

if TYPE_CHECKING:
    from lmct.protocol.simulation import Run
    from lmct.protocol.step import Step

NAME = "simulate"

DEFAULT_MATERIAL = "li-ti-ni-o"


def run(
    steps: Annotated[
        str,
        typer.Argument(
            metavar="STEPS_OR_PROTOCOL",
            help="Steps in plain words separated by ';', a file with one step per line,"
            f" or a protocol: {', '.join(PROTOCOLS)}.",
        ),
    ],
    material: Annotated[
        str | None, typer.Option(help="Name as in `lmct materials`.", show_default=DEFAULT_MATERIAL)
    ] = None,
    x: Annotated[float | None, typer.Option("--x", help="Position in the family, 0 to 1.")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change an electrode parameter.")
    ] = None,
    parameters: Annotated[
        Path | None,
        typer.Option(metavar="FILE.toml", help="Parameter set of a file, as `lmct calibrate` writes it."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the record a cycler would give (.mpt).")
    ] = None,
    mass: Annotated[str, typer.Option(help="Active mass of the recorded cell.")] = "7 mg",
    json: AsJson = False,
) -> int:
    """Simulate a protocol on the electrode of a material."""
    changes = {name: _setting(name, text) for name, text in read_assignments(settings or ()).items()}
    if parameters is None:
        from lmct.protocol.simulation import simulate

        history = simulate(_steps(steps), material=material or DEFAULT_MATERIAL, x=x, settings=changes)
    elif material is not None or x is not None:
        raise DataError(
            f"{parameters} is a whole electrode, so --material and --x have nothing to say. Leave them out;"
            " --set changes single numbers."
        )
    else:
        history = _simulated_from_file(_steps(steps), parameters, changes)
    if output is not None:
        _write_record(history, output, mass)
    if json:
        write_json(_document(history))
        return FINE
    rows = [tuple(asdict(step).values()) for step in history.steps]
    write_table(("step", "time [s]", "capacity [mAh/g]", "mean [V]", "end [V]", "stopped by"), rows)
    write_table(("final state", "value"), list(history.final.items()))
    write_table(("energy", "mWh/g"), list(asdict(history.budget).items()))
    return FINE


def _simulated_from_file(steps: tuple[Step, ...], path: Path, changes: Mapping[str, float | str]) -> Run:
    from lmct.electrode.model import Electrode
    from lmct.evidence.calibration.set_file import read_set
    from lmct.protocol.simulation import run_protocol

    return run_protocol(Electrode(read_set(path).replace(**changes)), steps)


def _steps(words: str) -> tuple[Step, ...]:
    """Return the steps of a named protocol, of a file, or of a text with steps separated by semicolons."""
    from lmct.protocol.plain_words import parse_steps

    if words in PROTOCOLS:
        return PROTOCOLS[words]()
    if " " not in words.strip() or Path(words).suffix == ".txt":
        return parse_steps(_file_of_steps(words))
    return parse_steps(words)


def _file_of_steps(words: str) -> str:
    path = Path(words)
    if not path.is_file():
        raise DataError(
            f"{words!r} is no file, and {unknown_name('protocol', words, PROTOCOLS)} Give one of them, a"
            " file with steps, or steps such as"
            " 'Charge at 20 mA/g until 4.8 V; Discharge at 20 mA/g until 2.0 V'."
        )
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is no text in UTF-8. Expected one step per line.") from error


def _setting(name: str, text: str) -> float | str:
    """Return a number, or the text itself for the one parameter that is a name."""
    if name == "lmct_law":
        return text
    try:
        return float(text)
    except ValueError as error:
        raise OutOfRange(
            f"--set {name}={text}: {text!r} is no number. Write for example --set {name}=0.5"
        ) from error


def _write_record(history: Run, output: Path, mass: str) -> None:
    from lmct.instrument import write_mpt
    from lmct.quantity.units import parse
    from lmct.technique.electrochemistry.simulate import record_from_run

    if output.suffix != ".mpt":
        raise DataError(
            f"{output} does not end in .mpt. Expected the name of an .mpt file; lmct read converts it."
        )
    write_mpt(record_from_run(history, active_mass=parse(mass, "g")), output)
    say(f"wrote {output}")


def _document(history: Run) -> dict[str, Any]:
    return {
        "steps": [asdict(step) for step in history.steps],
        "final": history.final,
        "budget": asdict(history.budget),
    }
