"""``lmct eels quantify FILE``: what an energy-loss spectrum or image tells, on an axis that was checked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmct.cli.eels.references import low_loss_of, measured, references_from_words
from lmct.cli.output import FAILED, FINE, AsJson, check_target, say, write_json, write_table
from lmct.quantity.errors import DataError

if TYPE_CHECKING:
    from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum, SpectrumImage
    from lmct.technique.contract import AnalysisResult, FigureSheet, Measurement
    from lmct.technique.energy_loss.image_analysis import ImageMaps

    Record = EnergyLossSpectrum | SpectrumImage

NAME = "quantify"

RATIOS = ("white_line_ratio", "element_ratio", "pre_edge_area_ratio", "thickness_over_mean_free_path")
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
        typer.Option(
            metavar="SPECIES=FILE[,LOW]", help="A measured reference and its low loss; give two or more."
        ),
    ] = None,
    element: Annotated[str, typer.Option(help="Whose edge the references are fitted to.")] = "Ni",
    low_loss: Annotated[
        Path | None, typer.Option(help="Low loss of the same place, for plural scattering.")
    ] = None,
    maps: Annotated[
        bool, typer.Option("--maps", help="Maps of an image: element and white-line ratios, shares.")
    ] = False,
    places: Annotated[
        int, typer.Option("--bin", min=1, help="Places along each axis summed before maps.")
    ] = 1,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder for figures (svg, pdf, png, csv).")
    ] = None,
    json: AsJson = False,
) -> int:
    """Quantify a spectrum or the sum of an image; a wrong energy axis is refused unless repaired."""
    from lmct.instrument import energy_loss
    from lmct.technique.energy_loss.analyse import figures

    if output is not None:
        check_target(output)
    options = {
        "elements": [one.strip() for one in elements.split(",") if one.strip()],
        "energy_scale": "repair" if repair else "refuse",
        "tolerance": tolerance,
    }
    record = energy_loss.read(file)
    measurement = measured(record, file.name, options)
    scattered = [] if low_loss is None else [low_loss_of(low_loss, measurement, options)]
    references, their_low = references_from_words(reference or [], options)
    scattered += their_low
    results = _results(measurement, references, scattered, element, options)
    sheets = (*figures([measurement]), *(sheet for one in results for sheet in one.figures))
    more: tuple[str, ...] = ()
    medians: dict[str, dict[str, float]] = {}
    if maps:
        found_maps, more_sheets = _mapped(
            record, measurement, references, scattered, element, options, places
        )
        sheets = (*sheets, *more_sheets)
        more, medians = found_maps.messages, _medians(found_maps)
    files: tuple[Path, ...] = ()
    if output is not None:
        from lmct.report.sheet_file import write_sheet

        files = tuple(one for sheet in sheets for one in write_sheet(sheet, output))
    found = (*measurement.findings, *(finding for one in results for finding in one.findings))
    messages = (*measurement.warnings, *(text for one in results for text in one.messages), *more)
    if json:
        write_json(
            {
                "findings": [finding.to_json() for finding in found],
                "energy_axis": measurement.dataset.attrs["energy_axis"],
                "maps": medians,
                "messages": list(messages),
                "files": [str(one) for one in files],
            }
        )
    else:
        rows = [(finding.quantity, finding.condition, str(finding.value)) for finding in found]
        write_table(("quantity", "condition", "value"), rows, title=file.name)
        if medians:
            write_table(
                ("map", "median", "uncertainty of one place", "places"),
                [
                    (name, f"{m['median']:.3g}", f"{m['uncertainty']:.2g}", m["places"])
                    for name, m in medians.items()
                ],
            )
        for text in (*messages, *(f"wrote {one}" for one in files)):
            say(text)
    return FINE if any(finding.quantity in RATIOS for finding in found) else FAILED


def _results(
    measurement: Measurement,
    references: dict[str, Measurement],
    scattered: list[Measurement],
    element: str,
    options: dict[str, Any],
) -> list[AnalysisResult]:
    """Return composition and shares of references, as far as the spectrum allows."""
    from lmct.technique.energy_loss.composition_analysis import analyse_composition
    from lmct.technique.energy_loss.measured_spectrum import CORE_LOSS, USABLE
    from lmct.technique.energy_loss.species_analysis import analyse_species

    data = measurement.dataset.attrs
    if data["kind"] != CORE_LOSS or data["energy_axis"] not in USABLE:
        return []
    found = [analyse_composition([measurement, *scattered], {"elements": options["elements"]})]
    if references:
        named = {species: one.name for species, one in references.items()}
        found.append(
            analyse_species(
                [measurement, *scattered, *references.values()], {"element": element, "references": named}
            )
        )
    return found


def _mapped(
    record: Record,
    measurement: Measurement,
    references: dict[str, Measurement],
    scattered: list[Measurement],
    element: str,
    options: dict[str, Any],
    places: int,
) -> tuple[ImageMaps, tuple[FigureSheet, ...]]:
    """Return the maps of an image on the axis that its sum was found to have."""
    from lmct.instrument.energy_loss.spectrum import SpectrumImage
    from lmct.technique.energy_loss.figure_maps import map_sheets
    from lmct.technique.energy_loss.image_analysis import map_image
    from lmct.technique.energy_loss.maps import binned
    from lmct.technique.energy_loss.measured_spectrum import spectrum_of, stored_spectrum

    if not isinstance(record, SpectrumImage):
        raise DataError(
            f"{measurement.name} is one spectrum. Expected a spectrum image for maps. Leave out --maps."
        )
    axis = spectrum_of(measurement).energy
    slope = (axis[-1] - axis[0]) / (record.energy[-1] - record.energy[0])
    image = record.rescaled(slope=float(slope), offset=float(axis[0] - slope * record.energy[0]))
    maps = map_image(
        binned(image, places),
        elements=options["elements"],
        low_loss=next((stored_spectrum(one) for one in scattered if one.sample == measurement.sample), None),
        references={name: spectrum_of(one) for name, one in references.items()},
        reference_low_losses={
            name: stored_spectrum(low)
            for name, one in references.items()
            for low in scattered
            if low.sample == one.sample
        },
        element=element,
    )
    return maps, map_sheets(maps.maps, measurement.name)


def _medians(maps: ImageMaps) -> dict[str, dict[str, float]]:
    import numpy as np

    return {
        one.name: {
            "median": float(np.nanmedian(one.value)),
            "uncertainty": float(np.nanmedian(one.uncertainty)),
            "places": int(np.isfinite(one.value).sum()),
        }
        for one in maps.maps
        if np.isfinite(one.value).any()
    }
