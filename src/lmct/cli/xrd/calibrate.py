"""``lmct xrd calibrate FILE``: what an instrument does to lines, from the pattern of a standard."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lmct.cli.output import FAILED, FINE, AsJson, check_folder, say, write_json, write_table
from lmct.cli.xrd.choices import (
    Angles,
    Background,
    Excluded,
    Geometry,
    Instrument,
    Wavelength,
    request_from_words,
)
from lmct.quantity.errors import DataError

NAME = "calibrate"


def run(
    file: Annotated[Path, typer.Argument(help="Pattern of a standard, measured as samples are.")],
    standard: Annotated[
        str, typer.Option(metavar="PHASE_OR_FILE.cif", help="With its certified cell.")
    ] = "lab6",
    instrument: Instrument = "",
    wavelength: Wavelength = "",
    geometry: Geometry = "",
    angles: Angles = "",
    exclude: Excluded = None,
    background: Background = 10,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE.toml", help="Write the instrument for --instrument."),
    ] = None,
    json: AsJson = False,
) -> int:
    """Calibrate a diffractometer on a standard: line shape, axial divergence, line ratio."""
    from lmct.instrument import diffraction
    from lmct.study.atomic import write_text
    from lmct.technique.diffraction.diffractometer_file import diffractometer_of_pattern, diffractometer_text
    from lmct.technique.diffraction.engine_choice import crystal_named, rietveld_settings
    from lmct.technique.diffraction.rietveld.calibration import calibrate_diffractometer

    if output is not None:
        if output.suffix != ".toml":
            raise DataError(f"{output} does not end in .toml. Expected the name of a TOML file.")
        check_folder(output)
    request = request_from_words(
        structure=standard,
        instrument=instrument,
        wavelength=wavelength,
        geometry=geometry,
        angles=angles,
        excluded=exclude,
        background=background,
    )
    pattern = diffraction.read_pattern(file)
    known = diffractometer_of_pattern(pattern, request)
    found = calibrate_diffractometer(
        pattern,
        standard=crystal_named(standard),
        diffractometer=known,
        settings=rietveld_settings(request, None, known),
    )
    if output is not None:
        comment = f"Calibrated with lmct on {standard}, {pattern.source_file}\nsha256 {pattern.source_sha256}"
        write_text(output, diffractometer_text(found.diffractometer, comment=comment))
    if json:
        write_json(
            {
                "diffractometer": {
                    name: {"value": getattr(found.diffractometer, name), "uncertainty": sigma}
                    for name, sigma in found.uncertainty.items()
                },
                "cell_systematic": found.diffractometer.cell_systematic,
                "gof": found.refined.goodness_of_fit,
                "assessment": str(found.refined.assessment),
                "message": found.refined.message,
                "file": None if output is None else str(output),
            }
        )
    else:
        rows = [
            (name, getattr(found.diffractometer, name), sigma) for name, sigma in found.uncertainty.items()
        ]
        write_table(("number", "value", "standard uncertainty"), rows, title=pattern.source_file)
        error = found.diffractometer.cell_systematic or 0.0
        typer.echo(f"cells on this instrument are good to {1e6 * error:.0f} ppm")
        typer.echo(f"{found.refined.assessment}: {found.refined.message}")
        if output is not None:
            say(f"wrote {output}")
    return FINE if found.refined.assessment == "good" else FAILED
