"""The fixed internal units, and the one place where text with a unit becomes a number (pint, lazily)."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from lmct.quantity.errors import UnitMismatch

if TYPE_CHECKING:
    import pint

INTERNAL_UNITS = {
    "voltage": "V",
    "current": "A",
    "charge": "C",
    "specific_current": "mA/g",
    "specific_capacity": "mAh/g",
    "specific_energy": "mWh/g",
    "time": "s",
    "temperature": "K",
    "mass": "g",
    "energy": "eV",
    "length": "angstrom",
    "amount": "mol",
}
"""Unit in which every array and number of each quantity is kept inside lmct."""

_NUMBER_WITH_UNIT = re.compile(
    r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?+)\s*((?:1\s*/)?\s*[^\d\s].*?)\s*"
)
_FACTOR = r"(?:1|[A-Za-z%Ω][A-Za-z_%]*(?:\s*(?:\^|\*\*))?[-+]?\d{0,2})"
_UNIT = re.compile(rf"{_FACTOR}(?:\s*[*/.·\s]\s*{_FACTOR}){{0,20}}")
# Only factors with short powers reach pint, which would try to compute 1 m^9^9^9^9.
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")


@functools.cache
def registry() -> pint.UnitRegistry[float]:
    """Return the one pint registry (built on first use: 0.2 s)."""
    import pint

    units: pint.UnitRegistry[float] = pint.UnitRegistry(
        autoconvert_offset_to_baseunit=True, cache_folder=None
    )
    units.define("@alias degree_Celsius = degC = celsius")
    return units


def parse(text: str, unit: str) -> float:
    """Read text such as ``"20 mA/g"`` as a number in the given unit.

    Parameters
    ----------
    text
        A number followed by a unit; decimal point, not comma.
    unit
        Unit of the result, for example ``"mA/g"``.

    Returns
    -------
    :
        The number in ``unit``.

    Raises
    ------
    UnitMismatch
        The text is not a number with a unit of the right dimension.

    Examples
    --------
    >>> parse("2 h", "s"), parse("25 degC", "K"), parse("5 g", "mg")
    (7200.0, 298.15, 5000.0)
    """
    match = _NUMBER_WITH_UNIT.fullmatch(text)
    if match is None:
        raise UnitMismatch(
            f"{text!r} is not a number with a unit. Expected for example '20 {unit}', with a decimal point."
        )
    return convert(float(match[1]), match[2], unit)


def convert(number: float, from_unit: str, to_unit: str) -> float:
    """Convert a number between two units.

    Parameters
    ----------
    number
        The number in ``from_unit``.
    from_unit, to_unit
        Units as people write them: ``mAh/g``, ``µA``, ``degC``, ``Å``.

    Returns
    -------
    :
        The number in ``to_unit``.

    Raises
    ------
    UnitMismatch
        A unit is unknown or the two differ in dimension.

    Examples
    --------
    >>> convert(0.324, "Ah/g", "mAh/g")
    324.0
    """
    import pint

    if from_unit == to_unit:
        return number
    old, new = _pint_name(from_unit), _pint_name(to_unit)
    units = registry()
    try:
        return float(f"{float(units.Quantity(number, old).to(new).magnitude):.15g}")
    except (pint.PintError, ValueError, AttributeError, TypeError, AssertionError) as error:
        raise UnitMismatch(f"cannot convert {number:g} {from_unit!r} to {to_unit!r}: {error}.") from error


def _pint_name(unit: str) -> str:
    """Return the unit as pint spells it: mAh is milliampere times hour, ° and µ as words, g-1 as g^-1."""
    text = unit.replace("°C", "degC").replace("μ", "u").replace("µ", "u").replace("Å", "angstrom")
    if not _UNIT.fullmatch(text.translate(_SUPERSCRIPTS)):
        raise UnitMismatch(
            f"{unit!r} is no unit. Expected names, powers of one or two digits, '*' and '/', e.g. 'mAh/g'."
        )
    text = re.sub(r"(?<=[A-Za-z])([-+]?\d+)", r"^\1", text.translate(_SUPERSCRIPTS))
    return re.sub(r"\b([munk]?)(A|W)\.?h\b", r"\1\2*hour", text)
