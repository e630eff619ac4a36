"""``lmct xas normalize FILES``: calibrated, normalised spectra as XDI files or a project."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmct.cli.output import FINE, AsJson, check_folder, check_target, write_json, write_table
from lmct.cli.xas.choices import (
    Calibration,
    Columns,
    Density,
    Edges,
    Element,
    Engine,
    Files,
    FoilEnergy,
    Formula,
    Geometry,
    Mode,
    PostEdge,
    PreEdge,
    SelfAbsorption,
    depth_of_first,
    say_each,
    say_written,
    spectra_from_words,
    thick_from_words,
)

if TYPE_CHECKING:
    from lmct.instrument.absorption import AbsorptionScan
    from lmct.technique.absorption.spectrum import Spectrum

NAME = "normalize"


def run(
    files: Files,
    mode: Mode = "",
    calibration: Calibration = "auto",
    foil_energy: FoilEnergy = None,
    pre_edge: PreEdge = "",
    post_edge: PostEdge = "",
    engine: Engine = "lmct",
    self_absorption: SelfAbsorption = "",
    formula: Formula = "",
    density: Density = 4.0,
    geometry: Geometry = "",
    edges: Edges = "",
    element: Element = "",
    column: Columns = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder for XDI files, or a file .prj (Athena) or .nxs (NeXus)."),
    ] = None,
    json: AsJson = False,
) -> int:
    """Calibrate on the foil, normalise, and write spectra for other programs."""
    if output is not None:
        (check_folder if output.suffix in (".prj", ".nxs") else check_target)(output)
    thick = thick_from_words(
        self_absorption=self_absorption,
        formula=formula,
        density=density,
        geometry=geometry,
        edges=edges,
        element=element,
    )
    spectra = spectra_from_words(
        files,
        mode=mode,
        calibration=calibration,
        foil_energy=foil_energy,
        pre_edge=pre_edge,
        post_edge=post_edge,
        engine=engine,
        columns=column,
        thick=thick,
    )
    depth = depth_of_first(spectra, thick)
    written = () if output is None else _write(spectra, output)
    if json:
        document = None if depth is None else depth.to_json()
        write_json(
            {
                "spectra": [_document(one) for one in spectra],
                "probe_depth": document,
                "files": [str(file) for file in written],
            }
        )
        return FINE
    _show(spectra)
    if depth is not None:
        typer.echo(f"probe depth {depth.value} ({depth.condition}). {depth.note}")
    say_written(written)
    return FINE


def _write(spectra: Sequence[Spectrum], output: Path) -> tuple[Path, ...]:
    """Write spectra as one Athena project, one NeXus file or a folder of XDI files."""
    from lmct.instrument import absorption
    from lmct.technique.figure_style import slug

    scans = [_scan(one) for one in spectra]
    if output.suffix == ".prj":
        return (absorption.write_athena(scans, output),)
    if output.suffix == ".nxs":
        return (absorption.write_nexus(scans, output),)
    output.mkdir(parents=True, exist_ok=True)
    return tuple(
        absorption.write_xdi(scan, output / f"{number:04d}_{slug(Path(scan.source_file).stem)}.xdi")
        for number, scan in enumerate(scans)
    )


def _scan(one: Spectrum) -> AbsorptionScan:
    from lmct.instrument.absorption import AbsorptionScan

    return AbsorptionScan(
        energy=one.energy,
        channels={"normalised": one.absorption, "mu_uncertainty": one.uncertainty},
        element=one.element,
        edge=one.edge,
        mode=one.mode or "transmission",
        sample=one.sample or one.source_file,
        start_time=one.start_time,
        source_file=one.source_file,
    )


def _document(one: Spectrum) -> dict[str, Any]:
    return {
        "file": one.source_file,
        "scan": one.scan,
        "foil": one.foil,
        "shift": {"value": one.shift, "uncertainty": one.shift_uncertainty},
        "step": {"value": one.step, "relative_uncertainty": one.step_uncertainty},
        "noise": _typical_noise(one),
        "messages": list(one.messages),
    }


def _typical_noise(one: Spectrum) -> float:
    return float(sorted(one.uncertainty)[len(one.uncertainty) // 2])


def _show(spectra: Sequence[Spectrum]) -> None:
    from lmct.quantity.value import shorthand

    rows = [
        (
            one.source_file,
            one.scan,
            shorthand(one.foil, one.foil_uncertainty) if isfinite(one.foil) else "none",
            shorthand(one.shift, one.shift_uncertainty) if one.shift_uncertainty else f"{one.shift:g}",
            shorthand(one.step, one.step * one.step_uncertainty) if one.step_uncertainty else f"{one.step:g}",
            f"{_typical_noise(one):.2g}",
        )
        for one in spectra
    ]
    write_table(("file", "scan", "foil [eV]", "shift [eV]", "edge step", "noise"), rows)
    say_each(text for one in spectra for text in one.messages)
