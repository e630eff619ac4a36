"""Text in columns of angle, intensity and perhaps uncertainty, with any separator and any header words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.instrument.diffraction.axis import RECIPROCAL, SPACING, is_two_theta, plain_name
from lmct.instrument.diffraction.header_text import facts_in
from lmct.instrument.diffraction.number_table import numbers_in, table_of
from lmct.instrument.diffraction.pattern import COUNTS, RATE
from lmct.instrument.diffraction.reciprocal_axis import two_theta_from_axis
from lmct.instrument.diffraction.scan import RawScan
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile

NAME = "xy-text"
FEWEST_ROWS = 5
LONGEST_HEADER = 400
LOOKED_AT = 200
FEWEST_SHUFFLED, OFF_GRID = 50, 0.1
UNCERTAINTY_WORDS = frozenset(
    {"esd", "sigma", "error", "err", "uncertainty", "e", "stddev", "su", "dy", "di", "yerr", "std", "σ"}
)
FOREIGN = re.compile(
    r"\b(time|voltage|current|ewe|potential|capacity|energy|ev|binding|wavenumber|raman|frequency|absorbance|mu"
    r"|xmu|channel|tof)\b",
    re.IGNORECASE,
)
OTHER_METHOD = re.compile(
    r"(binding|kinetic|pass|excitation)[ _]energy|\bE_?kin\b|EMSA/MAS|\bXUNITS\s*:\s*eV|energy axis|\bK/K0\b",
    re.IGNORECASE,
)
_COUNTS, _RATE = (
    re.compile(r"\bcounts?\b", re.IGNORECASE),
    re.compile(r"\bcps\b|counts?\s*/\s*s", re.IGNORECASE),
)


@dataclass(frozen=True)
class _Layout:
    """Where the table begins and what its heading says."""

    first_row: int
    width: int
    header: tuple[str, ...]
    heading: tuple[str, ...]


def recognises(source: Source) -> bool:
    """Say whether the text is a table whose first column can be a scattering angle.

    Parameters
    ----------
    source
        The file.
    """
    lines = source.text_head.splitlines()
    layout = _layout(lines)
    if layout is None or any(FOREIGN.search(word) for word in layout.heading):
        return False
    if OTHER_METHOD.search("\n".join(layout.header)):
        return False
    if layout.width > 3 and not any(is_two_theta(word) for word in layout.heading):
        return False
    seen = lines[layout.first_row : layout.first_row + LOOKED_AT]
    rows = [row for row in seen if numbers_in(row) == layout.width]
    axis = table_of(rows, name=source.name)[:, 0]
    steps = np.diff(axis)
    mostly_one_way = max((steps > 0).sum(), (steps < 0).sum()) > 0.9 * len(steps)
    return len(rows) >= FEWEST_ROWS and (bool(mostly_one_way) or _are_shuffled_angles(axis))


def _are_shuffled_angles(axis: Float[np.ndarray, "row"]) -> bool:
    """Return whether numbers in no order are all different and lie on the even grid of a scan of 2theta."""
    if len(axis) < FEWEST_SHUFFLED or not np.all((axis > 0.0) & (axis < 180.0)):
        return False
    steps = np.diff(np.sort(axis))
    if not steps.min() > 0.0:
        return False
    multiples = steps / steps.min()
    return bool(np.all(np.abs(multiples - np.round(multiples)) < OFF_GRID))


def read(source: Source) -> tuple[RawScan, ...]:
    """Return the one scan of the file.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        A row is no row of numbers.
    UnitMismatch
        The heading says Q or d and no wavelength is told.
    """
    lines = source.text().splitlines()
    layout = _layout(lines)
    if layout is None:
        raise DamagedFile(f"{source.name} holds no table of numbers. Expected angles and intensities.")
    rows, said = _rows(lines[layout.first_row :], layout.width)
    table = table_of(rows, name=source.name)
    facts = facts_in(layout.header)
    columns = _columns(layout)
    axis = plain_name(layout.heading[columns[0]]) if layout.heading else ""
    if axis == "theta":
        said.append("the heading of the angles is 'theta': taken as 2theta.")
    kind = RECIPROCAL.get(axis) or SPACING.get(axis) or ""
    angle = table[:, columns[0]]
    if kind:
        angle, sentence = two_theta_from_axis(
            angle, kind=kind, wavelengths=facts["wavelengths"], name=source.name
        )
        said.append(sentence)
    return (
        RawScan(
            two_theta=angle,
            intensity=table[:, columns[1]],
            claimed_uncertainty=table[:, columns[2]] if len(columns) > 2 else None,
            intensity_unit=_unit(layout),
            warnings=tuple(said),
            **facts,
        ),
    )


def _layout(lines: Sequence[str]) -> _Layout | None:
    """Find the first of several rows with the same number of numbers, at least two."""
    for index in range(min(len(lines), LONGEST_HEADER)):
        width = numbers_in(lines[index])
        if width < 2:
            continue
        following = [row for row in lines[index : index + 2 * FEWEST_ROWS] if row.strip()][:FEWEST_ROWS]
        if len(following) == FEWEST_ROWS and all(numbers_in(row) == width for row in following):
            header = tuple(lines[:index])
            return _Layout(index, width, header, _heading(header, width))
    return None


def _heading(header: Sequence[str], width: int) -> tuple[str, ...]:
    """Return the words over the columns when the last line of the header has as many as columns."""
    if not header:
        return ()
    line = re.sub(r"^[\s#!;'%*/]+", "", header[-1]).strip()
    for separator in (r"\t+", r"\s*[,;]\s*", r"\s{2,}", r"\s+"):
        words = [word.strip().strip('"') for word in re.split(separator, line)]
        if len(words) == width and all(words) and not any(numbers_in(word) for word in words):
            return tuple(words)
    return ()


def _rows(lines: Sequence[str], width: int) -> tuple[list[str], list[str]]:
    """Return the rows of the table, and what was left out of it."""
    rows = [line for line in lines if line.strip() and line.lstrip()[0] not in "#!'*%"]
    said = []
    if rows and 0 < numbers_in(rows[-1]) < width:
        said.append(
            f"the last row ({rows[-1].strip()[:40]!r}) is cut off and was left out: is the file whole?"
        )
        rows.pop()
    return rows, said


def _columns(layout: _Layout) -> list[int]:
    """Return the columns of angle, intensity and perhaps uncertainty."""
    angle = next((i for i, word in enumerate(layout.heading) if is_two_theta(word)), 0)
    others = [index for index in range(layout.width) if index != angle]
    named = [i for i in others if layout.heading and plain_name(layout.heading[i]) in UNCERTAINTY_WORDS]
    if layout.width > 3:
        return [angle, others[0], *named[:1]]
    return [angle, *[i for i in others if i not in named], *named][:3]


def _unit(layout: _Layout) -> str:
    """Return the unit that the heading of the intensity gives, or the words of the header."""
    words = " ".join(layout.heading[1:2])
    if _RATE.search(words):
        return RATE
    return COUNTS if _COUNTS.search(words) else ""
