"""Errors of refined values that no fit shows: offset, axial divergence, form factors, microabsorption."""

from __future__ import annotations

from collections.abc import Mapping

from lmct.quantity.value import Value
from lmct.technique.diffraction.cell_error import relative_cell_error
from lmct.technique.diffraction.diffractometer import Diffractometer
from lmct.technique.diffraction.rietveld.settings import RietveldSettings

DISPLACEMENT_SYSTEMATIC = 0.1
"""Standard error of B by form factors of ions in a solid, line shape and absorption [Å²]."""

OCCUPANCY_SYSTEMATIC = 1.5e-3
"""Standard error of an occupancy for the same reasons; :mod:`.migration` finds it for a pattern [1]."""


def systematic_errors(
    values: Mapping[str, Value], diffractometer: Diffractometer, settings: RietveldSettings
) -> dict[str, float]:
    """Return the standard systematic errors of refined values.

    Parameters
    ----------
    values
        Refined values by name.
    diffractometer
        The instrument.
    settings
        What was free.

    Returns
    -------
    :
        Name -> standard error, unit of the value; of lengths of cells, B and occupancies.
    """
    relative = relative_cell_error(values, diffractometer)
    errors = {}
    for name, value in values.items():
        kind = name.partition("(")[0]
        if kind in {"a", "b", "c"}:
            errors[name] = relative * value.value
        elif kind == "b_iso":
            errors[name] = DISPLACEMENT_SYSTEMATIC
        elif kind == "occupancy":
            moved = settings.migration
            origin = moved is not None and name == f"occupancy({moved.origin}, {moved.ion})"
            errors[name] = OCCUPANCY_SYSTEMATIC * (moved.ratio if moved is not None and origin else 1.0)
    return errors
