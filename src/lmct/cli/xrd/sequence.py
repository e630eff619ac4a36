"""``lmct xrd sequence FOLDER``: every scan refined, joined with the cycler by clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmct.cli.output import FAILED, FINE, AsJson, check_target, say, write_json, write_table
from lmct.cli.progress import progress_bar
from lmct.cli.xrd.choices import (
    Angles,
    Background,
    Cell,
    Excluded,
    Geometry,
    Humps,
    Instrument,
    Lithium,
    Method,
    MigrationSwitch,
    Offset,
    Phases,
    SpaceGroup,
    Structure,
    Wavelength,
    Windows,
    request_from_words,
)
from lmct.cli.xrd.sequence_document import findings_of, sequence_document
from lmct.quantity.value import Value

if TYPE_CHECKING:
    from lmct.instrument.diffraction.pattern import PatternSequence
    from lmct.technique.contract import AnalysisResult, Measurement
    from lmct.technique.diffraction.request import RefinementRequest

NAME = "sequence"

SHOWN = 40
"""Scans shown in the table; all of them are in the JSON document."""

CHECKPOINT = "sequence.unfinished"

SAMPLE = "cell"
"""The scans and the cycler file of one command belong to one sample."""


def run(
    folder: Annotated[Path, typer.Argument(help="A folder of patterns, or a file with several scans.")],
    cycler: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Cycler file of the cell, joined by clock.")
    ] = None,
    log: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Start and end times of the scans.")
    ] = None,
    clock_offset: Annotated[
        float | None, typer.Option(help="Seconds by which the clock of the scans is ahead of the cycler's.")
    ] = None,
    scan_zone: Annotated[str, typer.Option(help="Time zone of the scans, e.g. Europe/Paris.")] = "",
    cycler_zone: Annotated[str, typer.Option(help="Time zone of the cycler.")] = "",
    mass: Annotated[str, typer.Option(help="Active mass of the cell, e.g. '7 mg'.")] = "",
    material: Annotated[str, typer.Option(help="Name as in lmct materials, for the lithium content.")] = "",
    x: Annotated[float | None, typer.Option("--x", help="Position in the family, 0 to 1.")] = None,
    relaxation: Annotated[
        bool, typer.Option("--relaxation", help="Fit rate laws to the lattice parameter at rest.")
    ] = False,
    structure: Structure = "li-ti-ni-o",
    phase: Phases = None,
    window: Windows = None,
    instrument: Instrument = "",
    wavelength: Wavelength = "",
    method: Method = "auto",
    space_group: SpaceGroup = "",
    cell: Cell = "",
    geometry: Geometry = "",
    offset: Offset = "",
    angles: Angles = "",
    exclude: Excluded = None,
    background: Background = 10,
    hump: Humps = None,
    lithium: Lithium = None,
    migration: MigrationSwitch = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder for figures; an interrupted run goes on from there."),
    ] = None,
    json: AsJson = False,
) -> int:
    """Refine every scan of a sequence; with a cycler file, follow the lattice through the cycles."""
    from lmct.instrument import diffraction

    request = request_from_words(
        structure=structure,
        phases=phase,
        windows=window,
        method=method,
        instrument=instrument,
        wavelength=wavelength,
        space_group=space_group,
        cell=cell,
        geometry=geometry,
        offset=offset,
        angles=angles,
        excluded=exclude,
        background=background,
        humps=hump,
        lithium=lithium,
        migration=migration,
    )
    clocks = {"clock_offset": clock_offset, "scan_zone": scan_zone, "cycler_zone": cycler_zone}
    material_options = {"material": material, "x": x}
    if output is not None:
        check_target(output)
        output.mkdir(parents=True, exist_ok=True)
    cycled = None if cycler is None else _cell(cycler, mass)
    sequence = diffraction.read_sequence(folder, log=log)
    measurement = _measured(sequence, request, output)
    results = _analysed(measurement, cycled, clocks, material_options, relaxation)
    files = () if output is None else _drawn(measurement, results, output)
    if json:
        write_json(sequence_document(measurement, results, files))
    else:
        _show(measurement, results, files)
    return FINE if measurement.findings else FAILED


def _cell(file: Path, mass: str) -> Measurement:
    """Return the cell as electrochemistry analyses it."""
    from lmct.instrument import cycler
    from lmct.quantity.units import parse
    from lmct.technique.electrochemistry.analyse import analyse_record

    active_mass = parse(mass, "g") if mass else None
    record = cycler.read(file)
    return analyse_record(
        record, name=file.name, sample=SAMPLE, active_mass=active_mass, condition={}, options={}
    )


def _measured(sequence: PatternSequence, request: RefinementRequest, output: Path | None) -> Measurement:
    """Refine the scans, with a bar on a terminal; what is done is kept beside the figures until all is."""
    from lmct.technique.diffraction.analyse import measure_sequence

    checkpoint = None if output is None else output / CHECKPOINT
    with progress_bar() as bar:
        told = None if bar is None else lambda done, total: bar(done, total, "refining")
        measurement = measure_sequence(sequence, request, checkpoint=checkpoint, progress=told)
    if checkpoint is not None:
        checkpoint.unlink(missing_ok=True)
    return replace(
        measurement,
        name="sequence",
        sample=SAMPLE,
        source_sha256=sequence.source_sha256,
        warnings=(*sequence.warnings, *measurement.warnings),
    )


def _analysed(
    measurement: Measurement,
    cell: Measurement | None,
    clocks: Mapping[str, object],
    material: Mapping[str, object],
    relaxation: bool,
) -> tuple[AnalysisResult, ...]:
    """Return the analyses that were asked for: with the cell, of the relaxation."""
    from lmct.technique.diffraction.operando.analysis import analyse_operando, analyse_relaxation

    given = {name: value for name, value in clocks.items() if value not in (None, "")}
    together = [measurement] if cell is None else [measurement, cell]
    found = []
    if cell is not None:
        chosen = {name: value for name, value in material.items() if value not in (None, "")}
        found.append(analyse_operando(together, given | chosen))
    if relaxation:
        found.append(analyse_relaxation(together, given))
    return tuple(found)


def _drawn(measurement: Measurement, results: Sequence[AnalysisResult], folder: Path) -> tuple[Path, ...]:
    from lmct.report.sheet_file import write_sheet
    from lmct.technique.diffraction.analyse import figures

    sheets = [sheet for result in results for sheet in result.figures] or figures([measurement])
    return tuple(file for sheet in sheets for file in write_sheet(sheet, folder))


def _show(measurement: Measurement, results: Sequence[AnalysisResult], files: Sequence[Path]) -> None:
    document = sequence_document(measurement, results, files)
    rows = [_row(scan) for scan in document["scans"][:SHOWN]]
    write_table(("scan", "file", "time [s]", "a [Å]", "GoF", "flags"), rows)
    if len(document["scans"]) > SHOWN:
        say(f"{len(document['scans']) - SHOWN} more scans: --json prints them")
    findings = findings_of(measurement, results)
    write_table(
        ("quantity", "condition", "value"),
        [(finding.quantity, finding.condition, str(finding.value)) for finding in findings],
    )
    for text in document["messages"]:
        say(text)
    for file in files:
        say(f"wrote {file}")


def _row(scan: Mapping[str, Any]) -> tuple[object, ...]:
    length, time = scan["a"], scan["time_second"]
    return (
        scan["index"],
        Path(scan["file"]).name,
        "" if time is None else f"{time:.0f}",
        "" if length is None else str(Value(length["value"], length["uncertainty"])),
        f"{scan['gof']:.2f}",
        ", ".join(scan["flags"]) or scan["message"],
    )
