"""Lines of a region and how their parameters hang together: anchored positions, shared widths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import OutOfRange, unknown_name

PARAMETERS = ("position", "gaussian", "lorentzian", "asymmetry")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a region.

    Parameters
    ----------
    name
        Name of the species.
    position
        Binding energy, or the distance from the anchor [eV].
    position_range
        How far the fit may move it from there to either side; 0 holds it [eV].
    anchor
        Line from which ``position`` counts; empty for none.
    gaussian, lorentzian
        Full widths at half maximum to start from [eV].
    gaussian_range, lorentzian_range
        Limits of the fit; equal ones hold the width [eV].
    widths_of
        Line that shares its widths and asymmetry with this one; empty for own ones.
    asymmetry
        Doniach-Sunjic index to start from [1].
    asymmetry_range
        Limits; equal ones hold it [1].
    """

    name: str
    position: float
    position_range: float = 1.0
    anchor: str = ""
    gaussian: float = 1.0
    lorentzian: float = 0.3
    gaussian_range: tuple[float, float] = (0.2, 4.0)
    lorentzian_range: tuple[float, float] = (0.02, 2.0)
    widths_of: str = ""
    asymmetry: float = 0.0
    asymmetry_range: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, eq=False)
class ParameterMap:
    """Shape parameters of all lines as an affine function of the free ones.

    Parameters
    ----------
    names
        Free parameters, for example ``"lattice position"``.
    start, lower, upper
        Of the free parameters.
    fixed
        Shape parameters, line by line, when all free ones are zero.
    matrix
        Derivative of the shape parameters by the free ones.
    """

    names: tuple[str, ...]
    start: Float[np.ndarray, "free"]
    lower: Float[np.ndarray, "free"]
    upper: Float[np.ndarray, "free"]
    fixed: Float[np.ndarray, "shape"]
    matrix: Float[np.ndarray, "shape free"]

    def shapes(self, free: Float[np.ndarray, "free"]) -> Float[np.ndarray, "line 4"]:
        """Return position, widths and asymmetry of each line."""
        result: Float[np.ndarray, "line 4"] = (self.fixed + self.matrix @ free).reshape(-1, 4)
        return result


def parameter_map(lines: Sequence[Line]) -> ParameterMap:
    """Work out which shape parameters are free and how the others follow.

    Parameters
    ----------
    lines
        Lines with different names; anchors and width owners stand before the lines that refer to them.

    Returns
    -------
    :
        The map.

    Raises
    ------
    UnknownName
        A line refers to one that does not stand before it.
    OutOfRange
        Two lines have one name, or a start lies outside its limits.

    Examples
    --------
    >>> pair = (Line(name="a", position=529.5), Line(name="b", position=1.0, anchor="a", widths_of="a"))
    >>> parameter_map(pair).names
    ('a position', 'a gaussian', 'a lorentzian', 'b position')
    """
    rows: dict[tuple[str, str], tuple[float, dict[int, float]]] = {}
    free: list[tuple[str, float, float, float]] = []
    seen: list[str] = []
    for line in lines:
        for other in (line.anchor, line.widths_of):
            if other and other not in seen:
                raise unknown_name(f"line before {line.name!r}", other, seen)
        if line.name in seen:
            raise OutOfRange(f"two lines are called {line.name!r}. Expected different names. Rename one.")
        seen.append(line.name)
        for parameter, start, low, high in _ranges(line):
            key = (line.name, parameter)
            if parameter != "position" and line.widths_of:
                rows[key] = rows[line.widths_of, parameter]
                continue
            base, terms = 0.0, dict[int, float]()
            if parameter == "position" and line.anchor:
                base, terms = rows[line.anchor, "position"]
            if low == high:
                rows[key] = (base + start, dict(terms))
                continue
            if not low <= start <= high:
                raise OutOfRange(
                    f"{parameter} of the line {line.name!r} starts at {start:g}. Expected it from {low:g} to"
                    f" {high:g}, its limits. Correct one of them."
                )
            rows[key] = (base, {**terms, len(free): 1.0})
            free.append((f"{line.name} {parameter}", start, low, high))
    fixed = np.array([rows[line.name, one][0] for line in lines for one in PARAMETERS])
    matrix = np.zeros((len(fixed), len(free)))
    for row, key in enumerate((line.name, one) for line in lines for one in PARAMETERS):
        for column, factor in rows[key][1].items():
            matrix[row, column] = factor
    numbers = np.array([one[1:] for one in free], dtype=float).reshape(-1, 3)
    return ParameterMap(
        names=tuple(one[0] for one in free),
        start=numbers[:, 0],
        lower=numbers[:, 1],
        upper=numbers[:, 2],
        fixed=fixed,
        matrix=matrix,
    )


def _ranges(line: Line) -> tuple[tuple[str, float, float, float], ...]:
    reach = line.position_range
    return (
        ("position", line.position, line.position - reach, line.position + reach),
        ("gaussian", line.gaussian, *line.gaussian_range),
        ("lorentzian", line.lorentzian, *line.lorentzian_range),
        ("asymmetry", line.asymmetry, *line.asymmetry_range),
    )
