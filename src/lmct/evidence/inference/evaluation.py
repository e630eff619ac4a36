"""Likelihoods of many positions at once: on any executor, in a fixed order, kept in a checkpoint."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from jaxtyping import Float

from lmct.evidence.likelihood.likelihood import IMPOSSIBLE, Likelihood
from lmct.quantity.errors import DataError, NotConverged

Progress = Callable[[int, int, str], None]
"""Told how much is done, of how much, and of what."""

Outcome = TypeVar("Outcome")

WORTH_SENDING = 0.3
"""Work that takes longer is sent to the executor, once that has workers anyway [s]."""

PORTION = 16
"""Positions that are sent to a worker together."""

BATCH = "batch{:06d}"
"""Name of a batch in a checkpoint."""


class Evaluator:
    """Evaluates a likelihood in standard-normal coordinates and remembers what it has computed.

    A search that is deterministic asks for the same batches again after it was killed; those that are in its
    checkpoint are answered from there.

    Parameters
    ----------
    likelihood
        The likelihood.
    executor
        Where to compute; None for here.
    checkpoint
        File that keeps every batch; made when it does not exist.
    label
        What else must be the same for a checkpoint to be of use, for example the seed.

    Raises
    ------
    DataError
        The checkpoint belongs to another problem or is damaged.
    """

    def __init__(
        self,
        likelihood: Likelihood,
        *,
        executor: Executor | None = None,
        checkpoint: Path | None = None,
        label: str = "",
    ) -> None:
        self.likelihood = likelihood
        self.executor = executor
        self.evaluations = 0
        self.cpu_seconds = 0.0
        self._checkpoint = checkpoint
        self._digest = digest_of(likelihood, label)
        self._known = {} if checkpoint is None else _read(checkpoint, self._digest)
        self._batches: dict[str, Float[np.ndarray, "position column"]] = {}
        self._tables: dict[str, Float[np.ndarray, "row column"]] = {}

    def log_likelihoods(
        self, coordinates: Float[np.ndarray, "position unknown"]
    ) -> Float[np.ndarray, "position"]:
        """Return the logarithm of the likelihood at positions in standard-normal coordinates."""
        found = self._remembered(coordinates)
        if found is None:
            found = self._computed(coordinates)
            self._keep(coordinates, found)
        self._batches[BATCH.format(len(self._batches))] = np.column_stack([coordinates, found])
        self.evaluations += len(coordinates)
        return found

    def add_work(self, evaluations: int, cpu_seconds: float) -> None:
        """Count likelihoods that were computed elsewhere, and their processor time [s]."""
        self.evaluations += evaluations
        self.cpu_seconds += cpu_seconds

    def stored(self, name: str) -> Float[np.ndarray, "row column"] | None:
        """Return a table that was stored in the checkpoint under a name; None when there is none."""
        found = self._known.get(name)
        if found is not None:
            self._tables[name] = found
        return found

    def store(self, name: str, table: Float[np.ndarray, "row column"]) -> None:
        """Keep a table in the checkpoint under a name."""
        self._tables[name] = table
        self._write(self._batches)

    def _remembered(
        self, coordinates: Float[np.ndarray, "position unknown"]
    ) -> Float[np.ndarray, "position"] | None:
        stored = self._known.get(BATCH.format(len(self._batches)))
        if stored is None or not np.array_equal(stored[:, :-1], coordinates):
            return None
        return np.asarray(stored[:, -1])

    def _computed(self, coordinates: Float[np.ndarray, "position unknown"]) -> Float[np.ndarray, "position"]:
        pieces = [(self.likelihood, portion) for portion in _portions(coordinates)]
        parts = in_order(log_likelihoods_of, pieces, executor=self.executor)
        self.cpu_seconds += sum(seconds for _, seconds in parts)
        return np.concatenate([values for values, _ in parts])

    def _keep(
        self, coordinates: Float[np.ndarray, "position unknown"], found: Float[np.ndarray, "position"]
    ) -> None:
        self._write(
            {**self._batches, BATCH.format(len(self._batches)): np.column_stack([coordinates, found])}
        )

    def _write(self, batches: dict[str, Float[np.ndarray, "position column"]]) -> None:
        if self._checkpoint is not None:
            _write(self._checkpoint, self._digest, {**self._tables, **batches})


def in_order(
    work: Callable[..., Outcome],
    pieces: Sequence[tuple[Any, ...]],
    *,
    executor: Executor | None,
    worth: float = WORTH_SENDING,
) -> list[Outcome]:
    """Return the outcomes of pieces of work in the order of the pieces, wherever they were done.

    Parameters
    ----------
    work
        What to do.
    pieces
        Its arguments.
    executor
        Who does it; None for here.
    worth
        As in :func:`lmct.execution.outcomes`.

    Raises
    ------
    NotConverged
        Workers died on the same piece again and again.
    """
    from lmct.execution import outcomes

    found = dict(outcomes(work, pieces, executor=executor, worth=worth, lost=_lost))
    return [found[place] for place in range(len(pieces))]


def _lost(place: int) -> Any:  # noqa: ANN401
    raise NotConverged(
        f"piece {place + 1} of the fit killed every worker that took it. Expected work that fits into their"
        " memory. Give them more, or use fewer of them."
    )


def log_likelihoods_of(
    likelihood: Likelihood, coordinates: Float[np.ndarray, "position unknown"]
) -> tuple[Float[np.ndarray, "position"], float]:
    """Return likelihoods at positions in standard-normal coordinates, and the processor time it took [s].

    Parameters
    ----------
    likelihood
        The likelihood.
    coordinates
        Positions.
    """
    from scipy.special import ndtr

    start = time.process_time()
    found = [likelihood.log_likelihood_at(row) for row in ndtr(coordinates)]
    return np.maximum(np.array(found), IMPOSSIBLE), time.process_time() - start


def digest_of(likelihood: Likelihood, label: str) -> str:
    """Return a hash of the data, the priors, the mechanism with all it is built on, and a label.

    Parameters
    ----------
    likelihood
        The likelihood.
    label
        What else belongs to the problem.
    """
    digest = hashlib.sha256(label.encode())
    mechanism = likelihood.mechanism
    own = mechanism if is_dataclass(mechanism) else mechanism.name
    digest.update(repr((own, likelihood.unknowns.members, likelihood.outliers)).encode())
    for one in likelihood.campaign.observations:
        digest.update(
            repr((one.name, one.observable, one.protocol, one.step, one.cell, one.offset, one.scale)).encode()
        )
        for array in (one.at, one.values, one.uncertainty, *one.loadings.values()):
            digest.update(np.ascontiguousarray(array, dtype=float).tobytes())
    return digest.hexdigest()


def _portions(
    coordinates: Float[np.ndarray, "position unknown"],
) -> Iterator[Float[np.ndarray, "position unknown"]]:
    for first in range(0, len(coordinates), PORTION):
        yield coordinates[first : first + PORTION]


def _read(path: Path, digest: str) -> dict[str, Float[np.ndarray, "position column"]]:
    if not path.exists():
        return {}
    try:
        with np.load(path, allow_pickle=False) as archive:
            stored = {name: archive[name] for name in archive.files}
        owner = str(stored.pop("digest"))
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise DataError(
            f"{path} is no checkpoint of a fit, or it is damaged. Expected one that an earlier run left."
            " Delete it, or name another file."
        ) from error
    if owner != digest:
        raise DataError(
            f"{path} belongs to another fit: the data, the priors, the mechanism or the seed differ. Expected"
            " the checkpoint of this one. Delete it, or name another file."
        )
    return stored


def _write(path: Path, digest: str, batches: dict[str, Float[np.ndarray, "position column"]]) -> None:
    """Write a checkpoint so that a killed run leaves the old one or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    with draft.open("wb") as stream:
        np.savez(stream, digest=np.array(digest), **batches)  # type: ignore[arg-type]
    draft.replace(path)
