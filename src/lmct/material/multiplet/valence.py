"""Which valences nickel has when it carries a number of holes."""

from __future__ import annotations

from lmct.quantity.errors import OutOfRange

SPECIES = ("ni_2", "ni_3", "ni_4")
"""Names of the valences, by holes."""

TOLERANCE = 1e-6


def nickel_valences(*, metal_holes: float, nickel: float) -> dict[str, float]:
    """Return the shares of Ni2+, Ni3+ and Ni4+: Ni3+ comes first, Ni4+ from one hole per nickel on.

    An assumption: disproportionation of Ni3+ would give less of it at the same charge.

    Parameters
    ----------
    metal_holes
        Electrons taken from nickel, all of it Ni2+ before [1/f.u.].
    nickel
        Amount [1/f.u.].

    Returns
    -------
    :
        Shares that add up to 1, by species.

    Raises
    ------
    OutOfRange
        There are fewer than none or more than two holes for each nickel.

    Examples
    --------
    >>> shares = nickel_valences(metal_holes=0.3, nickel=0.25)
    >>> {name: round(share, 3) for name, share in shares.items()}
    {'ni_2': 0.0, 'ni_3': 0.8, 'ni_4': 0.2}
    """
    each = metal_holes / nickel if nickel > 0.0 else float("nan")
    if not -TOLERANCE <= each <= 2.0 + TOLERANCE:
        raise OutOfRange(
            f"{metal_holes:g} holes on {nickel:g} nickel make {each:g} each. Expected 0 to 2. Choose"
            " the amount of nickel of this material."
        )
    each = min(max(each, 0.0), 2.0)
    fourth = max(each - 1.0, 0.0)
    third = each - 2.0 * fourth
    return {"ni_2": 1.0 - third - fourth, "ni_3": third, "ni_4": fourth}
