"""Scans in the order of the clock, made one by one: what every sequence of scans is, whatever its source."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar


class Scan(Protocol):
    """What a sequence needs to know of a scan."""

    @property
    def format(self) -> str:
        """Name of its format."""

    @property
    def start_time(self) -> datetime | None:
        """By the clock of the instrument; None when not told."""


AnyScan = TypeVar("AnyScan", bound=Scan)


@dataclass(frozen=True, slots=True)
class ScanPlace:
    """Where one scan of a sequence is, known before it is read.

    Parameters
    ----------
    file
        Path of the file as text.
    scan
        Number of the scan in the file, from 0.
    start_time, end_time
        By the clock of the instrument or a log file beside the scans; None when not known before reading.
    """

    file: str
    scan: int = 0
    start_time: datetime | None = None
    end_time: datetime | None = None


class ScanSequence(ABC, Generic[AnyScan]):
    """Scans in the order of their clock (or of their names), made when they are asked for: memory stays flat.

    Parameters
    ----------
    places
        Where the scans are, in order.
    source_sha256
        Hash of the folder or file.
    provenance
        Format and reader as text.
    warnings
        What was left out or looks wrong, one sentence each.
    columns
        A column map for text of no known layout.
    """

    def __init__(
        self,
        places: tuple[ScanPlace, ...],
        *,
        source_sha256: str = "",
        provenance: Mapping[str, str] | None = None,
        warnings: tuple[str, ...] = (),
        columns: Mapping[str, Any] | None = None,
    ) -> None:
        self.places = places
        self.source_sha256 = source_sha256
        self.provenance = dict(provenance or {})
        self.warnings = warnings
        self.columns = columns

    def __len__(self) -> int:
        return len(self.places)

    @abstractmethod
    def __getitem__(self, index: int) -> AnyScan:
        """Return one scan."""

    def __iter__(self) -> Iterator[AnyScan]:
        return (self[index] for index in range(len(self)))
