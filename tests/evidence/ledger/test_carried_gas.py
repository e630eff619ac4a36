"""Gas of one cell speaks of samples with the same charge, with the scatter from cell to cell."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from lmct import material
from lmct.evidence.ledger import FALSE_ALARMS, Account, Powder, build_ledger, context_of_material
from lmct.quantity import Finding, Value
from tests.evidence.ledger.synthetic import CAPACITY, MASS, campaign, states
from tests.evidence.ledger.synthetic import context as context_of_campaign

SAMPLES = ("dried", "rested", "heated")
PER_UNIT = 4e-6 * MASS


def context(**known):
    usual = {"name": "4.5 V", "samples": SAMPLES, "limit": "4.5 V", "heated": frozenset({"heated"})}
    return context_of_material(material.load("li-ti-ni-o", x=0.4), powders=(Powder(**(usual | known)),))


def gas(value=145.0, spread=5.0, sample="gas cell", condition="charge 1 to 4.5 V", file="gas"):
    return Finding(
        "oxygen_released", Value(value, spread, "umol/g"), sample, "gas_evolution", condition, file
    )


def plateaus():
    """Every sample has lost 0.1 electrons of 0.7, known to 0.01 each."""
    return [
        Finding(
            f"{kind}_plateau_capacity",
            Value(0.3 * CAPACITY, 0.01 * CAPACITY, "mAh/g"),
            sample,
            "electrochemistry",
            "cell",
            f"{sample} {kind}",
        )
        for sample in SAMPLES
        for kind in ("metal", "oxygen")
    ]


def test_a_cell_charged_to_the_same_limit_tells_the_gas():
    ledger = build_ledger([*plateaus(), gas()], context())
    found = ledger.entry("dried").accounts[Account.GAS]
    true = 145.0 * PER_UNIT
    assert found.value == pytest.approx(true, rel=0.02)
    # noise, what reaches the spectrometer, and one deviation of each cell
    relative = math.sqrt((5.0 / 145.0) ** 2 + 3.0 * 0.1**2)
    assert found.uncertainty == pytest.approx(math.hypot(true * relative, 0.002), rel=0.05)
    assert ledger.entry("rested").accounts[Account.GAS].uncertainty == pytest.approx(
        found.uncertainty, rel=0.05
    )


def test_dark_oxygen_and_gas_are_kept_apart():
    charge = Finding(
        "charge_capacity",
        Value(0.7 * CAPACITY, 0.01 * CAPACITY, "mAh/g"),
        "dried",
        "electrochemistry",
        "cycle 1, charge",
        "charge",
    )
    apart = build_ledger([*plateaus(), charge, gas()], context()).entry("dried")
    together = build_ledger([*plateaus(), charge], context()).entry("dried")
    assert not together.is_measured(Account.GAS)
    assert together.accounts[Account.DARK].uncertainty > 0.1
    assert apart.is_measured(Account.GAS)
    assert apart.is_measured(Account.DARK)
    assert apart.accounts[Account.DARK].uncertainty < 0.05
    assert apart.lost.value == pytest.approx(together.lost.value, abs=0.03)


def test_heating_may_have_driven_out_more():
    ledger = build_ledger([*plateaus(), gas()], context())
    heated, dried = (ledger.entry(name).accounts[Account.GAS] for name in ("heated", "dried"))
    assert heated.uncertainty == pytest.approx(math.hypot(0.05, dried.uncertainty), rel=0.05)
    assert any("1 of them were heated" in message for message in ledger.messages)


@pytest.mark.parametrize(
    ("finding", "limit"),
    [
        (gas(condition="charge 1 to 4.8 V"), "4.5 V"),
        (gas(), ""),
        (gas(condition="charge 1"), "4.5 V"),
        (gas(sample="heated", condition=""), "4.5 V"),
    ],
)
def test_other_charges_and_heated_samples_tell_nothing(finding, limit):
    ledger = build_ledger([*plateaus(), finding], context(limit=limit))
    assert not ledger.entry("dried").is_measured(Account.GAS)


def test_a_sample_of_the_powder_tells_the_gas_of_the_others():
    ledger = build_ledger([*plateaus(), gas(sample="rested", condition="")], context())
    rested, dried = (ledger.entry(name).accounts[Account.GAS] for name in ("rested", "dried"))
    assert dried.value == pytest.approx(rested.value, rel=0.02)
    assert dried.uncertainty > 1.3 * rested.uncertainty


def test_a_charge_that_ended_at_the_limit_counts_once():
    ledger = build_ledger([*plateaus(), gas(condition="charge 1"), gas()], context())
    assert sum(one.state.sample == "gas cell" for one in ledger.entries) == 1
    assert ledger.entry("dried").is_measured(Account.GAS)
    assert len([one for one in ledger.contributions if one.account is Account.GAS]) == 1


def elsewhere(seed):
    """A campaign whose gas was measured on two other cells, and what the portions lost besides."""
    others = ("electrochemistry", "diffraction", "absorption", "photoemission")
    made = campaign(seed, techniques=others, gas_scatter=0.0)
    random = np.random.default_rng([seed, 7])
    true = np.array([one[3] for one in made.truth.values()])
    powder, seen = 1.0 + 0.1 * random.normal(), 1.0 + 0.1 * random.normal()
    for number in (1, 2):
        released = powder * true[0] * (1.0 + 0.1 * random.normal()) * seen / PER_UNIT
        made.findings.append(gas(released + 5.0 * random.normal(), sample=f"gas cell {number}"))
    return made, true


def context_elsewhere():
    usual = context_of_campaign()
    heated = frozenset(name for name in states() if "degC" in name)
    return replace(usual, powders=(replace(usual.powders[0], limit="4.5 V", heated=heated),))


def test_dark_oxygen_of_a_campaign_is_known_by_the_gas_of_other_cells():
    made, true = elsewhere(3)
    ledger = build_ledger(made.findings, context_elsewhere())
    entry = ledger.entry("dried, not heated")
    dark, inside = entry.accounts[Account.DARK], made.truth["dried, not heated"][2]
    assert abs(dark.value - inside) < 3.0 * dark.uncertainty
    assert dark.uncertainty < 0.05
    assert abs(entry.accounts[Account.GAS].value - true[0]) < 3.0 * entry.accounts[Account.GAS].uncertainty
    assert not ledger.conflicts


@pytest.mark.slow
def test_carried_gas_covers_the_truth_and_raises_no_alarm():
    """Two gas cells and a powder that differ by 10 % each, over 200 seeds."""
    chances, inside, alarms = [], [], 0
    for seed in range(200):
        made, _ = elsewhere(seed)
        ledger = build_ledger(made.findings, context_elsewhere())
        chances.append(ledger.probability)
        alarms += bool(ledger.conflicts)
        for sample in ("dried, not heated", "140 degC 24 h"):
            found = ledger.entry(sample).accounts
            for place, account in ((2, Account.DARK), (3, Account.GAS)):
                wrong = abs(found[account].value - made.truth[sample][place])
                inside.append(wrong < found[account].uncertainty)
    # what is assumed of heating and of scatter within a powder is not drawn: intervals may hold more
    assert np.all(np.reshape(inside, (200, 4)).sum(axis=0) >= binom.ppf(5e-4, 200, 0.6827))
    assert np.sum(np.array(chances) < 0.05) <= binom.ppf(0.9995, 200, 0.05)
    assert alarms <= binom.ppf(0.999, 200, FALSE_ALARMS)
