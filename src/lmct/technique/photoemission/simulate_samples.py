"""Photoemission of samples with known shares of species, and of the pure species among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lmct.quantity.errors import OutOfRange, unknown_name
from lmct.technique.photoemission.analyser_plan import AnalyserPlan, SpeciesShares
from lmct.technique.photoemission.measured_species import SLACK, MeasuredSpecies
from lmct.technique.photoemission.model_lines import NICKEL, OXYGEN
from lmct.technique.photoemission.simulate import SimulatedSample, simulate_sample
from lmct.technique.species_fraction import checked_fractions

PAIRS = {NICKEL: ("ni_2", "ni_34"), OXYGEN: ("oxide", "oxidized_oxygen")}
"""Region -> its two species."""

REFERENCE_COUNTS = 4.0
"""References have so many times more counts."""


def shares_from_fractions(fractions: Mapping[str, float]) -> SpeciesShares:
    """Return what a sample holds: Ni2+ only, or lattice oxygen only, where no share of a region is given.

    Parameters
    ----------
    fractions
        Shares of ``ni_2`` and ``ni_34``, of ``oxide`` and ``oxidized_oxygen``; each pair adds up to 1 [1].

    Raises
    ------
    UnknownName
        There is no such species.
    OutOfRange
        A pair does not add up to 1.

    Examples
    --------
    >>> shares_from_fractions({"ni_2": 0.6, "ni_34": 0.4})
    SpeciesShares(nickel_2=0.6, oxidised_oxygen=0.0)
    """
    every = [name for pair in PAIRS.values() for name in pair]
    for name in fractions:
        if name not in every:
            raise unknown_name("species of photoemission", name, every)
    found = {}
    for region, (first, second) in PAIRS.items():
        own = {name: share for name, share in fractions.items() if name in (first, second)}
        if own:
            checked_fractions(own, every, f"species of {region}")
        found[region] = own.get(first, 0.0) if own else 1.0
    return SpeciesShares(nickel_2=found[NICKEL], oxidised_oxygen=1.0 - found[OXYGEN])


def region_and_share(name: str) -> tuple[str, float]:
    """Return the region and the share of its first species (Ni2+) or of O^n- that a reference stands for.

    Parameters
    ----------
    name
        A species, pure or with its share behind a colon: ``ni_2``, ``oxidized_oxygen:0.3``.

    Raises
    ------
    UnknownName
        There is no such species.
    OutOfRange
        The share is no number from 0 to 1.

    Examples
    --------
    >>> region_and_share("ni_34"), region_and_share("oxidized_oxygen:0.3")
    (('Ni 2p', 0.0), ('O 1s', 0.3))
    """
    species, _, words = name.partition(":")
    try:
        share = float(words or 1.0)
    except ValueError:
        share = float("nan")
    if not 0.0 <= share <= 1.0:
        raise OutOfRange(f"the reference {name} has a share {words}. Expected 0 to 1, such as ni_2:0.8.")
    counted = {"ni_2": (NICKEL, True), "ni_34": (NICKEL, False)}
    counted |= {"oxide": (OXYGEN, False), "oxidized_oxygen": (OXYGEN, True)}
    if species not in counted:
        raise unknown_name("species of photoemission", species, counted)
    region, itself = counted[species]
    return region, share if itself else 1.0 - share


def samples_of_shares(
    shares: Sequence[SpeciesShares],
    plan: AnalyserPlan,
    *,
    seed: int,
    measured: Sequence[MeasuredSpecies] = (),
) -> tuple[tuple[SimulatedSample, ...], dict[str, SimulatedSample]]:
    """Record Ni 2p and O 1s of samples, and of both pure species of nickel with the oxygen of the first.

    Parameters
    ----------
    shares
        What each sample holds.
    plan
        Photon energy, resolution, counts, charging.
    seed
        Of charging and counting.
    measured
        Measured spectra with known shares, of which all are mixed; model lines in regions without.

    Returns
    -------
    :
        Samples, and references by species; none that lie outside the shares that were measured.

    Raises
    ------
    OutOfRange
        A share lies outside those measured, or measured spectra cover too little of a region.
    """
    random = np.random.default_rng(seed)
    samples = tuple(
        simulate_sample(f"sample_{place:04d}", one, plan, random, measured=measured)
        for place, one in enumerate(shares)
    )
    known = [one.share for one in measured if one.region == NICKEL] or [0.0, 1.0]
    pure = {
        name: SpeciesShares(nickel_2=share, oxidised_oxygen=shares[0].oxidised_oxygen)
        for name, share in zip(PAIRS[NICKEL], (1.0, 0.0), strict=True)
        if min(known) - SLACK <= share <= max(known) + SLACK
    }
    references = {
        name: simulate_sample(name, one, plan, random, counts_factor=REFERENCE_COUNTS, measured=measured)
        for name, one in pure.items()
    }
    return samples, references
