"""A number that a target may name: how it is registered."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass

from lmct.evidence.calibration.laboratory import Laboratory


@dataclass(frozen=True, slots=True)
class Observable:
    """A number that can be computed from an electrode.

    Parameters
    ----------
    name
        Its name in target files.
    unit
        Its unit.
    measure
        Computes it.
    """

    name: str
    unit: str
    measure: Callable[[Laboratory], float]

    @property
    def meaning(self) -> str:
        """What it is, in one sentence."""
        return (inspect.getdoc(self.measure) or "").split("\n")[0]


OBSERVABLES: dict[str, Observable] = {}
"""Every observable by name."""


def observable(unit: str) -> Callable[[Callable[[Laboratory], float]], Callable[[Laboratory], float]]:
    """Make a function of a laboratory an observable under the function's name.

    Parameters
    ----------
    unit
        Unit of what it returns.

    Returns
    -------
    :
        A decorator that returns the function unchanged.
    """

    def register(function: Callable[[Laboratory], float]) -> Callable[[Laboratory], float]:
        OBSERVABLES[function.__name__] = Observable(function.__name__, unit, function)
        return function

    return register
