"""Words in a column header: the name, and the unit that stands in it."""

from __future__ import annotations

import functools
import re

from lmct.quantity.errors import UnitMismatch
from lmct.quantity.units import convert

BRACKETED = re.compile(r"^(?P<name>.*?)[\s_]*[(\[（](?P<unit>[^()\[\]（）]+)[)\]）]\s*$")
UNIT_WORDS = {
    **dict.fromkeys(("sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), "min"),
    **dict.fromkeys(("hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("volt", "volts"), "V"),
    **dict.fromkeys(("amp", "amps", "ampere"), "A"),
}


def words_of(text: str) -> str:
    """Return a header in lower case with single blanks, without < > and underscores.

    Parameters
    ----------
    text
        A header cell.

    Examples
    --------
    >>> words_of("  Test_Time ")
    'test time'
    """
    return re.sub(r"[\s_]+", " ", text.replace("<", "").replace(">", "")).strip().casefold()


def split_header(text: str, target_unit: str) -> tuple[str, str | None]:
    """Separate the name of a column from its unit.

    Parameters
    ----------
    text
        A header cell such as ``"Time (h)"``, ``"E / V"``, ``"<I>/mA"``, ``"voltage_V"``.
    target_unit
        Unit of the quantity that the column should hold; only units that convert to it are taken for one.

    Returns
    -------
    :
        Name and unit; None when no unit is stated.

    Examples
    --------
    >>> split_header("Time (h)", "s"), split_header("Specific capacity / mA h g-1", "mAh/g")
    (('Time', 'h'), ('Specific capacity', 'mAh/g'))
    >>> split_header("Ewe", "V")
    ('Ewe', None)
    """
    candidates = []
    if match := BRACKETED.match(text.strip()):
        candidates.append((match["name"], match["unit"]))
    for slash in re.finditer("/", text):
        candidates.append((text[: slash.start()], text[slash.end() :]))
    for mark in ("_", ",", " "):
        name, found, unit = text.strip().rpartition(mark)
        if found and name:
            candidates.append((name, unit))
    for name, unit in candidates:
        if is_unit(unit, target_unit):
            return name.strip(), plain_unit(unit)
    return text.strip(), None


@functools.cache
def is_unit(unit: str, target_unit: str) -> bool:
    """Say whether a text is a unit that converts to the target unit.

    Parameters
    ----------
    unit
        Text that may be a unit.
    target_unit
        Unit to convert to.
    """
    plain = plain_unit(unit)
    if not plain or not re.fullmatch(r"[A-Za-zµμ°/ ^*.0-9-]{1,12}", plain) or plain[0].isdigit():
        return False
    try:
        convert(1.0, plain, target_unit)
    except UnitMismatch:
        return False
    return True


@functools.cache
def factor_between(unit: str, target_unit: str) -> float:
    """Return what to multiply a number by to change its unit.

    Parameters
    ----------
    unit
        Unit as written.
    target_unit
        Unit wanted.

    Raises
    ------
    UnitMismatch
        The unit is unknown or of another dimension.

    Examples
    --------
    >>> factor_between("mA", "A"), factor_between("h", "s")
    (0.001, 3600.0)
    """
    if unit == target_unit:
        return 1.0
    return convert(1e9, plain_unit(unit), target_unit) / 1e9


def plain_unit(unit: str) -> str:
    """Return a unit in the spelling that the converter knows.

    Parameters
    ----------
    unit
        Unit as people and instruments write it.

    Examples
    --------
    >>> plain_unit("mA.h"), plain_unit("mA h g⁻¹"), plain_unit("hours")
    ('mAh', 'mAh/g', 'h')
    """
    text = (
        unit.strip()
        .replace("⁻¹", "-1")
        .replace("·", ".")
        .replace("−", "-")
        .replace("{-1}", "-1")
        .replace("^", "")
    )
    if text.casefold() in UNIT_WORDS:
        return UNIT_WORDS[text.casefold()]
    text = re.sub(r"([munkµμ]?[AW])[\s.]*[hH]\b", r"\1h", text)
    text = re.sub(r"([munkµμ]?[AW])[\s.]*[sS]\b", r"\1*s", text)
    return re.sub(r"\s*[. ]\s*(k?g)-1$", r"/\1", text)
