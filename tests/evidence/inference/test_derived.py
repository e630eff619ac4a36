from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from lmct.electrode.model import Electrode
from lmct.electrode.parameter_file import load
from lmct.evidence.inference import QUANTITIES, Condition, DerivedSamples, derived_samples, findings_from
from lmct.evidence.inference.derived import charged
from lmct.evidence.inference.posterior import Posterior
from lmct.evidence.likelihood import ElectrodeMechanism, Normal, Unknown, Unknowns
from lmct.protocol.rest import rest
from lmct.protocol.simulation import run_protocol
from lmct.quantity.errors import UnknownName


@pytest.fixture(scope="module")
def electrode():
    return Electrode(load("li-ti-ni-o"), tolerance=1e-5)


def compute(name, electrode, **condition):
    return QUANTITIES[name].compute(electrode, Condition(**condition))


def test_rate_constant_half_life_and_activation_energy_agree(electrode):
    cold = compute("lmct_rate_constant", electrode, temperature=298.15)
    hot = compute("lmct_rate_constant", electrode, temperature=413.15)
    assert cold * compute("lmct_half_life", electrode) == pytest.approx(math.log(2.0))
    energy = compute("apparent_activation_energy", electrode)
    expected = math.log(hot / cold) * 8.617333e-5 / (1 / 298.15 - 1 / 413.15)
    assert energy == pytest.approx(expected, rel=1e-5)
    assert 0.5 < energy < 1.2


def test_after_its_shelf_life_a_tenth_of_the_metal_holes_is_gone(electrode):
    life = compute("shelf_life", electrode, temperature=333.15)
    start = charged(electrode, 4.8)
    end = run_protocol(electrode, [rest(life * 86400.0, temperature=333.15)], start=start).end
    assert end.metal_holes == pytest.approx(0.9 * start.metal_holes, rel=1e-4)


def test_the_equilibrium_potential_is_that_after_endless_relaxation():
    closed = load("li-ti-ni-o").replace(dark_rate=0.0, gas_rate=0.0, capacitance=1e-6)
    electrode = Electrode(closed, tolerance=1e-6)
    end = run_protocol(electrode, [rest(1e9, temperature=413.15)], start=charged(electrode, 4.5)).end
    relaxed = electrode.relaxed(end.metal_holes + end.oxygen_holes, temperature=413.15)
    assert end.metal_holes == pytest.approx(relaxed.metal_holes, rel=1e-2)
    expected = electrode.relaxed(end.metal_holes + end.oxygen_holes).voltage
    assert compute("equilibrium_potential", electrode, voltage=4.5) == pytest.approx(expected, abs=1e-3)


def test_shares_lie_between_none_and_all(electrode):
    assert 0.0 < compute("lmct_dissipation_share", electrode) < 1.0
    assert 0.0 < compute("lmct_counterfactual_share", electrode) < 1.0


def test_energies_are_those_of_the_rate_law(electrode):
    assert compute("reorganization_energy", electrode) == 4.0145
    assert compute("metal_oxygen_coupling", electrode) == 0.0


def posterior():
    unknowns = Unknowns((Unknown("reorganization_energy", Normal(4.0, 0.2), "eV"),))
    samples = np.linspace(3.9, 4.1, 21)[:, None]
    return Posterior(
        unknowns=unknowns,
        samples=samples,
        log_likelihood=np.zeros(21),
        log_evidence=0.0,
        log_evidence_error=0.0,
        best={},
        best_log_likelihood=0.0,
        effective_samples=21.0,
        evaluations=0,
        cpu_seconds=0.0,
        sampler="none",
    )


def test_derived_quantities_become_findings_with_their_condition():
    made = posterior()
    mechanism = ElectrodeMechanism("m", "M", load("li-ti-ni-o"), made.unknowns.members)
    wanted = [("reorganization_energy", Condition()), ("lmct_half_life", Condition(413.15, 4.5))]
    derived = derived_samples(made, mechanism.electrode, wanted)
    assert derived[0].samples == pytest.approx(made.of("reorganization_energy"))
    assert np.all(np.diff(derived[1].samples) > 0.0)
    found = findings_from(made, derived, sample="x", mechanism="Marcus")
    assert [one.quantity for one in found] == [
        "reorganization_energy",
        "reorganization_energy",
        "lmct_half_life",
    ]
    assert {one.technique for one in found} == {"inference"}
    assert found[2].condition == "charged to 4.5 V, 140 degC"
    assert found[0].value.value == pytest.approx(4.0)
    assert "under Marcus" in found[0].note


def test_samples_in_doubt_are_no_findings_without_a_word():
    made = replace(posterior(), messages=("not to be trusted: particles hardly moved",))
    assert made.doubt.startswith("not to be trusted")
    assert findings_from(made)[0].note.endswith("not to be trusted")
    assert posterior().doubt == ""
    assert "trusted" not in findings_from(posterior())[0].note


def test_an_unknown_quantity_is_named():
    with pytest.raises(UnknownName, match="lmct_half_life"):
        derived_samples(posterior(), None, [("lmct_halflife", Condition())])


def test_what_is_not_bounded_says_so():
    samples = np.concatenate([np.full(50, 2.0), np.full(40, np.inf), np.full(10, np.nan)])
    finding = DerivedSamples("shelf_life", "d", "", samples, True).finding
    assert finding.value.value == 2.0
    assert math.isnan(finding.value.uncertainty)
    assert "not bounded by the data; 10 % of the posterior have no such quantity" in finding.note
    most_missing = DerivedSamples("shelf_life", "d", "", np.full(10, np.nan), True).finding
    assert math.isnan(most_missing.value.value)
