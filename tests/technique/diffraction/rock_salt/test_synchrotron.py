from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lmct.material.crystal import library
from lmct.technique.diffraction.background import Hump
from lmct.technique.diffraction.diffractometer import beamline_11bm, laboratory_copper
from lmct.technique.diffraction.rock_salt.fit import RockSaltEngine
from lmct.technique.diffraction.rock_salt.settings import Migration, RockSaltSettings
from lmct.technique.diffraction.simulation.pattern import simulate_pattern
from lmct.technique.diffraction.simulation.sample import Alignment, Background, Phase
from tests.technique.diffraction.voigt_pattern import Truth, crystal, noisy

NAME = "occupancy(8c, Ti4+)"


def moved(occupancy):
    salt = library.load("li-ti-ni-o")
    titanium = salt.site("4a").occupancy["Ti4+"]
    shares = {"4a": titanium - 2.0 * occupancy, "8c": occupancy}
    sites = tuple(
        replace(site, occupancy={**site.occupancy, "Ti4+": shares[site.label]})
        if site.label in shares
        else site
        for site in salt.sites
    )
    return replace(salt, sites=sites).with_cell(4.144)


@pytest.mark.parametrize("occupancy", [0.0, 0.004, 0.02])
def test_titanium_on_tetrahedral_sites_is_recovered_within_the_total_error(occupancy):
    # True Voigt lines with axial divergence, written by other hands than the fit.
    pattern = simulate_pattern(
        [Phase(crystal=moved(occupancy), size=150.0, microstrain=0.0008)],
        diffractometer=beamline_11bm(),
        two_theta=np.linspace(4.0, 50.0, 46001),
        alignment=Alignment(zero=0.0005),
        background=Background(coefficients=(200.0, -50.0)),
        peak_counts=2e5,
        random=np.random.default_rng(1),
    )
    salt = library.load("li-ti-ni-o").with_cell(4.14)
    result = RockSaltEngine(beamline_11bm(), salt, RockSaltSettings(migration=Migration())).refine(pattern)
    found, systematic = result.values[NAME], result.systematic[NAME]
    assert abs(found.value - occupancy) < 2.0 * np.hypot(found.uncertainty, systematic)
    assert np.hypot(found.uncertainty, systematic) < 0.001
    assert abs(result.values["a"].value - 4.144) < 3.5 * result.values["a"].uncertainty
    assert abs(result.values["zero"].value - 0.0005) < 3.5 * result.values["zero"].uncertainty


@pytest.mark.slow
@pytest.mark.parametrize("occupancy", [0.0, 0.01])
def test_intervals_of_the_occupancy_hold_over_200_patterns(occupancy):
    settings = RockSaltSettings(background_terms=5, humps=(Hump(40.0, 6.0),), migration=Migration())
    engine = RockSaltEngine(laboratory_copper(), crystal(), settings)
    grid = np.linspace(15.0, 120.0, 5251)
    truth, start, rows = Truth(titanium_8c=occupancy, scale=5.0), None, []
    for seed in range(200):
        result = engine.refine(noisy(truth, grid, seed), start)
        start = {name: value.value for name, value in result.values.items()}
        rows.append((result.values[NAME].value, result.values[NAME].uncertainty, result.systematic[NAME]))
    value, uncertainty, systematic = np.array(rows).T
    error = value - occupancy
    for probability, factor in ((0.68, 0.9945), (0.95, 1.96)):
        inside = np.mean(np.abs(error) < factor * uncertainty)
        assert inside == pytest.approx(probability, abs=3.0 * np.sqrt(probability * (1 - probability) / 200))
    # The systematic error (line shape, background) covers what is common to all patterns.
    assert abs(error.mean()) < np.mean(systematic) + 3.0 * error.std() / np.sqrt(200.0)
