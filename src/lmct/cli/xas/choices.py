"""Words of the command line that say how absorption scans are read and prepared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmct.cli.output import say
from lmct.quantity.errors import OutOfRange

if TYPE_CHECKING:
    from lmct.quantity.finding import Finding
    from lmct.technique.absorption.spectrum import Spectrum
    from lmct.technique.contract import FigureSheet

Files = Annotated[list[Path], typer.Argument(help="Scans, projects or folders of any known format.")]
Mode = Annotated[str, typer.Option(help="transmission, tfy, tey or ipfy; else as measured.")]
Calibration = Annotated[
    str, typer.Option(help="auto, foil (every scan on its foil), align (a series on its first) or none.")
]
FoilEnergy = Annotated[
    float | None, typer.Option(help="First inflection of the foil [eV]; by default that of the element.")
]
PreEdge = Annotated[
    str, typer.Option(metavar="LOW,HIGH", help="Window in front of the edge, relative to it [eV].")
]
PostEdge = Annotated[str, typer.Option(metavar="LOW,HIGH", help="Window behind the edge [eV].")]
Engine = Annotated[str, typer.Option(help="lmct, or larch (needs the extra absorption).")]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="CHANNEL=N",
        help="Column of a table of unknown layout, e.g. energy=1; repeatable.",
    ),
]
SelfAbsorption = Annotated[
    str, typer.Option(metavar="FORMULA", help="Take self-absorption of this thick sample off fluorescence.")
]
Formula = Annotated[str, typer.Option(help="Composition, for the probe depth alone.")]
Density = Annotated[float, typer.Option(help="Of the sample [g/cm3].")]
Geometry = Annotated[
    str, typer.Option(metavar="IN,OUT", help="Angles of photons in and out, from the surface [deg].")
]
Edges = Annotated[str, typer.Option(metavar="L3,L2", help="Energies of the edges, for ipfy [eV].")]
Element = Annotated[str, typer.Option(metavar="EL:EDGE", help="E.g. O:K, when the file does not tell.")]
Range = Annotated[str, typer.Option("--range", metavar="LOW,HIGH", help="Energies that are used [eV].")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="Folder for figures (svg, pdf, png, csv).")
]


def spectra_from_words(
    files: Sequence[Path],
    *,
    mode: str = "",
    calibration: str = "auto",
    foil_energy: float | None = None,
    pre_edge: str = "",
    post_edge: str = "",
    engine: str = "lmct",
    columns: Sequence[str] | None = None,
    thick: Mapping[str, Any] | None = None,
) -> tuple[Spectrum, ...]:
    """Return the spectra of files, as one series.

    Parameters
    ----------
    files
        Scans, projects or one folder.
    mode, calibration, foil_energy, pre_edge, post_edge, engine, columns
        As the options of this module say.
    thick
        Further options of a measurement, as :func:`thick_from_words` gives them.

    Raises
    ------
    DataError
        A word makes no sense, or no file gives a spectrum.
    """
    from lmct.instrument import absorption
    from lmct.technique.absorption.request import request_from_options
    from lmct.technique.absorption.spectrum import spectra_of_scans

    options: dict[str, Any] = {"mode": mode, "calibration": calibration, "engine": engine}
    options |= {
        name: pair_from_words(words, f"--{name.replace('_', '-')}")
        for name, words in (("pre_edge", pre_edge), ("post_edge", post_edge))
        if words
    }
    if foil_energy is not None:
        options["foil_energy"] = foil_energy
    options |= dict(thick or {})
    request = request_from_options(options)
    column_map = columns_from_words(columns or ())
    if len(files) == 1:
        record = absorption.read(files[0], columns=column_map)
    else:
        record = absorption.read_series(files, columns=column_map)
    scans = record if isinstance(record, absorption.ScanSeries) else (record,)
    return spectra_of_scans(scans, request, series=len(scans) > 1)


def thick_from_words(
    *,
    self_absorption: str = "",
    formula: str = "",
    density: float = 4.0,
    geometry: str = "",
    edges: str = "",
    element: str = "",
) -> dict[str, Any]:
    """Return the options of a measurement that tell composition, geometry and edges.

    Parameters
    ----------
    self_absorption, formula, density, geometry, edges, element
        As the options of this module say.

    Raises
    ------
    OutOfRange
        A word is no pair of numbers.

    Examples
    --------
    >>> thick_from_words(formula="NiO", density=6.7, element="O:K")
    {'formula': 'NiO', 'element': 'O', 'edge': 'K', 'density': 6.7}
    """
    symbol, _, edge = element.partition(":")
    named = {"self_absorption": self_absorption, "formula": formula, "element": symbol, "edge": edge}
    found: dict[str, Any] = {name: word for name, word in named.items() if word}
    if self_absorption or formula:
        found["density"] = density
    if geometry:
        found["geometry"] = pair_from_words(geometry, "--geometry")
    if edges:
        found["edges"] = pair_from_words(edges, "--edges")
    return found


def depth_of_first(spectra: Sequence[Spectrum], thick: Mapping[str, Any]) -> Finding | None:
    """Return how deep the mode of the first spectrum looks; None without a composition.

    Parameters
    ----------
    spectra
        One at least.
    thick
        As :func:`thick_from_words` gives it.
    """
    from dataclasses import replace

    from lmct.technique.absorption.request import request_from_options
    from lmct.technique.absorption.yield_modes import depth_finding

    first = spectra[0]
    request = request_from_options(thick)
    known = replace(request, mode=first.mode, element=first.element, edge=first.edge)
    return depth_finding(known, first.sample or first.source_file)


def pair_from_words(words: str, option: str) -> tuple[float, float]:
    """Return two numbers out of a word.

    Parameters
    ----------
    words
        For example ``"-150,-30"``.
    option
        Name of the option, for the message.

    Raises
    ------
    OutOfRange
        The word is something else.

    Examples
    --------
    >>> pair_from_words("-150,-30", "--pre-edge")
    (-150.0, -30.0)
    """
    try:
        low, high = (float(part) for part in words.split(","))
    except ValueError as error:
        raise OutOfRange(
            f"{option} {words}: expected two numbers with a comma, such as 8325,8400."
        ) from error
    return low, high


def columns_from_words(words: Sequence[str]) -> dict[str, Any]:
    """Return a column map out of words such as ``energy=1``.

    Parameters
    ----------
    words
        Channel and column, or another key of the map and its value.

    Raises
    ------
    OutOfRange
        A word has no equals sign.

    Examples
    --------
    >>> columns_from_words(["energy=1", "mu=xmu"])
    {'energy': 1, 'mu': 'xmu'}
    """
    found: dict[str, Any] = {}
    for word in words:
        name, equal, value = word.partition("=")
        if not equal:
            raise OutOfRange(f"--column {word}: expected a channel and its column, such as energy=1.")
        found[name.strip()] = int(value) if value.strip().isdecimal() else value.strip()
    return found


def drawn(sheets: Sequence[FigureSheet], folder: Path | None) -> list[str]:
    """Write figures when a folder is given, and return the names of the files.

    Parameters
    ----------
    sheets
        The figures.
    folder
        Where to; None writes nothing.
    """
    if folder is None:
        return []
    from lmct.report.sheet_file import write_sheet

    return [str(file) for sheet in sheets for file in write_sheet(sheet, folder)]


def say_each(sentences: Iterable[str]) -> None:
    """Print sentences below a table, each once.

    Parameters
    ----------
    sentences
        For example what spectra say of their preparation.
    """
    for sentence in dict.fromkeys(sentences):
        say(f"note: {sentence}")


def say_written(files: Iterable[Path | str]) -> None:
    """Print which files were written.

    Parameters
    ----------
    files
        Names.
    """
    for file in files:
        say(f"wrote {file}")
