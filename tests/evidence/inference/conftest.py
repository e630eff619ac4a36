"""A mechanism whose posterior and evidence are known in closed form."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from lmct.electrode.parameter_file import load
from lmct.evidence.likelihood import Campaign, Likelihood, Normal, Observation, Outliers, Unknown
from lmct.protocol.rest import rest
from lmct.quantity.errors import OutOfRange

STANDARD = (Normal(0.0, 1.0), Normal(0.0, 1.0))
TIMES = np.linspace(0.0, 3600.0, 12)


@dataclass(frozen=True)
class LineHistory:
    """Holes on the metal follow ``origin + slope t / 1 h``."""

    origin: float
    slope: float
    protocol: tuple
    parameters: object = field(default_factory=lambda: load("li-ti-ni-o"))

    def duration(self, step):
        return 3600.0

    def states(self, step, times):
        table = np.zeros((len(times), 6))
        table[:, 0] = self.origin + self.slope * np.asarray(times) / 3600.0
        return table

    def time_at_voltage(self, step, voltage):
        return np.nan


@dataclass(frozen=True)
class Line:
    """Two unknowns; with ``steepest``, steeper lines are impossible."""

    unknowns: tuple
    steepest: float = np.inf
    name: str = "line"
    title: str = "A straight line"

    def simulator(self, protocols):
        def simulate(values):
            if values["slope"] > self.steepest:
                return [OutOfRange("too steep")] * len(protocols)
            return [LineHistory(values["origin"], values["slope"], one) for one in protocols]

        return simulate


def line_likelihood(
    *,
    seed=1,
    priors=STANDARD,
    truth=(0.3, -0.7),
    deviation=0.05,
    cells=2,
    wrong=0.0,
    steepest=np.inf,
    share=0.0,
    shared=0.0,
):
    """Return the likelihood of noisy points on a line; the last cell is off by ``wrong``."""
    random = np.random.default_rng(seed)
    observations = []
    for number in range(cells):
        values = truth[0] + truth[1] * TIMES / 3600.0 + deviation * random.standard_normal(len(TIMES))
        loadings = {}
        if shared:
            values += shared * random.standard_normal()
            loadings = {"scale of the cell": np.full(len(TIMES), shared)}
        observations.append(
            Observation(
                name=f"cell {number}", observable="metal_holes", protocol=(rest(3600.0),), at=TIMES,
                values=values + (wrong if number == cells - 1 else 0.0),
                uncertainty=np.full(len(TIMES), deviation), unit="1/f.u.", cell=f"cell {number}",
                loadings=loadings, technique="diffraction",
            )
        )  # fmt: skip
    unknowns = (Unknown("origin", priors[0], "1/f.u."), Unknown("slope", priors[1], "1/f.u."))
    return Likelihood(Line(unknowns, steepest), Campaign(tuple(observations)), outliers=Outliers(share=share))


def closed_form(likelihood):
    """Return mean, covariance and log evidence of a line with standard normal priors and no outliers."""
    from scipy.stats import multivariate_normal

    design, covariances, values = [], [], []
    for one in likelihood.campaign.observations:
        design.append(np.column_stack([np.ones(len(one.at)), one.at / 3600.0]))
        block = np.diag(one.uncertainty**2)
        for effect in one.loadings.values():
            block = block + np.outer(effect, effect)
        covariances.append(block)
        values.append(one.values)
    matrix, data = np.vstack(design), np.concatenate(values)
    size = len(TIMES)
    noise = np.zeros((len(data), len(data)))
    for number, block in enumerate(covariances):
        noise[number * size : (number + 1) * size, number * size : (number + 1) * size] = block
    covariance = np.linalg.inv(matrix.T @ np.linalg.solve(noise, matrix) + np.eye(2))
    mean = covariance @ matrix.T @ np.linalg.solve(noise, data)
    return mean, covariance, multivariate_normal(np.zeros(len(data)), noise + matrix @ matrix.T).logpdf(data)


@pytest.fixture
def line():
    return line_likelihood


@pytest.fixture
def exact():
    return closed_form


@dataclass(frozen=True)
class Onset:
    """A line that bends as a third unknown says: ``bend(onset) t^2`` with t in hours."""

    bend: object
    unknowns: tuple = (
        Unknown("origin", STANDARD[0], "1/f.u."),
        Unknown("slope", STANDARD[1], "1/f.u."),
        Unknown("onset", STANDARD[0], "1"),
    )
    name: str = "onset"
    title: str = "A line that bends"

    def simulator(self, protocols):
        def simulate(values):
            bend = self.bend(values["onset"])
            return [BentHistory(values["origin"], values["slope"], one, bend=bend) for one in protocols]

        return simulate


@dataclass(frozen=True)
class BentHistory(LineHistory):
    """A line with ``bend t^2``."""

    bend: float = 0.0

    def states(self, step, times):
        table = super().states(step, times)
        table[:, 0] += self.bend * (np.asarray(times) / 3600.0) ** 2
        return table


@pytest.fixture
def onset():
    """Likelihood of a line that bends as ``bend`` says, for data of one value of the onset."""

    def likelihood(bend, *, truth, deviation=0.02):
        campaign = line_likelihood(deviation=deviation, truth=(0.3, -0.7)).campaign
        shown = [
            replace(one, values=one.values + bend(truth) * (one.at / 3600.0) ** 2)
            for one in campaign.observations
        ]
        return Likelihood(
            Onset(bend), replace(campaign, observations=tuple(shown)), outliers=Outliers(share=0.0)
        )

    return likelihood


@dataclass(frozen=True)
class Product:
    """A line whose slope is a product: the data tell only where first times second lies."""

    unknowns: tuple = (
        Unknown("origin", Normal(0.0, 1.0), "1/f.u."),
        Unknown("first", Normal(1.0, 0.5), "1"),
        Unknown("second", Normal(-0.7, 0.5), "1/f.u."),
    )
    name: str = "product"
    title: str = "A line whose slope is a product"

    def simulator(self, protocols):
        def simulate(values):
            slope = values["first"] * values["second"]
            return [LineHistory(values["origin"], slope, one) for one in protocols]

        return simulate


@pytest.fixture
def product_likelihood():
    """Likelihood of a line whose slope is a product of two unknowns."""

    def likelihood(deviation):
        campaign = line_likelihood(deviation=deviation).campaign
        return Likelihood(Product(), campaign, outliers=Outliers(share=0.0))

    return likelihood
