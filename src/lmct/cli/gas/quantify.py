"""``lmct gas quantify FILE``: how much gas came, when and at which voltage."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from lmct.cli.assignment import read_assignments
from lmct.cli.output import FINE, AsJson, check_target, say, write_json, write_table
from lmct.quantity.errors import OutOfRange

NAME = "quantify"


def run(
    file: Annotated[Path, typer.Argument(help="Record of a mass spectrometer of any known format.")],
    cell: Annotated[Path | None, typer.Option(help="The cycler file, joined by clock.")] = None,
    sensitivity: Annotated[
        list[str] | None,
        typer.Option(
            metavar="GAS=VALUE[,UNCERTAINTY]",
            help="Signal per mole fraction, e.g. O2=2e-8,2e-10; repeatable.",
        ),
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option",
            metavar="NAME=VALUE",
            help="Any other option of the analysis, e.g. mixing_time=120; repeatable.",
        ),
    ] = None,
    flow: Annotated[float | None, typer.Option(help="Carrier at 0 degC, 1 atm [mL/min].")] = None,
    mass: Annotated[float | None, typer.Option(help="Active material [g].")] = None,
    material: Annotated[str, typer.Option(help="For the share of the lattice oxygen.")] = "",
    x: Annotated[float | None, typer.Option("--x", help="Member of its family.")] = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", metavar="NAME=COLUMN", help="Column map, e.g. 32='O2 (A)'; repeatable."),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Folder for figures.")] = None,
    json: AsJson = False,
) -> int:
    """Quantify the gas of one run: totals with uncertainties, and with a cell onsets and steps."""
    from lmct.instrument import cycler, mass_spectrometer
    from lmct.technique.electrochemistry import analyse as electrochemistry
    from lmct.technique.gas_evolution import analyse

    if output is not None:
        check_target(output)
    options = options_from_words(option or ())
    options |= {"sensitivities": sensitivities_from_words(sensitivity or ())} if sensitivity else {}
    options |= {name: value for name, value in (("flow", flow), ("active_mass", mass)) if value is not None}
    extra: dict[str, Any] = {
        name: options.pop(name) for name in ("starts_together", "clock_offset") if name in options
    }
    extra |= {"material": material} if material else {}
    extra |= {"x": x} if x is not None else {}
    columns = columns_from_words(column or ())
    record = mass_spectrometer.read(file, columns=columns or None)
    gas = analyse.analyse_record(
        record, name=file.stem, sample=file.stem, active_mass=mass, condition={}, options=options
    )
    found, messages, sheets = list(gas.findings), list(gas.warnings), list(analyse.figures([gas]))
    if cell is not None:
        cell_record = cycler.read(cell)
        measured = electrochemistry.analyse_record(
            cell_record, name=cell.stem, sample=file.stem, active_mass=mass, condition={}, options={}
        )
        result = analyse.release([gas, measured], extra)
        found, sheets = list(result.findings), [*sheets, *result.figures]
        messages += result.messages
    elif extra.keys() - {"x"}:
        messages.append("without --cell, onsets, steps and the share of the lattice oxygen are left out.")
    if not found:
        messages.append("nothing was quantified: give --sensitivity, --mass, and --flow.")
    written = _draw(sheets, output)
    if json:
        write_json({"findings": [one.to_json() for one in found], "messages": messages, "files": written})
        return FINE
    write_table(
        ("quantity", "condition", "value", "note"),
        [(one.quantity, one.condition, str(one.value), one.note) for one in found],
    )
    for sentence in messages:
        say(sentence)
    return FINE


def sensitivities_from_words(words: Sequence[str]) -> dict[str, list[float]]:
    """Return gas -> [value, uncertainty] out of words.

    Parameters
    ----------
    words
        Such as ``O2=2e-8,2e-10``.

    Raises
    ------
    OutOfRange
        A word is something else.

    Examples
    --------
    >>> sensitivities_from_words(["O2=2e-8,2e-10"])
    {'O2': [2e-08, 2e-10]}
    """
    found = {}
    for gas, text in read_assignments(list(words)).items():
        try:
            numbers = [float(part) for part in text.split(",")]
        except ValueError as error:
            raise OutOfRange(
                f"--sensitivity {gas}={text}: expected a number and its uncertainty, such as O2=2e-8,2e-10."
            ) from error
        found[gas] = numbers if len(numbers) > 1 else [*numbers, 0.0]
    return found


def options_from_words(words: Any) -> dict[str, Any]:  # noqa: ANN401 - list of words
    """Return options out of words; values are JSON, or plain text.

    Parameters
    ----------
    words
        Such as ``mixing_time=120`` or ``channels=[32,44,28]``.

    Examples
    --------
    >>> options_from_words(["mixing_time=120", "mode=flow", "channels=[32, 44]"])
    {'mixing_time': 120, 'mode': 'flow', 'channels': [32, 44]}
    """
    import json

    found: dict[str, Any] = {}
    for name, text in read_assignments(list(words)).items():
        try:
            found[name] = json.loads(text)
        except ValueError:
            found[name] = text
    return found


def columns_from_words(words: Any) -> dict[str, Any]:  # noqa: ANN401 - list of words
    """Return a column map out of words; whole numbers are places from 1.

    Parameters
    ----------
    words
        Such as ``time=1`` or ``32=O2 (A)``; ``channels=32,44`` chooses peaks of full scans.

    Examples
    --------
    >>> columns_from_words(["time=1", "32=O2 (A)", "channels=32,44", "window=0.3"])
    {'time': 1, '32': 'O2 (A)', 'channels': [32, 44], 'window': 0.3}
    """
    found: dict[str, Any] = {}
    for name, text in read_assignments(list(words)).items():
        if name == "channels" and text.replace(",", "").isdecimal():
            found[name] = [int(part) for part in text.split(",")]
        elif name == "window":
            found[name] = float(text) if text.replace(".", "", 1).isdecimal() else text
        else:
            found[name] = int(text) if text.isdecimal() else text
    return found


def _draw(sheets: list[Any], folder: Path | None) -> list[str]:
    if folder is None:
        return []
    from lmct.report.sheet_file import write_sheet

    return [str(path) for sheet in sheets for path in write_sheet(sheet, folder)]
