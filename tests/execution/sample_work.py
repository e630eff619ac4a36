"""Work for the tests of executors, importable by worker processes."""

import os
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np


class Phase(Enum):
    """A member that a result may hold."""

    ROCK_SALT = "rock salt"
    SPINEL = "spinel"


@dataclass(frozen=True)
class Reading:
    """A result with everything in it that a checkpoint must keep."""

    numbers: np.ndarray
    pair: tuple[float, float]
    phase: Phase
    words: dict[str, float]


def draw(argument, random):
    return argument, float(random.standard_normal())


def reading(argument, random):
    numbers = random.standard_normal(4).reshape(2, 2)
    return Reading(numbers, (float("nan"), argument / 3), Phase.SPINEL, {"sum": float(numbers.sum())})


def slow_draw(seconds, random):
    time.sleep(seconds)
    return float(random.standard_normal())


def deadly(argument, random):
    """End the worker where the argument says so, as a lack of memory would."""
    if argument == "die":
        os._exit(1)
    return draw(argument, random)


def deadly_once(folder, random):
    """End the worker the first time."""
    mark = Path(folder) / "died"
    if not mark.exists():
        mark.touch()
        os._exit(1)
    return float(random.standard_normal())


def failing(argument, random):
    if argument == 3:
        raise ValueError("three is too many")
    return argument


def worker_number(argument, random):
    time.sleep(0.02)
    return os.getpid(), float(random.standard_normal())
