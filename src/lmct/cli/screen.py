"""``lmct screen``: the design guide as maps over covalence and driving force."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmct.cli.electrode_choice import DEFAULT_MATERIAL, MaterialName, Position
from lmct.cli.executor_option import ExecutorWords, Processes, chosen_executor
from lmct.cli.output import FAILED, FINE, AsJson, say, write_json, write_table
from lmct.cli.progress import progress_bar
from lmct.quantity.errors import OutOfRange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lmct.protocol.screening_map import Screening

NAME = "screen"

SHOWN = {
    "half_life": "half-life [h]",
    "inversion_index": "inversion",
    "metal_capacity": "cationic [mAh/g]",
    "oxygen_capacity": "anionic [mAh/g]",
    "energy_efficiency": "energy efficiency",
    "discharge_energy": "energy [mWh/g]",
}
"""Numbers of the known materials that are printed, with their headers."""

MOST_ERRORS = 5
"""Failed points that are printed; all of them are in the JSON document."""


def run(
    covalence: Annotated[
        str, typer.Option(metavar="LOW:HIGH:COUNT", help="Metal-oxygen coupling above Li-Ti-Ni-O [eV].")
    ] = "0:0.7:15",
    driving_force: Annotated[
        str,
        typer.Option(
            metavar="LOW:HIGH:COUNT", help="Mean of U_M - U_O over the oxidation of the metal [eV]."
        ),
    ] = "-0.1:0.7:17",
    material: MaterialName = None,
    x: Position = None,
    protocol_current: Annotated[float, typer.Option(help="Current of both cycles [mA/g].")] = 20.0,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder for the figure (svg, pdf, png) and its CSV.")
    ] = None,
    executor: ExecutorWords = None,
    processes: Processes = None,
    json: AsJson = False,
) -> int:
    """Map lifetime, inversion, capacities and efficiency over covalence and driving force."""
    from lmct.protocol.screening import screen

    with chosen_executor(executor, processes, default="serial") as pool, progress_bar() as progress:
        found = screen(
            covalences=_values("--covalence", covalence),
            driving_forces=_values("--driving-force", driving_force),
            material=DEFAULT_MATERIAL if material is None else material,
            x=x,
            specific_current=protocol_current,
            executor=pool,
            progress=progress,
        )
    files: Sequence[Path] = ()
    if output is not None:
        from lmct.report.screening_figure import screening_sheet
        from lmct.report.sheet_file import write_sheet

        files = write_sheet(screening_sheet(found), output)
    if json:
        write_json(_document(found, files))
    else:
        _show(found)
        for file in files:
            say(f"wrote {file}")
    return FAILED if found.failed else FINE


def _values(option: str, words: str) -> list[float]:
    """Return the values of an axis."""
    from lmct.protocol.parameter_space import Range, axis_from_words

    axis, count = axis_from_words(words)
    if isinstance(axis, Range):
        if count is None:
            raise OutOfRange(
                f"{option} {words} has no number of points. Write for example {option} {words}:15"
            )
        return axis.points(count)
    try:
        return [float(value) for value in axis]
    except ValueError as error:
        raise OutOfRange(
            f"{option} {words}: expected numbers. Write for example {option} 0:0.7:15 or {option} 0,0.2,0.6"
        ) from error


def _document(found: Screening, files: Sequence[Path]) -> dict[str, Any]:
    from lmct.protocol.screening_map import DISAGREEMENT
    from lmct.protocol.screening_numbers import SCREENED

    return {
        "formula": found.formula,
        "specific_current": found.specific_current,
        "covalence": found.covalence.tolist(),
        "driving_force": found.driving_force.tolist(),
        "quantities": [
            {"name": name, "unit": unit, "meaning": text} for name, (unit, text) in SCREENED.items()
        ],
        "maps": [
            {
                "parameter_set": one.parameter_set,
                "one_energy": one.one_energy,
                "values": {name: values.tolist() for name, values in one.values.items()},
                "failed": [asdict(point) for point in one.failed],
            }
            for one in found.maps
        ],
        "spread": {name: found.spread(name).tolist() for name in SCREENED},
        "disagreement": [
            {"name": name, "limit": limit, "share": found.share_of_disagreement(name)}
            for name, limit in DISAGREEMENT.items()
        ],
        "left_out": dict(found.left_out),
        "materials": [asdict(one) for one in found.known],
        "files": [str(file) for file in files],
    }


def _show(found: Screening) -> None:
    from lmct.protocol.screening_map import DISAGREEMENT

    rows = [
        (one.name, one.covalence, one.driving_force, *(one.numbers.get(name, float("nan")) for name in SHOWN))
        for one in found.known
    ]
    title = f"Known materials, second cycle at {found.specific_current:g} mA/g"
    write_table(("material", "covalence [eV]", "driving force [eV]", *SHOWN.values()), rows, title=title)
    limits = [(SHOWN[name], limit, found.share_of_disagreement(name)) for name, limit in DISAGREEMENT.items()]
    if len(found.maps) > 1:
        sets = ", ".join(one.parameter_set for one in found.maps)
        title = f"Maps of {found.formula}: where the sets disagree ({sets})"
        write_table(("quantity", "limit (factor for half-lives)", "share of the map"), limits, title=title)
    for name, reason in found.left_out.items():
        say(f"no map by {name}: {reason}")
    for point in found.failed[:MOST_ERRORS]:
        say(f"no value at H = {point.covalence:g} eV, U_M - U_O = {point.driving_force:g} eV: {point.error}")
    if len(found.failed) > MOST_ERRORS:
        say(f"{len(found.failed) - MOST_ERRORS} more points failed; --json lists them")
