"""States and lattice parameters of a run of the electrode at any time, shell by shell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float, Int

from lmct.electrode.lattice import Lattice
from lmct.electrode.structure import NOT_METAL, Model
from lmct.protocol.run import Run


def states_of_run(run: Run, times: Float[np.ndarray, "time"]) -> Float[np.ndarray, "time 6"]:
    """Return the states of a run at times since its start [s]: columns n, p, d, o2, V, T.

    Parameters
    ----------
    run
        The run.
    times
        From 0 to its end, in any order.

    Returns
    -------
    :
        One row for each time.
    """
    found = np.empty((len(times), 6))
    for number, inside, local in _segments_at(run, times):
        found[inside] = run.segments[number].at(local)
    return found


def cells_of_run(
    run: Run, moments: Float[np.ndarray, "scan instant"], lattice: Lattice
) -> tuple[Float[np.ndarray, "scan part"], Float[np.ndarray, "scan part"]]:
    """Return the lattice parameters of which each scan is a mixture: every shell at every instant.

    Parameters
    ----------
    run
        The run.
    moments
        Instants of every scan, since the start of the run [s].
    lattice
        How the lattice parameter follows the state.

    Returns
    -------
    :
        Lattice parameters [Å], and their shares in the scan, which add up to 1.
    """
    times, model = moments.ravel(), run.segments[0].model
    shells = model.shells.shape[1]
    cells = np.empty((len(times), shells))
    for number, inside, local in _segments_at(run, times):
        for row, inner in zip(inside, run.segments[number].inner_at(local), strict=True):
            cells[row] = lattice.of_states(_shell_states(inner, model))
    shares = np.tile(model.shells[0] / moments.shape[1], (len(times), 1))
    return cells.reshape(len(moments), -1), shares.reshape(len(moments), -1)


def _shell_states(inner: Float[np.ndarray, "size"], model: Model) -> Float[np.ndarray, "shell 6"]:
    """Return n, p, d, o2, V and T of every shell."""
    blocks = inner[:-2].reshape(model.shells.shape[1], -1)
    holes = blocks[:, :-NOT_METAL].sum(axis=1, keepdims=True)
    return np.hstack([holes, blocks[:, -NOT_METAL:], np.full((len(blocks), 1), inner[-2])])


def merged_cells(
    factors: Float[np.ndarray, "part"], shares: Float[np.ndarray, "part"], *, resolution: float = 1e-5
) -> tuple[tuple[float, float], ...]:
    """Put together factors of the cell that no measurement can tell apart; their mean stays.

    Parameters
    ----------
    factors
        Of the lengths of the cell [1].
    shares
        Of each [1].
    resolution
        Width within which they are merged [1].

    Returns
    -------
    :
        Factor and share of each group, rising.

    Examples
    --------
    >>> merged_cells(np.array([1.0, 1.01, 1.0]), np.array([0.25, 0.5, 0.25]))
    ((1.0, 0.5), (1.01, 0.5))
    """
    order = np.argsort(factors)
    groups = np.floor((factors[order] - factors[order][0]) / resolution).astype(int)
    merged = []
    for group in np.unique(groups):
        rows = order[groups == group]
        share = float(shares[rows].sum())
        merged.append((float(factors[rows] @ shares[rows] / share), share))
    return tuple(merged)


def _segments_at(
    run: Run, times: Float[np.ndarray, "time"]
) -> Iterator[tuple[int, Int[np.ndarray, "some"], Float[np.ndarray, "some"]]]:
    """Yield number of a segment, which times lie in it, and those times since its own start."""
    ends = np.cumsum([segment.duration for segment in run.segments])
    which = np.minimum(np.searchsorted(ends, times, side="left"), len(ends) - 1)
    for number in np.unique(which):
        inside = np.flatnonzero(which == number)
        begin = ends[number] - run.segments[number].duration
        yield int(number), inside, np.clip(times[inside] - begin, 0.0, run.segments[number].duration)
