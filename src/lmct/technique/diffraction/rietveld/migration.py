"""Cation migration, how many ions sit on tetrahedral sites, with its total error and a verdict."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lmct.instrument.diffraction.pattern import DiffractionPattern
from lmct.material.crystal.crystal import Crystal
from lmct.quantity.errors import NotConverged
from lmct.quantity.value import Value
from lmct.technique.diffraction.diffractometer import Diffractometer
from lmct.technique.diffraction.refined import RefinedPattern
from lmct.technique.diffraction.rietveld.refine import refine
from lmct.technique.diffraction.rietveld.settings import PSEUDO_VOIGT, VOIGT, RietveldSettings
from lmct.technique.diffraction.rock_salt.settings import Migration

COMMON_SYSTEMATIC = 5e-4
"""Standard error of the occupancy that all variants share: absorption, roughness, other defects [1]."""

NEUTRAL = "neutral atoms"

SIGNIFICANT = 2.0
"""Migration is significant when it exceeds its total standard error by this factor."""

ONE_SIDED = 1.645
"""Standard errors of a one-sided limit of 95 %."""


@dataclass(frozen=True, eq=False)
class MigrationEstimate:
    """How many ions sit on the target site.

    Parameters
    ----------
    occupancy
        Of the target by the ion, with its *total* standard uncertainty [1].
    statistical, systematic
        Its two parts [1].
    share
        Of these ions that left their origin, with its total standard uncertainty [1].
    significant
        Whether the occupancy exceeds :data:`SIGNIFICANT` total standard errors.
    upper_limit
        Of the occupancy, 95 %, one-sided [1].
    variants
        What was changed -> occupancy that came out [1].
    refined
        The fit of the settings as given.
    message
        The verdict in a sentence.
    """

    occupancy: Value
    statistical: float
    systematic: float
    share: Value
    significant: bool
    upper_limit: float
    variants: dict[str, float]
    refined: RefinedPattern
    message: str


def cation_migration(
    pattern: DiffractionPattern,
    *,
    phases: Sequence[Crystal],
    diffractometer: Diffractometer | None = None,
    settings: RietveldSettings | None = None,
    migration: Migration | None = None,
) -> MigrationEstimate:
    """Measure how many ions moved to another site, and how well that is known.

    The pattern is refined once as the settings say and then with other backgrounds, another line shape,
    without its high angles and with form factors of neutral atoms. How the occupancy changes, together with
    what all of them share, is its systematic error.

    Parameters
    ----------
    pattern
        The pattern.
    phases
        Structures; the first holds the ion.
    diffractometer
        The instrument; None takes what the file tells.
    settings
        What is free besides.
    migration
        Which ion goes where; None takes that of the settings, or Ti4+ from 4a to 8c.

    Returns
    -------
    :
        The occupancy with its total error.

    Raises
    ------
    NotConverged
        The pattern could not be refined.
    DataError
        As in :func:`~lmct.technique.diffraction.rietveld.refine.refine`.
    """
    given = settings or RietveldSettings()
    chosen = replace(given, migration=migration or given.migration or Migration())
    assert chosen.migration is not None
    name = f"occupancy({chosen.migration.target}, {chosen.migration.ion})"
    refined = refine(pattern, phases=phases, diffractometer=diffractometer, settings=chosen)
    if name not in refined.values:
        raise NotConverged(
            f"{pattern.source_file or 'the pattern'} gives no {name}: {refined.message} Expected a pattern"
            " that refines. Refine it without migration first."
        )
    best = refined.values[name]
    variants: dict[str, float] = {}
    for label, crystals, changed in _variants(phases, chosen, pattern):
        other = refine(
            pattern, phases=crystals, diffractometer=diffractometer, settings=changed, start=_start(refined)
        )
        if name in other.values:
            variants[label] = other.values[name].value
    systematic = systematic_from_variants(best.value, variants)
    return _estimate(refined, best, systematic, variants, phases[0], chosen.migration)


def systematic_from_variants(best: float, variants: Mapping[str, float]) -> float:
    r"""Return the standard systematic error of an occupancy from what other choices give.

    Background, line shape, range and form factors err independently. Of two backgrounds the larger change
    counts. Ions and neutral atoms bound what atoms in a solid scatter: the change over :math:`\sqrt 3`.

    Parameters
    ----------
    best
        Occupancy as refined [1].
    variants
        What was changed -> occupancy [1].

    Returns
    -------
    :
        Standard error, at least :data:`COMMON_SYSTEMATIC` [1].

    Examples
    --------
    >>> round(systematic_from_variants(0.01, {"neutral atoms": 0.01 + 0.003**0.5}), 4)
    0.0316
    """
    groups: dict[str, float] = {}
    for label, value in variants.items():
        change = abs(value - best) / (math.sqrt(3.0) if label == NEUTRAL else 1.0)
        group = label.partition(" ")[0]
        groups[group] = max(groups.get(group, 0.0), change)
    return math.hypot(COMMON_SYSTEMATIC, *groups.values())


def _estimate(
    refined: RefinedPattern,
    best: Value,
    systematic: float,
    variants: dict[str, float],
    crystal: Crystal,
    migration: Migration,
) -> MigrationEstimate:
    total = math.hypot(best.uncertainty, systematic)
    content = crystal.site(migration.origin).occupancy[migration.ion]
    if migration.target in {site.label for site in crystal.sites}:
        content += migration.ratio * crystal.site(migration.target).occupancy.get(migration.ion, 0.0)
    factor = migration.ratio / content
    significant = best.value > SIGNIFICANT * total
    occupancy = Value(best.value, total)
    limit = max(best.value, 0.0) + ONE_SIDED * total
    where = f"{migration.ion} on {migration.target}: {occupancy}"
    verdict = (
        f"{where}, {best.value / total:.1f} total standard errors above zero."
        if significant
        else f"{where}, not significant; below {limit:.4f} with 95 % confidence."
    )
    return MigrationEstimate(
        occupancy=occupancy,
        statistical=best.uncertainty,
        systematic=systematic,
        share=Value(best.value * factor, total * factor),
        significant=significant,
        upper_limit=limit,
        variants=variants,
        refined=refined,
        message=verdict,
    )


def _variants(
    phases: Sequence[Crystal], settings: RietveldSettings, pattern: DiffractionPattern
) -> Iterator[tuple[str, Sequence[Crystal], RietveldSettings]]:
    """Yield what is changed, the phases and the settings of each refit."""
    terms = settings.background_terms
    for count in (max(terms - 4, 3), min(terms + 4, 36)):
        yield f"background of {count} terms", phases, replace(settings, background_terms=count)
    shape = PSEUDO_VOIGT if settings.shape == VOIGT else VOIGT
    yield f"{shape} lines", phases, replace(settings, shape=shape)
    low, high = settings.two_theta_range or (float(pattern.two_theta[0]), float(pattern.two_theta[-1]))
    shorter = (low, low + 0.85 * (high - low))
    yield "without high angles", phases, replace(settings, two_theta_range=shorter)
    yield NEUTRAL, phases, replace(settings, neutral=True)


def _start(refined: RefinedPattern) -> dict[str, float]:
    return {name: value.value for name, value in refined.values.items() if not name.startswith("background")}
