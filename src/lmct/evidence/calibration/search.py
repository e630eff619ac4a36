"""Global search by differential evolution, one generation at a time, so that it can be saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from lmct.evidence.calibration.evaluation import Evaluator
from lmct.quantity.errors import DataError

PER_PARAMETER, FEWEST, MOST = 4, 16, 96
"""Members of the population for each free parameter, and at least and at most."""

NEAR_START, SPREAD = 0.25, 0.1
"""Share of the first population around the starting electrode, and how far [shares of the bounds]."""

MUTATION, RECOMBINATION = (0.4, 0.9), 0.8
CONVERGED = 1e-4
"""The search ends when the costs of the population differ by less than this share of their mean [1]."""


@dataclass(frozen=True, eq=False)
class SearchState:
    """A population between two generations: everything that is needed to go on.

    Parameters
    ----------
    digest
        Hash of the problem it belongs to.
    seed
        Seed of the random numbers.
    generation
        Generations done.
    positions
        Members, in the unit cube.
    costs
        Their costs.
    """

    digest: str
    seed: int
    generation: int
    positions: Float[np.ndarray, "member free"]
    costs: Float[np.ndarray, "member"]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types; numbers keep all digits."""
        return {
            "digest": self.digest,
            "seed": self.seed,
            "generation": self.generation,
            "positions": self.positions.tolist(),
            "costs": [cost if np.isfinite(cost) else None for cost in self.costs.tolist()],
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> SearchState:
        """Rebuild a state from :meth:`to_json`.

        Raises
        ------
        DataError
            It is not what :meth:`to_json` gave.
        """
        try:
            costs = [np.inf if cost is None else float(cost) for cost in content["costs"]]
            state = cls(
                str(content["digest"]),
                int(content["seed"]),
                int(content["generation"]),
                np.array(content["positions"], dtype=float),
                np.array(costs),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise _damaged() from error
        if (
            state.positions.shape[:1] != state.costs.shape
            or state.positions.ndim != 2
            or state.generation < 0
        ):
            raise _damaged()
        if not np.all((state.positions >= 0) & (state.positions <= 1)):
            raise _damaged()
        return state

    @property
    def is_converged(self) -> bool:
        """Whether all members cost nearly the same."""
        return bool(np.ptp(self.costs) <= CONVERGED * abs(float(np.mean(self.costs))))


def first_state(
    evaluator: Evaluator, start: Float[np.ndarray, "free"], *, seed: int, digest: str
) -> SearchState:
    """Return the first population: the start, some members near it, the others spread evenly.

    Parameters
    ----------
    evaluator
        Evaluates the members.
    start
        Position of the starting electrode.
    seed
        Seed of the random numbers.
    digest
        Hash of the problem.

    Returns
    -------
    :
        The population with its costs; those that there was no time for are infinite.
    """
    from scipy.stats import qmc

    random = np.random.default_rng([seed, 0])
    members = int(np.clip(PER_PARAMETER * len(start), FEWEST, MOST))
    near = int(NEAR_START * members)
    even = qmc.LatinHypercube(len(start), rng=random).random(members - near - 1)
    around = np.clip(start + random.normal(0.0, SPREAD, (near, len(start))), 0.0, 1.0)
    positions = np.vstack([start[None, :], around, even])
    return SearchState(digest, seed, 0, positions, np.array(evaluator.costs(list(positions))))


def next_state(evaluator: Evaluator, state: SearchState) -> SearchState:
    """Return the population one generation later; it depends on the state and its seed only.

    Parameters
    ----------
    evaluator
        Evaluates the members.
    state
        The population now.

    Returns
    -------
    :
        The next one, in which no member costs more than before.

    Source
    ------
    Storn and Price, J. Global Optim. 11, 341 (1997), doi 10.1023/A:1008202821328.
    """
    from scipy.optimize import differential_evolution

    known = {_key(one): cost for one, cost in zip(state.positions, state.costs, strict=True)}

    def evaluated(function: Callable[..., float], trials: Iterable[Float[np.ndarray, "free"]]) -> list[float]:
        positions = [np.asarray(trial) for trial in trials]
        new = [position for position in positions if _key(position) not in known]
        costs = dict(zip(map(_key, new), evaluator.costs(new), strict=True)) if new else {}
        return [known[_key(one)] if _key(one) in known else costs[_key(one)] for one in positions]

    result = differential_evolution(
        lambda position: evaluator.costs([position])[0],
        [(0.0, 1.0)] * state.positions.shape[1],
        init=state.positions,
        rng=np.random.default_rng([state.seed, state.generation + 1]),
        maxiter=1,
        mutation=MUTATION,
        recombination=RECOMBINATION,
        tol=0.0,
        polish=False,
        updating="deferred",
        workers=evaluated,
    )
    positions, costs = np.asarray(result.population), np.asarray(result.population_energies)
    return SearchState(state.digest, state.seed, state.generation + 1, np.clip(positions, 0.0, 1.0), costs)


def distinct_members(state: SearchState, *, count: int, distance: float) -> list[Float[np.ndarray, "free"]]:
    """Return the cheapest members that lie apart from one another.

    Parameters
    ----------
    state
        The population.
    count
        How many at most.
    distance
        Smallest root mean square distance [shares of the bounds].

    Returns
    -------
    :
        Positions, cheapest first.
    """
    chosen: list[Float[np.ndarray, "free"]] = []
    for place in np.argsort(state.costs, kind="stable"):
        position = state.positions[place]
        if len(chosen) < count and all(distance_between(position, one) > distance for one in chosen):
            chosen.append(position)
    return chosen


def distance_between(one: Float[np.ndarray, "free"], other: Float[np.ndarray, "free"]) -> float:
    """Return the root mean square distance of two positions [shares of the bounds]."""
    return float(np.sqrt(np.mean((one - other) ** 2)))


def _key(position: Float[np.ndarray, "free"]) -> bytes:
    """Return a position as a key: scipy's scaling changes the last bits of a number."""
    return bytes(np.round(position, 12).tobytes())


def _damaged() -> DataError:
    return DataError("the saved search is damaged. Expected what lmct wrote. Start again without --resume.")
