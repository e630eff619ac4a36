"""Text files of SPECS Prodigy and SpecsLab2 (.xy): commented headers, scans of a region added up."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from lmct.instrument.photoemission.raw import RawSpectrum, axis_of_words, numbers_of, optional_number
from lmct.instrument.photoemission.spectrum import COUNTS, RATE
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile

NAME = "specs-xy"


@dataclass
class _Region:
    """One region while its lines are collected."""

    settings: dict[str, str]
    scans: list[tuple[int, list[str]]] = field(default_factory=list)


def recognises(source: Source) -> bool:
    """Say whether the file has the heading of the SPECS export."""
    head = source.text_head[:4096]
    return bool(re.search(r"^#.*SpecsLab", head, re.MULTILINE)) and "XY" in head


def read(source: Source) -> tuple[RawSpectrum, ...]:
    """Return every region with its scans added up (counts) or averaged (rates).

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        There is no region, or scans of one differ in length.
    """
    common: dict[str, str] = {}
    regions: list[_Region] = []
    fresh = True
    for number, line in enumerate(source.text().splitlines(), start=1):
        if line.startswith("#"):
            key, _, value = line.lstrip("# ").partition(":")
            if key.strip() == "Region":
                regions.append(_Region(dict(common)))
            target = regions[-1].settings if regions else common
            if value.strip():
                target.setdefault(key.strip(), value.strip())
            fresh = True
        elif line.strip() and regions:
            if fresh:
                regions[-1].scans.append((number, []))
            regions[-1].scans[-1][1].append(line)
            fresh = False
    filled = [one for one in regions if one.scans]
    if not filled:
        raise DamagedFile(f"{source.name} has no region with numbers. Expected one. Export the file again.")
    return tuple(_spectrum(source.name, one) for one in filled)


def _spectrum(name: str, region: _Region) -> RawSpectrum:
    settings = region.settings
    tables = [numbers_of(rows, name=name, first_line=number) for number, rows in region.scans]
    if len({len(table) for table in tables}) > 1 or any(
        not np.array_equal(table[:, 0], tables[0][:, 0]) for table in tables
    ):
        raise DamagedFile(
            f"{name}: the scans of region {settings.get('Region', '')!r} have different energies."
            " Expected the same ones. A scan was stopped; leave it out of the export."
        )
    rate = "second" in settings.get("Count Rate", "").lower() or "counts/s" in settings.get(
        "ColumnLabels", ""
    )
    values = [table[:, 1] for table in tables]
    return RawSpectrum(
        energy=tables[0][:, 0],
        intensity=np.mean(values, axis=0) if rate else np.sum(values, axis=0),
        axis=axis_of_words(settings.get("Energy Axis", "")),
        intensity_unit=RATE if rate else COUNTS,
        photon_energy=optional_number(settings.get("Excitation Energy")),
        region=settings.get("Region", ""),
        sample=settings.get("Group", ""),
        pass_energy=optional_number(settings.get("Pass Energy")),
        work_function=optional_number(settings.get("Eff. Workfunction")),
        dwell_time=optional_number(settings.get("Dwell Time")),
        scans=len(tables),
        start_time=_moment(settings.get("Acquisition Date", "")),
        technique=settings.get("Analysis Method", ""),
        metadata=dict(settings),
    )


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.strptime(text[:17], "%m/%d/%y %H:%M:%S")
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if text.endswith("UTC") else moment
