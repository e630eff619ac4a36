"""The axis of a scan: which names mean the scattering angle, and what the others are."""

from __future__ import annotations

import re

from lmct.quantity.errors import UnitMismatch

_TWO_THETA = frozenset(
    {
        "2theta", "twotheta", "2th", "tth", "2θ", "ttheta", "angle", "2thetaangle", "2thetadeg",
        "scatteringangle",
        "gonio", "2thetaomega", "twothetatheta", "twothetaomega", "2thetatheta", "coupled",
        "lockedcoupled", "unlockedcoupled", "unlockedcoupledhrxrd", "detectorscan", "coupledtwothetatheta",
    }
)  # fmt: skip
_OTHER = {
    "theta": "a rocking curve: the sample turns, the detector stands",
    "omega": "a rocking curve: the sample turns, the detector stands",
    "rockingcurve": "a rocking curve: the sample turns, the detector stands",
    "omega2theta": "a scan in omega",
    "phi": "a rotation of the sample about its normal",
    "chi": "a tilt of the sample",
    "psi": "a tilt of the sample",
    "z": "a scan of the sample height",
    "x": "a shift of the sample",
    "y": "a shift of the sample",
}
RECIPROCAL = {"q": "Q", "qangstrom1": "Q", "q1angstrom": "Q", "scatteringvector": "Q"}
SPACING = {"d": "d", "dspacing": "d", "dangstrom": "d", "dvalue": "d"}


def plain_name(name: str) -> str:
    """Return the letters and digits of a heading in lower case, without what stands in brackets.

    Parameters
    ----------
    name
        The heading.

    Examples
    --------
    >>> plain_name("2-Theta (deg)"), plain_name("Q [1/Å]")
    ('2theta', 'q')
    """
    return re.sub(r"[^a-z0-9θ]", "", re.sub(r"[\[(/].*", "", name.lower()))


def is_two_theta(name: str) -> bool:
    """Say whether a heading or the name of a drive means the scattering angle.

    Parameters
    ----------
    name
        As the file writes it.

    Examples
    --------
    >>> is_two_theta("2-Theta"), is_two_theta("Gonio"), is_two_theta("Omega")
    (True, True, False)
    """
    return plain_name(name) in _TWO_THETA


def refuse_other_axis(name: str, *, file: str, scan: int) -> str:
    """Refuse a scan along anything but the scattering angle.

    Parameters
    ----------
    name
        Axis, drive or kind of scan, as the file writes it.
    file
        Name of the file.
    scan
        Number of the scan in it.

    Returns
    -------
    :
        A warning when the name is not known and the axis is taken as the scattering angle, else empty.

    Raises
    ------
    UnitMismatch
        The axis is known to be another.
    """
    plain = plain_name(name)
    if plain in _OTHER:
        raise UnitMismatch(
            f"{file}: scan {scan} runs along {name!r}, {_OTHER[plain]}. Expected a scan of 2theta."
            " Export the coupled theta-2theta scan instead."
        )
    if plain in _TWO_THETA or not plain:
        return ""
    return f"the scan axis is called {name!r}, which is not known here: taken as 2theta in degrees."
