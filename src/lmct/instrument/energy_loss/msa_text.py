"""EMSA/MAS text (.msa, ISO 22029): a header of ``#WORD : value`` lines, then numbers."""

from __future__ import annotations

import re

import numpy as np

from lmct.instrument.energy_loss.raw import RawAxis, RawSpectra
from lmct.instrument.energy_loss.spectrum import Acquisition
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile

NAME = "emsa-mas"

_LINE = re.compile(r"^#\s*([A-Z0-9][A-Z0-9_\-]*)[^:]*:\s*(.*?)\s*$", re.IGNORECASE)


def recognises(source: Source) -> bool:
    """Say whether the first line names the format.

    Parameters
    ----------
    source
        The file.
    """
    return bool(re.match(r"\s*#FORMAT\s*:\s*EMSA/MAS", source.text_head, re.IGNORECASE))


def read(source: Source) -> RawSpectra:
    """Return the spectrum of a file.

    Parameters
    ----------
    source
        The file.

    Returns
    -------
    :
        One axis; its values are kept when the file lists them.

    Raises
    ------
    DamagedFile
        The header has no data, a word holds no number, or there are fewer numbers than it promises.
    """
    header, body = _parts(source)
    numbers = _numbers(source, body)
    promised = int(_number(source, header, "NPOINTS", len(numbers)))
    pairs = header.get("DATATYPE", "Y").strip().upper() == "XY"
    values = numbers[0::2] if pairs else None
    counts = numbers[1::2] if pairs else numbers
    if len(counts) != promised or (values is not None and len(values) != len(counts)):
        raise DamagedFile(
            f"{source.name} holds {len(counts)} counts. Expected {promised}, as its header says (NPOINTS)."
            " The file is cut off or was edited; export it again."
        )
    axis = RawAxis(
        name="energy loss",
        unit=header.get("XUNITS", ""),
        size=len(counts),
        step=_number(source, header, "XPERCHAN", 0.0),
        start=_number(source, header, "OFFSET", 0.0),
        values=values,
    )
    facts = {name: value for name, value in header.items() if value}
    return RawSpectra(data=counts, axes=(axis,), acquisition=_acquisition(source, header), metadata=facts)


def _parts(source: Source) -> tuple[dict[str, str], list[str]]:
    """Return the words of the header and the lines of numbers."""
    header: dict[str, str] = {}
    lines = source.text().splitlines()
    for row, line in enumerate(lines):
        found = _LINE.match(line.strip())
        if found is None:
            continue
        word = found.group(1).upper()
        if word == "SPECTRUM":
            return header, lines[row + 1 :]
        header.setdefault(word, found.group(2))
    raise DamagedFile(
        f"{source.name} has no line #SPECTRUM. Expected the data behind it. The file is cut off;"
        " export it again."
    )


def _numbers(source: Source, lines: list[str]) -> np.ndarray:
    """Return all numbers behind the header, up to its closing word."""
    found: list[float] = []
    for line in lines:
        text = line.strip()
        if text.startswith("#"):
            break
        try:
            found += [float(word) for word in re.split(r"[,\s]+", text.strip(", ")) if word]
        except ValueError as error:
            raise DamagedFile(
                f"{source.name} has a row {text[:40]!r} among its counts. Expected numbers."
                " Export the file again."
            ) from error
    return np.array(found)


def _number(source: Source, header: dict[str, str], word: str, default: float) -> float:
    text = header.get(word, "")
    if not text:
        return default
    try:
        return float(text)
    except ValueError as error:
        raise DamagedFile(
            f"{source.name}: {word} is {text!r}. Expected a number. Correct the header or export it again."
        ) from error


def _acquisition(source: Source, header: dict[str, str]) -> Acquisition:
    def positive(word: str, factor: float) -> float | None:
        value = _number(source, header, word, 0.0) * factor
        return value if value > 0.0 else None

    return Acquisition(
        beam_energy=positive("BEAMKV", 1000.0),
        convergence_angle=positive("CONVANGLE", 1.0),
        collection_angle=positive("COLLANGLE", 1.0),
        exposure=positive("INTEGTIME", 1e-3),
        title=header.get("TITLE", ""),
    )
