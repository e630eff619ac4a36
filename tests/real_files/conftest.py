from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("LMCT_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))


@pytest.fixture(scope="session")
def data():
    """The directory of real measurements; the test is skipped when there is none."""
    if not ROOT.is_dir():
        pytest.skip("no real data here: set LMCT_DATA, or put them in ../shared/data")
    return ROOT
