"""Text files of Scienta SES: one or several regions, slices added up; and the header shared with .ibw."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

import numpy as np

from lmct.instrument.photoemission.raw import RawSpectrum, axis_of_words, numbers_of, optional_number
from lmct.instrument.photoemission.spectrum import ARBITRARY, COUNTS
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile

NAME = "scienta-ses-text"


def recognises(source: Source) -> bool:
    """Say whether the file has the sections of SES."""
    head = source.text_head[:4096]
    return bool(re.search(r"^\[Info\]", head, re.MULTILINE)) and "Number of Regions" in head


def read(source: Source) -> tuple[RawSpectrum, ...]:
    """Return every region.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        A region has no axis, or another number of rows than its axis says.
    """
    lines = source.text().splitlines()
    marks = [i for i, line in enumerate(lines) if re.match(r"\[Data \d+\]", line.strip())]
    if not marks:
        raise DamagedFile(
            f"{source.name} has no [Data] section. Expected one a region. The file is cut off; copy it again."
        )
    return tuple(
        _region(source.name, lines, mark, marks[place - 1] if place else 0)
        for place, mark in enumerate(marks)
    )


def _region(name: str, lines: list[str], mark: int, previous: int) -> RawSpectrum:
    header = settings_of(lines[previous:mark])
    size = optional_number(header.get("Dimension 1 size"))
    if size is None:
        raise DamagedFile(f"{name}: line {mark + 1}: the region has no 'Dimension 1 size'. Export it again.")
    rows = []
    for line in lines[mark + 1 :]:
        if line.lstrip().startswith("["):
            break
        if line.strip():
            rows.append(line)
    columns = len(rows[0].split()) if rows else 2
    table = numbers_of(rows, name=name, first_line=mark + 2, columns=columns)
    if len(table) != int(size):
        raise DamagedFile(
            f"{name}: {len(table)} rows below line {mark + 1}. Expected {int(size)}, as the header says."
            " The file is cut off or was altered; copy it again from the instrument."
        )
    return spectrum_of_settings(header, table[:, 0], table[:, 1:].sum(axis=1), header["Dimension 1 name"])


def settings_of(lines: list[str]) -> dict[str, str]:
    """Return the settings of a SES header; the long list of energies is left out.

    Parameters
    ----------
    lines
        Lines ``name=value``.

    Examples
    --------
    >>> settings_of(["[Info 1]", "Pass Energy=50"])
    {'Pass Energy': '50'}
    """
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("["))
    return {
        key.strip(): value.strip() for key, value in pairs if "scale" not in key.lower() or len(value) < 99
    }


def spectrum_of_settings(
    settings: Mapping[str, str], energy: np.ndarray, intensity: np.ndarray, axis: str
) -> RawSpectrum:
    """Return a spectrum with what its SES header says.

    Parameters
    ----------
    settings
        Names and values.
    energy, intensity
        The spectrum [eV].
    axis
        Label of the axis.
    """
    analogue = settings.get("DetectorMode", settings.get("Detector Mode", "")).upper() == "ADC"
    sweeps = optional_number(settings.get("Number of Sweeps"))
    step = optional_number(settings.get("Step Time"))
    return RawSpectrum(
        energy=energy,
        intensity=intensity,
        axis=axis_of_words(axis) or axis_of_words(settings.get("Energy Scale", "")),
        intensity_unit=ARBITRARY if analogue else COUNTS,
        photon_energy=optional_number(settings.get("Excitation Energy")),
        region=settings.get("Region Name", ""),
        sample=settings.get("Sample", ""),
        pass_energy=optional_number(settings.get("Pass Energy")),
        dwell_time=None if step is None else step / 1000.0,
        scans=None if sweeps is None else max(1, round(sweeps)),
        start_time=_moment(settings),
        metadata=dict(settings),
    )


def _moment(settings: Mapping[str, str]) -> datetime | None:
    try:
        return datetime.fromisoformat(f"{settings.get('Date', '')}T{settings.get('Time', '')}")
    except ValueError:
        return None
