"""The cell that a user gives for a refinement to start from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lmct.material.crystal.crystal import Crystal
from lmct.technique.diffraction.reflection import space_group_of


def with_given_cell(crystal: Crystal, cell: Sequence[float]) -> Crystal:
    """Return a structure with the cell to start from.

    Parameters
    ----------
    crystal
        The structure.
    cell
        Six numbers, or the edge of a cube [Å, deg]; none keeps that of the structure.

    Returns
    -------
    :
        The structure.

    Raises
    ------
    OutOfRange
        The space group of the structure does not allow the cell.

    Examples
    --------
    >>> from lmct.material.crystal.library import load
    >>> with_given_cell(load("nio"), (4.2,)).cell
    (4.2, 4.2, 4.2, 90.0, 90.0, 90.0)
    """
    if not cell:
        return crystal
    changed = replace(crystal, cell=six_numbers(cell))
    space_group_of(changed)
    return changed


def six_numbers(cell: Sequence[float]) -> tuple[float, float, float, float, float, float]:
    """Return the six numbers of a cell.

    Parameters
    ----------
    cell
        Six numbers, or the edge of a cube [Å, deg].

    Returns
    -------
    :
        a, b, c [Å], alpha, beta, gamma [deg].

    Examples
    --------
    >>> six_numbers((4.14,))
    (4.14, 4.14, 4.14, 90.0, 90.0, 90.0)
    """
    a, b, c, alpha, beta, gamma = cell if len(cell) == 6 else (cell[0],) * 3 + (90.0,) * 3
    return a, b, c, alpha, beta, gamma
