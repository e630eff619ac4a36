"""``lmct xas lcf FILES --reference NAME=FILE``: fractions of species from measured references."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmct.cli.output import FAILED, FINE, AsJson, check_target, write_json, write_table
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
from lmct.quantity.errors import OutOfRange

if TYPE_CHECKING:
    from lmct.technique.absorption.linear_combination import Combination, Reference

NAME = "lcf"


def run(
    files: Files,
    reference: Annotated[
        list[str],
        typer.Option("--reference", metavar="SPECIES=FILE", help="A measured reference; two or more."),
    ],
    alternative: Annotated[
        list[str] | None,
        typer.Option(metavar="SPECIES=FILE", help="The same from another host, for the systematic term."),
    ] = None,
    energies: Range = "",
    shift: Annotated[bool, typer.Option("--shift", help="Let energies differ by one shift.")] = False,
    free_sum: Annotated[bool, typer.Option("--free-sum", help="Do not force fractions to sum to 1.")] = False,
    mode: Mode = "",
    calibration: Calibration = "auto",
    foil_energy: FoilEnergy = None,
    pre_edge: PreEdge = "",
    post_edge: PostEdge = "",
    column: Columns = None,
    output: Output = None,
    json: AsJson = False,
) -> int:
    """Fit spectra as sums of measured references."""
    from lmct.technique.absorption.combination_analysis import fit_with_alternatives, usual_range
    from lmct.technique.absorption.figure_combination import combination_sheet
    from lmct.technique.absorption.linear_combination import CombinationSettings

    if output is not None:
        check_target(output)
    words: dict[str, Any] = {
        "mode": mode,
        "calibration": calibration,
        "foil_energy": foil_energy,
        "pre_edge": pre_edge,
        "post_edge": post_edge,
        "columns": column,
    }
    references = [_reference(one, words) for one in reference]
    others = [_reference(one, words) for one in alternative or ()]
    sets = [[other if other.name == one.name else one for one in references] for other in others]
    limits = pair_from_words(energies, "--range") if energies else usual_range(references[0])
    settings = CombinationSettings(limits, shift, not free_sum)
    spectra = spectra_from_words(files, **words)
    fits = [fit_with_alternatives(one, references, sets, settings) for one in spectra]
    sheets = [
        combination_sheet(fit, f"{one.source_file} {one.scan}")
        for one, fit in zip(spectra, fits, strict=True)
    ]
    written = drawn(sheets, output)
    if json:
        documents = [
            {"file": one.source_file, "scan": one.scan, **document(fit)}
            for one, fit in zip(spectra, fits, strict=True)
        ]
        write_json({"range": limits, "fits": documents, "files": written})
    else:
        rows = [
            (one.source_file, one.scan, *_cells(fit), f"{fit.reduced_chi_squared:.3g}", str(fit.assessment))
            for one, fit in zip(spectra, fits, strict=True)
        ]
        names = [one.name for one in references]
        write_table(("file", "scan", *names, "reduced chi-squared", "assessment"), rows)
        say_each(fit.message for fit in fits if fit.message)
        say_each(text for one in spectra for text in one.messages)
        say_written(written)
    return FINE if all(fit.assessment == "good" for fit in fits) else FAILED


def document(fit: Combination) -> dict[str, Any]:
    """Return a fit as plain JSON types.

    Parameters
    ----------
    fit
        The fit.
    """
    return {
        "fractions": {
            name: {"value": value, "uncertainty": noise, "systematic": more}
            for name, value, noise, more in zip(
                fit.names,
                fit.fractions.tolist(),
                fit.uncertainty.tolist(),
                fit.systematic.tolist(),
                strict=True,
            )
        },
        "shift": {"value": fit.shift, "uncertainty": fit.shift_uncertainty},
        "reduced_chi_squared": fit.reduced_chi_squared,
        "residual_factor": fit.residual_factor,
        "assessment": str(fit.assessment),
        "message": fit.message,
    }


def _reference(word: str, words: dict[str, Any]) -> Reference:
    from lmct.technique.absorption.combination_analysis import reference_of_spectrum

    species, equal, file = word.partition("=")
    if not equal:
        raise OutOfRange(f"--reference {word}: expected a species and its file, such as ni_2=nio.xdi.")
    return reference_of_spectrum(species, spectra_from_words([Path(file)], **words)[0])


def _cells(fit: Combination) -> list[str]:
    from lmct.quantity.value import shorthand

    pairs = zip(fit.fractions, fit.total_uncertainty, strict=True)
    return [shorthand(float(value), float(spread)) for value, spread in pairs]
