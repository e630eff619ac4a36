"""Ion currents written as a plain delimited table that any program reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lmct.instrument.mass_spectrometer.trace import AMPERE, CONDITIONS, GasTrace


def write_table(trace: GasTrace, path: str | Path) -> Path:
    """Write a record as comma-separated text: facts, a heading with units, rows.

    Parameters
    ----------
    trace
        The record.
    path
        Where to; an existing file is replaced.

    Returns
    -------
    :
        The path.
    """
    path = Path(path)
    facts = dict(trace.metadata)
    if trace.start_time is not None:
        facts["start_time"] = trace.start_time.isoformat()
    unit = "A" if trace.unit == AMPERE else "cps"
    columns = {"time (s)": trace.time}
    columns |= {f"m/z {mass} ({unit})": values for mass, values in sorted(trace.currents.items())}
    columns |= {f"{name} ({CONDITIONS[name]})": values for name, values in trace.conditions.items()}
    lines = [f"# {name}: {' '.join(text.split())}" for name, text in facts.items()]
    lines.append(",".join(columns))
    rows = np.column_stack(list(columns.values()))
    lines += [",".join(_number(value) for value in row) for row in rows.tolist()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.9g}"
