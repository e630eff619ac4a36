"""Compare findings with a truth that is known, as in a virtual campaign."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lmct.quantity import Finding
from lmct.quantity.errors import DamagedFile, UnitMismatch


@dataclass(frozen=True, slots=True)
class Truth:
    """One number that was put into a virtual campaign.

    Parameters
    ----------
    quantity, sample
        Which findings it is the truth of.
    truth
        The number.
    unit
        Its unit.
    condition
        Which of the findings of this quantity and sample it is the truth of; empty: of all of them.
    """

    quantity: str
    sample: str
    truth: float
    unit: str = ""
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One finding beside its truth; without a finding, its numbers are NaN and it counts as outside.

    Parameters
    ----------
    quantity, sample
        What is compared.
    truth, value, uncertainty
        True number, found number, its standard uncertainty.
    unit
        Unit of the three.
    sigmas
        (found - true) / uncertainty.
    inside_68, inside_95
        Whether the truth lies in the central interval of that probability (Student's t for few cells).
    """

    quantity: str
    sample: str
    truth: float
    value: float
    uncertainty: float
    unit: str
    sigmas: float
    inside_68: bool
    inside_95: bool

    def to_json(self) -> dict[str, Any]:
        """Return one flat dictionary of plain JSON types; NaN becomes None."""
        return {
            name: None
            if isinstance(value := getattr(self, name), float) and not math.isfinite(value)
            else value
            for name in self.__dataclass_fields__
        }


def read_truths(path: Path) -> tuple[Truth, ...]:
    """Read ``truth.json``, a list of ``{"quantity", "sample", "truth", "unit", "condition"}``.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    :
        The truths in their order.

    Raises
    ------
    DamagedFile
        The file is not such a list.
    """
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return tuple(
            Truth(
                str(row["quantity"]),
                str(row["sample"]),
                float(row["truth"]),
                str(row.get("unit", "")),
                str(row.get("condition", "")),
            )
            for row in rows
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedFile(
            f"{path} is not a list of truths ({error!r})."
            " Expected [{'quantity', 'sample', 'truth', 'unit'}, ...]. Write it again with the campaign."
        ) from error


def compare(findings: Iterable[Finding], truths: Sequence[Truth]) -> tuple[Comparison, ...]:
    """Set findings beside their truths.

    Parameters
    ----------
    findings
        What was found; those without a truth are left out.
    truths
        What is true.

    Returns
    -------
    :
        In the order of the truths, one row for each finding of the same quantity and sample; a truth that
        nothing was found for gives one row with NaN, so that it cannot be overlooked.

    Raises
    ------
    UnitMismatch
        Finding and truth differ in unit.

    Examples
    --------
    >>> from lmct.quantity import Value
    >>> rows = compare([Finding("gap", Value(1.3, 0.1, "V"), "a")], [Truth("gap", "a", 1.45, "V")])
    >>> round(rows[0].sigmas, 1), rows[0].inside_68, rows[0].inside_95
    (-1.5, False, True)
    """
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        found.setdefault((finding.quantity, finding.sample), []).append(finding)
    rows: list[Comparison] = []
    for truth in truths:
        matches = [
            finding
            for finding in found.get((truth.quantity, truth.sample), [])
            if truth.condition in ("", finding.condition)
        ]
        rows += [_beside(truth, finding) for finding in matches] or [_missing(truth)]
    return tuple(rows)


def _beside(truth: Truth, finding: Finding) -> Comparison:
    value = finding.value
    if value.unit != truth.unit:
        raise UnitMismatch(
            f"{truth.quantity} of {truth.sample} was found in {value.unit!r}, its truth is in {truth.unit!r}."
            " Write the truth in the unit of the finding."
        )
    deviation = value.value - truth.truth
    return Comparison(
        quantity=truth.quantity,
        sample=truth.sample,
        truth=truth.truth,
        value=value.value,
        uncertainty=value.uncertainty,
        unit=truth.unit,
        sigmas=deviation / value.uncertainty if value.uncertainty else math.copysign(math.inf, deviation),
        inside_68=_inside(finding, truth.truth, 0.68),
        inside_95=_inside(finding, truth.truth, 0.95),
    )


def _inside(finding: Finding, truth: float, probability: float) -> bool:
    low, high = finding.value.interval(probability)
    return bool(low <= truth <= high)


def _missing(truth: Truth) -> Comparison:
    nothing = math.nan
    return Comparison(
        truth.quantity, truth.sample, truth.truth, nothing, nothing, truth.unit, nothing, False, False
    )
