"""Virtual and real measurements use one prior of each constant."""

from __future__ import annotations

import pytest

from lmct.evidence import instrument_constant
from lmct.evidence.likelihood.unknown import Unknown
from lmct.evidence.observed.at_the_end import KINDS
from lmct.evidence.virtual.diffraction import LATTICE_UNKNOWNS
from lmct.evidence.virtual.spectroscopy import EDGE_UNKNOWNS, PHOTOEMISSION_UNKNOWNS


def test_real_and_virtual_spectra_have_the_same_constants():
    virtual = {one.name: one for one in (*EDGE_UNKNOWNS, *PHOTOEMISSION_UNKNOWNS)}
    makers = [make for kind in KINDS for make in (kind.scale, kind.offset) if make is not None]
    real = {one.name: one for one in (make([8345.0]) for make in makers)}
    assert real.keys() == virtual.keys()
    for name, one in real.items():
        assert one.prior.interval == virtual[name].prior.interval


def test_origins_differ_by_what_is_known_of_them():
    found = instrument_constant.lattice_origin(middle=4.2, width=0.05, source="seen")
    assert found.prior.interval == pytest.approx((4.15, 4.25), abs=1e-3)
    assert (found.name, found.unit) == (LATTICE_UNKNOWNS[0].name, LATTICE_UNKNOWNS[0].unit)
    assert instrument_constant.edge_origin(middle=8346.0, source="seen").prior.value_at(0.5) == 8346.0


def test_every_constant_tells_where_its_prior_comes_from():
    constants = [one for one in vars(instrument_constant).values() if isinstance(one, Unknown)]
    assert len(constants) == 5
    assert all(one.prior.source and one.meaning for one in constants)
