"""Whole plans on a straight line, where what each candidate tells is known."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest

from lmct.electrode.parameter_file import load
from lmct.evidence.inference import Posterior
from lmct.evidence.likelihood import Campaign, Likelihood, Normal, Observation, Unknown, Unknowns
from lmct.evidence.plan import ALL_UNKNOWNS, MECHANISMS, Quantity, candidate_of, plan_measurements
from lmct.evidence.plan.figure import plan_sheet
from lmct.evidence.plan.prediction import predictions_of
from lmct.evidence.virtual import PlannedMeasurement, Reading
from lmct.protocol.rest import rest
from lmct.quantity.errors import NotConverged, OutOfRange, UnknownName


@dataclass(frozen=True)
class LineHistory:
    """Oxygen holes = level + slope x time."""

    protocol: tuple
    parameters: object
    level: float
    slope: float

    def duration(self, step):
        return self.protocol[step].duration

    def states(self, step, times):
        found = np.zeros((len(times), 6))
        found[:, 1] = self.level + self.slope * np.asarray(times)
        return found


@dataclass(frozen=True)
class Line:
    """A mechanism whose only law is a straight line."""

    name: str = "line"
    title: str = "A line"
    shift: float = 0.0
    unknowns: tuple = (Unknown("level", Normal(0.0, 1.0)), Unknown("slope", Normal(0.0, 1.0)))
    fails_above: float = np.inf

    def simulator(self, protocols):
        parameters = load("li-ti-ni-o")

        def simulate(values):
            if values["level"] > self.fails_above:
                return [NotConverged("too high")] * len(protocols)
            level = values["level"] + self.shift
            return [LineHistory(one, parameters, level, values["slope"]) for one in protocols]

        return simulate


def line_measurement(*times, uncertainty=1.0, cells=1, **more):
    """Plan oxygen holes at times of a rest."""
    reading = Reading(
        name="holes",
        observable="oxygen_holes",
        unit="1/f.u.",
        uncertainty=uncertainty,
        at=times,
        **{key: more[key] for key in ("offset", "scale", "relative", "absolute") if key in more},
    )
    return PlannedMeasurement(
        name=f"line at {times}",
        technique="electrochemistry",
        protocol=(rest(10.0),),
        readings=(reading,),
        cells=cells,
        unknowns=more.get("unknowns", ()),
    )


def line_posterior(mechanism=None, samples=600, seed=0):
    """Return the prior as a posterior with its likelihood."""
    line = mechanism or Line()
    rng = np.random.default_rng(seed)
    blank = Observation(
        name="nothing",
        observable="oxygen_holes",
        protocol=(rest(10.0),),
        values=np.zeros(1),
        uncertainty=np.full(1, 1e6),
        unit="1/f.u.",
    )
    likelihood = Likelihood(line, Campaign((blank,)))
    drawn = rng.standard_normal((samples, 2))
    posterior = Posterior(
        unknowns=Unknowns(line.unknowns),
        samples=drawn,
        log_likelihood=np.zeros(samples),
        log_evidence=0.0,
        log_evidence_error=0.0,
        best={"level": 0.0, "slope": 0.0},
        best_log_likelihood=0.0,
        effective_samples=samples,
        evaluations=samples,
        cpu_seconds=0.0,
        sampler="prior",
    )
    return posterior, likelihood


@pytest.fixture
def line():
    return line_posterior()


CANDIDATES = tuple(
    candidate_of(one)
    for one in (
        line_measurement(0.0),
        line_measurement(0.0, cells=4),
        line_measurement(1.0),
        line_measurement(0.0, 3.0),
        line_measurement(3.0, 3.0, uncertainty=2.0),
    )
)


def _closed(design, variance):
    design = np.array(design)
    after = np.linalg.inv(np.eye(2) + design.T @ design / variance)
    return -0.5 * np.linalg.slogdet(after)[1], -0.5 * np.log(np.diag(after))


TRUTH = [
    _closed([[1.0, 0.0]], 1.0),
    _closed([[1.0, 0.0]], 0.25),
    _closed([[1.0, 1.0]], 1.0),
    _closed([[1.0, 0.0], [1.0, 3.0]], 1.0),
    _closed([[1.0, 3.0], [1.0, 3.0]], 4.0),
]


def test_all_unknowns_have_their_closed_form(line):
    plan = plan_measurements(*line, CANDIDATES, target=ALL_UNKNOWNS, seed=1, most=600)
    truth = {one.name: gain for one, (gain, _) in zip(CANDIDATES, TRUTH, strict=True)}
    assert len(plan.ratings) == len(CANDIDATES)
    for one in plan.ratings:
        assert one.gain.value == pytest.approx(truth[one.candidate.name], abs=3.5 * one.gain.error)
        assert one.linear == pytest.approx(truth[one.candidate.name], abs=0.12)
        assert one.gain.error < 0.15
    assert plan.recommended.candidate is CANDIDATES[3]


@pytest.mark.parametrize(("place", "target"), [(0, "level"), (1, "slope")])
def test_one_unknown_has_its_closed_form(line, place, target):
    plan = plan_measurements(*line, CANDIDATES, target=target, seed=1, most=600)
    truth = {one.name: gains[place] for one, (_, gains) in zip(CANDIDATES, TRUTH, strict=True)}
    for one in plan.ratings:
        wanted = truth[one.candidate.name]
        assert one.gain.value == pytest.approx(wanted, abs=max(3.5 * one.gain.error, 0.02))
        assert one.linear == pytest.approx(wanted, abs=0.1)
        assert one.width == pytest.approx(np.exp(-wanted), rel=0.15)
    assert plan.width == pytest.approx(1.0, rel=0.1)


def test_a_derived_quantity(line):
    total = Quantity("value at 1", "", lambda values: values["level"] + values["slope"])
    plan = plan_measurements(*line, CANDIDATES, target=total, seed=1, most=600)
    best = {one.candidate.name: one for one in plan.ratings}[CANDIDATES[2].name]
    assert best.gain.value == pytest.approx(0.5 * np.log(3.0), abs=3.5 * best.gain.error)


def test_constants_of_a_new_instrument_cost_information(line):
    offset = Unknown("zero", Normal(0.0, 2.0))
    known = candidate_of(line_measurement(0.0, cells=100))
    unknown = candidate_of(line_measurement(0.0, cells=100, offset="zero", unknowns=(offset,)))
    prediction = predictions_of(Line(), [known, unknown], [{"level": 0.5, "slope": 0.0}])
    assert prediction[0].covariances[0, 0, 0] == pytest.approx(0.01)
    assert prediction[1].covariances[0, 0, 0] == pytest.approx(4.01, rel=1e-4)
    found = predictions_of(Line(), [unknown], [{"level": 0.5, "slope": 0.0, "zero": 3.0}])
    assert found[0].means[0, 0] == pytest.approx(3.5)
    assert found[0].covariances[0, 0, 0] == pytest.approx(0.01)


def test_shared_errors_of_a_cell_are_divided_by_the_cells_too():
    candidate = candidate_of(line_measurement(0.0, 1.0, cells=2, absolute={"channel": 3.0}))
    found = predictions_of(Line(), [candidate], [{"level": 0.0, "slope": 1.0}])[0]
    assert found.means[0].tolist() == [0.0, 1.0]
    assert found.covariances[0].tolist() == [[5.0, 4.5], [4.5, 5.0]]


def test_two_mechanisms_are_told_apart_where_they_differ():
    first, second = line_posterior(seed=1), line_posterior(Line(name="shifted", shift=6.0), seed=2)
    blind = candidate_of(line_measurement(9.0, uncertainty=100.0))
    posteriors, likelihoods = zip(first, second, strict=True)
    plan = plan_measurements(
        posteriors, likelihoods, (*CANDIDATES, blind), target=MECHANISMS, seed=1, most=300
    )
    gains = {one.candidate.name: one for one in plan.ratings}
    assert gains[blind.name].gain.value < 0.01
    clear = gains[CANDIDATES[1].name]
    assert clear.gain.value > 0.6
    assert clear.evidence > 5.0
    assert clear.linear == pytest.approx(clear.gain.value, abs=0.05)
    assert gains[CANDIDATES[3].name].gain.value < np.log(2.0) + 1e-9


def test_no_choice_is_made_within_the_numerical_error(line):
    twin = line_measurement(0.0)
    candidates = [candidate_of(twin), candidate_of(line_measurement(1e-6))]
    plan = plan_measurements(*line, candidates, target="level", seed=1)
    assert len(plan.most_telling) == 2
    assert "cannot be told apart" in plan.messages[0]
    nothing = [candidate_of(line_measurement(0.0, uncertainty=1e4))]
    plan = plan_measurements(*line, nothing, target="level", seed=1)
    assert plan.recommended is None
    assert "None of the 1 candidates" in plan.messages[0]


def test_impossible_candidates_are_named():
    posterior, likelihood = line_posterior(Line(fails_above=0.0))
    with pytest.raises(OutOfRange, match="none of the candidates"):
        plan_measurements(posterior, likelihood, CANDIDATES, seed=1)
    posterior, likelihood = line_posterior(Line(fails_above=1.6))
    plan = plan_measurements(posterior, likelihood, CANDIDATES, target="level", seed=1)
    assert 0.9 < plan.ratings[0].possible < 0.99


def test_what_does_not_fit_is_refused(line):
    with pytest.raises(UnknownName, match="slope"):
        plan_measurements(*line, CANDIDATES, target="slop", seed=1)
    with pytest.raises(OutOfRange, match="two or more"):
        plan_measurements(*line, CANDIDATES, target=MECHANISMS, seed=1)
    with pytest.raises(OutOfRange, match="distinct"):
        plan_measurements(*line, [], seed=1)
    with pytest.raises(OutOfRange, match="nothing is left"):
        plan_measurements(*line, CANDIDATES, target=Quantity("one", "", lambda _: 1.0), seed=1)


def test_result_does_not_depend_on_the_executor(line):
    here = plan_measurements(*line, CANDIDATES, target="level", seed=1, most=40)
    with ProcessPoolExecutor(1) as executor:
        there = plan_measurements(*line, CANDIDATES, target="level", seed=1, most=40, executor=executor)
    assert json.dumps(here.to_json()) == json.dumps(there.to_json())
    other = plan_measurements(*line, CANDIDATES, target="level", seed=2, most=40)
    assert json.dumps(here.to_json()) != json.dumps(other.to_json())


def test_json_and_figure(line):
    plan = plan_measurements(*line, CANDIDATES, target="level", seed=1, most=100)
    data = json.loads(json.dumps(plan.to_json(), allow_nan=False))
    assert data["ratings"][0]["gain [nat]"] == plan.ratings[0].gain.value
    assert data["recommended"] == plan.recommended.candidate.name
    assert data["ratings"][0]["ln evidence ratio"] is None
    sheet = plan_sheet(plan)
    assert sheet.columns["gain"][1].tolist() == [one.gain.value for one in plan.ratings]
    axes = sheet.draw().axes[0]
    assert axes.get_xlabel() == "Hands and equipment (h)"
