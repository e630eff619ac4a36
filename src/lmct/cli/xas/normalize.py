"""``lmct xas normalize FILES``: calibrated, normalised spectra as XDI files or a project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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
    spectra_from_words,
    thick_from_words,
)

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
    from lmct.instrument import absorption
    from lmct.technique.figure_style import slug

    if output is not None:
        (check_folder if output.suffix in (".prj", ".nxs") else check_target)(output)
    spectra = spectra_from_words(
        files,
        mode=mode,
        calibration=calibration,
        foil_energy=foil_energy,
        pre_edge=pre_edge,
        post_edge=post_edge,
        engine=engine,
        columns=column,
        thick=(
            thick := thick_from_words(
                self_absorption=self_absorption,
                formula=formula,
                density=density,
                geometry=geometry,
                edges=edges,
                element=element,
            )
        ),
    )
    depth = depth_of_first(spectra, thick)
    scans = [
        absorption.AbsorptionScan(
            energy=one.energy,
            channels={"normalised": one.absorption, "mu_uncertainty": one.uncertainty},
            element=one.element,
            edge=one.edge,
            mode=one.mode or "transmission",
            sample=one.sample or one.source_file,
            start_time=one.start_time,
            source_file=one.source_file,
        )
        for one in spectra
    ]
    written = []
    if output is not None and output.suffix == ".prj":
        written = [absorption.write_athena(scans, output)]
    elif output is not None and output.suffix == ".nxs":
        written = [absorption.write_nexus(scans, output)]
    elif output is not None:
        output.mkdir(parents=True, exist_ok=True)
        written = [
            absorption.write_xdi(scan, output / f"{number:04d}_{slug(Path(scan.source_file).stem)}.xdi")
            for number, scan in enumerate(scans)
        ]
    rows = [
        {
            "file": one.source_file,
            "scan": one.scan,
            "foil": one.foil,
            "shift": {"value": one.shift, "uncertainty": one.shift_uncertainty},
            "step": {"value": one.step, "relative_uncertainty": one.step_uncertainty},
            "noise": float(sorted(one.uncertainty)[len(one.uncertainty) // 2]),
            "messages": list(one.messages),
        }
        for one in spectra
    ]
    if json:
        document = None if depth is None else depth.to_json()
        write_json({"spectra": rows, "probe_depth": document, "files": [str(file) for file in written]})
    else:
        write_table(
            ("file", "scan", "foil [eV]", "shift [eV]", "edge step", "noise"),
            [
                (
                    one.source_file,
                    one.scan,
                    one.foil,
                    one.shift,
                    one.step,
                    float(sorted(one.uncertainty)[len(one.uncertainty) // 2]),
                )
                for one in spectra
            ],
        )
        for sentence in dict.fromkeys(text for one in spectra for text in one.messages):
            typer.echo(sentence)
        if depth is not None:
            typer.echo(f"probe depth {depth.value} ({depth.condition}). {depth.note}")
    return FINE
