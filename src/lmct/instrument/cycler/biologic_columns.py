"""What BioLogic's column names mean, in the binary and in the text format, in several languages."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Bool, Float

from lmct.instrument.cycler.columns import (
    CHARGING,
    CYCLE,
    DISCHARGING,
    NET,
    STEP_COUNT,
    STEP_INDEX,
    STEP_TIME,
    TEMPERATURE,
    UNITS,
)
from lmct.instrument.cycler.record import CURRENT, TIME, VOLTAGE
from lmct.instrument.header import factor_between, split_header, words_of
from lmct.quantity.errors import MissingColumn

WORDS: Mapping[str, tuple[str, ...]] = {
    TIME: ("time", "temps", "zeit", "tiempo", "tempo", "时间"),
    VOLTAGE: ("ewe", "ecell", "ewe-ece", "u", "spannung", "tension", "电压"),
    CURRENT: ("i", "courant", "strom", "corriente", "电流"),
    CYCLE: ("cycle number", "numéro de cycle", "n° de cycle", "zyklusnummer", "zyklus", "循环序号", "循环数"),
    STEP_INDEX: ("ns",),
    STEP_TIME: ("step time",),
    NET: ("(q-qo)",),
    CHARGING: ("q charge",),
    DISCHARGING: ("q discharge", "q décharge", "q entladung"),
    TEMPERATURE: ("temperature", "température", "temperatur", "温度"),
}
"""Names without unit, in the order in which they are preferred."""

INCREMENTS = ("dq",)
PLACEHOLDER_MASS_MG = 7000.0


def record_columns(
    table: Mapping[str, Float[np.ndarray, "row"]], source_file: str
) -> tuple[dict[str, Float[np.ndarray, "row"]], list[str]]:
    """Return BDF columns and warnings from a BioLogic table.

    Parameters
    ----------
    table
        Arrays by BioLogic's column header, for example ``"Ewe/V"``.
    source_file
        Name of the file, for messages.

    Returns
    -------
    :
        The columns, impedance rows left out, and one sentence for what was done.

    Raises
    ------
    MissingColumn
        There is no time, voltage or current, and no charge increment from which the current follows.
    """
    columns = {bdf: column for bdf in WORDS if (column := _find(table, WORDS[bdf], UNITS[bdf])) is not None}
    said: list[str] = []
    if CURRENT not in columns and TIME in columns:
        increments = _find(table, INCREMENTS, "Ah")
        if increments is not None:
            columns[CURRENT] = current_from_increments(increment=increments, time=columns[TIME])
            said.append("no current column; current computed from dq and time, as EC-Lab does on export.")
    missing = [bdf for bdf in (TIME, VOLTAGE, CURRENT) if bdf not in columns]
    if missing:
        raise MissingColumn(
            f"{source_file} has no column for {', '.join(missing)} (found: {', '.join(table)})."
            " Expected 'time/s', 'Ewe/V' or 'Ecell/V', and '<I>/mA' or 'I/mA'."
            " Export it in EC-Lab (File > Export as text) with these columns ticked."
        )
    columns = _without_impedance(columns, table, said)
    if STEP_INDEX in columns:
        changes = np.diff(columns[STEP_INDEX], prepend=columns[STEP_INDEX][:1]) != 0
        columns[STEP_COUNT] = np.cumsum(changes) + 1.0
    return columns, said


def current_from_increments(
    *, increment: Float[np.ndarray, "row"], time: Float[np.ndarray, "row"]
) -> Float[np.ndarray, "row"]:
    """Mean current of each row from the charge since the row before.

    Parameters
    ----------
    increment
        Charge passed since the row before [Ah].
    time
        Time [s].

    Returns
    -------
    :
        Current [A]; zero in the first row and where time stands still.

    Examples
    --------
    >>> current_from_increments(increment=np.array([0.0, 1e-3]), time=np.array([0.0, 3.6])).tolist()
    [0.0, 1.0]
    """
    current = np.zeros(len(time))
    steps = np.diff(time)
    np.divide(increment[1:] * 3600.0, steps, out=current[1:], where=steps > 0)
    return current


def mass_warnings(mass_mg: float, *, molar_mass: float, intercalated_at_start: float) -> list[str]:
    """Return a warning when a stated active mass is a setting of EC-Lab that nobody changed.

    Parameters
    ----------
    mass_mg
        Mass of active material [mg].
    molar_mass
        Molar mass of the active material [g/mol].
    intercalated_at_start
        x at the start of the acquisition [1].

    Examples
    --------
    >>> mass_warnings(7000.0, molar_mass=90.93, intercalated_at_start=0.9)[0][:36]
    'active mass 7000 mg, molar mass 90.9'
    >>> mass_warnings(3.42, molar_mass=150.81, intercalated_at_start=1.0)
    []
    """
    if mass_mg == PLACEHOLDER_MASS_MG:
        return [
            f"active mass {mass_mg:g} mg, molar mass {molar_mass:g} g/mol and x = {intercalated_at_start:g}"
            " look like settings left from another cell: state the mass in the study file, do not use x."
        ]
    return []


def _find(
    table: Mapping[str, Float[np.ndarray, "row"]], names: tuple[str, ...], unit: str
) -> Float[np.ndarray, "row"] | None:
    """Return the first column with one of the names, converted; names earlier in the list win."""
    for wanted in names:
        for header, column in table.items():
            name, found = split_header(header, unit) if unit else (header.split("/")[0], None)
            if unit == "Ah" and found is None:
                name, found = split_header(header, "C")
            if words_of(name) == wanted and (found or not unit):
                return _converted(column, found, unit)
    return None


def _converted(column: Float[np.ndarray, "row"], found: str | None, unit: str) -> Float[np.ndarray, "row"]:
    values = np.asarray(column, dtype=float)
    factor = factor_between(found, unit) if found else 1.0
    return values if factor == 1.0 else values * factor


def _without_impedance(
    columns: dict[str, Float[np.ndarray, "row"]],
    table: Mapping[str, Float[np.ndarray, "row"]],
    said: list[str],
) -> dict[str, Float[np.ndarray, "row"]]:
    """Keep the rows of direct current; a pure impedance file keeps its mean voltage and current."""
    frequency = next((table[key] for key in table if key.startswith("freq")), None)
    if frequency is None:
        return columns
    alternating: Bool[np.ndarray, "row"] = np.asarray(frequency) > 0
    count = int(alternating.sum())
    if count == len(alternating):
        said.append(
            f"all {count} rows are impedance points: mean voltage and current kept, the spectrum not."
        )
        return columns
    if count:
        said.append(
            f"{count} impedance rows among {len(alternating)} left out; the rows of direct current are kept."
        )
        return {key: column[~alternating] for key, column in columns.items()}
    return columns
