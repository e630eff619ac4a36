from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from lmct.electrode.model import Electrode
from lmct.electrode.parameter_file import load
from lmct.evidence.likelihood import (
    Campaign,
    ElectrodeMechanism,
    Likelihood,
    Normal,
    Observation,
    Outliers,
    Unknown,
)
from lmct.evidence.likelihood.likelihood import IMPOSSIBLE
from lmct.protocol.charge import charge, discharge
from lmct.protocol.rest import rest
from lmct.protocol.simulation import run_protocol
from lmct.quantity.errors import OutOfRange, UnknownName

CYCLE = (
    charge(specific_current=20.0, voltage=4.5),
    rest(3600.0),
    discharge(specific_current=20.0, voltage=2.0),
)
TRUTH = {"metal_potential": 3.5371, "origin": 4.17}


def observations():
    numbers = [("metal_plateau_capacity", -1, 2.0), ("step_capacity", 0, 2.0), ("end_voltage", 1, 0.005)]
    single = [
        Observation(
            name=name,
            observable=name,
            protocol=CYCLE,
            step=step,
            values=np.zeros(1),
            uncertainty=np.array([deviation]),
            unit="",
        )
        for name, step, deviation in numbers
    ]
    lattice = Observation(
        name="lattice",
        observable="lattice_parameter",
        protocol=CYCLE[:2],
        at=np.array([0.0, 1800.0]),
        values=np.array([4.15, 4.15]),
        uncertainty=np.full(2, 1e-3),
        unit="angstrom",
        offset="origin",
        cell="lattice",
    )
    return (*single, lattice)


def mechanism():
    unknown = Unknown("metal_potential", Normal(3.54, 0.05))
    return ElectrodeMechanism("m", "M", load("li-ti-ni-o"), (unknown,))


def likelihood():
    campaign = Campaign(observations(), (Unknown("origin", Normal(4.17, 0.02)),))
    return Likelihood(mechanism(), campaign, outliers=Outliers(share=0.0))


def test_predictions_are_those_of_a_run_of_the_protocol():
    electrode = Electrode(load("li-ti-ni-o").replace(metal_potential=3.55), tolerance=1e-8)
    run = run_protocol(electrode, CYCLE)
    states = run.segments[2].states
    above = states[:, 4] >= 2.5
    metal, whole, voltage, lattice = likelihood().predictions({"metal_potential": 3.55, "origin": 4.0})
    assert whole[0] == pytest.approx(run.steps[0].capacity_mah_g, abs=0.05)
    assert voltage[0] == pytest.approx(run.segments[1].end.voltage, abs=1e-4)
    last = run.segments[2].times[above][-1] / 3600.0 * 20.0
    first_below = run.segments[2].times[~above][0] / 3600.0 * 20.0
    assert last - 0.1 < metal[0] < first_below + 0.1
    n, p, d, o2 = run.segments[1].start.as_array()[:4]
    assert lattice[0] == pytest.approx(4.0 + likelihood_slope(n, p, n + p + d + 4 * o2), abs=1e-5)


def likelihood_slope(metal, oxygen, lithium):
    from lmct.electrode.lattice import Lattice

    table = np.array([[metal, oxygen, lithium - metal - oxygen, 0.0, 4.5, 298.15]])
    return float(Lattice(origin=0.0).of_states(table)[0])


def test_the_likelihood_is_the_product_of_the_densities():
    whole = likelihood()
    predicted = whole.predictions(TRUTH)
    expected = sum(
        float(np.sum(norm(found, one.uncertainty).logpdf(one.values)))
        for one, found in zip(observations(), predicted, strict=True)
    )
    assert whole.log_likelihood(TRUTH) == pytest.approx(expected, rel=1e-9)
    assert whole.log_likelihood_at(whole.unknowns.position_of(TRUTH)) == pytest.approx(expected, rel=1e-6)


def test_residuals_are_of_the_data_then_of_the_priors():
    found = likelihood().whitened_residuals({"metal_potential": 3.59, "origin": 4.15})
    assert len(found) == 7
    assert found[-2:] == pytest.approx([1.0, -1.0])


def test_what_the_electrode_cannot_do_is_impossible():
    too_much = (charge(specific_current=20.0, capacity=5000.0), CYCLE[2])
    beyond = Likelihood(mechanism(), Campaign((replace(observations()[0], protocol=too_much),)))
    values = {"metal_potential": 3.54}
    assert beyond.predictions(values) == (None,)
    assert beyond.log_likelihood(values) == IMPOSSIBLE
    assert beyond.outlier_probabilities(values) == {"metal_plateau_capacity": 1.0}
    assert beyond.whitened_residuals(values)[0] == 1000.0


def test_a_scale_multiplies_before_the_offset():
    one = replace(observations()[2], offset="origin", scale="scale")
    unknowns = (Unknown("origin", Normal(0.0, 1.0)), Unknown("scale", Normal(1.0, 0.1)))
    found = Likelihood(mechanism(), Campaign((one,), unknowns))
    plain, moved = (
        found.predictions({"metal_potential": 3.54, "origin": origin, "scale": scale})[0][0]
        for origin, scale in ((0.0, 1.0), (1.0, 2.0))
    )
    assert moved == pytest.approx(1.0 + 2.0 * plain)


def test_mistakes_are_named():
    with pytest.raises(UnknownName, match="Did you mean 'step_capacity'"):
        Likelihood(mechanism(), Campaign((replace(observations()[0], observable="step_capasity"),)))
    with pytest.raises(OutOfRange, match="needs the unknown 'origin'"):
        Campaign(observations())
    with pytest.raises(OutOfRange, match="distinct names; twice"):
        Campaign((observations()[0],) * 2)
    with pytest.raises(OutOfRange, match="named twice"):
        Likelihood(mechanism(), Campaign(observations()[:1], (Unknown("metal_potential", Normal(0, 1)),)))
    with pytest.raises(OutOfRange, match="not positive"):
        replace(observations()[0], uncertainty=np.zeros(1))
