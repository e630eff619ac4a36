"""Every number that a target may name, computed from simulated experiments."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from lmct.electrode.parameters import ElectrodeParameters
from lmct.evidence.calibration import observables_of_cycling, observables_of_relaxation
from lmct.evidence.calibration.laboratory import Laboratory
from lmct.evidence.calibration.observable import OBSERVABLES as OBSERVABLES
from lmct.quantity.errors import LmctError, unknown_name

GROUPS = (observables_of_cycling, observables_of_relaxation)
"""The modules whose functions are the observables; importing them registers these."""


def measure(parameters: ElectrodeParameters, names: Iterable[str] | None = None) -> dict[str, float]:
    """Compute observables; only what they need is simulated.

    Parameters
    ----------
    parameters
        The electrode.
    names
        Which observables; all by default.

    Returns
    -------
    :
        Number by name; NaN where a simulation failed.

    Raises
    ------
    UnknownName
        There is no such observable.
    """
    laboratory, found = Laboratory(parameters), {}
    for name in OBSERVABLES if names is None else names:
        if name not in OBSERVABLES:
            raise unknown_name("observable", name, OBSERVABLES)
        try:
            found[name] = float(OBSERVABLES[name].measure(laboratory))
        except (LmctError, np.linalg.LinAlgError, ZeroDivisionError):
            found[name] = float("nan")
    return found
