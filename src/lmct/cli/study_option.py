"""What commands that work on everything a study measured are told: which study, which seed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

StudyLocation = Annotated[Path, typer.Argument(metavar="DIR_OR_TOML", help="Study folder or study file.")]

Seed = Annotated[int, typer.Option("--seed", help="Seed of the random numbers.", min=0)]
