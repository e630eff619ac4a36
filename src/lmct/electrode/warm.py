"""Compile the electrode ahead of its first use: ``python -m lmct.electrode.warm``.

The machine code stays on disk, so later calls start at once. Installing by ``make`` does it.
"""

from __future__ import annotations

import numpy as np

from lmct.electrode.model import Electrode
from lmct.electrode.parameter_file import load
from lmct.electrode.state import Drive


def warm() -> None:
    """Run every compiled function of the electrode once."""
    electrode = Electrode(load())
    drive = Drive(current=1.7e-5, duration=1e6, stop_voltage=4.5, stop_charge=2.0)
    charge = electrode.advance(electrode.pristine(), drive)
    charge.at(np.zeros(1))
    charge.budget()
    hold = electrode.advance(charge.end, Drive(current=None, duration=60.0, stop_current=1e-9))
    hold.current_at(hold.times)
    electrode.relaxed(charge.end.lithium_extracted)


if __name__ == "__main__":
    warm()
