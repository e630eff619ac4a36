"""Whole-pattern refinement of a cubic crystal: from a pattern to a cell with an uncertainty to believe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from lmct.instrument.diffraction.pattern import DiffractionPattern
from lmct.material.crystal.crystal import Crystal
from lmct.quantity.errors import DataError, OutOfRange
from lmct.technique.diffraction.cell_error import relative_cell_error
from lmct.technique.diffraction.diffractometer import Diffractometer
from lmct.technique.diffraction.flags import SPIKE
from lmct.technique.diffraction.left_hump import with_left_hump
from lmct.technique.diffraction.refined import RefinedPattern
from lmct.technique.diffraction.reflection import two_theta_from_spacing
from lmct.technique.diffraction.rock_salt.levenberg_marquardt import Fit, fit_linear, levenberg_marquardt
from lmct.technique.diffraction.rock_salt.lines import CubicLines, cubic_lines
from lmct.technique.diffraction.rock_salt.model import PatternModel
from lmct.technique.diffraction.rock_salt.record import FittedRecord, fitted_record
from lmct.technique.diffraction.rock_salt.result import refined_pattern
from lmct.technique.diffraction.rock_salt.settings import RockSaltSettings
from lmct.technique.diffraction.rock_salt.start import cell_candidates

TRIAL_STEPS = 14
"""Evaluations that a candidate of the search gets before the best one is pursued."""

PURSUED = 4
"""Candidates of the search that are tried."""

HUMP_STEPS = (-2.0, -1.0, 1.0, 2.0)
"""How far from its named place a hump is sought that vanished there, in its widths [1]."""


class RockSaltEngine:
    """Refines patterns of one cubic crystal, on one instrument.

    Parameters
    ----------
    diffractometer
        The instrument.
    crystal
        The crystal: cubic, with the occupancies that are not refined.
    settings
        What is free.

    Raises
    ------
    OutOfRange
        The crystal is not cubic.

    Examples
    --------
    >>> from lmct.material.crystal.crystal import Crystal, Site
    >>> from lmct.technique.diffraction.diffractometer import laboratory_copper
    >>> salt = Crystal(name="MgO", space_group="F m -3 m", cell=(4.21, 4.21, 4.21, 90, 90, 90), sites=(
    ...     Site(label="4a", occupancy={"Mg2+": 1.0}, position=(0.0, 0.0, 0.0)),
    ...     Site(label="4b", occupancy={"O2-": 1.0}, position=(0.5, 0.5, 0.5))))
    >>> RockSaltEngine(laboratory_copper(), salt).name
    'lmct rock salt 1'
    """

    name = "lmct rock salt 1"

    def __init__(
        self, diffractometer: Diffractometer, crystal: Crystal, settings: RockSaltSettings | None = None
    ) -> None:
        if not crystal.is_cubic:
            raise OutOfRange(
                f"{crystal.name} is not cubic: its cell is {crystal.cell}. Expected a = b = c and right"
                " angles. Refine it with the engine rietx."
            )
        self.diffractometer = diffractometer
        self.crystal = crystal
        self.settings = settings or RockSaltSettings()
        self._lines: dict[float, CubicLines] = {}
        self._model: PatternModel | None = None

    def refine(self, pattern: DiffractionPattern, start: Mapping[str, float] | None = None) -> RefinedPattern:
        """Refine a pattern.

        Parameters
        ----------
        pattern
            The pattern.
        start
            Values by name of a neighbour in the sequence; None searches for the cell. A result that is
            flagged is tried again from a search, and the likelier one is kept.

        Returns
        -------
        :
            Values, uncertainties, arrays and verdict.

        Raises
        ------
        DataError
            Intensities or uncertainties cannot be fitted, or the crystal has no line in the range.
        """
        record = fitted_record(pattern, self.settings.excluded)
        model = self._model_of(record.two_theta, self.settings)
        if start is not None:
            warm = _Attempt.of(model, record, self._fit(model, record, start))
            if warm.is_sound:
                return self._finished(warm)
            cold = _Attempt.of(model, record, self._search(model, record))
            return self._finished(cold if cold.fit.deviance < warm.fit.deviance else warm)
        return self._finished(_Attempt.of(model, record, self._search(model, record)))

    def _finished(self, attempt: _Attempt) -> RefinedPattern:
        """Return the result, with the systematic error of an occupancy from other models of the same data."""
        settings = self.settings
        result = with_left_hump(
            replace(attempt.result, engine=self.name),
            terms=settings.background_terms,
            wavelengths=self.diffractometer.wavelengths,
        )
        if "a" not in result.values:
            return result
        length = result.values["a"].value
        systematic = {"a": relative_cell_error(result.values, self.diffractometer) * length}
        if settings.migration is not None:
            name = attempt.model.crystal.occupancy_name
            systematic[name] = self._spread_of_models(attempt, name)
        return replace(result, systematic=systematic)

    def _spread_of_models(self, attempt: _Attempt, name: str) -> float:
        """Return how far an occupancy moves when background and line shape are described otherwise."""
        settings, model = self.settings, attempt.model
        values = model.by_name(attempt.fit.vector)
        others = [
            replace(settings, background_terms=settings.background_terms + 4),
            replace(settings, background_terms=max(settings.background_terms - 3, 2)),
            replace(settings, refine_gaussian=not settings.refine_gaussian),
        ]
        moves = [settings.migration_systematic]
        for other in others:
            rival = PatternModel(attempt.record.two_theta, self.diffractometer, model.crystal.lines, other)
            fit = self._fit(rival, attempt.record, values)
            if fit.converged and fit.deviance < attempt.fit.deviance + 0.1 * len(attempt.record.two_theta):
                moves.append(rival.by_name(fit.vector)[name] - values[name])
        return float(np.sqrt(moves[0] ** 2 + np.max(np.square(moves[1:]), initial=0.0)))

    def _search(self, model: PatternModel, record: FittedRecord) -> Fit:
        """Fit from the best candidates of a search over cells."""
        fits = []
        for candidate in cell_candidates(model, record.noise)[:PURSUED]:
            start = {"a": candidate.cell, "lorentzian_x": 0.5 * candidate.window}
            fits.append(self._fit(model, record, start, most_steps=TRIAL_STEPS))
        best = min(fits, key=lambda fit: fit.deviance)
        reached = best if best.converged else self._fit(model, record, model.by_name(best.vector))
        return self._with_humps_sought(model, record, reached)

    def _with_humps_sought(self, model: PatternModel, record: FittedRecord, fit: Fit) -> Fit:
        """Seek humps that vanished where they were named at other places nearby."""
        for number, hump in enumerate(self.settings.humps, 1):
            values = model.by_name(fit.vector)
            if values[f"hump_height({number})"] > 0.0:
                continue
            places = [hump.position + step * hump.width for step in HUMP_STEPS]
            rivals = [
                self._fit(
                    model,
                    record,
                    values | {f"hump_position({number})": place, f"hump_width({number})": hump.width},
                )
                for place in places
            ]
            fit = min((fit, *rivals), key=lambda one: one.deviance)
        return fit

    def _fit(
        self,
        model: PatternModel,
        record: FittedRecord,
        values: Mapping[str, float],
        *,
        most_steps: int | None = None,
    ) -> Fit:
        vector = model.start(values)
        smooth = np.maximum(np.convolve(record.intensity, np.full(9, 1.0 / 9.0), mode="same"), 0.0)
        solved = fit_linear(
            noise=record.noise,
            evaluation=model.evaluate(vector),
            vector=vector,
            first=model.first_linear,
            variance=record.noise.variance(smooth + 0.1 * float(np.mean(np.abs(record.intensity)))),
        )
        more = {} if most_steps is None else {"most_steps": most_steps}
        return levenberg_marquardt(
            evaluate=model.evaluate,
            noise=record.noise,
            start=np.clip(solved, model.low, model.high),
            low=model.low,
            high=model.high,
            restraint=model.restraint,
            **more,
        )

    def _model_of(self, two_theta: Float[np.ndarray, "point"], settings: RockSaltSettings) -> PatternModel:
        """Return the model for these angles; that of the last pattern when they are the same."""
        last = self._model
        if last is not None and np.array_equal(last.two_theta, two_theta):
            return last
        self._model = PatternModel(two_theta, self.diffractometer, self._lines_to(two_theta), settings)
        return self._model

    def _lines_to(self, two_theta: Float[np.ndarray, "point"]) -> CubicLines:
        highest = float(np.ceil(two_theta[-1]))
        settings, wavelength = self.settings, self.diffractometer.wavelengths[0]
        if highest not in self._lines:
            sine = np.sin(np.radians(min(highest + 1.0, 178.0) / 2.0))
            self._lines[highest] = cubic_lines(
                self.crystal,
                wavelength=wavelength,
                smallest_spacing=wavelength / (2.0 * sine) / (1.0 + 1.5 * settings.cell_reach),
                reach=settings.cell_reach,
                migration=settings.migration,
            )
        lines = self._lines[highest]
        angles = two_theta_from_spacing(spacing=lines.spacing(lines.cell), wavelength=wavelength)
        if not np.any((angles > two_theta[0]) & (angles < two_theta[-1])):
            raise DataError(
                f"no line of {self.crystal.name} lies between {two_theta[0]:.2f} and {two_theta[-1]:.2f} deg."
                " Check wavelength, range and structure."
            )
        return lines


@dataclass(frozen=True, eq=False)
class _Attempt:
    """A fit with its result."""

    model: PatternModel
    record: FittedRecord
    fit: Fit
    result: RefinedPattern

    @classmethod
    def of(cls, model: PatternModel, record: FittedRecord, fit: Fit) -> _Attempt:
        """Judge a fit."""
        return cls(model, record, fit, refined_pattern(model, record, fit))

    @property
    def is_sound(self) -> bool:
        """Whether nothing but a spike is wrong."""
        return not set(self.result.flags) - {SPIKE}
