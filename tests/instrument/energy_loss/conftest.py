import os
from pathlib import Path

import numpy as np
import pytest

from lmct.instrument.energy_loss import Acquisition, EnergyLossSpectrum

ROOT = Path(os.environ.get("LMCT_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))


@pytest.fixture(scope="session")
def microscope():
    """The folder of real microscope files; the test is skipped when there is none."""
    pytest.importorskip("rsciio", reason="needs the extra energy-loss")
    if not ROOT.is_dir():
        pytest.skip("no real data here: set LMCT_DATA, or put them in ../shared/data")
    return ROOT / "electron_microscopy"


@pytest.fixture
def spectrum():
    energy = 440.0 + 0.3 * np.arange(400)
    counts = np.random.default_rng(1).poisson(1e4 * (energy / 440.0) ** -3.0).astype(float)
    return EnergyLossSpectrum(
        energy=energy,
        counts=counts,
        acquisition=Acquisition(beam_energy=200e3, collection_angle=30.0, exposure=0.5, title="a title"),
    )
