"""Spectra and gas: single findings about a sample at the end of its history."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lmct.evidence.instrument_constant import (
    EDGE_PER_HOLE,
    PHOTOEMISSION_PER_OXYGEN_HOLE,
    PHOTOEMISSION_SCALE,
    edge_origin,
)
from lmct.evidence.likelihood.observation import Observation
from lmct.evidence.likelihood.unknown import Unknown
from lmct.evidence.observed.cell_steps import steps_of_half_cycles
from lmct.evidence.observed.sample import Observed, SampleRecord
from lmct.quantity.finding import Finding

NICKEL_2 = "nickel_2_fraction"
"""Finding of which the oxidised fraction is the rest."""


FIRST_CHARGE = "charge 1"
"""Window of the gas that is compared: later ones hold the errors of all before."""


@dataclass(frozen=True)
class Kind:
    """How a finding at the end of a history is compared.

    Parameters
    ----------
    quantity, technique
        Which findings.
    observable
        What the electrode shows.
    unit
        Unit of the finding.
    scale, offset
        Constants of the instrument, made from the values of all findings of this kind.
    turned
        Changes a value before it is compared.
    words
        The condition of the finding; empty: any.
    """

    quantity: str
    technique: str
    observable: str
    unit: str
    scale: Callable[[Sequence[float]], Unknown] | None = None
    offset: Callable[[Sequence[float]], Unknown] | None = None
    turned: Callable[[float], float] = float
    words: str = ""


def _nickel_scale(values: Sequence[float]) -> Unknown:
    return PHOTOEMISSION_SCALE


def _oxygen_scale(values: Sequence[float]) -> Unknown:
    return PHOTOEMISSION_PER_OXYGEN_HOLE


def _edge_origin(values: Sequence[float]) -> Unknown:
    return edge_origin(middle=min(values), source="assumption: near the lowest edge that was measured")


def _edge_slope(values: Sequence[float]) -> Unknown:
    return EDGE_PER_HOLE


def _rest(value: float) -> float:
    return 1.0 - value


KINDS = (
    Kind(NICKEL_2, "photoemission", "oxidised_metal_fraction", "", scale=_nickel_scale, turned=_rest),
    Kind("oxidised_oxygen_fraction", "photoemission", "oxidised_oxygen", "", scale=_oxygen_scale),
    Kind(
        "edge_energy",
        "absorption",
        "metal_holes",
        "eV",
        scale=_edge_slope,
        offset=_edge_origin,
        words="at half height",
    ),
    Kind("oxygen_released", "gas_evolution", "oxygen_released", "umol/g", words=FIRST_CHARGE),
)
"""Everything of this sort that is understood; a new one is a line here."""


def observed(records: Sequence[SampleRecord]) -> Observed:
    """Return what spectra and gas contribute.

    Parameters
    ----------
    records
        The samples of the study.

    Returns
    -------
    :
        One observation for each finding of a known kind about a sample whose history is known.
    """
    observations: list[Observation] = []
    unknowns: list[Unknown] = []
    messages: list[str] = []
    records = [_with_first_charge(record) for record in records]
    for kind in KINDS:
        pairs = [(record, finding) for record in records for finding in _findings(record, kind)]
        untold = sorted({record.name for record, _ in pairs if not record.history})
        if untold:
            messages.append(
                f"{kind.quantity.replace('_', ' ')} of {', '.join(untold)} is not used: the study does not"
                " say the history of the sample."
            )
        usable = [(record, finding) for record, finding in pairs if record.history]
        if usable:
            observations += _of_kind(kind, usable)
            values = [finding.value.value for _, finding in usable]
            unknowns += [make(values) for make in (kind.offset, kind.scale) if make is not None]
    return Observed(tuple(observations), tuple(unknowns), tuple(messages))


def _with_first_charge(record: SampleRecord) -> SampleRecord:
    """Return a sample whose history is the first charge of its cell when the study tells none of gas."""
    cells = record.of("electrochemistry")
    if record.history or not record.of("gas_evolution") or not cells:
        return record
    steps = steps_of_half_cycles(cells[0].dataset)
    return record if not steps or steps[0].kind != "charge" else replace(record, history=steps[:1])


def _findings(record: SampleRecord, kind: Kind) -> Iterator[Finding]:
    everything = [*record.findings, *(one for m in record.measurements for one in m.findings)]
    for finding in everything:
        value = finding.value
        meant = (finding.quantity, finding.technique) == (kind.quantity, kind.technique)
        if (
            meant
            and kind.words in ("", finding.condition)
            and math.isfinite(value.value)
            and value.uncertainty > 0.0
        ):
            yield finding


def _of_kind(kind: Kind, pairs: Sequence[tuple[SampleRecord, Finding]]) -> Iterator[Observation]:
    seen: dict[str, int] = {}
    for record, finding in pairs:
        words = f"{record.name}, {kind.quantity.replace('_', ' ')}"
        seen[words] = seen.get(words, 0) + 1
        if seen[words] > 1:
            words = f"{words} ({seen[words]})"
        steps = tuple(replace(step, text="") for step in record.history)
        yield Observation(
            name=words,
            observable=kind.observable,
            protocol=steps,
            at=np.array([_end(steps[-1].duration)]),
            values=np.array([kind.turned(finding.value.value)]),
            uncertainty=np.array([finding.value.uncertainty]),
            unit=kind.unit,
            offset="" if kind.offset is None else kind.offset([finding.value.value]).name,
            scale="" if kind.scale is None else kind.scale([finding.value.value]).name,
            cell=words,
            sample=record.name,
            technique=kind.technique,
            source=finding.source_file,
        )


def _end(duration: float | None) -> float:
    """Return a time at or beyond the end of a step: histories answer with their last state there."""
    return 1e12 if duration is None else duration
