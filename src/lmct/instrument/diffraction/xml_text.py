"""XML of instruments: parsed without document types or entities, found by local name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lmct.quantity.errors import DamagedFile, OutOfRange

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def parsed(text: str, *, name: str) -> Element:
    """Return the root of an XML text.

    Parameters
    ----------
    text
        The text.
    name
        Name of the file for the user.

    Raises
    ------
    OutOfRange
        It declares a document type or entities, which no instrument writes and which can swell without bound.
    DamagedFile
        It is cut off or not well formed.

    Examples
    --------
    >>> parsed("<scan><counts>1 2</counts></scan>", name="a.xrdml").tag
    'scan'
    """
    import xml.etree.ElementTree as tree

    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise OutOfRange(
            f"{name} declares a document type or entities. Expected plain XML, as instruments write it."
            " Such a file can swell without bound; export it again from the instrument."
        )
    try:
        return tree.fromstring(text.lstrip("\ufeff \r\n\t"))
    except tree.ParseError as error:
        raise DamagedFile(
            f"{name} is cut off or damaged XML ({error}). Expected a whole file. Copy it again from the"
            " instrument."
        ) from error


def local(element: Element) -> str:
    """Return the name of an element without its namespace.

    Parameters
    ----------
    element
        The element.
    """
    return str(element.tag).rpartition("}")[2]


def every(parent: Element, name: str) -> Iterator[Element]:
    """Yield all elements of a local name, at any depth.

    Parameters
    ----------
    parent
        Where to look.
    name
        Local name.
    """
    return (element for element in parent.iter() if local(element) == name)


def first(parent: Element, *path: str) -> Element | None:
    """Return the first element along a path of local names, each at any depth below the one before.

    Parameters
    ----------
    parent
        Where to begin.
    path
        Local names.
    """
    found: Element | None = parent
    for name in path:
        found = None if found is None else next((e for e in every(found, name) if e is not found), None)
    return found


def text_of(parent: Element, *path: str) -> str:
    """Return the text of the first element along a path, empty when there is none.

    Parameters
    ----------
    parent
        Where to begin.
    path
        Local names.
    """
    found = first(parent, *path)
    return "" if found is None or found.text is None else found.text.strip()
