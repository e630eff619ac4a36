"""Shares by name, and measured spectra that cover only part of a region."""

import numpy as np
import pytest

from lmct.quantity.errors import OutOfRange, UnknownName
from lmct.technique.photoemission.analyser_plan import AnalyserPlan, SpeciesShares
from lmct.technique.photoemission.measured_species import MeasuredSpecies, recorded_window
from lmct.technique.photoemission.simulate_samples import (
    region_and_share,
    samples_of_shares,
    shares_from_fractions,
)


def measured(share, low=845.0, high=893.0):
    grid = np.linspace(low, high, 400)
    return MeasuredSpecies("Ni 2p", share, grid, np.exp(-0.5 * ((grid - 856.0) / 1.5) ** 2))


def test_shares_by_name():
    shares = shares_from_fractions({"ni_2": 0.2, "ni_34": 0.8, "oxide": 0.7, "oxidized_oxygen": 0.3})
    assert (shares.nickel_2, shares.oxidised_oxygen) == pytest.approx((0.2, 0.3))
    assert shares_from_fractions({"oxide": 1.0}) == SpeciesShares(nickel_2=1.0, oxidised_oxygen=0.0)
    assert region_and_share("oxide:0.9") == ("O 1s", pytest.approx(0.1))
    with pytest.raises(OutOfRange, match=r"add up to 0\.7"):
        shares_from_fractions({"ni_2": 0.7})
    with pytest.raises(UnknownName, match="Did you mean 'oxide'"):
        region_and_share("oxides")


def test_the_window_shrinks_to_what_was_measured_and_no_further():
    assert recorded_window("Ni 2p", [measured(0.0, 845.3, 892.6)]) == (845.0, 893.0)
    assert recorded_window("Ni 2p", [measured(0.0, 848.0), measured(1.0, high=885.0)]) == (848.0, 885.0)
    with pytest.raises(OutOfRange, match=r"cover 845\.0 to 860\.0 eV"):
        recorded_window("Ni 2p", [measured(0.0, high=860.0)])
    samples, _ = samples_of_shares(
        [SpeciesShares(nickel_2=0.5, oxidised_oxygen=0.0)],
        AnalyserPlan(peak_counts=1e3),
        seed=1,
        measured=[measured(0.0, 848.0), measured(1.0, 848.0)],
    )
    assert samples[0].spectra["Ni 2p"].binding_energy[0] == pytest.approx(848.0)


def test_pure_species_outside_what_was_measured_are_not_made():
    shares = [SpeciesShares(nickel_2=0.5, oxidised_oxygen=0.2)]
    plan = AnalyserPlan(peak_counts=1e3)
    _, pure = samples_of_shares(shares, plan, seed=1, measured=[measured(0.3), measured(1.0)])
    assert list(pure) == ["ni_2"]
    _, both = samples_of_shares(shares, plan, seed=1)
    assert [one.shares.nickel_2 for one in both.values()] == [1.0, 0.0]
    assert {one.shares.oxidised_oxygen for one in both.values()} == {0.2}
