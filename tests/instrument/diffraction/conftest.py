from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest


@dataclass(frozen=True)
class Truth:
    """A pattern of counts that every layout must give back."""

    two_theta: np.ndarray
    counts: np.ndarray
    wavelengths: tuple[float, float] = (1.5406, 1.54439)
    start: str = "2025-07-02T19:05:59+02:00"
    end: str = "2025-07-02T19:15:59+02:00"

    @property
    def esd(self):
        return np.sqrt(np.maximum(self.counts, 1.0))


@pytest.fixture(scope="session")
def truth():
    """Poisson counts of a falling background and three lines, 20 to 60 degrees."""
    rng = np.random.default_rng(7)
    angle = 20.0 + 0.02 * np.arange(2001)
    mean = 120.0 * np.exp(-(angle - 20.0) / 40.0) + 15.0
    for place, height in ((37.7, 900.0), (43.8, 2500.0), (51.2, 40.0)):
        mean += height / (1.0 + ((angle - place) / 0.06) ** 2)
    return Truth(angle, rng.poisson(mean).astype(float))


@pytest.fixture
def write(tmp_path):
    """Write text or bytes to a file and return its path."""

    def make(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make
