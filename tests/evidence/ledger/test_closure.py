"""Over many synthetic campaigns the chi-square is right, intervals cover, and planted errors are found."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, kstest

from lmct.evidence.ledger import ACCOUNTS, FALSE_ALARMS, Account, build_ledger
from tests.evidence.ledger.synthetic import campaign, context, states

CHARGED = "dried, not heated"


def deviations(made, ledger):
    return [
        [
            (ledger.entry(sample).accounts[account].value - truth[place])
            / ledger.entry(sample).accounts[account].uncertainty
            for place, account in enumerate(ACCOUNTS)
        ]
        for sample, truth in made.truth.items()
    ]


def check(seeds):
    probabilities, apart, alarms = [], [], 0
    for seed in seeds:
        made = campaign(seed)
        ledger = build_ledger(made.findings, context())
        probabilities.append(ledger.probability)
        apart.append(deviations(made, ledger))
        alarms += bool(ledger.conflicts)
    assert kstest(probabilities, "uniform").pvalue > 0.01
    # samples of one campaign share errors: the first sample of each campaign is one independent draw
    first = np.abs(np.array(apart)[:, 0, :])
    for limit, wanted in ((1.0, 0.6827), (1.96, 0.95)):
        low, high = binom.ppf([5e-4, 1 - 5e-4], len(seeds), wanted)
        inside = (first < limit).sum(axis=0)
        assert ((low <= inside) & (inside <= high)).all(), (limit, inside)
    assert alarms <= binom.ppf(0.999, len(seeds), FALSE_ALARMS)


def test_chi_square_coverage_and_false_alarms_over_few_campaigns():
    check(range(12))


@pytest.mark.slow
def test_chi_square_coverage_and_false_alarms_over_200_campaigns():
    check(range(200))


def blamed(count, **planted):
    """Share of the campaigns in which the largest conflict names each technique."""
    found = []
    for seed in range(1000, 1000 + count):
        ledger = build_ledger(campaign(seed, **planted).findings, context())
        found.append(ledger.conflicts[0].technique if ledger.conflicts else None)
    return {name: found.count(name) / count for name in set(found)}


@pytest.mark.slow
def test_wrong_lattice_calibration_is_blamed_on_diffraction():
    assert blamed(200, lattice=1.2)["diffraction"] > 0.9


@pytest.mark.slow
def test_wrong_mass_is_blamed_on_electrochemistry():
    assert blamed(200, wrong_mass=CHARGED)["electrochemistry"] > 0.9


def test_planted_errors_are_named_in_words():
    wrong = build_ledger(campaign(1003, wrong_mass=CHARGED).findings, context())
    conflict = wrong.conflicts[0]
    assert conflict.technique == "electrochemistry"
    assert CHARGED in conflict.words
    assert "sigma" in conflict.words
    assert "contradiction" in wrong.verdict


def undecided(**how):
    ledger = build_ledger(campaign(1000, lattice=1.2, **how).findings, context())
    return [message for message in ledger.messages if "cannot be decided" in message], ledger


def test_without_a_measured_slope_the_ledger_says_that_it_could_not_tell():
    (message,), ledger = undecided(slope=False)
    assert "radii" in message
    assert "20%" in message
    assert not any(one.technique == "diffraction" for one in ledger.conflicts)


def test_what_was_found_is_not_called_undecided():
    messages, ledger = undecided()
    assert not messages
    assert ledger.conflicts[0].technique == "diffraction"


def test_a_slope_alone_decides_nothing_without_a_second_witness_of_the_metal():
    (message,), _ = undecided(techniques=("diffraction", "gas_evolution"))
    assert "Another technique that sees the metal" in message


def test_simulated_states_keep_their_charge():
    """The independent truth: n + p + d + 4 o2 and the double layer are the same in every dry state."""
    sums = [inside.sum() + 20.0 * 82.690 / 96485.33 * voltage for inside, voltage in states().values()]
    assert np.ptp(sums) < 1e-4


def test_gas_and_recoverable_oxygen_are_kept_apart():
    entry = build_ledger(campaign(5).findings, context()).entry(CHARGED)
    assert entry.is_measured(Account.GAS)
    assert entry.accounts[Account.GAS].value == pytest.approx(0.0483, abs=0.02)
