"""``lmct cite``: BibTeX of the paper and of what the package is built on."""

from __future__ import annotations

from typing import Annotated

import typer

from lmct.cli.output import FINE, AsJson, write_json

NAME = "cite"


def run(
    topic: Annotated[
        list[str] | None, typer.Option("--topic", help="Only the references of this topic; may be repeated.")
    ] = None,
    json: AsJson = False,
) -> int:
    """Print BibTeX for a publication that used lmct."""
    from lmct.report.citation import citations

    entries = citations(topic or ())
    if json:
        write_json([{"key": entry.key, "topic": entry.topic, "bibtex": entry.bibtex} for entry in entries])
    else:
        typer.echo("\n\n".join(entry.bibtex for entry in entries))
    return FINE
