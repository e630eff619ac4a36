"""Patterns written as text of angle, intensity and standard uncertainty."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lmct.instrument.diffraction.pattern import COUNTS, DiffractionPattern


def write_xye(pattern: DiffractionPattern, path: str | Path) -> None:
    """Write a pattern as .xye, or as two columns when it has no uncertainties.

    Parameters
    ----------
    pattern
        The pattern.
    path
        Where to write; an existing file is replaced.
    """
    columns = [pattern.two_theta, pattern.intensity]
    words = ["2theta (deg)", "counts" if pattern.intensity_unit == COUNTS else "intensity"]
    if pattern.uncertainty is not None:
        columns.append(pattern.uncertainty)
        words.append("esd")
    header = [f"# {name} = {value}" for name, value in _facts(pattern).items()]
    rows = np.column_stack(columns)
    lines = [*header, "# " + "\t".join(words)]
    lines += ["\t".join(_number(value) for value in row) for row in rows.tolist()]
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _facts(pattern: DiffractionPattern) -> dict[str, str]:
    """Return the facts that readers of such text look for."""
    facts = {f"Wavelength{i + 1} (A)": f"{value:.7g}" for i, value in enumerate(pattern.wavelengths)}
    if pattern.line_ratio is not None:
        facts["Line ratio"] = f"{pattern.line_ratio:g}"
    if pattern.radius is not None:
        facts["Radius (mm)"] = f"{pattern.radius:g}"
    if pattern.temperature is not None:
        facts["Temp (K)"] = f"{pattern.temperature:g}"
    if pattern.start_time is not None:
        facts["Start time"] = pattern.start_time.isoformat()
    if pattern.end_time is not None:
        facts["End time"] = pattern.end_time.isoformat()
    if pattern.anode:
        facts["Anode"] = pattern.anode
    return facts


def _number(value: float) -> str:
    """Return eight digits behind the point at most, none that say nothing."""
    return f"{value:.8f}".rstrip("0").rstrip(".")
