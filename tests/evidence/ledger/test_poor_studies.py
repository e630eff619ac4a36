"""One technique, contradictory files, unusable numbers, nothing at all, thousands of findings."""

from __future__ import annotations

import json
import math
import time

import numpy as np
import pytest

from lmct.evidence.ledger import Account, build_ledger, figure_sheets
from lmct.quantity import Finding, Value
from tests.evidence.ledger.synthetic import campaign, context, states

SAMPLES = tuple(states())


def test_nothing_gives_no_account_and_says_so():
    ledger = build_ledger([], context())
    assert ledger.entries == ()
    assert "no account" in ledger.verdict
    assert ledger.messages
    assert figure_sheets(ledger) == ()


@pytest.mark.parametrize("technique", ["electrochemistry", "diffraction", "gas_evolution"])
def test_one_technique_says_what_could_not_be_concluded(technique):
    ledger = build_ledger(campaign(3, techniques=(technique,)).findings, context())
    assert not ledger.pairs
    assert any(f"Only {technique}" in message for message in ledger.messages)
    assert not ledger.conflicts
    if technique != "gas_evolution":
        assert any("Gas was not measured" in message for message in ledger.messages)
        assert not ledger.entries[0].is_measured(Account.GAS)


def test_an_unmeasured_account_stays_as_wide_as_it_was_assumed():
    entry = build_ledger(campaign(3, techniques=("gas_evolution",)).findings, context()).entries[0]
    assert entry.accounts[Account.METAL].uncertainty > 0.4
    assert entry.accounts[Account.GAS].uncertainty < 0.01


def test_contradictory_files_of_one_sample_are_named():
    findings = [
        *campaign(4).findings,
        Finding(
            "oxygen_released", Value(900.0, 5.0, "umol/g"), SAMPLES[1], "gas_evolution", "", "other file"
        ),
    ]
    ledger = build_ledger(findings, context())
    assert ledger.conflicts[0].technique == "gas_evolution"
    assert ledger.conflicts[0].sigmas > 10.0


def test_unusable_numbers_are_left_out_and_named():
    bad = [
        Finding("lattice_parameter", Value(math.nan, 1e-4, "Å"), SAMPLES[0], "diffraction"),
        Finding("species_fraction", Value(0.5, 0.0), SAMPLES[0], "absorption", "Ni4+"),
        Finding("bandwidth", Value(1.0, 0.1, "eV"), SAMPLES[0], "ellipsometry"),
    ]
    ledger = build_ledger([*campaign(4).findings, *bad], context())
    assert sum("usable" in message for message in ledger.messages) == 2
    assert any("ellipsometry" in message for message in ledger.messages)
    assert len(ledger.contributions) == len(build_ledger(campaign(4).findings, context()).contributions)


def test_document_holds_everything_in_plain_types():
    ledger = build_ledger(campaign(6).findings, context())
    document = json.loads(json.dumps(ledger.to_json()))
    assert len(document["states"]) == len(ledger.entries)
    state = document["states"][0]
    total = sum(account["value"] for account in state["accounts"].values())
    assert state["total"]["value"] == pytest.approx(total)
    assert document["pairs"]
    assert document["contributions"]


def test_rows_of_the_document_say_what_the_rows_of_the_ledger_say():
    ledger = build_ledger(campaign(6).findings, context())
    document = ledger.to_json()
    entry, state = ledger.entries[0], document["states"][0]
    assert (state["sample"], state["place"]) == (entry.state.sample, entry.state.place)
    assert {name: one["measured"] for name, one in state["accounts"].items()} == {
        account.value: entry.is_measured(account) for account in entry.accounts
    }
    pair = ledger.pairs[0]
    assert document["pairs"][0] == pair.to_json()
    assert pair.to_json()["probability"] == pair.probability
    shared = [one for one in ledger.pulls if one.parameter is not None]
    assert [one["name"] for one in document["shared_errors"]] == [one.name for one in shared]
    assert document["shared_errors"][0]["source"] == shared[0].parameter.source
    said = ledger.contributions[0]
    assert document["contributions"][0]["quantity"] == said.finding.quantity
    assert document["contributions"][0]["reading"] == said.reading.to_json()
    assert [one["metal_technique"] for one in document["transfers"]] == [
        one.metal_technique for one in ledger.transfers
    ]


def test_figure_shows_every_state_with_its_numbers():
    ledger = build_ledger(campaign(6).findings, context())
    (sheet,) = figure_sheets(ledger)
    unit, metal = sheet.columns["metal"]
    assert unit == "1/f.u."
    assert metal.tolist() == [one.accounts[Account.METAL].value for one in ledger.entries]
    assert len(sheet.draw().axes[0].get_yticks()) == len(ledger.entries)


def many(count):
    """Findings of many cells and gas measurements of the same few samples."""
    random = np.random.default_rng(1)
    found = []
    for number in range(count // 2):
        sample = SAMPLES[number % len(SAMPLES)]
        n = states()[sample][0][0]
        mass = 1.0 + 0.02 * random.standard_normal()
        found.append(
            Finding(
                "metal_plateau_capacity",
                Value(324.12 * mass * n, 0.021 * 324.12 * n + 1.0, "mAh/g"),
                sample,
                "electrochemistry",
                "cycle 1, discharge",
                f"cell {number}",
                "",
                "Includes 2.0% for the active mass, common to all capacities of the cell.",
            )
        )
        gas = Value(145.0 + 5.0 * random.standard_normal(), 5.0, "umol/g")
        found.append(Finding("oxygen_released", gas, sample, "gas_evolution", "", f"gas {number}"))
    return found


def test_many_findings_take_seconds():
    started = time.process_time()
    ledger = build_ledger(many(600), context())
    assert len(ledger.contributions) == 600
    assert time.process_time() - started < 20.0


@pytest.mark.slow
def test_five_thousand_findings_take_a_minute():
    started = time.process_time()
    ledger = build_ledger(many(5000), context())
    assert len(ledger.contributions) == 5000
    assert time.process_time() - started < 60.0


def test_large_and_small_systems_give_the_same_numbers(monkeypatch):
    from lmct.evidence.ledger import normal_matrix

    findings = campaign(7).findings
    small = build_ledger(findings, context())
    monkeypatch.setattr(normal_matrix, "DENSE", 0)
    monkeypatch.setattr(normal_matrix, "CHUNK", 20)
    large = build_ledger(findings, context())
    assert large.chi_square == pytest.approx(small.chi_square, abs=1e-4)
    for one, other in zip(small.entries, large.entries, strict=True):
        assert np.allclose(one.covariance, other.covariance, atol=1e-6)
    assert [one.name for one in large.pulls[:5]] == [one.name for one in small.pulls[:5]]
