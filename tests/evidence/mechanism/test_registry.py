"""The registry: names, default unknowns and what is refused."""

from __future__ import annotations

import pickle

import pytest

from lmct.electrode.parameter_file import load
from lmct.evidence.likelihood import Uniform, Unknown
from lmct.evidence.mechanism import MECHANISMS, electrode_unknown, mechanism_named
from lmct.protocol.titration import Portion, titration
from lmct.quantity.errors import LmctError, UnknownName


@pytest.mark.parametrize("name", MECHANISMS)
def test_every_mechanism_simulates_in_the_middle_of_its_priors(name: str) -> None:
    mechanism = mechanism_named(name)
    simulate = mechanism.simulator([titration(Portion(in_cycling=True))])
    middle = {one.name: one.prior.value_at(0.5) for one in mechanism.unknowns}
    (history,) = simulate(middle)
    assert isinstance(history, LmctError) or history.duration(0) > 0.0


@pytest.mark.parametrize("name", MECHANISMS)
def test_every_default_prior_has_a_source_a_unit_and_a_meaning(name: str) -> None:
    kind = MECHANISMS[name]
    unknowns = kind.unknowns(load())
    assert 5 <= len(unknowns) <= 9
    assert all(one.prior.source and one.unit and one.meaning for one in unknowns)


@pytest.mark.parametrize("name", MECHANISMS)
def test_every_simulator_can_be_sent_to_another_process(name: str) -> None:
    mechanism = mechanism_named(name)
    simulate = mechanism.simulator([titration(Portion(in_cycling=True))])
    values = {one.name: one.prior.value_at(0.4) for one in mechanism.unknowns}
    here, there = simulate(values)[0], pickle.loads(pickle.dumps(simulate))(values)[0]
    assert isinstance(here, LmctError) == isinstance(there, LmctError)
    if not isinstance(here, LmctError) and not isinstance(there, LmctError):
        assert here.duration(0) == there.duration(0)


def test_mechanisms_take_any_shipped_set() -> None:
    for base in (load("li-ti-ni-o-butler-volmer"), load("li-ti-ni-o-direct")):
        for name in MECHANISMS:
            assert mechanism_named(name, base=base).name == name


def test_unknowns_are_chosen_by_name_or_with_a_prior() -> None:
    own = Unknown("lithium_max", Uniform(0.8, 0.9))
    mechanism = mechanism_named("marcus", unknowns=["oxygen_rate", own])
    assert [one.name for one in mechanism.unknowns] == ["oxygen_rate", "lithium_max"]
    assert mechanism.unknowns[1].prior.interval[0] > 0.8


def test_what_a_mechanism_does_not_have_is_refused_at_once() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'constant-barrier'"):
        mechanism_named("constant-barier")
    with pytest.raises(UnknownName, match="lithium_slope"):
        mechanism_named("constant-barrier", unknowns=["lithium_slope"])
    with pytest.raises(UnknownName, match="Did you mean 'metal_potential'"):
        electrode_unknown("metal_potentail")
