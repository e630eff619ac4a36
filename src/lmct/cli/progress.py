"""Progress on a terminal, worker processes, and the command as it was typed."""

from __future__ import annotations

import multiprocessing
import os
import shlex
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lmct.quantity.errors import OutOfRange

if TYPE_CHECKING:
    from lmct.study.run import Progress


MOST_WORKERS = 1000
"""More worker processes on one machine are a mistake."""


@contextmanager
def progress_bar() -> Iterator[Progress | None]:
    """Yield a function that draws a progress bar on stderr, or None when stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda done, total, name: bar.update(
            task, completed=done, total=total, description=escape(name)
        )


@contextmanager
def workers(processes: int | None) -> Iterator[Executor | None]:
    """Yield an executor with worker processes, None for one process.

    Parameters
    ----------
    processes
        How many; None for the number of processors. They start when the first file is handed to them.

    Raises
    ------
    OutOfRange
        More than a thousand are asked for.
    """
    if processes is not None and processes > MOST_WORKERS:
        raise OutOfRange(f"at most {MOST_WORKERS} worker processes, got {processes}. Ask for fewer.")
    count = processes or os.cpu_count() or 1
    if count == 1:
        yield None
        return
    # Workers must not be forked: readers start threads, whose locks a fork would copy.
    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn")) as executor:
        yield executor


def command_line() -> str:
    """Return the command as it could be typed again."""
    return shlex.join(["lmct", *sys.argv[1:]])
