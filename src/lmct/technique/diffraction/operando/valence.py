"""Metal valence from the lattice parameter, with what its calibration leaves open."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from lmct.electrode.lattice import NICKEL_2, NICKEL_4, change_per_hole_from_radii
from lmct.quantity.errors import OutOfRange
from lmct.quantity.value import Value

RADIUS = 0.01
"""Standard uncertainty of a radius in an octahedron [Å]: tables give two decimals, covalence moves them."""

UNKNOWN_OXYGEN, UNKNOWN_LITHIUM = Value(0.0, 0.0105, "Å f.u."), Value(0.0, 0.005, "Å f.u.")
"""What holes on oxygen and lithium vacancies may do when nothing is known: assumptions, the first a tenth of
what a hole on nickel does."""

BY_RADII, BY_SLOPE = "by radii", "by the slope of its own charge"


@dataclass(frozen=True, slots=True)
class LatticeCalibration:
    """How the lattice parameter follows holes on the metal.

    Parameters
    ----------
    per_hole
        Change with each metal hole per formula unit [Å f.u.].
    reference
        Lattice parameter of a state whose metal holes are known [Å]; between two instruments, 50-100 ppm
        belong to its uncertainty.
    reference_holes
        Metal holes of that state [1/f.u.].
    per_oxygen_hole
        Change with each hole on oxygen: its value is corrected for, its uncertainty carried [Å f.u.].
    per_lithium
        Change with each lithium extracted besides the holes [Å f.u.]; 0 exactly when ``per_hole`` is a slope
        against charge, for that contains it.
    source
        :data:`BY_RADII` or :data:`BY_SLOPE`, or other words.
    """

    per_hole: Value
    reference: Value
    reference_holes: Value
    per_oxygen_hole: Value = UNKNOWN_OXYGEN
    per_lithium: Value = UNKNOWN_LITHIUM
    source: str = BY_RADII

    def __post_init__(self) -> None:
        if not abs(self.per_hole.value) > 0.0:
            raise OutOfRange("the lattice must change with holes on the metal, got a slope of 0 Å f.u.")


@dataclass(frozen=True, eq=False)
class MetalValence:
    """Metal holes and valence of a state.

    Parameters
    ----------
    holes
        Per formula unit [1/f.u.].
    valence
        Mean valence of the metal [1].
    contributions
        Standard uncertainties of the holes by source [1/f.u.].
    note
        Calibration, main source of uncertainty, what is assumed.
    """

    holes: Value
    valence: Value
    contributions: Mapping[str, float]
    note: str


def slope_by_radii(
    *, reduced: float = NICKEL_2, oxidised: float = NICKEL_4, electrons: float = 2.0, radius: float = RADIUS
) -> Value:
    """Return the change of the lattice parameter with each metal hole by ionic radii.

    Parameters
    ----------
    reduced, oxidised
        Radii of the ion before and after [Å].
    electrons
        Between the two.
    radius
        Standard uncertainty of each radius [Å].

    Returns
    -------
    :
        Slope [Å f.u.].

    Source
    ------
    Shannon 1976, doi 10.1107/S0567739476001551; hard spheres and their uncertainty are assumptions.

    Examples
    --------
    >>> print(slope_by_radii())
    -0.105(7) Å f.u.
    """
    slope = change_per_hole_from_radii(reduced=reduced, oxidised=oxidised, electrons=electrons)
    return Value(slope, math.sqrt(2.0) * radius / electrons, "Å f.u.")


def calibration_by_slope(
    slope: Value, reference: Value, *, reference_holes: Value, metal_share: Value | None = None
) -> LatticeCalibration:
    """Return the calibration that a charge of the same electrode gives in its metal region.

    Parameters
    ----------
    slope
        Change with each lithium extracted in the metal region [Å f.u.].
    reference
        Lattice parameter of the state before the charge [Å].
    reference_holes
        Metal holes of it, usually none [1/f.u.].
    metal_share
        Share of the charge in that region that the metal carries [1]; by default 1 with an uncertainty of
        0.05, since side reactions and oxygen can carry some of it unseen.

    Returns
    -------
    :
        Calibration; what lithium vacancies do is part of the slope.
    """
    share = metal_share or Value(1.0, 0.05)
    if not share.value > 0.0:
        raise OutOfRange(f"the share of the metal must be positive, got {share.value!r}.")
    per_hole = slope.value / share.value
    relative = math.hypot(slope.uncertainty / slope.value, share.uncertainty / share.value)
    return LatticeCalibration(
        per_hole=Value(per_hole, abs(per_hole) * relative, "Å f.u."),
        reference=reference,
        reference_holes=reference_holes,
        per_lithium=Value(0.0, 0.0, "Å f.u."),
        source=BY_SLOPE,
    )


def metal_valence(
    lattice: Value,
    calibration: LatticeCalibration,
    *,
    metal: float,
    reduced_valence: float = 2.0,
    oxygen_holes: Value | None = None,
    lithium_extracted: Value | None = None,
) -> MetalValence:
    r"""Return the metal holes of a state from its lattice parameter.

    .. math:: n = n_r + \frac{a - a_r - c_O\,\Delta p - c_{Li}\,\Delta y}{c_M}

    Parameters
    ----------
    lattice
        Lattice parameter of the state [Å].
    calibration
        How the lattice follows the holes.
    metal
        Metal per formula unit, 0.25 for Ni in Li1.17Ni0.25Ti0.58O2 [1/f.u.].
    reduced_valence
        Valence of the metal without holes.
    oxygen_holes, lithium_extracted
        Holes on oxygen and lithium extracted, both counted from the reference state; without them the terms
        are left out, and the model error is named for one of each.

    Returns
    -------
    :
        Holes and valence with all named uncertainties.

    Raises
    ------
    OutOfRange
        The amount of metal is not positive.

    Examples
    --------
    >>> by_radii = LatticeCalibration(slope_by_radii(), Value(4.162, 4e-4), Value(0.0, 0.0))
    >>> found = metal_valence(Value(4.111, 2e-4), by_radii, metal=0.25,
    ...     oxygen_holes=Value(0.4, 0.1), lithium_extracted=Value(0.0, 0.0))
    >>> print(found.valence)
    3.9(2)
    """
    if not 0.0 < metal < math.inf:
        raise OutOfRange(f"the metal per formula unit is {metal!r}. Expected a positive number.")
    slope, unknown = calibration.per_hole.value, Value(1.0, 0.0)
    oxygen, lithium = oxygen_holes or unknown, lithium_extracted or unknown
    correction = sum(
        coefficient.value * (amount.value if given is not None else 0.0)
        for coefficient, amount, given in (
            (calibration.per_oxygen_hole, oxygen, oxygen_holes),
            (calibration.per_lithium, lithium, lithium_extracted),
        )
    )
    change = (lattice.value - calibration.reference.value - correction) / slope
    holes = calibration.reference_holes.value + change
    contributions = {
        "lattice parameter": lattice.uncertainty / abs(slope),
        "reference state": math.hypot(
            calibration.reference.uncertainty / slope, calibration.reference_holes.uncertainty
        ),
        "coefficient of the metal": abs(change) * calibration.per_hole.uncertainty / abs(slope),
        "holes on oxygen": _term(calibration.per_oxygen_hole, oxygen) / abs(slope),
        "lithium vacancies": _term(calibration.per_lithium, lithium) / abs(slope),
    }
    total = math.hypot(*contributions.values())
    main = max(contributions, key=lambda name: contributions[name])
    return MetalValence(
        holes=Value(holes, total, "1/f.u."),
        valence=Value(reduced_valence + holes / metal, total / metal),
        contributions=contributions,
        note=_note(calibration, main, holes / metal, (oxygen_holes, lithium_extracted)),
    )


def _term(coefficient: Value, amount: Value) -> float:
    """Return the uncertainty of a coefficient times an amount [Å]."""
    return math.hypot(coefficient.uncertainty * amount.value, coefficient.value * amount.uncertainty)


def _note(
    calibration: LatticeCalibration, main: str, holes: float, given: tuple[Value | None, Value | None]
) -> str:
    missing = [name for name, one in zip(("oxygen", "lithium"), given, strict=True) if one is None]
    text = f"Calibrated {calibration.source} ({calibration.per_hole}). Most of the uncertainty: {main}."
    text += " Model error: the lattice is taken as linear in holes on metal and oxygen and in lithium."
    if missing:
        text += f" The amount of {' and '.join(missing)} is not given; 1/f.u. is taken for its error."
    if not -0.05 <= holes <= 2.05:
        text += f" {holes:.2f} holes per metal ion lie outside 0 to 2: the calibration does not hold here."
    return text
