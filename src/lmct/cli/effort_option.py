"""The option that says how carefully a posterior is sampled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

if TYPE_CHECKING:
    from lmct.evidence.inference.search import Effort

EffortOption = Annotated[str, typer.Option("--effort", help="quick, usual or thorough.")]


def effort_named(name: str) -> Effort:
    """Return an effort.

    Raises
    ------
    UnknownName
        There is none of that name.
    """
    from lmct.evidence.inference.search import EFFORTS
    from lmct.quantity.errors import unknown_name

    if name not in EFFORTS:
        raise unknown_name("effort", name, EFFORTS)
    return cast("Effort", name)
