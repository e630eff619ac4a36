"""``lmct sweep``: one protocol for many sets of electrode parameters."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmct.cli.electrode_choice import (
    Changes,
    Position,
    StepsOrProtocol,
    settings_from_words,
    steps_from_words,
)
from lmct.cli.executor_option import ExecutorWords, Processes, chosen_executor
from lmct.cli.output import FAILED, FINE, AsJson, check_csv, say, write_json, write_table
from lmct.cli.progress import progress_bar
from lmct.cli.sweep_sets import sets_from_words
from lmct.quantity.errors import OutOfRange

if TYPE_CHECKING:
    from lmct.protocol.parameter_space import Settings
    from lmct.protocol.parameter_sweep import Sweep

NAME = "sweep"

SHOWN = 50
"""Rows of the table that are printed."""

SHOWN_NUMBERS = {
    "discharge_capacity": "capacity [mAh/g]",
    "first_cycle_efficiency": "first efficiency",
    "mean_charge_voltage": "charge [V]",
    "mean_discharge_voltage": "discharge [V]",
    "voltage_gap": "gap [V]",
    "energy_efficiency": "energy efficiency",
    "inversion_index": "inversion",
    "transfer_share": "LMCT share",
}
"""Numbers that are printed, with their headers; the CSV file and JSON hold all."""


def run(
    steps: StepsOrProtocol,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUES",
            help="Vary a parameter: low:high:count, low:high:count:log, or values with commas; with --sample"
            " low:high. Several are combined. x is the position in the family.",
        ),
    ] = None,
    sets: Annotated[
        Path | None, typer.Option(help="CSV file: names in the first row, one parameter set in each other.")
    ] = None,
    sample: Annotated[
        int | None, typer.Option(metavar="N", help="Draw N sets from the ranges instead of a grid.")
    ] = None,
    method: Annotated[
        str, typer.Option(help="How to draw them: latin-hypercube or random.")
    ] = "latin-hypercube",
    seed: Annotated[int, typer.Option(help="The same seed draws the same sets.")] = 0,
    material: Annotated[str, typer.Option(help="Name as in `lmct materials`.")] = "li-ti-ni-o",
    x: Position = None,
    settings: Changes = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the table as CSV, with a row of units.")
    ] = None,
    executor: ExecutorWords = None,
    processes: Processes = None,
    json: AsJson = False,
) -> int:
    """Run one protocol for many sets of electrode parameters."""
    from lmct.electrode.of_material import parameters_of_material
    from lmct.protocol.parameter_sweep import parameter_sweep

    if output is not None:
        check_csv(output)
    common: dict[str, Any] = dict(settings_from_words(settings or ()))
    common |= {} if x is None else {"x": x}
    chosen = sets_from_words(vary or (), file=sets, count=sample, method=method, seed=seed)
    _check_once(common, chosen)
    if "x" in common:
        parameters_of_material(material, common["x"])
    with chosen_executor(executor, processes, default="serial") as pool, progress_bar() as progress:
        result = parameter_sweep(
            steps_from_words(steps), chosen, base=material, settings=common, executor=pool, progress=progress
        )
    _check_any(result)
    if output is not None:
        _write(result, output)
    if json:
        write_json(_document(result))
    else:
        _show(result)
    return FAILED if result.failed else FINE


def _check_once(common: Mapping[str, object], sets: Sequence[Settings]) -> None:
    for name in common:
        if any(name in settings for settings in sets):
            raise OutOfRange(f"{name} is both set and varied. Leave one of the two out.")


def _check_any(result: Sweep) -> None:
    """Refuse a sweep in which every set fails for the same reason: that is no matter of single sets."""
    reasons = {outcome.error for outcome in result.outcomes}
    if len(result.outcomes) > 1 and len(reasons) == 1 and result.failed:
        raise OutOfRange(f"every parameter set failed: {reasons.pop()}")


def _write(result: Sweep, output: Path) -> None:
    """Write the table with a row of names and a row of units; what is not known stays empty."""
    import numpy as np

    from lmct.protocol.cycle_numbers import NUMBERS
    from lmct.study.atomic import write_text
    from lmct.study.figure_file import csv_text

    columns = {}
    for name, cells in result.table().items():
        known = ["" if isinstance(cell, float) and math.isnan(cell) else cell for cell in cells]
        columns[name] = (NUMBERS[name][0] if name in NUMBERS else "", np.array(known, dtype=object))
    write_text(output, csv_text(columns))
    say(f"wrote {output}")


def _document(result: Sweep) -> dict[str, Any]:
    from lmct.protocol.cycle_numbers import NUMBERS

    return {
        "sets": [
            {
                "settings": outcome.settings,
                "numbers": outcome.numbers or None,
                "error": outcome.error or None,
            }
            for outcome in result.outcomes
        ],
        "numbers": [{"name": name, "unit": unit, "meaning": text} for name, (unit, text) in NUMBERS.items()],
        "failed": len(result.failed),
    }


def _show(result: Sweep) -> None:
    from lmct.protocol.cycle_numbers import NUMBERS

    table = result.table()
    columns = [name for name in table if name not in NUMBERS or name in SHOWN_NUMBERS]
    if not result.failed:
        columns.remove("error")
    rows = list(zip(*(table[name] for name in columns), strict=True))
    write_table([SHOWN_NUMBERS.get(name, name) for name in columns], rows[:SHOWN])
    if len(rows) > SHOWN:
        say(f"{len(rows) - SHOWN} more rows: --output FILE.csv writes all, --json prints them")
    if result.failed:
        say(f"{len(result.failed)} of {len(rows)} parameter sets failed; the last column says why")
