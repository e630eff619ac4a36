import os
from pathlib import Path

import pytest

from lmct.technique.energy_loss.simulate import EnergyLossSample
from lmct.technique.energy_loss.simulate_edges import edges_of_state

ROOT = Path(os.environ.get("LMCT_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))


@pytest.fixture(scope="session")
def microscope():
    """The folder of real microscope files; the test is skipped when there is none."""
    pytest.importorskip("rsciio", reason="needs the extra energy-loss")
    if not ROOT.is_dir():
        pytest.skip("no real data here: set LMCT_DATA, or put them in ../shared/data")
    return ROOT / "electron_microscopy"


@pytest.fixture(scope="session")
def sample():
    edges = edges_of_state(nickel=0.2, titanium=0.4, oxygen=2.0, metal_holes=0.1, oxygen_holes=0.1)
    return EnergyLossSample(edges, thickness=0.5)
