"""What single findings mean in electrons, with numbers worked out by hand."""

from __future__ import annotations

import math

import pytest

from lmct import material
from lmct.evidence.ledger import Account, Powder, build_ledger, context_of_material
from lmct.evidence.ledger.conversion.contract import noted_parts
from lmct.evidence.ledger.conversion.valence import species_of
from lmct.evidence.ledger.selection import distinct_findings
from lmct.quantity import Finding, Value

CAPACITY = 324.12  # mAh/g of one electron (REFERENCE 2)


def context(**known):
    return context_of_material(material.load("li-ti-ni-o", x=0.4), **known)


def one(quantity, value, spread, unit, technique, condition="", note="", sample="a", file="f"):
    return Finding(quantity, Value(value, spread, unit), sample, technique, condition, file, "", note)


def account(findings, which, **known):
    return build_ledger(findings, context(**known)).entry("a").accounts[which]


def test_gas_of_the_paper():
    """1.2 % of the oxygen = 145 umol/g (REFERENCE 2), at four electrons for each O2."""
    found = account([one("oxygen_released", 145.0, 5.0, "umol/g", "gas_evolution")], Account.GAS)
    assert found.value == pytest.approx(4.0 * 145e-6 * 82.690, rel=0.01)
    assert found.uncertainty == pytest.approx(found.value * math.hypot(0.1, 5.0 / 145.0), rel=0.05)


def test_only_the_gas_of_the_first_charge_is_a_total():
    findings = [
        one("oxygen_released", 145.0, 5.0, "umol/g", "gas_evolution", "charge 1"),
        one("oxygen_released", 15.0, 17.0, "umol/g", "gas_evolution", "discharge 1"),
        one("oxygen_released", 40.0, 14.0, "umol/g", "gas_evolution", "charge 2"),
        one("oxygen_released", 226.0, 49.0, "umol/g", "gas_evolution", "whole run"),
    ]
    ledger = build_ledger(findings, context())
    (entry,) = ledger.entries
    assert entry.accounts[Account.GAS].value == pytest.approx(4.0 * 145e-6 * 82.690, rel=0.01)
    assert not ledger.conflicts
    assert any("no total" in message for message in ledger.messages)


def test_metal_plateau_loses_the_double_layer_and_gains_what_moved():
    findings = [
        one("metal_plateau_capacity", 100.0, 1.0, "mAh/g", "electrochemistry", "cell"),
        one("open_circuit_voltage", 4.3, 1e-3, "V", "electrochemistry", "cell"),
    ]
    layer = 20.0 * 82.690 / 96485.33 * (4.3 - 2.5)
    wanted = (100.0 / CAPACITY - layer) / 0.99
    assert account(findings, Account.METAL).value == pytest.approx(wanted, abs=2e-3)


def test_more_moves_while_the_discharge_runs_right_after_the_charge():
    findings = [one("metal_plateau_capacity", 100.0, 1.0, "mAh/g", "electrochemistry", "cell")]
    later = account(findings, Account.METAL)
    at_once = account(findings, Account.METAL, in_cycling=frozenset({"a"}))
    assert at_once.value > later.value
    assert at_once.uncertainty > later.uncertainty


def test_mass_is_shared_by_both_plateaus():
    """The total tells that the errors of the plateaus are one: their estimates are correlated."""
    findings = [
        one("metal_plateau_capacity", 100.0, 5.0, "mAh/g", "electrochemistry", "cell"),
        one("oxygen_plateau_capacity", 100.0, 5.0, "mAh/g", "electrochemistry", "cell"),
        one("total_plateau_capacity", 200.0, 10.0, "mAh/g", "electrochemistry", "cell"),
    ]
    covariance = build_ledger(findings, context()).entry("a").covariance
    correlation = covariance[0, 1] / math.sqrt(covariance[0, 0] * covariance[1, 1])
    assert correlation > 0.5
    apart = build_ledger(findings[:2], context()).entry("a").covariance
    assert apart[0, 1] / math.sqrt(apart[0, 0] * apart[1, 1]) < 0.3


@pytest.mark.parametrize(
    ("note", "unit", "words"),
    [("Lower bound: the discharge ended at 2.1 V.", "mAh/g", "lower bound"), ("", "mAh", "active mass")],
)
def test_plateaus_that_cannot_be_used_are_named(note, unit, words):
    bad = one("oxygen_plateau_capacity", 100.0, 1.0, unit, "electrochemistry", "cell", note)
    ledger = build_ledger([bad], context())
    assert not ledger.entries
    assert any(words in message for message in ledger.messages)
    assert "no account" in ledger.verdict


def test_species_count_by_their_valence():
    """0.25 Ni, 40 % of it 4+: 0.2 holes; of 3+/4+: 0.15, and less surely."""
    sure = account([one("species_fraction", 0.4, 0.01, "", "absorption", "Ni4+")], Account.METAL)
    vague = account([one("species_fraction", 0.4, 0.01, "", "absorption", "Ni3+/4+")], Account.METAL)
    assert sure.value == pytest.approx(0.2, abs=2e-3)
    assert vague.value == pytest.approx(0.15, abs=5e-3)
    assert vague.uncertainty > 2.0 * sure.uncertainty
    assert sure.uncertainty == pytest.approx(math.hypot(0.005, 0.25 * 0.1 * 0.4), rel=0.05)


def test_species_without_a_valence_are_named():
    ledger = build_ledger([one("species_fraction", 0.4, 0.01, "", "absorption", "sample B")], context())
    assert any("names no valence" in message for message in ledger.messages)


def test_photoemission_sees_recoverable_and_irrecoverable_oxygen_together():
    findings = [
        one("oxidised_oxygen_fraction", 0.3, 0.001, "", "photoemission"),
        one("oxygen_plateau_capacity", 0.4 * CAPACITY, 1.0, "mAh/g", "electrochemistry", "cell"),
    ]
    entry = build_ledger(findings, context()).entry("a")
    both = entry.accounts[Account.OXYGEN].value + entry.accounts[Account.DARK].value
    assert both == pytest.approx(0.6, abs=0.08)
    assert entry.accounts[Account.DARK].uncertainty > 0.15


def test_lattice_tells_differences_by_radii():
    """0.0105 Å are 0.1 holes at -0.105 Å f.u. (REFERENCE 2); the zero point is unknown."""
    powder = Powder(name="p", samples=("a", "b"))
    findings = [
        one("lattice_parameter", 4.111, 2e-4, "Å", "diffraction"),
        one("lattice_parameter", 4.1215, 2e-4, "Å", "diffraction", sample="b"),
        one("oxygen_plateau_capacity", 100.0, 1.0, "mAh/g", "electrochemistry", "cell"),
        one("oxygen_plateau_capacity", 100.0, 1.0, "mAh/g", "electrochemistry", "cell", sample="b", file="g"),
    ]
    ledger = build_ledger(findings, context(powders=(powder,)))
    metal = [ledger.entry(name).accounts[Account.METAL].value for name in ("a", "b")]
    assert metal[0] - metal[1] == pytest.approx(0.1, abs=0.01)


def test_first_scan_of_a_fresh_cell_gives_the_zero_point():
    findings = [
        one("lattice_parameter", 4.160, 2e-4, "Å", "diffraction", "first scan"),
        one("lattice_parameter", 4.118, 2e-4, "Å", "diffraction", "end of cycle 1, charge", file="f; cell"),
        one("lattice_parameter", 4.117, 2e-4, "Å", "diffraction", "smallest cell"),
    ]
    ledger = build_ledger(findings, context())
    (entry,) = ledger.entries
    assert entry.accounts[Account.METAL].value == pytest.approx(0.4, abs=0.12)


def test_series_share_the_systematic_part_that_their_notes_tell():
    note = "noise 0.03, systematic 0.04; reduced chi-squared 1.1, R 1.0e-03. Fits."
    own, shared = noted_parts(one("species_fraction", 0.5, 0.05, "", "absorption", note=note))
    assert (own, shared) == pytest.approx((0.03, 0.04))
    assert noted_parts(one("x", 0.5, 0.05, "", "absorption")) == (0.05, 0.0)


def test_edge_counts_only_where_there_is_no_fraction():
    edge = one("edge_energy", 8346.5, 0.1, "eV", "absorption", "at half height")
    fraction = one("species_fraction", 0.4, 0.01, "", "absorption", "Ni4+")
    assert len(build_ledger([edge, fraction], context()).contributions) == 1
    assert len(build_ledger([edge], context()).contributions) == 1


def test_names_of_species():
    assert species_of("Ni4+, scan 3").valence == 4.0
    assert species_of("Ni Ni3+/4+, grain 1").metal == "Ni"
    assert species_of("ni_34, dried_not_heated_absorption").valence == 3.5
    assert species_of("NiO") is None
    assert species_of("dried_not_heated_4") is None


def test_cells_of_a_mean_are_not_counted_again():
    mean = one("metal_plateau_capacity", 100.0, 1.0, "mAh/g", "electrochemistry", "cell", file="1; 2")
    cells = [
        one("metal_plateau_capacity", 99.0, 2.0, "mAh/g", "electrochemistry", "cycle 1, discharge", file=name)
        for name in ("1", "2", "3")
    ]
    assert distinct_findings([mean, *cells]) == (mean, cells[2])
    assert distinct_findings(cells) == tuple(cells)
    assert distinct_findings([mean, mean]) == (mean,)
