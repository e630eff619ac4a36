"""What a user asks of a refinement: the options of a study file and of the command line, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lmct.quantity.errors import OutOfRange
from lmct.technique.diffraction.background import Hump
from lmct.technique.diffraction.diffractometer import GEOMETRIES
from lmct.technique.option import number_option, refuse_unknown, switch_option, text_option

AUTO, FAST, RIETVELD, LE_BAIL, PAWLEY = "auto", "fast", "rietveld", "le-bail", "pawley"
METHODS = (AUTO, FAST, RIETVELD, LE_BAIL, PAWLEY)
"""Ways to refine; auto is the fast path for sequences of one cubic phase, and Rietveld otherwise."""

DISPLACEMENT, ZERO, NO_OFFSET = "displacement", "zero", "none"
OFFSETS = ("", DISPLACEMENT, ZERO, NO_OFFSET)

OF_STRUCTURES = ("phases", "windows", "lithium", "migration", "texture")
"""Options that speak of structures: they mean nothing for Le Bail and Pawley fits."""

DEFAULT_STRUCTURE = "li-ti-ni-o"

MOST_LITHIUM = 2.0
"""Lithium per formula unit with two anions cannot exceed the cations of a rock salt [1/f.u.]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefinementRequest:
    """How patterns are refined.

    Parameters
    ----------
    structure
        Name of a phase that ships with the package, or path of a CIF file.
    space_group
        Hermann-Mauguin symbol of an unknown structure, for Le Bail and Pawley fits only; needs a cell.
    cell
        From which the refinement starts: six numbers, or the edge of a cube [Å, deg]; empty: that of the
        structure.
    phases
        Further phases of the sample, in the same way.
    windows
        Parts of the cell with lines in the pattern (``"beryllium"``, ``"aluminium"``, ``"ptfe"``).
    method
        One of :data:`METHODS`.
    instrument
        Name of a preset, or path of a file that ``lmct xrd calibrate`` wrote; empty takes what the pattern
        says.
    wavelengths
        Of the lines, the strongest first [Å]; they go before those of the instrument and of the pattern.
    geometry
        One of :data:`~lmct.technique.diffraction.diffractometer.GEOMETRIES`; empty: that of the instrument.
    radius
        Of the goniometer [mm]; None: that of the instrument or pattern.
    two_theta_range
        First and last angle [deg]; None is all.
    excluded
        Regions that are left out [deg].
    background_terms
        Terms of the Chebyshev polynomial.
    humps
        Broad humps of amorphous parts.
    offset
        What moves all lines: displacement, zero or none; empty is the usual one of the geometry.
    lithium
        Lithium per formula unit with two oxygens, by the charge passed [1/f.u.]; None: as in the structure.
    migration
        Whether Ti may move from 4a to 8c.
    texture
        hkl of a March-Dollase axis of the first phase; empty is none.
    both_directions
        Whether a sequence is refined forward and backward and compared.
    """

    structure: str = DEFAULT_STRUCTURE
    space_group: str = ""
    cell: tuple[float, ...] = ()
    phases: tuple[str, ...] = ()
    windows: tuple[str, ...] = ()
    method: str = AUTO
    instrument: str = ""
    wavelengths: tuple[float, ...] = ()
    geometry: str = ""
    radius: float | None = None
    two_theta_range: tuple[float, float] | None = None
    excluded: tuple[tuple[float, float], ...] = ()
    background_terms: int = 10
    humps: tuple[Hump, ...] = ()
    offset: str = ""
    lithium: float | None = None
    migration: bool = False
    texture: tuple[int, int, int] | None = None
    both_directions: bool = True


OPTIONS = tuple(RefinementRequest.__dataclass_fields__)


def request_from_options(options: Mapping[str, Any]) -> RefinementRequest:
    """Check the options of a measurement.

    Parameters
    ----------
    options
        By the names of :class:`RefinementRequest`, as TOML holds them: ``wavelengths = [1.54056, 1.54439]``,
        ``excluded = [[51.5, 53.2]]``, ``humps = [22.0]`` or ``[[22.0, 4.0]]`` (angle, standard deviation).

    Returns
    -------
    :
        The request with its defaults filled in.

    Raises
    ------
    UnknownName
        An option, method or geometry does not exist.
    OutOfRange
        A value is of the wrong kind or makes no sense, or an option means nothing for the method.

    Examples
    --------
    >>> request_from_options({"wavelengths": [0.458], "migration": True}).migration
    True
    """
    refuse_unknown(options, OPTIONS, technique="diffraction")
    pair = options.get("two_theta_range")
    request = RefinementRequest(
        structure=text_option(options, "structure", DEFAULT_STRUCTURE),
        space_group=text_option(options, "space_group", ""),
        cell=_cell(options.get("cell", ())),
        phases=_texts(options, "phases"),
        windows=_texts(options, "windows"),
        method=text_option(options, "method", AUTO, among=METHODS),
        instrument=text_option(options, "instrument", ""),
        wavelengths=_numbers(options.get("wavelengths", ()), "wavelengths", low=0.05, high=10.0),
        geometry=text_option(options, "geometry", "", among=("", *GEOMETRIES)),
        radius=_optional(options, "radius", low=10.0, high=1e4),
        two_theta_range=None if pair is None else _region(pair, "two_theta_range"),
        excluded=tuple(_region(one, "excluded") for one in _list(options, "excluded")),
        background_terms=int(number_option(options, "background_terms", 10, low=1, high=36)),
        humps=tuple(_hump(one) for one in _list(options, "humps")),
        offset=text_option(options, "offset", "", among=OFFSETS),
        lithium=_optional(options, "lithium", low=0.0, high=MOST_LITHIUM),
        migration=switch_option(options, "migration", False),
        texture=_indices(options.get("texture")),
        both_directions=switch_option(options, "both_directions", True),
    )
    _refuse_what_means_nothing(request)
    return request


def _refuse_what_means_nothing(request: RefinementRequest) -> None:
    """Refuse options that the method would not use."""
    whole_powder = request.method in (LE_BAIL, PAWLEY)
    if request.space_group and not whole_powder:
        raise OutOfRange(
            f"the space group {request.space_group} is given, and the method {request.method} takes that of"
            f" the structure. Expected it with the methods {LE_BAIL} and {PAWLEY} only. Take one of them, or"
            " a structure of this space group."
        )
    if request.space_group and not request.cell:
        raise OutOfRange(
            f"the space group {request.space_group} is given without a cell. Expected --cell as well."
        )
    given = [name for name in OF_STRUCTURES if getattr(request, name) not in ((), None, False)]
    if whole_powder and given:
        raise OutOfRange(
            f"{', '.join(given)}: given with the method {request.method}, which knows no structure. Expected"
            f" with the methods {AUTO}, {RIETVELD} and {FAST} only. Leave out what is given, or take one of"
            " these."
        )


def _list(options: Mapping[str, Any], name: str) -> Sequence[Any]:
    value = options.get(name, ())
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise OutOfRange(f"the option {name} is {value!r}. Expected a list.")
    return value


def _texts(options: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = options.get(name, ())
    if isinstance(value, str):
        return (value,)
    if not all(isinstance(item, str) for item in _list(options, name)):
        raise OutOfRange(f"the option {name} is {value!r}. Expected a text, or a list of texts.")
    return tuple(value)


def _numbers(value: object, name: str, *, low: float, high: float) -> tuple[float, ...]:
    found = [value] if isinstance(value, int | float) else value
    if isinstance(found, str) or not isinstance(found, Sequence):
        raise OutOfRange(f"the option {name} is {value!r}. Expected a number, or a list of numbers.")
    return tuple(number_option({name: one}, name, low=low, high=high) for one in found)


def _cell(value: object) -> tuple[float, ...]:
    numbers = _numbers(value, "cell", low=0.5, high=500.0)
    if len(numbers) not in (0, 1, 6):
        raise OutOfRange(
            f"the option cell is {value!r}. Expected a, b, c, alpha, beta, gamma, or the edge of a cube."
        )
    return numbers


def _optional(options: Mapping[str, Any], name: str, *, low: float, high: float) -> float | None:
    return number_option(options, name, low=low, high=high) if options.get(name) is not None else None


def _region(value: object, name: str) -> tuple[float, float]:
    numbers = _numbers(value, name, low=0.0, high=180.0)
    if len(numbers) != 2 or not numbers[0] < numbers[1]:
        raise OutOfRange(f"the option {name} holds {value!r}. Expected two angles, the smaller one first.")
    return numbers[0], numbers[1]


def _hump(value: object) -> Hump:
    numbers = _numbers(value, "humps", low=0.1, high=180.0)
    if not 1 <= len(numbers) <= 2:
        raise OutOfRange(f"the option humps holds {value!r}. Expected an angle, or an angle and a width.")
    return Hump(*numbers)


def _indices(value: object) -> tuple[int, int, int] | None:
    if value is None:
        return None
    if isinstance(value, Sequence) and len(value) == 3 and all(type(one) is int for one in value):
        return value[0], value[1], value[2]
    raise OutOfRange(f"the option texture is {value!r}. Expected three whole numbers, for example [0, 0, 1].")
