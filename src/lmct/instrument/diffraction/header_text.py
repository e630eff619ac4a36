"""Facts in the words above a table: wavelength, temperature, time, counting time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

_NUMBER = r"([-+]?\d*[.,]?\d+(?:[eE][-+]?\d+)?)"
_WAVELENGTH = re.compile(rf"(?:wavelength|lambda|λ|wl1)\w*[^\d=:]*[=:]?\s*\"?{_NUMBER}", re.IGNORECASE)
_SECOND_WAVELENGTH = re.compile(rf"(?:wavelength2|lambda2|wl2)[^\d=:]*[=:]\s*\"?{_NUMBER}", re.IGNORECASE)
_TEMPERATURE = re.compile(rf"\btemp(?:erature)?\s*[(\[]\s*(K|C|°C)\s*[)\]]\s*[=:]\s*{_NUMBER}", re.IGNORECASE)
_QUOTED = re.compile(r"(\w[\w ]*?)\s*:\s*\"([^\"]*)\"")
_PAIR = re.compile(r"^[\s#!;'*/%]*([\w][\w .()/\[\]-]*?)\s*[=:]\s*(\S.*?)\s*$")
_TIMES = ("%b %d, %Y %H:%M:%S.%f", "%b %d, %Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%m/%d/%y %H:%M:%S")
MAX_FACTS = 100


def number_from_text(text: str | None) -> float | None:
    """Return a number, with a decimal point or comma; None when there is none.

    Parameters
    ----------
    text
        The text.

    Examples
    --------
    >>> number_from_text("1,5406"), number_from_text("-"), number_from_text(None)
    (1.5406, None, None)
    """
    try:
        return float((text or "").strip().replace(",", "."))
    except ValueError:
        return None


def time_from_text(text: str) -> datetime | None:
    """Return a date with time, aware when the text tells the zone; None when it is none.

    Parameters
    ----------
    text
        ISO 8601, or as 11-BM, Bruker and Rigaku write it.

    Examples
    --------
    >>> time_from_text("2021-03-16T13:10:14+03:00").isoformat()
    '2021-03-16T13:10:14+03:00'
    >>> time_from_text("NOV 29, 2012 18:07:11.025644").isoformat()
    '2012-11-29T18:07:11.025644'
    """
    text = text.strip()
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for layout in _TIMES:
        try:
            return datetime.strptime(text, layout)
        except ValueError:
            continue
    return None


def pairs_in(lines: Iterable[str]) -> dict[str, str]:
    r"""Return the ``name = value``, ``name: value`` and ``name: "value"`` pairs of header lines.

    Parameters
    ----------
    lines
        The lines.

    Examples
    --------
    >>> pairs_in(["# Temp (K) = 298.0", "'Id: \"\" Anode: \"Cu\""])
    {'Temp (K)': '298.0', 'Id': '', 'Anode': 'Cu'}
    """
    found: dict[str, str] = {}
    for line in lines:
        if quoted := _QUOTED.findall(line):
            found.update((name.strip(), value) for name, value in quoted)
        elif pair := _PAIR.match(line):
            found[pair[1]] = pair[2]
        if len(found) >= MAX_FACTS:
            break
    return found


def facts_in(lines: Iterable[str]) -> dict[str, Any]:
    """Return what header lines tell, as arguments of :class:`RawScan`.

    Parameters
    ----------
    lines
        The lines above the table.

    Examples
    --------
    >>> facts_in(["# Calibrated wavelength = 0.413909", "# Temp (K) = 298.0"])["wavelengths"]
    (0.413909,)
    """
    lines = list(lines)
    pairs = pairs_in(lines)
    facts: dict[str, Any] = {"metadata": pairs}
    text = "\n".join(lines)
    waves = [number_from_text(m[1]) for p in (_WAVELENGTH, _SECOND_WAVELENGTH) if (m := p.search(text))]
    facts["wavelengths"] = tuple(value for value in waves if value)
    if warm := _TEMPERATURE.search(text):
        kelvin = number_from_text(warm[2]) or 0.0
        facts["temperature"] = kelvin if warm[1].upper() == "K" else kelvin + 273.15
    facts["anode"] = pairs.get("Anode", "")
    facts["line_ratio"] = number_from_text(pairs.get("Line ratio"))
    facts["radius"] = number_from_text(pairs.get("Radius (mm)"))
    facts["start_time"] = _time_in(pairs, ("Scan time", "start_time", "Start time", "Date"))
    facts["end_time"] = _time_in(pairs, ("end_time", "End time"))
    return facts


def _time_in(pairs: Mapping[str, str], names: Iterable[str]) -> datetime | None:
    for name in names:
        if name in pairs and (found := time_from_text(pairs[name])):
            return found
    return None
