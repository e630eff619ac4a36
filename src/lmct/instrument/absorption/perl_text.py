"""Lists and tables as Perl prints them, parsed by hand: no code of the file is ever run."""

from __future__ import annotations

import re

from lmct.quantity.errors import DamagedFile

PerlValue = str | None | list["PerlValue"] | dict[str, "PerlValue"]

_TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<arrow>=>)|(?P<mark>[\[\](){},])"""
    r"""|(?P<word>[-+.\w]+))""",
    re.DOTALL,
)
_CLOSING = {"(": ")", "[": "]", "{": "}"}
MOST_LEVELS = 20


def perl_list(text: str, *, name: str) -> list[PerlValue]:
    """Return the items of a list in round brackets; numbers stay text, ``undef`` is None.

    Parameters
    ----------
    text
        From the opening bracket on; what follows the closing bracket is left aside.
    name
        Of the file, for messages.

    Returns
    -------
    :
        Items; lists in square brackets are lists, those in braces are dictionaries.

    Raises
    ------
    DamagedFile
        The list does not end, or holds something else than values.

    Examples
    --------
    >>> perl_list("('it',1,['a',undef],{'k' => '2'});", name="x.prj")
    ['it', '1', ['a', None], {'k': '2'}]
    """
    items, _ = _items(text, 0, name, 0)
    return items


def _items(text: str, place: int, name: str, level: int) -> tuple[list[PerlValue], int]:
    """Return the items of a bracket that opens at a place, and the place after it."""
    opening = _TOKEN.match(text, place)
    if opening is None or opening["mark"] not in _CLOSING or level > MOST_LEVELS:
        raise _damaged(text, place, name)
    closing, place = _CLOSING[opening["mark"]], opening.end()
    items: list[PerlValue] = []
    while token := _TOKEN.match(text, place):
        if token["mark"] == closing:
            return items, token.end()
        if token["mark"] in ("[", "{", "("):
            inner, place = _items(text, place, name, level + 1)
            items.append(dict_of(inner) if token["mark"] == "{" else inner)
            continue
        if token["quoted"] is not None:
            items.append(re.sub(r"\\(.)", r"\1", token["quoted"][1:-1], flags=re.DOTALL))
        elif token["word"] is not None:
            items.append(None if token["word"] == "undef" else token["word"])
        elif token["mark"] not in (",", None):
            raise _damaged(text, place, name)
        place = token.end()
    raise _damaged(text, place, name)


def dict_of(items: list[PerlValue]) -> dict[str, PerlValue]:
    """Return a list of keys and values in turn as a dictionary.

    Parameters
    ----------
    items
        Keys and values.

    Examples
    --------
    >>> dict_of(["a", "1", "b", None])
    {'a': '1', 'b': None}
    """
    return {str(key): value for key, value in zip(items[::2], items[1::2], strict=False)}


def _damaged(text: str, place: int, name: str) -> DamagedFile:
    near = " ".join(text[max(place - 30, 0) : place + 20].split())
    return DamagedFile(
        f"{name} holds a list that cannot be read or does not end (near {near!r})."
        " Expected a whole Athena project. The copy is cut off or damaged; copy it again."
    )
