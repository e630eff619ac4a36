"""Words of the command line that say how patterns are refined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmct.quantity.errors import OutOfRange

if TYPE_CHECKING:
    from lmct.technique.diffraction.request import RefinementRequest

Structure = Annotated[
    str,
    typer.Option(
        metavar="PHASE_OR_FILE.cif", help="Structure of the sample: a phase that ships, or a CIF file."
    ),
]
Phases = Annotated[
    list[str] | None,
    typer.Option(
        "--phase", metavar="PHASE_OR_FILE.cif", help="A further phase of the sample; may be repeated."
    ),
]
Windows = Annotated[
    list[str] | None,
    typer.Option(
        "--window",
        metavar="PHASE",
        help="Part of the cell in the beam: beryllium, aluminium, ptfe; repeatable.",
    ),
]
Instrument = Annotated[
    str,
    typer.Option(
        metavar="PRESET_OR_FILE.toml",
        help="laboratory-copper, 11-bm, or a file of lmct xrd calibrate; by default what the pattern says.",
    ),
]
Wavelength = Annotated[
    str,
    typer.Option(metavar="Å[,Å]", help="One or two wavelengths, the stronger first, e.g. 1.54056,1.54439."),
]
Method = Annotated[str, typer.Option(help="auto, fast, rietveld, le-bail or pawley.")]
SpaceGroup = Annotated[
    str, typer.Option(help="For le-bail and pawley only, without a structure: 'F m -3 m'.")
]
Cell = Annotated[
    str,
    typer.Option(
        metavar="Å,Å,Å,°,°,°",
        help="The cell from which the first phase starts, or the edge of a cube; by default its structure's.",
    ),
]
Geometry = Annotated[str, typer.Option(help="reflection, capillary or transmission.")]
Offset = Annotated[str, typer.Option(help="displacement, zero or none; by default the usual one.")]
Angles = Annotated[
    str, typer.Option("--range", metavar="LOW-HIGH", help="Angles that are used [degrees], e.g. 30-100.")
]
Excluded = Annotated[
    list[str] | None,
    typer.Option("--exclude", metavar="LOW-HIGH", help="Angles that are left out; may be repeated."),
]
Background = Annotated[int, typer.Option(min=1, max=36, help="Terms of the background polynomial.")]
Humps = Annotated[
    list[float] | None,
    typer.Option("--hump", metavar="ANGLE", help="Angle of a broad amorphous hump; may be repeated."),
]
Lithium = Annotated[
    float | None, typer.Option(help="Lithium per formula unit with two oxygens, by the charge passed.")
]
MigrationSwitch = Annotated[bool, typer.Option("--migration", help="Let Ti move from 4a to 8c.")]


def request_from_words(
    *,
    structure: str,
    phases: Sequence[str] | None = None,
    windows: Sequence[str] | None = None,
    method: str = "auto",
    instrument: str = "",
    wavelength: str = "",
    space_group: str = "",
    cell: str = "",
    geometry: str = "",
    offset: str = "",
    angles: str = "",
    excluded: Sequence[str] | None = None,
    background: int = 10,
    humps: Sequence[float] | None = None,
    lithium: float | None = None,
    migration: bool = False,
) -> RefinementRequest:
    """Return what is asked for by the words of the command line.

    Parameters
    ----------
    structure, phases, windows, method, instrument, wavelength, space_group, cell, geometry, offset, angles, \
excluded, background, humps, lithium, migration
        As the options of this module say.

    Returns
    -------
    :
        The request.

    Raises
    ------
    OutOfRange, UnknownName
        A word makes no sense.

    Examples
    --------
    >>> request_from_words(structure="nio", wavelength="1.54056,1.54439", angles="30-100").two_theta_range
    (30.0, 100.0)
    """
    from lmct.technique.diffraction.request import request_from_options

    options: dict[str, Any] = {
        "structure": structure,
        "phases": list(phases or ()),
        "windows": list(windows or ()),
        "method": method,
        "instrument": instrument,
        "wavelengths": numbers_from_words(wavelength, "--wavelength"),
        "space_group": space_group,
        "cell": numbers_from_words(cell, "--cell"),
        "geometry": geometry,
        "offset": offset,
        "excluded": [numbers_from_words(one, "--exclude", "-") for one in excluded or ()],
        "background_terms": background,
        "humps": list(humps or ()),
        "migration": migration,
    }
    if angles:
        options["two_theta_range"] = numbers_from_words(angles, "--range", "-")
    if lithium is not None:
        options["lithium"] = lithium
    return request_from_options(options)


def numbers_from_words(words: str, option: str, separator: str = ",") -> list[float]:
    """Return the numbers in a word.

    Parameters
    ----------
    words
        Numbers between separators; empty for none.
    option
        Name of the option, for the message.
    separator
        What stands between them.

    Raises
    ------
    OutOfRange
        A part is no number.

    Examples
    --------
    >>> numbers_from_words("51.5-53", "--exclude", "-")
    [51.5, 53.0]
    """
    try:
        return [float(part) for part in words.split(separator)] if words.strip() else []
    except ValueError as error:
        raise OutOfRange(
            f"{option} {words}: expected numbers with {separator!r} between them, for example"
            f" {separator.join(('30', '100'))}."
        ) from error
