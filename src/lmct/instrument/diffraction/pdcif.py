"""Powder CIF: a measured or processed pattern in a CIF; a CIF with a structure alone is no pattern."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from lmct.instrument.diffraction.header_text import number_from_text, time_from_text
from lmct.instrument.diffraction.pattern import COUNTS
from lmct.instrument.diffraction.scan import RawScan
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile

if TYPE_CHECKING:
    from gemmi.cif import Block

NAME = "powder-cif"
ANGLES = ("_pd_meas_2theta_scan", "_pd_meas_2theta_corrected", "_pd_proc_2theta_corrected", "_pd_meas_2theta")
RANGES = ("_pd_meas_2theta_range", "_pd_proc_2theta_range")
INTENSITIES = (
    "_pd_meas_counts_total", "_pd_meas_counts", "_pd_meas_intensity_total", "_pd_proc_intensity_total",
    "_pd_meas_intensity_net", "_pd_proc_intensity_net", "_pd_meas_intensity", "_pd_proc_intensity",
)  # fmt: skip
_IN_BRACKETS = re.compile(r"^([-+]?\d*\.?\d+\.?(?:[eE][-+]?\d+)?)\((\d+)\)$")

Points = Float[np.ndarray, "point"]


def recognises(source: Source) -> bool:
    """Say whether the text is a CIF that has intensities of a powder.

    Parameters
    ----------
    source
        The file.
    """
    head = source.text_head
    is_cif = re.search(r"^data_\S*", head, re.MULTILINE) is not None
    if not is_cif:
        return False
    text = head if any(tag in head for tag in INTENSITIES) else source.text()
    return any(re.search(rf"^\s*{tag}\s", text, re.MULTILINE) for tag in INTENSITIES)


def read(source: Source) -> tuple[RawScan, ...]:
    """Return the pattern of every data block that has one.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        The CIF is not well formed, or a pattern has no angles.
    """
    from gemmi import cif

    try:
        document = cif.read_string(source.text())
    except (ValueError, RuntimeError) as error:
        raise DamagedFile(
            f"{source.name} is no well-formed CIF ({error}). Expected a whole one. Copy it again."
        ) from error
    scans = tuple(_scan(block, source.name) for block in document if _intensity_tag(block))
    if not scans:
        raise DamagedFile(f"{source.name} holds no list of intensities. Expected a pattern. Export it again.")
    return scans


def _intensity_tag(block: Block) -> str:
    return next((tag for tag in INTENSITIES if len(block.find_values(tag)) > 1), "")


def _scan(block: Block, name: str) -> RawScan:
    tag = _intensity_tag(block)
    words = list(block.find_values(tag))
    intensity, spread = _numbers(words)
    if np.isnan(spread).all():
        spread = _numbers(list(block.find_values(tag + "_su")))[0]
    claimed = spread if len(spread) == len(intensity) and np.isfinite(spread).all() else None
    return RawScan(
        two_theta=_angles(block, len(intensity), name),
        intensity=intensity,
        claimed_uncertainty=claimed,
        declared=claimed is not None,
        intensity_unit=COUNTS if "counts" in tag else "",
        **_facts(block),
    )


def _numbers(words: list[str]) -> tuple[Points, Points]:
    """Return values and the standard uncertainties behind them in brackets, NaN where there is none."""
    values, spreads = np.full(len(words), np.nan), np.full(len(words), np.nan)
    for index, word in enumerate(words):
        if found := _IN_BRACKETS.match(word):
            decimals = len(found[1].partition(".")[2])
            values[index], spreads[index] = float(found[1]), int(found[2]) * 10.0**-decimals
        else:
            values[index] = number_from_text(word) if number_from_text(word) is not None else np.nan
    return values, spreads


def _angles(block: Block, count: int, name: str) -> Points:
    """Return listed angles, or those of a range."""
    for tag in ANGLES:
        listed = _numbers(list(block.find_values(tag)))[0]
        if len(listed) == count:
            return listed
    for tag in RANGES:
        bounds = [_single(block, f"{tag}_{end}") for end in ("min", "inc", "max")]
        low, step, high = bounds
        if low is None or step is None or high is None or step <= 0:
            continue
        if round((high - low) / step) + 1 == count:
            return low + step * np.arange(count)
    raise DamagedFile(
        f"{name}: data_{block.name} has {count} intensities and no as many angles. Expected"
        " _pd_meas_2theta_scan or a range with min, inc and max. Export it again."
    )


def _single(block: Block, tag: str) -> float | None:
    values = list(block.find_values(tag))
    return number_from_text(values[0].split("(")[0]) if values else None


def _text(block: Block, tag: str) -> str:
    from gemmi import cif

    value = block.find_value(tag)
    return "" if value is None or value in ("?", ".") else str(cif.as_string(value)).strip()


def _facts(block: Block) -> dict[str, Any]:
    waves = _numbers(list(block.find_values("_diffrn_radiation_wavelength")))[0]
    weights = _numbers(list(block.find_values("_diffrn_radiation_wavelength_wt")))[0]
    ratio = float(weights[1] / weights[0]) if len(weights) == 2 and weights[0] > 0 else None
    return {
        "wavelengths": tuple(float(value) for value in waves if np.isfinite(value)),
        "line_ratio": ratio,
        "start_time": time_from_text(_text(block, "_pd_meas_datetime_initiated")),
        "temperature": _single(block, "_diffrn_ambient_temperature")
        or _single(block, "_cell_measurement_temperature"),
        "counting_time": _single(block, "_pd_meas_scan_time") or None,
        "metadata": {"block": block.name},
    }
