"""Axes of Q or of d turned into scattering angles, when the wavelength is known."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import OutOfRange, UnitMismatch

Points = Float[np.ndarray, "point"]


def two_theta_from_axis(
    values: Points, *, kind: str, wavelengths: tuple[float, ...], name: str
) -> tuple[Points, str]:
    """Return scattering angles from Q or d, and the sentence that says so.

    Parameters
    ----------
    values
        The axis, Q [1/Å] or d [Å].
    kind
        ``"Q"`` or ``"d"``.
    wavelengths
        Of the beam; the first is used [Å].
    name
        Name of the file for the user.

    Returns
    -------
    :
        Angles [deg] and a warning.

    Raises
    ------
    UnitMismatch
        No wavelength is told.
    OutOfRange
        The wavelength cannot reach these values.

    Examples
    --------
    >>> angle, _ = two_theta_from_axis(np.array([2.0]), kind="d", wavelengths=(2.0,), name="a.xy")
    >>> angle.round(6)
    array([60.])
    """
    if not wavelengths:
        raise UnitMismatch(
            f"{name}: the axis is {kind}, not 2theta, and no wavelength is told. Expected 2theta in degrees."
            f" Give the wavelength: columns = {{ {_KEYS[kind]} = 1, intensity = 2, wavelength = 0.7 }}."
        )
    with np.errstate(divide="ignore"):
        sine = wavelengths[0] * (values / (4.0 * np.pi) if kind == "Q" else 1.0 / (2.0 * values))
    if not np.all((sine > 0) & (sine < 1)):
        raise OutOfRange(
            f"{name}: {kind} from {values.min():g} to {values.max():g} cannot be reached with"
            f" {wavelengths[0]:g} Å. Expected angles below 180 degrees. Check wavelength and unit."
        )
    return 2.0 * np.degrees(
        np.arcsin(sine)
    ), f"the axis is {kind}: turned into 2theta with {wavelengths[0]:g} Å."


_KEYS = {"Q": "q", "d": "d_spacing"}
