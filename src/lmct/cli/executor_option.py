"""The options that say who does the work of a command with many pieces."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Annotated

import typer

ExecutorWords = Annotated[
    str | None,
    typer.Option(
        "--executor",
        metavar="WHO",
        help="serial, processes, processes:4, dask:ADDRESS, dask:local:2 or executorlib:slurm.",
    ),
]
Processes = Annotated[
    int | None,
    typer.Option(
        "--processes",
        "--jobs",
        min=1,
        help="Worker processes on this machine; all processors with --executor processes.",
    ),
]


@contextmanager
def chosen_executor(
    words: str | None, processes: int | None, *, default: str = "processes"
) -> Iterator[Executor | None]:
    """Yield the executor that the options name.

    Parameters
    ----------
    words
        As of :func:`lmct.execution.open_executor`; None when the option was not given.
    processes
        Number of worker processes; given alone it asks for them.
    default
        What neither option asks for.

    Yields
    ------
    :
        The executor, None for work in this process.
    """
    from lmct.execution import open_executor

    chosen = words or (default if processes is None else "processes")
    with open_executor(chosen, processes=processes) as executor:
        yield executor
