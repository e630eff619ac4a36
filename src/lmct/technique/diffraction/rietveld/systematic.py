"""Errors of refined values that no fit shows: offset, axial divergence, form factors, microabsorption."""

from __future__ import annotations

import math
from collections.abc import Mapping

from lmct.quantity.value import Value
from lmct.technique.diffraction.diffractometer import REFLECTION, Diffractometer
from lmct.technique.diffraction.rietveld.settings import INSTRUMENT, RietveldSettings

DISPLACEMENT_SYSTEMATIC = 0.1
"""Standard error of B by form factors of ions in a solid, line shape and absorption [Å²]."""

OCCUPANCY_SYSTEMATIC = 1.5e-3
"""Standard error of an occupancy for the same reasons; :mod:`.migration` finds it for a pattern [1]."""

OFFSET_AMBIGUITY = 0.3
"""Change of a cell, relative, over s / R when a displacement s is taken for a zero or the other way round:
0.30 and 0.31 on LiCoO2 and NiO patterns [1]."""

AXIAL_UNKNOWN = 4e-4
"""Relative standard error of a cell from a laboratory pattern whose axial divergence is left out: 170 ppm on
LaB6 and CaF2, 350 on LiCoO2, 650 on NiO, always too small [1]."""


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
    relative = relative_cell_error(values, diffractometer, settings)
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


def relative_cell_error(
    values: Mapping[str, Value], diffractometer: Diffractometer, settings: RietveldSettings
) -> float:
    r"""Return the relative standard error of absolute cells.

    Without a standard, a displacement s may be a zero of the circle, which changes the cell by 0.3 s / R;
    that over :math:`\sqrt 3` stands for not knowing. Axial divergence that is neither
    known nor refined is a further error. After a calibration only that of the calibration is left.

    Parameters
    ----------
    values
        For the offset that was found.
    diffractometer
        For radius and axial divergence.
    settings
        For whether the instrument was calibrated.

    Returns
    -------
    :
        [1].
    """
    if settings.widths != INSTRUMENT:
        return settings.cell_systematic
    shift = 0.0
    if "displacement" in values:
        shift = abs(values["displacement"].value) / diffractometer.radius
    elif "zero" in values and diffractometer.geometry == REFLECTION:
        shift = math.radians(abs(values["zero"].value)) / 2.0
    blind = (
        diffractometer.geometry == REFLECTION and diffractometer.axial == 0.0 and "axial_half" not in values
    )
    return math.hypot(
        settings.cell_systematic, OFFSET_AMBIGUITY * shift / math.sqrt(3.0), AXIAL_UNKNOWN if blind else 0.0
    )
