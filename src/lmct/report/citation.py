"""References for publications that use lmct, as BibTeX."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from importlib.resources import files

from lmct import __version__
from lmct.quantity.errors import unknown_name

PROGRAM = "method"
"""Topic of the paper that lmct starts from, and of lmct itself."""


@dataclass(frozen=True, slots=True)
class Citation:
    """One reference.

    Parameters
    ----------
    key
        BibTeX key.
    topic
        What it is cited for: ``method``, ``electrode``, ``analysis``, ``files`` or ``software``.
    bibtex
        The entry.
    """

    key: str
    topic: str
    bibtex: str


def citations(topics: Collection[str] = ()) -> tuple[Citation, ...]:
    """Return the references, lmct itself and the paper it starts from first.

    Parameters
    ----------
    topics
        Only these topics; all when empty.

    Returns
    -------
    :
        The references.

    Raises
    ------
    UnknownName
        There is no such topic.

    Examples
    --------
    >>> [citation.key for citation in citations(["method"])]
    ['lmct', 'Li2022']
    """
    text = files("lmct.report").joinpath("citations.bib").read_text(encoding="utf-8")
    entries = (_program(), *(_citation(entry) for entry in re.split(r"\n{2,}", text.strip())))
    known = {entry.topic for entry in entries}
    for topic in topics:
        if topic not in known:
            raise unknown_name("topic", topic, known)
    return tuple(entry for entry in entries if not topics or entry.topic in topics)


def _citation(bibtex: str) -> Citation:
    key = re.match(r"@\w+\{([^,]+),", bibtex)
    topic = re.search(r"^\s*keywords = \{(\w+)\}", bibtex, re.MULTILINE)
    return Citation(key[1] if key else "", topic[1] if topic else "", bibtex)


def _program() -> Citation:
    bibtex = (
        "@misc{lmct,\n"
        "  author = {{The lmct developers}},\n"
        "  title = {lmct: one reproducible account of ligand-to-metal charge transfer"
        " in Li-rich battery electrodes},\n"
        f"  note = {{Version {__version__}}},\n"
        f"  keywords = {{{PROGRAM}}}\n"
        "}"
    )
    return Citation("lmct", PROGRAM, bibtex)
