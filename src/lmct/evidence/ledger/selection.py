"""What several findings tell of the same data counts once."""

from __future__ import annotations

from collections.abc import Sequence

from lmct.evidence.ledger.state import half_cycle_of
from lmct.quantity.finding import Finding


def distinct_findings(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Leave out findings that repeat others, or whose data are in a mean that is there as well.

    A finding goes when another one of the same quantity and sample rests on all of its files and either has
    the same condition, or is about the sample as a whole while this one is about a half-cycle of one file.

    Parameters
    ----------
    findings
        In the order of the store: those of analyses first.

    Returns
    -------
    :
        What is left, in the same order.

    Examples
    --------
    >>> from lmct.quantity.value import Value
    >>> mean = Finding("metal_plateau_capacity", Value(100.0, 1.0), "a", source_file="1; 2")
    >>> one = Finding("metal_plateau_capacity", Value(99.0, 1.0), "a", "", "cycle 1, discharge", "1")
    >>> distinct_findings([mean, one]) == (mean,)
    True
    """
    kept: list[Finding] = []
    seen: dict[tuple[str, str, str], list[tuple[Finding, frozenset[str]]]] = {}
    for finding in findings:
        others = seen.setdefault((finding.technique, finding.quantity, finding.sample), [])
        files = frozenset(name for name in finding.source_file.split("; ") if name)
        if any(_covers(other, members, finding, files) for other, members in others):
            continue
        others.append((finding, files))
        kept.append(finding)
    return tuple(kept)


def _covers(other: Finding, members: frozenset[str], finding: Finding, files: frozenset[str]) -> bool:
    if not files <= members:
        return False
    if other.condition == finding.condition:
        return bool(files) or other.value == finding.value
    return (
        bool(files)
        and half_cycle_of(finding.condition) is not None
        and half_cycle_of(other.condition) is None
    )
