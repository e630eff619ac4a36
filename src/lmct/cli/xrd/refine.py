"""``lmct xrd refine FILE``: Rietveld, Le Bail or Pawley refinement of one pattern."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmct.cli.output import FAILED, FINE, AsJson, check_target, say, write_json, write_table
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

if TYPE_CHECKING:
    from lmct.instrument.diffraction.pattern import DiffractionPattern
    from lmct.technique.diffraction.refined import Engine, RefinedPattern
    from lmct.technique.diffraction.rietveld.migration import MigrationEstimate

NAME = "refine"

CELL = ("a", "b", "c", "alpha", "beta", "gamma")


def run(
    file: Annotated[Path, typer.Argument(help="A powder pattern of any known format.")],
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
    scan: Annotated[int, typer.Option(min=0, help="Number of the scan in a file of several, from 0.")] = 0,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder for the Rietveld plot (svg, pdf, png, csv).")
    ] = None,
    json: AsJson = False,
) -> int:
    """Refine a structure against a powder pattern."""
    from lmct.instrument import diffraction
    from lmct.technique.diffraction.engine_choice import engine_for

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
    if output is not None:
        check_target(output)
    pattern = diffraction.read_pattern(file, scan=scan)
    engine = engine_for(request, pattern, in_sequence=False)
    moved = _migration(engine, pattern) if migration else None
    refined = engine.refine(pattern) if moved is None else moved.refined
    files = () if output is None else _draw(refined, pattern, output)
    if json:
        write_json(document(refined, pattern, files) | {"migration": _migration_document(moved)})
    else:
        _show(refined, pattern, files)
        if moved is not None:
            typer.echo(moved.message)
    return FINE if refined.assessment == "good" else FAILED


def _migration(engine: Engine, pattern: DiffractionPattern) -> MigrationEstimate | None:
    """Return the share that moved with its total error, from several refinements by rietx."""
    from lmct.technique.diffraction.rietveld.migration import cation_migration
    from lmct.technique.diffraction.rietveld.refine import RietveldEngine

    if not isinstance(engine, RietveldEngine):
        return None
    return cation_migration(
        pattern, phases=engine.crystals, diffractometer=engine.diffractometer, settings=engine.settings
    )


def _migration_document(moved: MigrationEstimate | None) -> dict[str, Any] | None:
    if moved is None:
        return None
    return {
        "occupancy": moved.occupancy.to_json(),
        "statistical": moved.statistical,
        "systematic": moved.systematic,
        "share": moved.share.to_json(),
        "significant": moved.significant,
        "upper_limit": moved.upper_limit,
        "message": moved.message,
    }


def _draw(refined: RefinedPattern, pattern: DiffractionPattern, folder: Path) -> tuple[Path, ...]:
    from lmct.report.sheet_file import write_sheet
    from lmct.technique.diffraction.figure.rietveld import rietveld_sheet

    return write_sheet(rietveld_sheet(refined, name=pattern.source_file), folder)


def document(refined: RefinedPattern, pattern: DiffractionPattern, files: tuple[Path, ...]) -> dict[str, Any]:
    """Return a refined pattern as plain JSON types: cell, offset, occupancies and what else is refined.

    Parameters
    ----------
    refined
        The refined pattern.
    pattern
        What was refined.
    files
        Figures that were written.
    """
    groups: dict[str, dict[str, Any]] = {"cell": {}, "occupancies": {}, "displacement_parameters": {}}
    groups |= {"weight_fractions": {}, "others": {}}
    single: dict[str, Any] = {}
    for name in refined.values:
        head, _, bracket = name.partition("(")
        item = number_document(refined, name)
        if head in CELL:
            groups["cell"][name] = item
        elif head in ("displacement", "zero"):
            single[name] = item
        else:
            group = {
                "occupancy": "occupancies",
                "b_iso": "displacement_parameters",
                "weight_fraction": "weight_fractions",
            }.get(head, "others")
            groups[group][bracket.removesuffix(")") if group != "others" else name] = item
    return {
        "file": pattern.source_file,
        "scan": pattern.scan,
        "format": pattern.format,
        "engine": refined.engine,
        "assessment": str(refined.assessment),
        "message": refined.message,
        "flags": list(refined.flags),
        **groups,
        **single,
        "gof": refined.goodness_of_fit,
        "rwp": refined.weighted_residual,
        "warnings": list(pattern.warnings),
        "files": [str(file) for file in files],
    }


def number_document(refined: RefinedPattern, name: str) -> dict[str, Any]:
    """Return a value with the uncertainty to believe, that of the counts alone, and the systematic error."""
    value = refined.values[name]
    return {
        "value": value.value,
        "uncertainty": value.uncertainty,
        "counting_uncertainty": refined.counting_uncertainty.get(name),
        "systematic": refined.systematic.get(name),
        "unit": value.unit,
    }


def _show(refined: RefinedPattern, pattern: DiffractionPattern, files: tuple[Path, ...]) -> None:
    rows = [
        (
            name,
            str(value),
            f"{refined.counting_uncertainty[name]:.2g}" if name in refined.counting_uncertainty else "",
            f"{refined.systematic[name]:.2g}" if name in refined.systematic else "",
        )
        for name, value in refined.values.items()
    ]
    write_table(("quantity", "value", "of the counts alone", "systematic"), rows, title=pattern.source_file)
    typer.echo(
        f"GoF {refined.goodness_of_fit:.2f}, Rwp {100 * refined.weighted_residual:.2f} %, {refined.engine}"
    )
    typer.echo(f"{refined.assessment}: {refined.message}" if refined.message else str(refined.assessment))
    for warning in pattern.warnings:
        say(f"warning: {warning}")
    for file in files:
        say(f"wrote {file}")
