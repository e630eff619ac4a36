"""The ledger of a study that has been run: its findings in, results/ledger out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lmct import material
from lmct.evidence.ledger.context import LedgerContext, Powder, context_of_material
from lmct.evidence.ledger.figure import columns_of
from lmct.evidence.ledger.ledger import Ledger, build_ledger
from lmct.execution.lock import locked
from lmct.quantity.errors import DataError, LmctError
from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.study.atomic import remove_unfinished, write_text
from lmct.study.condition import IN_CYCLING
from lmct.study.figure_file import csv_text
from lmct.study.layout import Sample, Study
from lmct.study.plain_json import write_document
from lmct.study.store import read_findings
from lmct.study.study_file import read_study

if TYPE_CHECKING:
    from lmct.protocol.step import Step

FOLDER, DOCUMENT, TABLE = "ledger", "ledger.json", "ledger.csv"

SET_CHARGE = 0.02
"""Relative uncertainty of a charge that the history sets, for the mass of the electrode [1]."""

WARM = 313.15
"""Samples that were kept above this may have lost gas since their charge [K]: an assumption."""


@dataclass(frozen=True)
class LedgerStudy:
    """A study with its ledger.

    Parameters
    ----------
    study
        The study.
    ledger
        Its account.
    """

    study: Study
    ledger: Ledger

    @property
    def folder(self) -> Path:
        """Folder of everything written."""
        return self.study.results / FOLDER

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {"study": self.study.name, **self.ledger.to_json()}


def ledger_of_study(location: Path) -> LedgerStudy:
    """Put the findings of a study into one account; writes ``ledger.json`` and ``ledger.csv``.

    Parameters
    ----------
    location
        The study file, or the folder that holds ``study.toml``.

    Returns
    -------
    :
        The account.

    Raises
    ------
    DataError
        The study names no material, or it has not been run.
    Busy
        Another run writes the ledger of this study.
    """
    study = read_study(location)
    findings = read_findings(study.path)
    ledger = build_ledger(findings, context_of_study(study))
    messages = (*_words_of_silent_samples(study, findings), *ledger.messages)
    result = LedgerStudy(study, replace(ledger, messages=messages))
    result.folder.mkdir(parents=True, exist_ok=True)
    with locked(result.folder / ".lock", what=result.folder):
        remove_unfinished(result.folder)
        write_document(result.folder / DOCUMENT, result.to_json())
        write_text(result.folder / TABLE, csv_text(columns_of(result.ledger.entries)))
    return result


def context_of_study(study: Study) -> LedgerContext:
    """Return what the ledger must know of a study: its material, and which samples got the same charge.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    :
        Samples with the same charges and discharges in their history are one powder; the first of them is one
        that was neither heated nor discharged at once.

    Raises
    ------
    DataError
        The study names no material.
    """
    if not study.material:
        raise DataError(
            f"{study.path.name} names no material, so charges cannot be counted per formula unit. Expected"
            ' material = "..." in [study]. See: lmct materials'
        )
    return context_of_material(
        material.load(study.material, x=study.x),
        powders=_powders(study),
        voltages={
            one.name: one.condition["charge_voltage"]
            for one in study.samples
            if IN_CYCLING in one.condition and "charge_voltage" in one.condition
        },
        in_cycling=frozenset(one.name for one in study.samples if IN_CYCLING in one.condition),
    )


def _words_of_silent_samples(study: Study, findings: Sequence[Finding]) -> tuple[str, ...]:
    """Name the samples of which no analysis found anything, so that they have no place in the ledger."""
    heard = {one.sample for one in findings}
    silent = [one.name for one in study.samples if one.name not in heard]
    if not silent:
        return ()
    return (
        f"no finding about {', '.join(silent)}: none of their measurements was read and analysed with"
        " success; what failed is in report.html",
    )


def _powders(study: Study) -> tuple[Powder, ...]:
    groups: dict[tuple[Step, ...], list[Sample]] = {}
    for sample in study.samples:
        passed = _charges(sample)
        if passed:
            groups.setdefault(passed, []).append(sample)
    return tuple(_powder(members) for members in groups.values())


def _charges(sample: Sample) -> tuple[Step, ...]:
    """Return the steps of a history that pass charge; none when they cannot be read."""
    from lmct.protocol.plain_words import parse_steps

    if not sample.history:
        return ()
    try:
        return tuple(step for step in parse_steps(sample.history) if step.kind not in ("rest", "heat"))
    except LmctError:  # the study file was accepted, so its conditions are stated by themselves
        return ()


def _powder(members: list[Sample]) -> Powder:
    ordered = sorted(
        members, key=lambda one: (one.condition.get("hold_time", 0.0), IN_CYCLING in one.condition)
    )
    charge = ordered[0].condition.get("charge_capacity")
    voltage = ordered[0].condition.get("charge_voltage")
    limit = "" if voltage is None else f"{voltage:g} V"
    name = ordered[0].name if len(ordered) == 1 else f"{ordered[0].name} and {len(ordered) - 1} more"
    return Powder(
        name=name,
        samples=tuple(one.name for one in ordered),
        charge=None if charge is None else Value(charge, SET_CHARGE * charge, "mAh/g"),
        limit=limit if charge is None else f"{charge:g} mAh/g",
        heated=frozenset(one.name for one in ordered if one.condition.get("hold_temperature", 0.0) > WARM),
    )
