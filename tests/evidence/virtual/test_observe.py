"""Virtual campaigns: the truth is the mechanism's, the errors have the sizes that are stated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lmct.electrode.model import Electrode
from lmct.electrode.parameter_file import load
from lmct.evidence.likelihood import ElectrodeMechanism, Likelihood, Normal, Outliers, Uniform, Unknown
from lmct.evidence.virtual import (
    MeasurementErrors,
    cycling_curves,
    draft,
    gas_total,
    instrument_unknowns,
    lattice_at_rest,
    metal_edge,
    observe,
    operando_lattice,
    photoemission,
    plateau_titration,
    prior_draw,
    rest_voltage,
)
from lmct.evidence.virtual.errors import SOURCES
from lmct.protocol.simulation import run_protocol
from lmct.protocol.titration import Portion, time_series, titration
from lmct.quantity.errors import NotConverged, OutOfRange

BASE = load("li-ti-ni-o")
TRUTH = {
    "attempt_frequency": BASE.lmct_parameters["attempt_frequency"],
    "reorganization_energy": BASE.lmct_parameters["reorganization_energy"],
}
LEADING = ElectrodeMechanism(
    "leading",
    "Marcus transfer",
    BASE,
    (
        Unknown("attempt_frequency", Uniform(1e4, 1e14, logarithmic=True)),
        Unknown("reorganization_energy", Uniform(3.0, 6.0)),
    ),
)
HEATED = time_series()[2]
DAY = 86400.0


def _everything():
    return [
        plateau_titration(Portion(in_cycling=True)),
        plateau_titration(HEATED),
        lattice_at_rest([0.0, 14 * DAY, 60 * DAY]),
        operando_lattice(),
        cycling_curves(),
        metal_edge(HEATED),
        photoemission(HEATED),
        gas_total(),
        rest_voltage([60.0, 3600.0]),
    ]


def test_truth_is_the_history_of_the_electrode():
    tiny = MeasurementErrors(mass=1e-9, plateau=1e-9, open_circuit=1e-9, channel=1e-9)
    campaign = observe(LEADING, TRUTH, [plateau_titration(HEATED, cells=1, errors=tiny)], seed=1)
    run = run_protocol(Electrode(BASE, tolerance=1e-8), titration(HEATED))
    capacity = 20.0 * run.segments[-1].duration / 3600.0
    metal, oxygen, voltage = (one.values[0] for one in campaign.observations)
    assert metal + oxygen == pytest.approx(capacity, rel=1e-3)
    assert voltage == pytest.approx(run.segments[-2].end.voltage, abs=1e-3)


def test_errors_have_the_stated_sizes():
    values = {**TRUTH, **{one.name: one.prior.value_at(0.5) for one in draft(_everything()).unknowns}}
    squares = []
    for seed in range(20):
        campaign = observe(LEADING, TRUTH, _everything(), seed=seed)
        white = Likelihood(LEADING, campaign).whitened_residuals(values)[: campaign.points]
        squares.append(white @ white)
    points = campaign.points
    assert np.mean(squares) == pytest.approx(points, abs=4 * np.sqrt(2 * points / 20))
    assert np.std(squares) == pytest.approx(np.sqrt(2 * points), rel=0.7)


def test_mass_moves_both_plateaus_of_a_cell_together():
    only_mass = MeasurementErrors(mass=0.05, plateau=1e-6)
    design = [plateau_titration(HEATED, cells=400, errors=only_mass)]
    found = {name: [] for name in ("metal", "oxygen")}
    for one in observe(LEADING, TRUTH, design, seed=3).observations:
        for side in found:
            if one.observable.startswith(side):
                found[side].append(one.values[0])
    metal, oxygen = (np.array(found[side]) for side in ("metal", "oxygen"))
    assert np.std(metal) / np.mean(metal) == pytest.approx(0.05, rel=0.15)
    assert np.ptp(metal / oxygen) < 1e-5


def test_a_measurement_is_the_same_in_every_design():
    alone = observe(LEADING, TRUTH, [plateau_titration(HEATED)], seed=5)
    among = observe(LEADING, TRUTH, _everything(), seed=5)
    by_name = {one.name: one for one in among.observations}
    for one in alone.observations:
        assert by_name[one.name].values == pytest.approx(one.values, rel=1e-6)
    other = observe(LEADING, TRUTH, [plateau_titration(HEATED)], seed=6)
    assert other.observations[0].values != pytest.approx(alone.observations[0].values, rel=1e-6)


def test_outliers_are_drawn_as_often_as_said():
    design = [plateau_titration(HEATED, cells=400)]
    values = dict(TRUTH)
    outliers = Outliers(share=0.1, factor=30.0)
    campaign = observe(LEADING, values, design, seed=2, outliers=outliers)
    found = Likelihood(LEADING, campaign, outliers=outliers).outlier_probabilities(values)
    assert sum(found.values()) == pytest.approx(40, abs=4 * np.sqrt(36))
    clean = observe(LEADING, values, design, seed=2)
    found = Likelihood(LEADING, clean, outliers=outliers).outlier_probabilities(values)
    assert sum(found.values()) < 4


def test_constants_of_instruments():
    names = [one.name for one in instrument_unknowns(_everything())]
    assert len(names) == len(set(names))
    moved = observe(LEADING, {**TRUTH, "lattice_origin": 4.2}, [lattice_at_rest([DAY])], seed=1)
    middle = observe(LEADING, TRUTH, [lattice_at_rest([DAY])], seed=1)
    assert moved.observations[0].values - middle.observations[0].values == pytest.approx(0.037)


def test_two_priors_for_one_constant_are_refused():
    one = gas_total()
    two = replace(one, name="other", unknowns=(Unknown("gas_scale", Normal(1.0, 0.2)),))
    with pytest.raises(OutOfRange, match="another prior"):
        instrument_unknowns([one, two])


def test_impossible_histories_and_empty_designs_are_refused():
    with pytest.raises(OutOfRange, match="distinct names"):
        draft([gas_total(), gas_total()])
    with pytest.raises(OutOfRange, match="at least one"):
        observe(LEADING, TRUTH, [], seed=1)
    with pytest.raises(OutOfRange, match="at least one cell"):
        gas_total(cells=0)
    broken = replace(LEADING, unknowns=(Unknown("metal_rate", Uniform(-1.0, 1.0)),))
    with pytest.raises(NotConverged, match="milder"):
        observe(broken, {"metal_rate": -1.0}, [gas_total()], seed=1)
    with pytest.raises(OutOfRange, match="positive"):
        MeasurementErrors(mass=0.0)


def test_every_error_says_where_it_comes_from():
    assert set(SOURCES) == set(MeasurementErrors.__slots__)
    for unknown in instrument_unknowns(_everything()):
        assert unknown.prior.source
        assert unknown.unit


def test_prior_draw_follows_the_prior():
    unknown = Unknown("a", Normal(2.0, 0.5))
    rng = np.random.default_rng(0)
    found = [prior_draw([unknown], rng)["a"] for _ in range(2000)]
    assert np.mean(found) == pytest.approx(2.0, abs=0.05)
    assert np.std(found) == pytest.approx(0.5, rel=0.1)
