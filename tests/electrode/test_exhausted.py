from __future__ import annotations

import numpy as np
import pytest

from lmct.electrode import load
from lmct.electrode.exhausted import EXHAUSTED, metal_level, settle_exhausted, settled_level
from lmct.electrode.structure import model_from_parameters
from lmct.quantity.constants import BOLTZMANN

THERMAL = BOLTZMANN * 298.15
PARAMETERS = load().replace(gas_rate=0.0, dark_rate=0.0, lithium_max=3.0)


def shell(*, metal_holes: float, oxygen_holes: float, voltage: float) -> np.ndarray:
    """One shell with one class of metal sites: n, p, d, o2, V."""
    return np.array([metal_holes, oxygen_holes, 0.0, 0.0, voltage])


def test_a_metal_level_has_its_entropy():
    model = model_from_parameters(PARAMETERS)
    half = shell(metal_holes=0.5 * PARAMETERS.metal_holes_max, oxygen_holes=0.1, voltage=4.0)
    assert metal_level(3.5, half, 0, THERMAL, model) == pytest.approx(3.5)
    tenth = shell(metal_holes=0.1 * PARAMETERS.metal_holes_max, oxygen_holes=0.1, voltage=4.0)
    assert metal_level(3.5, tenth, 0, THERMAL, model) == pytest.approx(3.5 + THERMAL * np.log(1.0 / 9.0))


@pytest.mark.parametrize(
    ("level", "loss", "expected"),
    [(3.7, {}, 3.7), (9.0, {}, 4.0), (-9.0, {}, 3.5), (9.0, {"gas_rate": 1e-9, "gas_potential": 4.4}, 4.4)],
)
def test_a_full_couple_lies_between_those_it_exchanges_with(level, loss, expected):
    model = model_from_parameters(PARAMETERS.replace(**loss))
    full = shell(
        metal_holes=0.5 * PARAMETERS.metal_holes_max, oxygen_holes=PARAMETERS.oxygen_holes_max, voltage=4.0
    )
    assert settled_level(level, 3.5, 0.0, full, THERMAL, model) == pytest.approx(expected)


def test_a_full_couple_passes_on_what_the_state_says_is_lost():
    """Collector -> oxygen -> O2: the population does not change, so the current is the loss."""
    model = model_from_parameters(PARAMETERS)
    full = shell(
        metal_holes=0.5 * PARAMETERS.metal_holes_max, oxygen_holes=PARAMETERS.oxygen_holes_max, voltage=4.0
    )
    slope, flux = np.array([0.0, 0.0, 1e-6, 2e-6, 0.0]), np.full(5, 0.3)
    flux[1] = 0.0
    settle_exhausted(full, slope, model, flux)
    assert flux[3:] == pytest.approx([1e-6, 8e-6])
    assert flux[2] == pytest.approx(9e-6)
    assert flux[0] == 0.3


def test_a_couple_in_the_middle_is_left_alone():
    model = model_from_parameters(PARAMETERS)
    middle = shell(metal_holes=0.5 * PARAMETERS.metal_holes_max, oxygen_holes=2 * EXHAUSTED, voltage=4.0)
    flux = np.full(5, 0.3)
    settle_exhausted(middle, np.zeros(5), model, flux)
    assert np.all(flux == 0.3)
