"""Shares that a simulation is asked for."""

import pytest

from lmct.quantity.errors import OutOfRange, UnknownName
from lmct.technique.species_fraction import checked_fractions

KNOWN = ("ni_2", "ni_4")


def test_shares_of_known_species_with_the_sum_one_pass():
    checked_fractions({"ni_2": 1.0}, KNOWN, "species")
    checked_fractions({"ni_2": 0.1, "ni_4": 0.9}, KNOWN, "species")


@pytest.mark.parametrize(
    "fractions", [{"ni_2": 0.5, "ni_4": 0.49}, {"ni_2": 1.1, "ni_4": -0.1}, {"ni_2": float("nan")}]
)
def test_others_are_refused(fractions):
    with pytest.raises(OutOfRange, match="Expected shares of 0 or more with the sum 1"):
        checked_fractions(fractions, KNOWN, "species")


def test_unknown_species_are_refused_with_what_there_is():
    with pytest.raises(UnknownName, match="Known: ni_2, ni_4"):
        checked_fractions({"mn_4": 1.0}, KNOWN, "species")
