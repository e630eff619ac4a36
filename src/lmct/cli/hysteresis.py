"""``lmct hysteresis``: what each process dissipates in the cycles of a protocol."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmct.cli.electrode_choice import (
    Changes,
    Classes,
    MaterialName,
    ParameterSet,
    Position,
    Shells,
    StepsOrProtocol,
    chosen_electrode,
    steps_from_words,
)
from lmct.cli.output import FINE, AsJson, check_target, say, write_json, write_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lmct.protocol.hysteresis import HysteresisBudget
    from lmct.protocol.hysteresis_share import LmctShare

NAME = "hysteresis"

MOST_COLUMNS = 8
"""Cycles shown in the table; all of them are in the JSON document and the CSV file."""


def run(
    steps: StepsOrProtocol,
    material: MaterialName = None,
    x: Position = None,
    settings: Changes = None,
    parameters: ParameterSet = None,
    shells: Shells = None,
    classes: Classes = None,
    cycle: Annotated[
        int | None, typer.Option(help="Only this cycle, counted from 1; by default all of them.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder for the figure (svg, pdf, png) and its CSV.")
    ] = None,
    json: AsJson = False,
) -> int:
    """Say where the energy of a voltage loop goes."""
    from lmct.protocol.hysteresis import hysteresis_budget, hysteresis_budgets
    from lmct.protocol.hysteresis_share import lmct_share
    from lmct.protocol.simulation import run_protocol

    if output is not None:
        check_target(output)
    protocol = steps_from_words(steps)
    electrode = chosen_electrode(
        material=material,
        x=x,
        parameters=parameters,
        changes=settings or (),
        shells=shells,
        classes=classes,
    )
    history = run_protocol(electrode, protocol)
    budgets = hysteresis_budgets(history) if cycle is None else (hysteresis_budget(history, cycle=cycle),)
    share = lmct_share(history, cycle=cycle)
    files: Sequence[Path] = ()
    if output is not None:
        from lmct.report.hysteresis_figure import write_hysteresis_figure

        files = write_hysteresis_figure(budgets, output)
    if json:
        write_json(_document(budgets, share, files))
        return FINE
    _show(budgets, share)
    for file in files:
        say(f"wrote {file}")
    return FINE


def _document(budgets: Sequence[HysteresisBudget], share: LmctShare, files: Sequence[Path]) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "cycles": [one.to_json() for one in budgets],
        "lmct_share": asdict(share),
        "files": [str(file) for file in files],
    }


def _show(budgets: Sequence[HysteresisBudget], share: LmctShare) -> None:
    from lmct.protocol.hysteresis import PROCESSES
    from lmct.report.hysteresis_figure import words_of

    shown = budgets[-MOST_COLUMNS:]
    rows: list[tuple[object, ...]] = [
        (words_of(one), *(b.processes[one] for b in shown)) for one in PROCESSES
    ]
    rows.append(("all dissipation", *(one.dissipated for one in shown)))
    rows.append(("of it at rest", *(sum(one.profile.at_rest(p) for p in PROCESSES) for one in shown)))
    rows.append(("stored (ends differ)", *(one.stored for one in shown)))
    rows.append(("loop area", *(one.loop_area for one in shown)))
    rows.append(("charge [mAh/g]", *(one.charge for one in shown)))
    rows.append(("share of LMCT [1]", *(one.lmct_share for one in shown)))
    rows.append(("inversion index [1]", *(one.inversion_index for one in shown)))
    names = [f"cycle {one.cycle}" if one.cycle else "whole run" for one in shown]
    write_table(("dissipated [mWh/g]", *names), rows)
    write_table(("LMCT in the last cycle shown", "value"), _share_rows(share))
    for one in shown:
        for remark in one.remarks:
            say(f"cycle {one.cycle}: {remark}" if one.cycle else remark)
    if share.remark:
        say(share.remark)


def _share_rows(share: LmctShare) -> list[tuple[str, float]]:
    return [
        ("share of the dissipation [1]", share.dissipation),
        ("1 - loop without LMCT / loop with it [1]", share.counterfactual),
        ("loop area without LMCT [mWh/g]", share.loop_area_without),
        ("charge without LMCT [mAh/g]", share.charge_without),
    ]
