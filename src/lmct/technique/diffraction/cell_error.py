"""The systematic error of an absolute cell, which no fit shows; the same for every engine."""

from __future__ import annotations

import math
from collections.abc import Mapping

from lmct.quantity.value import Value
from lmct.technique.diffraction.diffractometer import REFLECTION, Diffractometer

UNCALIBRATED = 7.5e-5
"""Relative standard error of an absolute cell without a standard in the same geometry [1]: displacement,
axial divergence and cell trade against each other; two common ways to model one pattern are 170 ppm apart."""

OFFSET_AMBIGUITY = 0.3
"""Change of a cell, relative, over s / R when a displacement s is taken for a zero or the other way round:
0.30 and 0.31 on LiCoO2 and NiO patterns [1]."""

AXIAL_UNKNOWN = 4e-4
"""Relative standard error of a cell from a laboratory pattern whose axial divergence is left out: 170 ppm on
LaB6 and CaF2, 350 on LiCoO2, 650 on NiO, always too small [1]."""


def relative_cell_error(values: Mapping[str, Value], diffractometer: Diffractometer) -> float:
    r"""Return the relative standard error of absolute cells; between scans of one sequence it is common.

    Without a standard, a displacement s may be a zero of the circle, which changes the cell by 0.3 s / R;
    that over :math:`\sqrt 3` stands for not knowing. Axial divergence that is neither
    known nor refined is a further error. After a calibration only that of the calibration is left.

    Parameters
    ----------
    values
        Refined values, for the offset that was found.
    diffractometer
        For radius, axial divergence, and what its calibration showed.

    Returns
    -------
    :
        [1].

    Examples
    --------
    >>> from dataclasses import replace
    >>> from lmct.technique.diffraction.diffractometer import laboratory_copper
    >>> known = replace(laboratory_copper(), cell_systematic=2e-5)
    >>> relative_cell_error({}, known), round(relative_cell_error({}, laboratory_copper()), 6)
    (2e-05, 0.000407)
    """
    if diffractometer.cell_systematic is not None:
        return diffractometer.cell_systematic
    shift = 0.0
    if "displacement" in values:
        shift = abs(values["displacement"].value) / diffractometer.radius
    elif "zero" in values and diffractometer.geometry == REFLECTION:
        shift = math.radians(abs(values["zero"].value)) / 2.0
    known = diffractometer.axial > 0.0 or "axial" in values
    blind = diffractometer.geometry == REFLECTION and not known
    return math.hypot(
        UNCALIBRATED, OFFSET_AMBIGUITY * shift / math.sqrt(3.0), AXIAL_UNKNOWN if blind else 0.0
    )
