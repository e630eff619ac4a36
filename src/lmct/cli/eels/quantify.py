"""``lmct eels quantify FILE``: what an energy-loss spectrum or image tells, on an axis that was checked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmct.cli.output import FAILED, FINE, AsJson, check_target, say, write_json, write_table
from lmct.quantity.errors import DataError

if TYPE_CHECKING:
    from lmct.technique.contract import AnalysisResult, Measurement

NAME = "quantify"

RATIOS = ("white_line_ratio", "pre_edge_area_ratio", "thickness_over_mean_free_path")
"""One of these must be found, or the command fails."""


def run(
    file: Annotated[Path, typer.Argument(help="A .msa, .dm3, .dm4 or .hspy file.")],
    elements: Annotated[str, typer.Option(help="Elements of the sample, e.g. Ti,O,Ni.")] = "Ti,O,Ni",
    repair: Annotated[
        bool, typer.Option("--repair", help="Apply the energy scale that the white lines ask for.")
    ] = False,
    tolerance: Annotated[float, typer.Option(help="Largest error of the axis let through [eV].")] = 2.0,
    reference: Annotated[
        list[str] | None,
        typer.Option(metavar="SPECIES=FILE", help="A measured reference; give two or more."),
    ] = None,
    element: Annotated[str, typer.Option(help="Whose edge the references are fitted to.")] = "Ni",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder for figures (svg, pdf, png, csv).")
    ] = None,
    json: AsJson = False,
) -> int:
    """Quantify a spectrum or the sum of an image; a wrong energy axis is refused unless repaired."""
    from lmct.technique.energy_loss.analyse import figures

    if output is not None:
        check_target(output)
    options = {
        "elements": [one.strip() for one in elements.split(",") if one.strip()],
        "energy_scale": "repair" if repair else "refuse",
        "tolerance": tolerance,
    }
    measurement = _measured(file, file.name, options)
    result = _species(measurement, reference or [], element, options)
    sheets = (*figures([measurement]), *(() if result is None else result.figures))
    files: tuple[Path, ...] = ()
    if output is not None:
        from lmct.report.sheet_file import write_sheet

        files = tuple(one for sheet in sheets for one in write_sheet(sheet, output))
    found = (*measurement.findings, *(() if result is None else result.findings))
    messages = (*measurement.warnings, *(() if result is None else result.messages))
    if json:
        write_json(
            {
                "findings": [finding.to_json() for finding in found],
                "energy_axis": measurement.dataset.attrs["energy_axis"],
                "messages": list(messages),
                "files": [str(one) for one in files],
            }
        )
    else:
        rows = [(finding.quantity, finding.condition, str(finding.value)) for finding in found]
        write_table(("quantity", "condition", "value"), rows, title=file.name)
        for text in (*messages, *(f"wrote {one}" for one in files)):
            say(text)
    return FINE if any(finding.quantity in RATIOS for finding in found) else FAILED


def _measured(file: Path, name: str, options: dict[str, Any]) -> Measurement:
    from lmct.instrument import energy_loss
    from lmct.technique.energy_loss.analyse import analyse_record

    return analyse_record(
        energy_loss.read(file), name=name, sample=file.stem, active_mass=None, condition={}, options=options
    )


def _species(
    measurement: Measurement, references: list[str], element: str, options: dict[str, Any]
) -> AnalysisResult | None:
    from lmct.technique.energy_loss.species_analysis import analyse_species

    if not references:
        return None
    named = {}
    others = []
    for text in references:
        species, equals, path = text.partition("=")
        if not equals or not species or not path:
            raise DataError(
                f"the reference {text!r} names no file. Expected SPECIES=FILE, for example ni_2=NiO.msa."
            )
        label = f"reference {species}"
        named[species] = label
        others.append(_measured(Path(path), label, options))
    return analyse_species([measurement, *others], {"element": element, "references": named})
