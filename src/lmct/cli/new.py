"""``lmct new DIR``: a study file with comments to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lmct.cli.output import FINE, AsJson, say, write_json

NAME = "new"


def run(
    directory: Annotated[Path, typer.Argument(help="Folder of the new study; it is made if need be.")],
    json: AsJson = False,
) -> int:
    """Write a study file with comments to start from."""
    from lmct.study import write_template

    path = write_template(directory)
    if json:
        write_json({"study": str(path)})
    else:
        say(f"wrote {path}")
        say(f"put files into {path.parent / 'raw'}, edit it, then: lmct study {directory}")
    return FINE
