"""A mechanism whose posterior is known: two levels that are read with noise."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from lmct.electrode.parameter_file import load
from lmct.evidence.likelihood import Campaign, Normal, Observation, Unknown
from lmct.evidence.likelihood.unknown import Unknown as UnknownNumber
from lmct.protocol.rest import rest
from lmct.quantity.errors import OutOfRange


@dataclass(frozen=True)
class LevelHistory:
    """Holes on the metal stay where they are."""

    level: float
    protocol: tuple
    parameters: object = field(default_factory=lambda: load("li-ti-ni-o"))

    def duration(self, step):
        return 3600.0

    def states(self, step, times):
        table = np.zeros((len(times), 6))
        table[:, 0] = self.level
        return table

    def time_at_voltage(self, step, voltage):
        return np.nan


@dataclass(frozen=True)
class Level:
    """One unknown; levels above ``highest`` are impossible."""

    unknowns: tuple[UnknownNumber, ...]
    highest: float = 1e9
    name: str = "level"
    title: str = "A level"

    def simulator(self, protocols):
        def simulate(values):
            if values["level"] > self.highest:
                return [OutOfRange("too high")] * len(protocols)
            return [LevelHistory(values["level"], one) for one in protocols]

        return simulate


def level_mechanism(highest=1e9):
    return Level((Unknown("level", Normal(0.0, 1.0)),), highest)


def level_campaign(*, cells=3, deviation=0.5, shared=0.3):
    """Return three readings of the level in each cell, with an instrument's offset."""
    at = np.array([0.0, 1800.0, 3600.0])
    observations = [
        Observation(
            name=f"cell {number}",
            observable="metal_holes",
            protocol=(rest(3600.0),),
            at=at,
            values=np.zeros(3),
            uncertainty=np.full(3, deviation),
            unit="1",
            offset="origin",
            loadings={"scale": np.full(3, shared)},
            cell=f"cell {number}",
        )
        for number in range(cells)
    ]
    return Campaign(tuple(observations), (Unknown("origin", Normal(0.0, 0.2)),))


@pytest.fixture
def problem():
    return level_mechanism(), level_campaign()
