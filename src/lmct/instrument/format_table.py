"""The formats of one kind of instrument: the first that recognises a file reads it; others are refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from lmct import __version__
from lmct.instrument.source import Source, opened, sha256_of
from lmct.quantity.errors import OutOfRange, UnknownFormat

Content = TypeVar("Content")
ContentOfFormat = TypeVar("ContentOfFormat", covariant=True)
Record = TypeVar("Record")

SHOWN_CHARACTERS = 60
SEARCHED_CHARACTERS = 8192


class Format(Protocol[ContentOfFormat]):
    """What the module of a format provides."""

    NAME: str

    def recognises(self, source: Source) -> bool:
        """Say from the content alone whether the file is of this format."""

    def read(self, source: Source) -> ContentOfFormat:
        """Return what the file holds, not yet cross-checked."""


class ColumnMap(Protocol[ContentOfFormat]):
    """What the module of a column map provides, for tables of no known layout."""

    NAME: str

    def read(self, source: Source, columns: Mapping[str, Any]) -> ContentOfFormat:
        """Return what the named columns hold, not yet cross-checked."""


@dataclass(frozen=True)
class RawFile(Generic[Content]):
    """What a file holds, as its format tells it, not yet cross-checked.

    Parameters
    ----------
    content
        What the format returned.
    name
        Name of the file the user gave.
    format
        Name of the format that read it.
    sha256
        Hash of the file the user gave.
    reader
        Library and version that read it.
    """

    content: Content
    name: str
    format: str
    sha256: str
    reader: str = f"lmct {__version__}"


def description_of(
    source: Source,
    *,
    magics: Sequence[tuple[bytes, str]] = (),
    words: Sequence[tuple[re.Pattern[str], str]] = (),
) -> str:
    """Say what a file of no known format seems to be, else how it begins.

    Parameters
    ----------
    source
        The file.
    magics
        First bytes of other kinds of files -> what such a file is.
    words
        What stands near the beginning of other kinds of text -> what such a file is.

    Examples
    --------
    >>> description_of(Source(path=Path("a.txt"), name="a.txt", head=b"Dear all, the run", size=17))
    "text that begins with 'Dear all, the run'"
    """
    if source.members:
        return "a spreadsheet or archive"
    text = source.text_head
    known = [kind for magic, kind in magics if source.head.startswith(magic)]
    known += [kind for pattern, kind in words if pattern.search(text[:SEARCHED_CHARACTERS])]
    if known:
        return known[0]
    first = text.strip().split("\n", 1)[0].strip()[:SHOWN_CHARACTERS]
    return (
        f"text that begins with {first!r}" if first else f"binary data that begins with {source.head[:8]!r}"
    )


@dataclass(frozen=True)
class FormatTable(Generic[Content]):
    """The formats that files of one kind of instrument can have.

    Parameters
    ----------
    formats
        Modules of the formats, the choosy ones first.
    kind
        What a file should hold, for example ``"powder pattern"``.
    remedy
        What to do with a file of no known format, one sentence.
    column_map
        Module that reads tables of no known layout; None when there is none.
    description
        Says what a file of no known format seems to be.
    """

    formats: tuple[Format[Content], ...]
    kind: str
    remedy: str
    column_map: ColumnMap[Content] | None = None
    description: Callable[[Source], str] = description_of

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the formats that are found by content."""
        return tuple(module.NAME for module in self.formats)

    def identify(self, path: str | Path) -> str:
        """Return the name of a file's format, found by its content.

        Parameters
        ----------
        path
            The file; its extension does not matter.

        Returns
        -------
        :
            One of ``FORMATS``.

        Raises
        ------
        UnknownFormat
            No format recognises the content.
        DataError
            The file cannot be opened, is empty, damaged or an archive bomb.
        """
        with opened(path) as source:
            return self.format_of(source).NAME

    def read(self, path: str | Path, *, columns: Mapping[str, Any] | None = None) -> RawFile[Content]:
        """Read a file of any of the formats.

        Parameters
        ----------
        path
            The file; its extension does not matter.
        columns
            A column map; the file is then read by it, whatever its content. Empty is none.

        Raises
        ------
        UnknownFormat
            No format recognises the content and no column map is given.
        DataError
            The file cannot be opened or is damaged.
        """
        with opened(path) as source:
            if columns and self.column_map is not None:
                content, name = self.column_map.read(source, columns), self.column_map.NAME
            else:
                module = self.format_of(source)
                content, name = module.read(source), module.NAME
            return RawFile(content=content, name=source.name, format=name, sha256=sha256_of(path))

    def format_of(self, source: Source) -> Format[Content]:
        """Return the first format that recognises a source.

        Parameters
        ----------
        source
            The file.

        Raises
        ------
        UnknownFormat
            None does.
        """
        for module in self.formats:
            if module.recognises(source):
                return module
        raise UnknownFormat(
            f"{source.name} is {self.description(source)}, no {self.kind} of a known format."
            f" Expected one of: {', '.join(self.names)}. {self.remedy}"
        )


def record_numbered(records: Sequence[Record], number: int, *, path: str | Path, kind: str) -> Record:
    """Return one of the records of a file.

    Parameters
    ----------
    records
        What the file holds.
    number
        Place among them, from 0.
    path
        The file.
    kind
        What one of them is called, for example ``"scan"``.

    Raises
    ------
    OutOfRange
        The file has no record of this number.

    Examples
    --------
    >>> record_numbered(("first", "second"), 1, path="a.xdi", kind="scan")
    'second'
    """
    if not 0 <= number < len(records):
        raise OutOfRange(
            f"{Path(path).name} has no {kind} {number}. Expected 0 to {len(records) - 1}. Name one of these."
        )
    return records[number]
