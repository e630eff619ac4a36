"""Parameter sets from the words of ``lmct sweep``: a grid, a sample, or a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lmct.cli.assignment import read_assignments
from lmct.cli.electrode_choice import LISTS
from lmct.quantity.errors import DataError, OutOfRange, unknown_name

if TYPE_CHECKING:
    from lmct.protocol.parameter_space import Choice, Range, Settings

NAMES = ("lmct_law", "oxygen_law")
"""Parameters that are names and not numbers, and that can be varied."""


def sets_from_words(
    vary: Sequence[str], *, file: Path | None, count: int | None, method: str, seed: int
) -> tuple[Settings, ...]:
    """Return the parameter sets of a file, of a grid or of a sample.

    Parameters
    ----------
    vary
        Words ``name=values``.
    file
        CSV file that names every set instead.
    count, method, seed
        How many sets to draw, and how; no count makes a grid.

    Returns
    -------
    :
        The sets.

    Raises
    ------
    OutOfRange
        There is nothing to vary, or what there is makes no sense.
    DataError
        The file is no table of parameter sets.
    """
    from lmct.protocol.parameter_space import METHODS, grid, sample

    if method not in METHODS:
        raise unknown_name("way to draw a sample", method, METHODS)
    if file is not None:
        if vary or count is not None:
            raise OutOfRange("--sets already names every set. Leave out --vary and --sample.")
        return _from_file(file)
    if not vary:
        raise OutOfRange(
            "there is nothing to vary. Write for example --vary reorganization_energy=3.8:4.2:11"
        )
    assigned = read_assignments(vary)
    if len(assigned) < len(vary):
        raise OutOfRange("a parameter is varied twice. Give all its values in one --vary.")
    if count is None:
        return grid({name: _points(name, words) for name, words in assigned.items()})
    return sample(
        {name: _space(name, words) for name, words in assigned.items()}, count=count, seed=seed, method=method
    )


def _points(name: str, words: str) -> Choice:
    """Return the values of an axis of a grid."""
    from lmct.protocol.parameter_space import Range, axis_from_words

    axis, count = axis_from_words(words)
    if not isinstance(axis, Range):
        return [value_from_words(name, text) for text in axis]
    if count is None:
        raise OutOfRange(
            f"--vary {name}={words} has no number of points. Write {name}={words}:11, or draw from the range"
            " with --sample 100."
        )
    return axis.points(count)


def _space(name: str, words: str) -> Range | Choice:
    """Return what a parameter of a sample is drawn from."""
    from lmct.protocol.parameter_space import Range, axis_from_words

    axis, count = axis_from_words(words)
    if not isinstance(axis, Range):
        return [value_from_words(name, text) for text in axis]
    if count is not None:
        raise OutOfRange(
            f"--vary {name}={words}: with --sample a range has no number of points. Write {name}=low:high."
        )
    return axis


def _from_file(path: Path) -> tuple[Settings, ...]:
    """Read a CSV file with the names in its first row."""
    import csv

    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            names, *rows = list(csv.reader(file))
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        raise DataError(
            f"{path} is no table of parameter sets. Expected CSV in UTF-8: names in the first row, one set in"
            " each other row."
        ) from error
    names = [name.strip() for name in names]
    for name in names:
        if names.count(name) > 1:
            raise DataError(f"{path}: {name} stands twice in the first row. Leave one of the two out.")
    for number, row in enumerate(rows, start=2):
        if len(row) != len(names):
            raise DataError(f"{path}, row {number} has {len(row)} cells, the first row has {len(names)}.")
    return tuple(
        {name: value_from_words(name, text) for name, text in zip(names, row, strict=True)} for row in rows
    )


def value_from_words(name: str, text: str) -> float | str:
    """Return a number, or the text itself for a parameter that is a name.

    Examples
    --------
    >>> value_from_words("metal_rate", "1e-6"), value_from_words("lmct_law", "marcus")
    (1e-06, 'marcus')
    """
    if name in NAMES:
        return text.strip()
    if name in LISTS:
        raise OutOfRange(
            f"{name} is a list of numbers and cannot be varied. Change it in all sets with --set."
        )
    try:
        return float(text)
    except ValueError as error:
        raise OutOfRange(f"{name}: {text!r} is no number. Write for example {name}=0.5") from error
