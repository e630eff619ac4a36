"""Findings of several cells, with the files they came from."""

from __future__ import annotations

from collections.abc import Iterable

from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.electrochemistry.cells import CellGroup


def group_finding(
    quantity: str,
    value: Value,
    groups: Iterable[CellGroup],
    condition: str,
    *,
    sample: str = "",
    note: str = "",
) -> Finding:
    """Return a finding that rests on all files of some conditions.

    Parameters
    ----------
    quantity
        Name.
    value
        Number.
    groups
        Conditions it was computed from.
    condition
        State and history in words.
    sample
        Sample it is about; empty when it is about all of them.
    note
        What a reader must know.

    Returns
    -------
    :
        The finding; every file is named once.
    """
    files = dict.fromkeys((m.source_file, m.source_sha256) for one in groups for m in one.measurements)
    return Finding(
        quantity=quantity,
        value=value,
        sample=sample,
        technique="electrochemistry",
        condition=condition,
        source_file="; ".join(name for name, _ in files),
        source_sha256="; ".join(digest for _, digest in files),
        note=note,
    )
