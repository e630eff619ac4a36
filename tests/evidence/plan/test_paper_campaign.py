"""The campaign of the paper's text: a barrier and a prefactor that it cannot tell apart, and what can."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.electrode.model import Electrode
from lmct.electrode.parameter_file import load
from lmct.evidence.inference import posterior_of
from lmct.evidence.likelihood import Likelihood, Outliers
from lmct.evidence.mechanism import mechanism_named
from lmct.evidence.plan import CandidateGrid, carried_out, paper_campaign, plan_measurements
from lmct.protocol.charge import charge, discharge
from lmct.protocol.heating import heating
from lmct.protocol.rest import rest
from lmct.protocol.simulation import run_protocol
from lmct.quantity.constants import DAY

UNKNOWNS = ("attempt_frequency", "reorganization_energy", "lithium_slope", "oxygen_rate")
BASE = load("li-ti-ni-o")


def _likelihood():
    mechanism = mechanism_named("metal-potential", unknowns=UNKNOWNS)
    return Likelihood(mechanism, paper_campaign(), outliers=Outliers(share=0.0))


def _shipped():
    values = {name: BASE.lmct_parameters.get(name, BASE.oxygen_rate) for name in UNKNOWNS}
    constants = {one.name: one.prior.value_at(0.5) for one in paper_campaign().unknowns}
    return {**values, **constants}


def test_statements_are_what_a_simulation_shows():
    likelihood = _likelihood()
    shown = {
        one.name: found
        for one, found in zip(
            likelihood.campaign.observations, likelihood.predictions(_shipped()), strict=True
        )
    }
    electrode = Electrode(BASE, tolerance=1e-7)
    hot = run_protocol(electrode, (charge(voltage=4.5), rest(7200.0), heating(413.15, DAY))).segments[-1]
    holes = hot.at(np.array([0.0, 90.0, 4 * 3600.0, DAY]))[:, 0]
    lost = -np.diff(holes) / holes[0]
    assert shown["140 degC: lost from 0 to 90 s, to 4 h, to 24 h"] == pytest.approx(lost, abs=2e-3)
    assert shown["140 degC: left after 24 h"] == pytest.approx([holes[-1] / holes[0]], abs=2e-3)
    cycle = run_protocol(electrode, (charge(voltage=4.8), discharge(voltage=2.0))).segments
    at_200 = cycle[0].at(np.array([200.0 / 20.0 * 3600.0]))[0, 4]
    assert shown["voltage at 200 mAh/g"] == pytest.approx([at_200], abs=2e-3)
    table = cycle[1].at(np.linspace(0.0, cycle[1].duration, 4001))
    metal = int(np.argmax(table[:, 4] < 2.5))
    assert shown["voltage of the metal plateau"] == pytest.approx([table[metal // 2, 4]], abs=5e-3)
    half = (metal + 4000) // 2
    assert shown["voltage of the oxygen plateau"] == pytest.approx([table[half, 4]], abs=5e-3)


def test_every_statement_names_its_line_and_its_assumption():
    for one in paper_campaign().observations:
        assert one.source.startswith("L")
        assert np.all(one.uncertainty > 0)


def _converged(likelihood):
    """Return a posterior that the sampler itself trusts; it says when it does not."""
    for seed in range(1, 6):
        posterior = posterior_of(likelihood, seed=seed, effort="quick")
        doubts = [one for one in posterior.messages if one.startswith(("not converged", "not to be trusted"))]
        if not doubts:
            return posterior
    raise AssertionError(doubts)


@pytest.mark.slow
@pytest.mark.published
def test_degeneracy_of_barrier_and_prefactor_is_shown_and_broken():
    likelihood = _likelihood()
    posterior = _converged(likelihood)
    frequency = np.log(posterior.of("attempt_frequency"))
    energy = posterior.of("reorganization_energy")
    assert np.corrcoef(frequency, energy)[0, 1] > 0.9
    assert np.quantile(frequency, 0.975) - np.quantile(frequency, 0.025) > np.log(30.0)

    grid = CandidateGrid(techniques=("titration", "edge", "gas"), charge_voltages=(4.5,))
    candidates = grid.candidates()
    plan = plan_measurements(posterior, likelihood, candidates, target="attempt_frequency", seed=1, most=200)
    best = plan.recommended
    assert best.candidate.technique == "electrochemistry"
    assert best.gain.value > 1.0
    assert best.linear == pytest.approx(best.gain.value, abs=4 * best.gain.error)
    assert {one.candidate.technique for one in plan.ratings[-3:]}.isdisjoint({"electrochemistry"})

    widths, pulls = [], []
    for seed, truth in enumerate(list(posterior.sets(9))[1::2]):
        after = _converged(carried_out(likelihood, best.candidate, truth, seed=seed))
        decades = np.log10(after.of("attempt_frequency"))
        widths.append(np.std(decades))
        pulls.append((np.mean(decades) - np.log10(truth["attempt_frequency"])) / widths[-1])
    # Four truths: measured 0.094 decades where 0.209 were promised, so that a factor is all that can be held.
    assert best.width / 2.5 < np.mean(widths) < 1.4 * best.width
    assert np.mean(widths) < 0.5 * plan.width
    assert np.sqrt(np.mean(np.square(pulls))) < 2.0
