from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest

from lmct.electrode.parameter_file import load
from lmct.evidence.inference.evaluation import Evaluator
from lmct.evidence.likelihood import (
    Campaign,
    ElectrodeMechanism,
    Likelihood,
    Normal,
    Observation,
    Unknown,
)
from lmct.protocol.charge import charge


def test_worker_processes_give_the_same_likelihoods_of_an_electrode(monkeypatch):
    monkeypatch.setattr("lmct.evidence.inference.evaluation.WORTH_SENDING", 0.0)
    mechanism = ElectrodeMechanism(
        "m", "M", load("li-ti-ni-o"), (Unknown("metal_potential", Normal(3.54, 0.05)),)
    )
    step = charge(specific_current=20.0, voltage=4.5)
    one = Observation(
        name="capacity",
        observable="step_capacity",
        protocol=(step,),
        values=np.array([230.0]),
        uncertainty=np.array([2.0]),
        unit="mAh/g",
    )
    likelihood = Likelihood(mechanism, Campaign((one,)))
    coordinates = np.linspace(-2.0, 2.0, 40)[:, None]
    here = Evaluator(likelihood).log_likelihoods(coordinates)
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        there = Evaluator(likelihood, executor=pool).log_likelihoods(coordinates)
    assert np.array_equal(here, there)
    assert len(np.unique(here)) == pytest.approx(40, abs=1)
