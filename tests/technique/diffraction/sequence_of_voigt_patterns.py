"""A sequence of made patterns, each made when it is asked for, so that memory stays flat."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from lmct.instrument.diffraction.pattern import PatternSequence, ScanPlace
from lmct.quantity.errors import DamagedFile
from tests.technique.diffraction.voigt_pattern import Truth, noisy

GRID = np.linspace(30.0, 100.0, 3501)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


class MadeSequence(PatternSequence):
    """Scans of given truths; some cannot be read, some are something else."""

    def __init__(self, truths, *, unreadable=(), replaced=None, grid=GRID, seed=0):
        super().__init__(tuple(ScanPlace(f"scan_{n:04d}.xye") for n in range(len(truths))))
        self.truths, self.unreadable, self.replaced = truths, unreadable, replaced or {}
        self.grid, self.seed, self.reads = grid, seed, 0
        self.source_sha256 = f"seed {seed}, {len(truths)} scans"

    def __getitem__(self, index):
        self.reads += 1
        if index in self.unreadable:
            raise DamagedFile(f"scan_{index:04d}.xye is truncated.")
        if index in self.replaced:
            return self.replaced[index]
        start = BEGIN + index * timedelta(minutes=10)
        return noisy(self.truths[index], self.grid, (self.seed, index), start_time=start)


def operando_ramp(count, **changes):
    """a 4.144 -> 4.111 -> 4.144 Å, lines that broaden and narrow, a displacement that drifts, a hump."""
    phase = np.linspace(-1.0, 1.0, count)
    base = Truth(scale=2.5, hump=200.0).at(**changes)
    return [
        base.at(
            a=4.111 + 0.033 * abs(one),
            displacement=0.1 + 0.025 * one,
            lorentzian_x=0.04,
            lorentzian_y=0.05 + 0.1 * (1.0 - abs(one)),
        )
        for one in phase
    ]
