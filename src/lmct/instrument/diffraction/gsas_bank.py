"""GSAS powder data: BANK records in hundredths of a degree, as STD, ESD, FXY or FXYE."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from lmct.instrument.diffraction.header_text import facts_in, number_from_text
from lmct.instrument.diffraction.number_table import table_of
from lmct.instrument.diffraction.pattern import COUNTS
from lmct.instrument.diffraction.scan import RawScan
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile, UnitMismatch

NAME = "gsas-powder"
CENTI = 0.01
_BANK = re.compile(r"^BANK\s+(\d+)\s+(\d+)\s+(\d+)\s+(\w+)(.*)$", re.MULTILINE)
_OTHER_AXES = {
    "COND": "d spacings", "CONQ": "Q", "EDS": "photon energies", "LPSD": "detector positions",
    "SLOG": "neutron times of flight", "RALF": "neutron times of flight",
    "TIME_MAP": "neutron times of flight", "LOG6": "neutron times of flight",
}  # fmt: skip

Table = Float[np.ndarray, "row column"]


def recognises(source: Source) -> bool:
    """Say whether the text has a BANK record with number, points, lines and kind of steps.

    Parameters
    ----------
    source
        The file.
    """
    return _BANK.search(source.text_head) is not None


def read(source: Source) -> tuple[RawScan, ...]:
    """Return every bank of the file.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        A bank holds fewer points than it announces.
    UnitMismatch
        The axis is no scattering angle.
    """
    text = source.text()
    banks = list(_BANK.finditer(text))
    head = text[: banks[0].start()].splitlines()
    ends = [bank.start() for bank in banks[1:]] + [len(text)]
    return tuple(
        _bank(bank, text[bank.end() : end].splitlines(), head, source.name)
        for bank, end in zip(banks, ends, strict=True)
    )


def _bank(bank: re.Match[str], rows: Sequence[str], head: Sequence[str], name: str) -> RawScan:
    """Return one bank."""
    steps, words = bank[4].upper(), bank[5].split()
    if steps not in ("CONS", "CONST"):
        held = _OTHER_AXES.get(steps, f"an axis of kind {steps}")
        raise UnitMismatch(
            f"{name}: bank {bank[1]} holds {held}. Expected 2theta in constant steps (CONS)."
            " Convert it to 2theta, or use a program for that method."
        )
    kind = next((word.upper() for word in reversed(words) if word.isalpha()), "STD")
    announced = int(bank[2])
    rows = [row for row in rows if row.strip() and not row.lstrip().startswith("#")]
    said: list[str] = []
    if kind in ("FXYE", "FXY"):
        table = table_of(rows, name=f"{name}: bank {bank[1]}")
        if len(table) != announced:
            said.append(f"bank {bank[1]} announces {announced} points and holds {len(table)}: all were read.")
        if len(table) < 0.99 * announced:
            raise _too_few(name, bank[1], announced, len(table))
        angle, intensity = table[:, 0] * CENTI, table[:, 1]
        column = table[:, 2] if kind == "FXYE" and table.shape[1] > 2 else None
        declared = column is not None
        factor, unit = None, ""
    else:
        values, column, factor = _fixed_fields(rows, kind, announced, name, bank[1])
        start, step = (_bound(words, index, name, bank[1]) * CENTI for index in (0, 1))
        angle = start + step * np.arange(announced, dtype=float)
        intensity = values
        declared, unit = column is not None, "" if column is not None else COUNTS
    return RawScan(
        two_theta=angle, intensity=intensity, claimed_uncertainty=column, declared=declared,
        attenuation=factor, intensity_unit=unit, warnings=tuple(said), **facts_in(head),
    )  # fmt: skip


def _fixed_fields(
    rows: Sequence[str], kind: str, announced: int, name: str, bank: str
) -> tuple[Float[np.ndarray, "point"], Float[np.ndarray, "point"] | None, Float[np.ndarray, "point"] | None]:
    """Return intensities, uncertainties and the factor on counts of STD and ESD records."""
    column: Float[np.ndarray, "point"] | None = None
    factor: Float[np.ndarray, "point"] | None = None
    fields = [row[at : at + 8] for row in rows for at in range(0, min(len(row.rstrip()), 80), 8)]
    try:
        if kind == "ESD":
            numbers = np.array([float(field) for field in fields if field.strip()], dtype=float)
            numbers = numbers[: 2 * announced]
            values, column = numbers[::2], numbers[1::2]
        else:
            fields = [field for field in fields if field.strip()][:announced]
            values = np.array([float(field[2:] or 0) for field in fields], dtype=float)
            detectors = np.array([float(field[:2].strip() or 1) for field in fields], dtype=float)
            factor = 1.0 / np.maximum(detectors, 1.0)
    except ValueError as error:
        raise DamagedFile(
            f"{name}: bank {bank} holds a field that is no number ({error}). Expected fields of 8 characters."
            " The file was edited or cut; export it again."
        ) from error
    if len(values) < announced:
        raise _too_few(name, bank, announced, len(values))
    return values, column, factor


def _bound(words: Sequence[str], index: int, name: str, bank: str) -> float:
    """Return start or step of a bank [0.01 deg]."""
    value = number_from_text(words[index]) if len(words) > index else None
    if value is None:
        raise DamagedFile(
            f"{name}: bank {bank} does not give start and step ({' '.join(words)!r}). Expected two numbers."
            " The BANK record is damaged; export the file again."
        )
    return value


def _too_few(name: str, bank: str, announced: int, found: int) -> DamagedFile:
    return DamagedFile(
        f"{name}: bank {bank} announces {announced} points and holds {found}. Expected all of them."
        " The file is cut off; copy it again."
    )
