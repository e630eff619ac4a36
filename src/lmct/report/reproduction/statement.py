"""A statement of the paper as data: its words, its line, and how the simulated electrode answers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from lmct.report.reproduction.paper_runs import PaperRuns

Verdict = Literal["met", "missed", "undecidable"]
"""What comparing a statement with the simulation can end in."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the simulated electrode says to a statement.

    Parameters
    ----------
    ours
        Our value or finding in words.
    verdict
        Whether it agrees with the paper.
    """

    ours: str
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of the paper.

    Parameters
    ----------
    id
        Short name, unique.
    text
        What the paper says.
    paper
        Its value, or the word that is judged.
    line
        Line of the manuscript, for example ``"L234"``.
    figure
        Panel of the paper it belongs to, for example ``"4a"``; empty for one of the supplement.
    answer
        Finds ours in the simulations.
    """

    id: str
    text: str
    paper: str
    line: str
    figure: str = ""
    answer: Callable[[PaperRuns], Answer]


@dataclass(frozen=True, slots=True)
class Judged:
    """A statement with its answer.

    Parameters
    ----------
    statement
        The statement.
    answer
        The answer.
    """

    statement: Statement
    answer: Answer

    def to_json(self) -> dict[str, str]:
        """Return the row of the table in plain JSON types.

        Examples
        --------
        >>> sky = Statement(id="a", text="b", paper="c", line="L1", answer=lambda runs: met_if("d", True))
        >>> Judged(sky, Answer("d", "met")).to_json()["verdict"]
        'met'
        """
        return {
            "id": self.statement.id,
            "text": self.statement.text,
            "paper": self.statement.paper,
            "line": self.statement.line,
            "ours": self.answer.ours,
            "verdict": self.answer.verdict,
        }


def met_if(ours: str, holds: bool) -> Answer:
    """Return the answer to a statement that is judged by its word.

    Examples
    --------
    >>> met_if("falls at every step", True).verdict
    'met'
    """
    return Answer(ours, "met" if holds else "missed")


def within(ours: float, paper: float, tolerance: float, unit: str, *, digits: int = 2) -> Answer:
    """Return the answer to a statement that gives a number.

    Parameters
    ----------
    ours, paper
        Values.
    tolerance
        Largest difference that counts as agreement.
    unit
        Unit of all three.
    digits
        Decimal places that are shown.

    Returns
    -------
    :
        Met when the difference is within the tolerance; NaN never is.

    Examples
    --------
    >>> within(3.745, 3.74, 0.02, "V", digits=3)
    Answer(ours='3.745 V', verdict='met')
    """
    return met_if(f"{ours:.{digits}f} {unit}".strip(), abs(ours - paper) <= tolerance)


def undecidable(reason: str) -> Answer:
    """Return the answer to a statement that neither text nor model can decide.

    Examples
    --------
    >>> undecidable("no parameters of this material").verdict
    'undecidable'
    """
    return Answer(reason, "undecidable")


def numbers(values: object, *, digits: int = 0) -> str:
    """Return numbers as a short list.

    Examples
    --------
    >>> numbers([1.25, 2.0], digits=1)
    '1.2, 2.0'
    """
    import numpy as np

    return ", ".join(f"{value:.{digits}f}" for value in np.asarray(values, dtype=float))
