"""The errors a user can meet: what is wrong and where, what was expected, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class LmctError(Exception):
    """Base of every error raised on purpose; the command line prints it without a traceback."""


class DataError(LmctError, ValueError):
    """Something is wrong with a file, a row or a value that the user gave."""


class UnknownFormat(DataError):
    """No reader recognises the content of a file."""


class DamagedFile(DataError):
    """A file is empty, truncated or internally inconsistent."""


class MissingColumn(DataError):
    """A table lacks a column that is needed."""


class OutOfRange(DataError):
    """A value lies outside the range in which it makes sense."""


class UnitMismatch(DataError):
    """A unit is unknown, has the wrong dimension, or contradicts the numbers."""


class UnknownName(DataError):
    """A name (material, parameter, analysis, step, ...) does not exist."""


class NotConverged(LmctError):
    """A numerical method stopped before its answer could be trusted."""


def unknown_name(kind: str, name: str, known: Iterable[str]) -> UnknownName:
    """Build the error for a name that does not exist, with the nearest names that do.

    Parameters
    ----------
    kind
        What the name should have named, for example ``"material"``.
    name
        The name that was given.
    known
        All names that exist.

    Returns
    -------
    :
        The error, ready to raise.

    Examples
    --------
    >>> str(unknown_name("material", "li-ti-mi-o", ["li-ti-ni-o", "li-ti-fe-o"]))
    "no material is called 'li-ti-mi-o'. Did you mean 'li-ti-ni-o'? Known: li-ti-fe-o, li-ti-ni-o."
    """
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return UnknownName(f"no {kind} is called {name!r}.{hint} Known: {', '.join(names)}.")
