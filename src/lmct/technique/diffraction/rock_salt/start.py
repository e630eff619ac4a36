"""Where a refinement starts when nothing is known: cells at which lines stand where they should."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from lmct.technique.diffraction.background import lower_envelope
from lmct.technique.diffraction.rock_salt.levenberg_marquardt import Noise
from lmct.technique.diffraction.rock_salt.model import PatternModel

WINDOWS = (1.2, 4.0)
"""Half widths of the windows that collect a line, over the full width of the instrument's lines [1]."""

NARROWEST_WINDOW = 0.1
"""Least half width of a window [deg]."""

TOLERATED = 1.5
"""A line counts with this many times its share at most, so that foreign ones mislead less [1]."""

MOST_SEARCH_POINTS = 8000
"""Longer patterns are joined to fewer points for the search [1]."""


class CellCandidate(NamedTuple):
    """A cell at which lines were found.

    Parameters
    ----------
    cell
        [Å].
    window
        Half width of the windows that found it [deg].
    score
        Intensity where lines should be, over its standard deviation [1].
    """

    cell: float
    window: float
    score: float


def cell_candidates(model: PatternModel, noise: Noise, *, most: int = 4) -> tuple[CellCandidate, ...]:
    """Search a range of cells for those whose lines are there.

    Parameters
    ----------
    model
        Of the pattern.
    noise
        Holds the record.
    most
        How many candidates are returned for each width of windows.

    Returns
    -------
    :
        The best first; cells so near each other that lines overlap count as one.
    """
    two_theta, intensity, variance = _joined(model.two_theta, noise)
    step = float(np.median(np.diff(two_theta)))
    settings, cell = model.settings, model.crystal.lines.cell
    narrow = _instrument_width(model)
    found: list[CellCandidate] = []
    for factor in WINDOWS:
        half = max(factor * narrow, NARROWEST_WINDOW, 1.5 * step)
        net = intensity - lower_envelope(intensity=intensity, reach=max(3, int(4.0 * half / step)))
        collected, spread = _running(net), _running(variance)
        reach = settings.cell_reach
        count = int(2.0 * reach / (0.25 * np.radians(half))) + 1
        cells = cell * (1.0 + np.linspace(-reach, reach, count))
        scores = np.array([_score(model, two_theta, collected, spread, one, half) for one in cells])
        found += _best(cells, scores, half, most)
    return tuple(sorted(found, key=lambda one: -one.score))


def _joined(
    two_theta: Float[np.ndarray, "point"], noise: Noise
) -> tuple[Float[np.ndarray, "joined"], Float[np.ndarray, "joined"], Float[np.ndarray, "joined"]]:
    group = len(two_theta) // MOST_SEARCH_POINTS + 1
    length = len(two_theta) // group * group
    variance = noise.variance(np.maximum(noise.observed, 0.0))
    columns = (column[:length].reshape(-1, group) for column in (two_theta, noise.observed, variance))
    angles, intensity, spread = (column.mean(axis=1) for column in columns)
    return angles, intensity, spread / group


def _instrument_width(model: PatternModel) -> float:
    return float(np.median(model.lines(model.by_name(model.start({}))).width))


def _running(values: Float[np.ndarray, "point"]) -> Float[np.ndarray, "edge"]:
    return np.concatenate([[0.0], np.cumsum(values)])


def _score(
    model: PatternModel,
    two_theta: Float[np.ndarray, "point"],
    collected: Float[np.ndarray, "edge"],
    spread: Float[np.ndarray, "edge"],
    cell: float,
    half: float,
) -> float:
    """Return the intensity where lines should be over its uncertainty, no line counting for too much."""
    values = {**model.by_name(model.start({})), "a": cell, "scale": 1.0}
    lines = model.lines(values)
    position, expected = lines.position[0], lines.area[0]
    seen = (position > two_theta[0]) & (position < two_theta[-1]) & (expected > 0)
    if not seen.any():
        return 0.0
    position, expected = position[seen], expected[seen]
    first = np.searchsorted(two_theta, position - half)
    last = np.searchsorted(two_theta, position + half)
    net = collected[last] - collected[first]
    ratio = net / expected
    order = np.argsort(ratio)
    share = np.cumsum(expected[order]) / expected.sum()
    middle = float(ratio[order][np.searchsorted(share, 0.5)])
    counted = np.minimum(ratio, TOLERATED * max(middle, 0.0))
    noise = float(np.sqrt(np.sum(expected**2 * (spread[last] - spread[first])) + 1e-300))
    return float(np.sum(expected**2 * counted) / noise)


def _best(
    cells: Float[np.ndarray, "cell"], scores: Float[np.ndarray, "cell"], half: float, most: int
) -> list[CellCandidate]:
    """Return the highest scores that are not beside a higher one."""
    found: list[CellCandidate] = []
    for number in np.argsort(-scores):
        apart = 2.0 * np.radians(half) * cells[number]
        if all(abs(cells[number] - other.cell) > apart for other in found):
            found.append(CellCandidate(float(cells[number]), half, float(scores[number])))
        if len(found) == most:
            break
    return found
