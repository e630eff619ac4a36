"""Figures of measurements by themselves: a Rietveld plot of a pattern, waterfall and map of a sequence."""

from __future__ import annotations

from collections.abc import Sequence

from lmct.technique.contract import FigureSheet, Measurement
from lmct.technique.diffraction.figure.rietveld import rietveld_sheet
from lmct.technique.diffraction.figure.waterfall import waterfall_sheets
from lmct.technique.diffraction.pattern_dataset import pattern_of_dataset
from lmct.technique.diffraction.sequence.dataset import KIND, sequence_of_dataset

MOST = 12
"""Patterns of one sample that are drawn; more say nothing more."""


def sheets_of_measurements(measurements: Sequence[Measurement]) -> tuple[FigureSheet, ...]:
    """Return the figures of measurements of this technique.

    Parameters
    ----------
    measurements
        Patterns and sequences, in the order of the study.

    Returns
    -------
    :
        Sheets; of many patterns the first twelve.
    """
    sheets: list[FigureSheet] = []
    drawn = 0
    for one in measurements:
        if one.dataset.attrs.get("content") == KIND:
            sheets += waterfall_sheets(sequence_of_dataset(one.dataset), name=one.name)
        elif drawn < MOST:
            sheets.append(rietveld_sheet(pattern_of_dataset(one.dataset), name=one.name))
            drawn += 1
    return tuple(sheets)
