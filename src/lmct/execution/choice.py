"""Executors by their name: this process, worker processes, a Dask cluster, executorlib."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from lmct.execution.cluster import dask_executor, executorlib_executor
from lmct.execution.worker_processes import WorkerProcesses
from lmct.quantity.errors import OutOfRange, unknown_name

MOST_WORKERS = 1000
"""More worker processes on one machine are a mistake."""

KINDS = ("serial", "processes", "dask", "executorlib")


@contextmanager
def open_executor(words: str = "processes", *, processes: int | None = None) -> Iterator[Executor | None]:
    """Yield the executor that some words name, and shut it down at the end.

    Parameters
    ----------
    words
        ``serial``: one task after the other in this process. ``processes`` or ``processes:4``: worker
        processes on this machine. ``dask:ADDRESS``: the workers of a running Dask scheduler, e.g.
        ``dask:tcp://10.0.0.5:8786``; ``dask:local:2``: a Dask cluster on this machine for the time of the
        block. ``executorlib:slurm``: the nodes of a Slurm allocation; ``executorlib:local``: this machine.
    processes
        How many worker processes where the words do not say; None for the number of processors.

    Yields
    ------
    :
        The executor; None for work in this process, which is what one worker process amounts to.

    Raises
    ------
    UnknownName
        There is no such kind of executor.
    OutOfRange
        The number of workers makes no sense, or is given twice.
    DataError
        The extra that the executor needs is not installed, or nobody answers at the address.

    Examples
    --------
    >>> with open_executor("serial") as executor:
    ...     print(executor)
    None
    """
    kind, _, rest = words.partition(":")
    if kind not in KINDS:
        raise unknown_name("executor", kind, KINDS)
    if kind == "serial":
        _check_serial(rest, processes)
        yield None
    elif kind == "processes":
        count = _count(rest, processes)
        if count == 1:
            yield None
            return
        with WorkerProcesses(count) as executor:
            yield executor
    else:
        if processes is not None:
            raise OutOfRange(
                f"{words} is no executor on this machine, got {processes} worker processes. Expected the"
                " number only with processes. Leave one of the two out."
            )
        opened = dask_executor(rest) if kind == "dask" else executorlib_executor(rest)
        with opened as executor:
            yield executor


def _check_serial(rest: str, processes: int | None) -> None:
    """Refuse more than one process for work in this process."""
    wanted = rest or (str(processes) if processes not in (None, 1) else "")
    if wanted:
        raise OutOfRange(f"serial is one process, got {wanted}. Write serial alone, or processes:{wanted}.")


def _count(rest: str, processes: int | None) -> int:
    """Return the number of worker processes that ``processes:rest`` asks for."""
    if rest and processes is not None:
        raise OutOfRange(
            f"the number of worker processes is given twice, {rest} and {processes}. Leave one of them out."
        )
    if rest and not (rest.isascii() and rest.isdigit()):
        raise OutOfRange(f"processes:{rest} expected a number of worker processes. Write e.g. processes:4.")
    count = int(rest) if rest else processes if processes is not None else os.cpu_count() or 1
    if not 1 <= count <= MOST_WORKERS:
        raise OutOfRange(
            f"expected from 1 to at most {MOST_WORKERS} worker processes, got {count}. Ask for fewer."
            if count
            else "expected at least one worker process, got 0. Write serial for work in this process."
        )
    return count
