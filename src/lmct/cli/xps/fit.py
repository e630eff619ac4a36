"""``lmct xps fit FILES``: Ni 2p by two references, or O 1s by lines, of a whole series at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmct.cli.assignment import read_assignments
from lmct.cli.output import FINE, AsJson, check_target, say, write_json, write_table
from lmct.quantity.errors import OutOfRange

if TYPE_CHECKING:
    from lmct.technique.contract import AnalysisResult, Measurement

NAME = "fit"


def run(
    files: Annotated[
        list[Path], typer.Argument(help="Spectra of any known format, in the order of heating.")
    ],
    time: Annotated[
        str, typer.Option(metavar="TIME,TIME,...", help="Heating times of the files, e.g. '0 s,90 s,4 h'.")
    ] = "",
    temperature: Annotated[str, typer.Option(help="Of heating, e.g. '120 degC'.")] = "",
    reduced: Annotated[
        Path | None, typer.Option(help="Ni 2p reference of Ni2+; with --oxidised Ni 2p is fitted.")
    ] = None,
    oxidised: Annotated[Path | None, typer.Option(help="Ni 2p reference of Ni3+/4+.")] = None,
    position: Annotated[float, typer.Option(help="Of lattice O2-, charging included [eV].")] = 529.5,
    separation: Annotated[float, typer.Option(help="Of O^n- above O2- [eV].")] = 1.0,
    hold: Annotated[bool, typer.Option("--hold-separation", help="Do not fit the separation.")] = False,
    surface: Annotated[
        str, typer.Option(metavar="EV[,EV]", help="Distances of surface species above O2- [eV].")
    ] = "2.4",
    satellite: Annotated[float | None, typer.Option(help="Distance of the satellite above O2- [eV].")] = None,
    background: Annotated[str, typer.Option(help="shirley, tougaard or linear.")] = "shirley",
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--columns",
            "--column",
            metavar="NAME=VALUE",
            help="Entry of a column map of all files, e.g. --columns binding_energy=1 --columns intensity=2.",
        ),
    ] = None,
    reference_energy: Annotated[
        float, typer.Option(help="How far the energies of both references may disagree [eV].")
    ] = 0.1,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder for figures (svg, pdf, png, csv).")
    ] = None,
    json: AsJson = False,
) -> int:
    """Fit a series of spectra: Ni 2p when references are given, O 1s otherwise."""
    from lmct.technique.photoemission.analyse import nickel_series, oxygen_series

    if (reduced is None) != (oxidised is None):
        raise OutOfRange("one reference is given. Expected both --reduced and --oxidised, or none.")
    if output is not None:
        check_target(output)
    mapped = {name: number_or_word(text) for name, text in read_assignments(columns or ()).items()}
    if mapped:
        mapped = {"region": "O 1s" if reduced is None else "Ni 2p", **mapped}
    series = _series(files, time, temperature, mapped)
    if reduced is not None and oxidised is not None:
        references = [
            _measured(one, name, {}, mapped) for one, name in ((reduced, "reduced"), (oxidised, "oxidised"))
        ]
        options = {
            "reduced_reference": "reduced",
            "oxidised_reference": "oxidised",
            "reference_energy_uncertainty": reference_energy,
        }
        result = nickel_series([*series, *references], options)
    else:
        words: dict[str, Any] = {
            "position": position,
            "separation": separation,
            "surface": _numbers(surface),
            "background": background,
        }
        words |= {"separation_range": 0.0} if hold else {}
        words |= {} if satellite is None else {"satellite": satellite}
        result = oxygen_series(series, words)
    written = () if output is None else _draw(result, output)
    warnings = [said for one in series for said in one.warnings]
    if json:
        write_json(
            {
                "findings": [_with_systematic(one.to_json()) for one in result.findings],
                "messages": list(result.messages),
                "warnings": warnings,
                "files": [str(file) for file in written],
            }
        )
        return FINE
    _show(series, result, warnings, written)
    return FINE


def _show(
    series: list[Measurement], result: AnalysisResult, warnings: list[str], written: tuple[Path, ...]
) -> None:
    rows = [(one.quantity, one.condition, str(one.value), one.note) for one in result.findings]
    write_table(("quantity", "condition", "value", "note"), rows, title=", ".join(one.name for one in series))
    for said in (*result.messages, *warnings):
        say(f"note: {said}")
    for file in written:
        say(f"wrote {file}")


def _with_systematic(document: dict[str, Any]) -> dict[str, Any]:
    """Give the systematic part of an uncertainty, which the note holds, a place of its own."""
    match = re.search(r"Systematic: ([-+.\de]+)\.", document["note"])
    return {**document, "systematic": float(match.group(1)) if match else None}


def _numbers(words: str) -> list[float]:
    try:
        return [float(part) for part in words.split(",") if part.strip()]
    except ValueError as error:
        raise OutOfRange(
            f"--surface {words}: expected numbers with ',' between them, e.g. 2.2,3.5."
        ) from error


def number_or_word(text: str) -> float | int | str:
    """Return an entry of a column map: a number where it is one.

    Parameters
    ----------
    text
        As written.

    Examples
    --------
    >>> number_or_word("1"), number_or_word("1486.6"), number_or_word("O 1s")
    (1, 1486.6, 'O 1s')
    """
    try:
        return int(text) if text.strip().isdecimal() else float(text)
    except ValueError:
        return text


def _series(files: list[Path], times: str, temperature: str, columns: Mapping[str, Any]) -> list[Measurement]:
    from lmct.quantity.units import parse

    held = [parse(part.strip(), "s") for part in times.split(",")] if times else []
    if held and len(held) != len(files):
        raise OutOfRange(f"--time gives {len(held)} times for {len(files)} files. Expected one for each.")
    hot = {"hold_temperature": parse(temperature, "K")} if temperature else {}
    return [
        _measured(file, f"{place}: {file.stem}", {**hot, "hold_time": held[place] if held else 0.0}, columns)
        for place, file in enumerate(files)
    ]


def _measured(file: Path, name: str, condition: dict[str, float], columns: Mapping[str, Any]) -> Measurement:
    from lmct.instrument import photoemission
    from lmct.technique.photoemission.analyse import analyse_record

    record = photoemission.read(file, columns=columns or None)
    return analyse_record(record, name=name, sample=name, active_mass=None, condition=condition, options={})


def _draw(result: AnalysisResult, folder: Path) -> tuple[Path, ...]:
    from lmct.report.sheet_file import write_sheet

    return tuple(file for sheet in result.figures for file in write_sheet(sheet, folder))
