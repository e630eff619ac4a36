"""What is done of a sequence, kept in a file of JSON lines: a run that was killed goes on where it was."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

import numpy as np
from jaxtyping import Float

from lmct.quantity.value import Value
from lmct.technique.diffraction.refined import Engine, RefinedScan

if TYPE_CHECKING:
    from lmct.instrument.diffraction.pattern import PatternSequence

LAYOUT = 1
"""Of the lines; files with another one are not read."""


@dataclass(frozen=True, eq=False)
class KeptScan:
    """A scan that was refined before.

    Parameters
    ----------
    scan
        The result.
    edges
        Range of the coarse intervals of angle [deg]; None when not kept with it.
    intensity
        Mean intensity in them; None when not kept with it.
    wavelength
        [Å]; NaN when not known.
    """

    scan: RefinedScan
    edges: tuple[float, float] | None
    intensity: Float[np.ndarray, "interval"] | None
    wavelength: float


def sequence_key(sequence: PatternSequence, engine: Engine, *, both_directions: bool, bins: int) -> str:
    """Return a hash of all that the result of a sequence depends on.

    Parameters
    ----------
    sequence
        Its places and hash; size and time of change of files that exist.
    engine
        Its name and what it shows of its settings.
    both_directions, bins
        As in ``refine_sequence``.

    Returns
    -------
    :
        Hexadecimal digits.
    """
    shown = {name: repr(value) for name, value in sorted(vars(engine).items()) if not name.startswith("_")}
    facts = {
        "layout": LAYOUT,
        "engine": [engine.name, type(engine).__name__, shown],
        "sequence": [sequence.source_sha256, [repr(place) for place in sequence.places]],
        "files": [_stamp(name) for name in sorted({place.file for place in sequence.places})],
        "run": [both_directions, bins],
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


class Checkpoint:
    """A file of JSON lines, one for every scan that is done; without a path it keeps nothing.

    Lines are appended whole. A last line that was torn when the run was killed is cut off; a file with the
    key of another run is replaced.

    Parameters
    ----------
    path
        The file; None for none.
    key
        Of this run.
    """

    def __init__(self, path: Path | None, key: str) -> None:
        self.path, self.key = path, key
        self._found: dict[tuple[str, int], KeptScan] = {}
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        if self.path is None:
            return self
        self.path.parent.mkdir(parents=True, exist_ok=True)
        whole = self._read(self.path) if self.path.exists() else 0
        if whole:
            with self.path.open("r+b") as file:
                file.truncate(whole)
            self._file = self.path.open("a", encoding="utf-8")
        else:
            self._file = self.path.open("w", encoding="utf-8")
            self._append({"layout": LAYOUT, "key": self.key})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def found(self, direction: str, index: int) -> KeptScan | None:
        """Return what is kept of a scan, and forget it; None when it has to be refined.

        Parameters
        ----------
        direction
            Of the chain.
        index
            Of the scan.
        """
        return self._found.pop((direction, index), None)

    def keep(
        self,
        direction: str,
        scan: RefinedScan,
        *,
        edges: tuple[float, float] | None,
        intensity: Float[np.ndarray, "interval"] | None,
        wavelength: float,
    ) -> None:
        """Append a scan.

        Parameters
        ----------
        direction
            Of the chain.
        scan, edges, intensity, wavelength
            As in :class:`KeptScan`.
        """
        if self._file is None:
            return
        self._append(
            {
                "direction": direction,
                "scan": json_of_scan(scan),
                "edges": edges,
                "intensity": None if intensity is None else [float(f"{one:.6g}") for one in intensity],
                "wavelength": wavelength,
            }
        )

    def _append(self, line: dict[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()

    def _read(self, path: Path) -> int:
        """Take in all whole lines and return how many bytes they are; 0 when the file is of another run."""
        whole = 0
        with path.open("rb") as file:
            for number, raw in enumerate(file):
                line = _parsed(raw)
                if line is None:
                    break
                if number == 0:
                    if line.get("key") != self.key or line.get("layout") != LAYOUT:
                        return 0
                else:
                    kept = KeptScan(
                        scan=scan_of_json(line["scan"]),
                        edges=None if line["edges"] is None else tuple(line["edges"]),
                        intensity=None if line["intensity"] is None else np.array(line["intensity"]),
                        wavelength=line["wavelength"],
                    )
                    self._found[line["direction"], kept.scan.index] = kept
                whole += len(raw)
        return whole


def json_of_scan(scan: RefinedScan) -> dict[str, Any]:
    """Return a refined scan as plain JSON types (NaN and infinity as Python writes them)."""
    return {
        "index": scan.index,
        "file": scan.file,
        "scan": scan.scan,
        "values": {name: [one.value, one.uncertainty, one.unit] for name, one in scan.values.items()},
        "counting_uncertainty": dict(scan.counting_uncertainty),
        "goodness_of_fit": scan.goodness_of_fit,
        "weighted_residual": scan.weighted_residual,
        "start_time": None if scan.start_time is None else scan.start_time.isoformat(),
        "end_time": None if scan.end_time is None else scan.end_time.isoformat(),
        "temperature": scan.temperature,
        "flags": list(scan.flags),
        "message": scan.message,
    }


def scan_of_json(data: dict[str, Any]) -> RefinedScan:
    """Rebuild a refined scan from what :func:`json_of_scan` gave."""
    times = {
        name: None if data[name] is None else datetime.fromisoformat(data[name])
        for name in ("start_time", "end_time")
    }
    values = {name: Value(*one) for name, one in data["values"].items()}
    return RefinedScan(**{**data, **times, "values": values, "flags": tuple(data["flags"])})


def _parsed(raw: bytes) -> dict[str, Any] | None:
    """Return a line, None when it is torn."""
    if not raw.endswith(b"\n"):
        return None
    try:
        line = json.loads(raw)
    except ValueError:
        return None
    return line if isinstance(line, dict) else None


def _stamp(name: str) -> list[Any]:
    path = Path(name)
    if not path.is_file():
        return [name]
    facts = path.stat()
    return [name, facts.st_size, facts.st_mtime_ns]
