"""Workers on other machines: those of a Dask scheduler, and of Slurm through executorlib."""

from __future__ import annotations

import importlib
import os
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from lmct.quantity.errors import DataError, OutOfRange, unknown_name

Arguments = ParamSpec("Arguments")
Outcome = TypeVar("Outcome")

PATIENCE = 30.0
"""Time to wait for a scheduler and for its first worker [s]."""


class WorkerLost(BrokenExecutor):
    """The workers that had a call died."""


class DaskWorkers(Executor):
    """The workers of a Dask scheduler, which report a death as the executors of the standard library do.

    Dask itself gives the call of a dead worker to another one, by default three times; only then it fails.

    Parameters
    ----------
    client
        Connected ``distributed.Client``.
    """

    def __init__(self, client: Any) -> None:  # noqa: ANN401
        self._client = client
        self._executor = client.get_executor(pure=False)

    @property
    def workers(self) -> int:
        """Number of calls that run at once just now."""
        return sum(self._client.nthreads().values())

    def submit(
        self, fn: Callable[Arguments, Outcome], /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Future[Outcome]:
        """Hand a call to the scheduler."""
        inner: Future[Outcome] = self._executor.submit(fn, *args, **kwargs)
        outer: Future[Outcome] = Future()
        inner.add_done_callback(lambda done: _pass_on(done, outer))
        # A weak link back: in a circle both would live on, and with them the result in its worker.
        link = weakref.ref(inner)
        outer.add_done_callback(lambda done: _cancel(link()) if done.cancelled() else None)
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the scheduler; its workers go on living."""
        self._executor.shutdown(wait=wait and not cancel_futures)


def _cancel(future: Future[Any] | None) -> None:
    """Cancel a future that is still there."""
    if future is not None:
        future.cancel()


def _pass_on(inner: Future[Outcome], outer: Future[Outcome]) -> None:
    """Give the result of one future to another one, unless that was cancelled."""
    from distributed.scheduler import KilledWorker

    if not outer.set_running_or_notify_cancel():
        return
    if inner.cancelled():
        outer.set_exception(WorkerLost("the connection to the Dask scheduler was lost"))
        return
    error = inner.exception()
    if error is None:
        outer.set_result(inner.result())
    elif isinstance(error, KilledWorker):
        outer.set_exception(WorkerLost(str(error)))
    else:
        outer.set_exception(error)


@contextmanager
def dask_executor(address: str) -> Iterator[Executor]:
    """Yield the workers of a Dask scheduler.

    Parameters
    ----------
    address
        Of the scheduler; ``local:2`` starts one with two workers on this machine for the time of the block.

    Raises
    ------
    DataError
        Dask is not installed, or no scheduler or no worker answers.
    """
    distributed = _library("distributed", extra="dask")
    if not address:
        raise OutOfRange("dask expected the address of a scheduler. Write e.g. dask:tcp://10.0.0.5:8786.")
    if address.split(":")[0] == "local":
        count = _local_count(address)
        with (
            distributed.LocalCluster(
                n_workers=count, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
            ) as cluster,
            distributed.Client(cluster, set_as_default=False) as client,
            DaskWorkers(client) as executor,
        ):
            yield executor
        return
    with _connected(distributed.Client, address) as client, DaskWorkers(client) as executor:
        yield executor


def _connected(kind: Callable[..., Any], address: str) -> Any:  # noqa: ANN401
    """Return a client that has seen the scheduler and at least one worker."""
    try:
        client = kind(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise DataError(
            f"no Dask scheduler answers at {address}: {error}. Expected a running `dask scheduler`. Start it,"
            " or correct the address, which it prints as 'Scheduler at:'."
        ) from error
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        client.close()
        raise DataError(
            f"the Dask scheduler at {address} has no workers. Expected at least one within {PATIENCE:g} s."
            f" Start one: dask worker {address} --nthreads 1"
        ) from error
    return client


def _local_count(address: str) -> int:
    """Return the number of workers that ``local:count`` asks for."""
    _, _, count = address.partition(":")
    if not count:
        return os.cpu_count() or 1
    if not (count.isascii() and count.isdigit() and int(count)):
        raise OutOfRange(f"dask:{address} expected a number of workers. Write e.g. dask:local:2.")
    return int(count)


@contextmanager
def executorlib_executor(place: str) -> Iterator[Executor]:
    """Yield an executor of executorlib, whose workers stay alive between calls.

    Parameters
    ----------
    place
        ``slurm``, inside an allocation of Slurm: one worker for each of its tasks (``SLURM_NTASKS``);
        ``local``: one for each processor of this machine.

    Raises
    ------
    DataError
        executorlib is not installed, or this is no allocation of Slurm.
    UnknownName
        There is no such place.
    """
    executorlib = _library("executorlib", extra="executorlib")
    if place == "slurm":
        tasks = os.environ.get("SLURM_NTASKS")
        if tasks is None:
            raise DataError(
                "executorlib:slurm runs inside an allocation of Slurm, and SLURM_NTASKS is not set. Expected"
                " a job script or salloc. Write `#SBATCH --ntasks=64` and call lmct in the script."
            )
        kind, count = executorlib.SlurmJobExecutor, int(tasks)
    elif place == "local":
        kind, count = executorlib.SingleNodeExecutor, os.cpu_count() or 1
    else:
        raise unknown_name("executor of executorlib", place, ("local", "slurm"))
    with kind(max_workers=count, block_allocation=True) as executor:
        executor.workers = count
        yield executor


def _library(name: str, *, extra: str) -> Any:  # noqa: ANN401
    """Return an optional library."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise DataError(
            f"the executor {extra!r} needs the extra {extra!r}, which is not installed. Expected the library"
            f" {name}. Install it: pip install 'lmct[{extra}]'"
        ) from error
