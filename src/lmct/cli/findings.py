"""``lmct findings DIR``: the numbers of a study."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lmct.cli.output import FINE, AsJson, write_json, write_table

NAME = "findings"

Pattern = Annotated[str | None, typer.Option(help="Only those that match; * and ? stand for anything.")]


def run(
    location: Annotated[Path, typer.Argument(metavar="DIR", help="Study folder that has been run.")],
    quantity: Pattern = None,
    sample: Pattern = None,
    technique: Pattern = None,
    condition: Pattern = None,
    file: Pattern = None,
    json: AsJson = False,
) -> int:
    """List the numbers that a study found."""
    from lmct.evidence import select
    from lmct.study import read_findings

    found = select(
        read_findings(location),
        quantity=quantity,
        sample=sample,
        technique=technique,
        condition=condition,
        source_file=file,
    )
    if json:
        write_json([finding.to_json() for finding in found])
        return FINE
    rows = [(f.quantity, f.sample, f.condition, str(f.value), _short(f.source_file)) for f in found]
    write_table(("quantity", "sample", "condition", "value", "file"), rows)
    return FINE


def _short(files: str) -> str:
    """Return one file name, or how many there are."""
    names = files.split("; ")
    return names[0] if len(names) == 1 else f"{len(names)} files"
