from __future__ import annotations

import numpy as np

from lmct.quantity.value import Value
from lmct.technique.diffraction.refined import RefinedScan, RefinedSequence
from lmct.technique.diffraction.sequence.findings import findings_of_sequence, usable_places


def scan(index, length, flags=(), **more):
    values = {} if length is None else {"a": Value(length, 1e-4 * (index + 1), "Å")}
    return RefinedScan(
        index=index,
        file=f"deep/in/scan_{index}.xye",
        scan=0,
        values=values,
        counting_uncertainty={"a": 5e-5},
        goodness_of_fit=1.0,
        weighted_residual=0.05,
        flags=flags,
        **more,
    )


def sequence(*scans):
    return RefinedSequence(scans, np.zeros(2), np.zeros((len(scans), 2)), 1.54056)


SCANS = (
    scan(0, 4.30, ("outlier",)),
    scan(1, 4.144, ("spike",)),
    scan(2, None, ("unreadable",)),
    scan(3, 4.111),
    scan(4, 4.00, ("directions disagree",)),
    scan(5, 4.150, ("poor fit", "unexplained lines")),
    scan(6, 4.140),
    scan(7, 3.90, ("spike", "outlier")),
)


def test_scans_that_cannot_be_believed_are_not_used():
    assert usable_places(sequence(*SCANS)) == [1, 3, 5, 6]
    assert usable_places(sequence(*SCANS), "displacement") == []


def test_first_last_smallest_and_largest_of_what_can_be_believed():
    found = {one.condition: one for one in findings_of_sequence(sequence(*SCANS))}
    assert {name: one.value.value for name, one in found.items()} == {
        "first scan": 4.144,
        "last scan": 4.140,
        "smallest cell": 4.111,
        "largest cell": 4.150,
    }
    assert {one.quantity for one in found.values()} == {"lattice_parameter"}
    assert {one.technique for one in found.values()} == {"diffraction"}
    assert found["smallest cell"].value.uncertainty == 4e-4
    assert found["largest cell"].note.startswith("Scan 5 (scan_5.xye). Of the counts alone: 5e-05 Å.")
    assert "Flagged: poor fit, unexplained lines." in found["largest cell"].note
    assert "extreme of noisy numbers" in found["largest cell"].note
    assert "extreme" not in found["first scan"].note


def test_nothing_is_found_where_nothing_can_be_believed():
    assert list(findings_of_sequence(sequence(scan(0, 4.1, ("no peaks",)), scan(1, None)))) == []
    assert list(findings_of_sequence(sequence())) == []
