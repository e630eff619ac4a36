"""Words such as ``name=value`` on the command line."""

from __future__ import annotations

from collections.abc import Iterable

from lmct.quantity.errors import DataError


def read_assignments(words: Iterable[str]) -> dict[str, str]:
    """Split words of the form ``name=value``.

    Parameters
    ----------
    words
        The words; of two with the same name the later one counts.

    Returns
    -------
    :
        Value by name; the value may hold further equal signs.

    Raises
    ------
    DataError
        A word has no name or no equal sign.

    Examples
    --------
    >>> read_assignments(["time=Time (h)", "decimal=,"])
    {'time': 'Time (h)', 'decimal': ','}
    """
    found = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name.strip():
            raise DataError(
                f"{word!r} is no assignment. Expected name=value without spaces around the equal sign."
            )
        found[name.strip()] = value
    return found
