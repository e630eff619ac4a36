"""Statements of Li et al., Nature Materials 21, 1165 (2022) on the family, held against sets that are scaled
by composition alone.

"L123" is the line of the manuscript. The text has no numbers for other members than x = 0.4, so only the
trends are judged. x = 0 is poor in lithium transport (L106-108), which the sets do not describe: it takes
part as the limit of the model, not of the material.
"""

from __future__ import annotations

import numpy as np
import pytest

from lmct.electrode.model import Electrode
from lmct.electrode.of_material import parameters_of_material, sets_of_material
from lmct.protocol import galvanostatic, run_protocol

pytestmark = pytest.mark.published

MEMBERS = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6)
BETWEEN = 2.8
"""Voltage between the plateaus near 4 and 2.2 V [V]."""


def rival(name):
    """A set that oxidises oxygen directly on charge ships as a rival and is not asked here."""
    return name.endswith("-direct")


SETS = tuple(name for name in sets_of_material("li-ti-ni-o") if not rival(name))


@pytest.fixture(scope="module", params=SETS)
def runs(request):
    made = {x: parameters_of_material("li-ti-ni-o", x, parameter_set=request.param) for x in MEMBERS}
    return {x: run_protocol(Electrode(one), galvanostatic(cycles=2)) for x, one in made.items()}


def plateaus(run, segment=1):
    """Capacity of a discharge above and below the middle between the plateaus [mAh/g]."""
    discharge = run.segments[segment]
    times = np.linspace(0.0, discharge.duration, 4001)
    voltage = discharge.at(times)[:, 4]
    above = times[np.argmax(voltage < BETWEEN)] / discharge.duration
    whole = -discharge.charge * run.parameters.mah_per_gram
    return above * whole, (1.0 - above) * whole


def test_more_nickel_longer_high_plateau_at_the_expense_of_the_low_one(runs):
    """T3: as x decreases, the ~4 V plateau lengthens at the expense of the ~2.2 V plateau (L110-111)."""
    high, low = np.array([plateaus(runs[x]) for x in MEMBERS]).T
    assert np.all(np.diff(low) > 0.0)
    assert np.all(np.diff(high[1:]) < 0.0)
    assert np.all(np.diff(high / low) < 0.0)
    assert low[-1] > high[-1]


def test_more_titanium_more_oxygen_redox_and_more_o2(runs):
    """T14: higher Ti content promotes more oxygen redox and O2 evolution, x = 0.2, 0.4, 0.5 (L139-140)."""
    capacity = [np.ptp(runs[x].segments[0].states[:, 1]) * runs[x].parameters.mah_per_gram for x in MEMBERS]
    assert np.all(np.diff(capacity) > 0.0)
    released = [runs[x].segments[0].end.oxygen_gas for x in (0.2, 0.4, 0.5)]
    assert np.all(np.diff(released) > 0.0)


@pytest.mark.parametrize("x", [0.3, 0.4, 0.5, 0.6])
def test_members_with_an_oxygen_plateau_are_inverted(runs, x):
    """Nickel first, then oxygen alone, on discharge too (L141-152); the members share the mechanism."""
    states = runs[x].segments[3].states
    half_of_nickel = np.argmax(states[:, 0] < 0.5 * states[0, 0])
    half_of_oxygen = np.argmax(states[:, 1] < 0.5 * states[:, 1].max())
    assert 0 < half_of_nickel < half_of_oxygen
    assert states[half_of_nickel, 1] > 0.9 * states[:, 1].max()
