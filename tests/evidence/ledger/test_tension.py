"""REFERENCE 2: 0.051 Å of lattice drift speak of some 160 mAh/g of nickel, the oxygen plateau of 42."""

from __future__ import annotations

import re

import pytest

from lmct import material
from lmct.evidence.ledger import Powder, build_ledger, context_of_material
from lmct.quantity import Finding, Value

CHARGED, RESTED = "charged to 4.8 V", "rested two months"


def context():
    powder = Powder(name="4.8 V", samples=(CHARGED, RESTED))
    return context_of_material(material.load("li-ti-ni-o", x=0.4), powders=(powder,))


def findings(drift=0.051, gain=42.0):
    """L187-192 (4.111 to 4.162 Å) and L213-216 (42 mAh/g); the uncertainties are assumptions."""
    return [
        Finding("lattice_parameter", Value(4.111, 0.001, "Å"), CHARGED, "diffraction"),
        Finding("lattice_parameter", Value(4.111 + drift, 0.001, "Å"), RESTED, "diffraction"),
        Finding("rearranged_oxygen_capacity", Value(gain, 5.0, "mAh/g"), RESTED, "electrochemistry"),
    ]


@pytest.mark.published
def test_tension_of_the_paper_is_named_in_plain_words():
    ledger = build_ledger(findings(), context())
    (transfer,) = ledger.transfers
    capacity = ledger.context.capacity
    assert transfer.metal.value * capacity == pytest.approx(162.0, rel=0.05)
    assert transfer.oxygen.value * capacity == pytest.approx(42.0, rel=0.03)
    assert transfer.is_conflict
    assert 4.0 < transfer.sigmas < 9.0
    assert "wrong by a factor of 3.7" in transfer.words
    missing = re.search(r"Either ([0-9.]+) electrons became irrecoverable oxygen or gas", transfer.words)
    assert float(missing[1]) == pytest.approx((0.051 / 0.105) - 42.0 / capacity, abs=0.02)
    assert "cannot tell which" in transfer.words
    assert "contradiction" in ledger.verdict
    # the account itself does not decide: charge that cannot be recovered would close it
    assert not ledger.conflicts


def test_agreeing_sides_are_no_conflict():
    """0.0136 Å are 0.13 electrons by the radii, which is what the plateau says."""
    (transfer,) = build_ledger(findings(drift=0.0136), context()).transfers
    assert not transfer.is_conflict
    assert "agrees" in transfer.words


def test_a_second_witness_of_the_metal_settles_the_question():
    """With the metal plateau as well, the difference is irrecoverable charge and no contradiction."""
    more = [
        Finding("metal_plateau_capacity", Value(160.0, 2.0, "mAh/g"), CHARGED, "electrochemistry", "cell"),
        Finding("metal_plateau_capacity", Value(8.0, 2.0, "mAh/g"), RESTED, "electrochemistry", "cell"),
    ]
    assert not build_ledger([*findings(), *more], context()).transfers
