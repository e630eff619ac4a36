"""Draw a virtual campaign: the truth from a mechanism's own histories, the errors from their stated sizes."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from lmct.evidence.likelihood.block import Outliers
from lmct.evidence.likelihood.likelihood import Likelihood
from lmct.evidence.likelihood.mechanism import Mechanism
from lmct.evidence.likelihood.observation import Campaign, Observation
from lmct.evidence.likelihood.unknown import Unknown
from lmct.evidence.virtual.planned import PlannedMeasurement, Reading, instrument_unknowns
from lmct.quantity.errors import NotConverged, OutOfRange

SOURCE = "virtual"
"""Source of every observation of a virtual campaign."""


def draft(design: Sequence[PlannedMeasurement]) -> Campaign:
    """Return the campaign of a design before anything is measured: all values zero.

    Parameters
    ----------
    design
        The planned measurements, with distinct names.

    Returns
    -------
    :
        Observations with the uncertainties of the design. Errors relative to a value are zero.

    Raises
    ------
    OutOfRange
        Nothing is planned, or two measurements have one name.
    """
    if not design:
        raise OutOfRange("nothing is planned: a design needs at least one measurement.")
    if len({one.name for one in design}) < len(design):
        raise OutOfRange(
            "a design needs planned measurements with distinct names, got"
            f" {[one.name for one in design]}. Plan more cells instead of one measurement twice."
        )
    observations = [
        _draft_observation(measurement, reading, cell)
        for measurement in design
        for cell in range(1, measurement.cells + 1)
        for reading in measurement.readings
    ]
    return Campaign(tuple(observations), instrument_unknowns(design))


def observe(
    mechanism: Mechanism,
    values: Mapping[str, float],
    design: Sequence[PlannedMeasurement],
    *,
    seed: int,
    outliers: Outliers | None = None,
) -> Campaign:
    """Return what a design would give if a mechanism were true.

    The errors of a cell depend on the seed and on the name of the cell only: a measurement gives the same
    numbers in every design that holds it. Errors relative to a value are stated in the campaign relative to
    the measured value, as somebody would who does not know the truth.

    Parameters
    ----------
    mechanism
        The truth.
    values
        Of all its unknowns; constants of instruments that are missing are taken at the middle of their
        priors.
    design
        The planned measurements.
    seed
        Of the errors.
    outliers
        How cells go wrong; None: no cell does.

    Returns
    -------
    :
        The campaign.

    Raises
    ------
    NotConverged
        The mechanism cannot do what is planned.
    """
    blank = draft(design)
    constants = {one.name: one.prior.value_at(0.5) for one in blank.unknowns}
    truth = Likelihood(mechanism, blank).predictions({**constants, **values})
    readings = [reading for one in design for _ in range(one.cells) for reading in one.readings]
    cells: dict[str, _CellErrors] = {}
    found = []
    for one, reading, shown in zip(blank.observations, readings, truth, strict=True):
        if shown is None:
            raise NotConverged(
                f"{mechanism.title} cannot do what {one.name!r} asks of a sample with these values. Plan a"
                " milder history, or take other values."
            )
        if one.cell not in cells:
            cells[one.cell] = _CellErrors(one.cell, seed, outliers)
        measured = cells[one.cell].measured(one, reading, shown)
        found.append(replace(one, values=measured, loadings=loadings_of(reading, measured)))
    return Campaign(tuple(found), blank.unknowns)


def prior_draw(unknowns: Sequence[Unknown], rng: np.random.Generator) -> dict[str, float]:
    """Return values of unknowns drawn from their priors.

    Parameters
    ----------
    unknowns
        The unknowns, of a mechanism and of instruments.
    rng
        Source of the draw.

    Returns
    -------
    :
        Values by name.
    """
    return {one.name: one.prior.value_at(float(rng.random())) for one in unknowns}


class _CellErrors:
    """The errors of one cell: its shared ones drawn once, and whether it is an outlier."""

    def __init__(self, cell: str, seed: int, outliers: Outliers | None) -> None:
        self._rng = np.random.default_rng([seed, zlib.crc32(cell.encode())])
        draw = float(self._rng.random())
        self._factor = outliers.factor if outliers is not None and draw < outliers.share else 1.0
        self._shared: dict[str, float] = {}

    def measured(
        self, one: Observation, reading: Reading, shown: Float[np.ndarray, "point"]
    ) -> Float[np.ndarray, "point"]:
        """Return values with errors."""
        values = shown + self._factor * one.uncertainty * self._rng.standard_normal(len(shown))
        for name, effect in loadings_of(reading, shown).items():
            if name not in self._shared:
                self._shared[name] = float(self._rng.standard_normal())
            values = values + self._shared[name] * effect
        return np.asarray(values)


def loadings_of(reading: Reading, shown: Float[np.ndarray, "point"]) -> dict[str, Float[np.ndarray, "point"]]:
    """Return the effect of each shared error of a cell on the values of a reading.

    Parameters
    ----------
    reading
        The reading.
    shown
        Its values.

    Returns
    -------
    :
        Effects of one standard deviation, by name of the error.
    """
    effects = {name: share * np.abs(shown) for name, share in reading.relative.items()}
    for name, amount in reading.absolute.items():
        effects[name] = np.full(len(shown), amount)
    return effects


def _draft_observation(measurement: PlannedMeasurement, reading: Reading, cell: int) -> Observation:
    at = np.array(reading.at)
    blank = np.zeros(len(at))
    return Observation(
        name=f"{measurement.name}, cell {cell}, {reading.name}",
        observable=reading.observable,
        protocol=measurement.protocol,
        step=reading.step,
        at=at,
        values=blank,
        uncertainty=np.full(len(at), reading.uncertainty),
        unit=reading.unit,
        offset=reading.offset,
        scale=reading.scale,
        loadings=loadings_of(reading, blank),
        cell=f"{measurement.name}, cell {cell}",
        sample=measurement.name,
        technique=measurement.technique,
        source=SOURCE,
    )
