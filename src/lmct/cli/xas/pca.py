"""``lmct xas pca FILES``: how many species a series holds, with the test in words."""

from __future__ import annotations

from typing import Annotated

import typer

from lmct.cli.output import FINE, AsJson, check_target, write_json, write_table
from lmct.cli.xas.choices import (
    Calibration,
    Columns,
    Files,
    FoilEnergy,
    Mode,
    Output,
    PostEdge,
    PreEdge,
    Range,
    drawn,
    pair_from_words,
    say_each,
    say_written,
    spectra_from_words,
)

NAME = "pca"


def run(
    files: Files,
    energies: Range = "",
    count: Annotated[int, typer.Option(min=0, help="Components to resolve; 0 for the practical rank.")] = 0,
    mode: Mode = "",
    calibration: Calibration = "auto",
    foil_energy: FoilEnergy = None,
    pre_edge: PreEdge = "",
    post_edge: PostEdge = "",
    column: Columns = None,
    output: Output = None,
    json: AsJson = False,
) -> int:
    """Count the species of a series and resolve their spectra without references."""
    from lmct.quantity.finding import Finding
    from lmct.technique.absorption.component_analysis import analyse_components
    from lmct.technique.absorption.dataset import dataset_of_spectra, edges_of
    from lmct.technique.contract import Measurement

    if output is not None:
        check_target(output)
    spectra = spectra_from_words(
        files,
        mode=mode,
        calibration=calibration,
        foil_energy=foil_energy,
        pre_edge=pre_edge,
        post_edge=post_edge,
        columns=column,
    )
    name = files[0].stem
    dataset = dataset_of_spectra(spectra, edges_of(spectra))
    options = {"energy_range": pair_from_words(energies, "--range")} if energies else {}
    if count:
        options["count"] = count  # type: ignore[assignment]
    result = analyse_components([Measurement(name, name, "absorption", {}, dataset, ())], options)
    written = drawn(result.figures, output)
    rank: Finding | None = result.findings[0] if result.findings else None
    if json:
        write_json(
            {
                "spectra": len(spectra),
                "rank": None if rank is None else int(rank.value.value),
                "note": "" if rank is None else rank.note,
                "messages": list(result.messages),
                "files": written,
            }
        )
        return FINE
    if rank is not None:
        write_table(("series", "spectra", "practical rank"), [(name, len(spectra), int(rank.value.value))])
    say_each(result.messages)
    say_written(written)
    return FINE
