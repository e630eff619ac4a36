"""Select findings by name, and pool those that measure the same thing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

import numpy as np

from lmct.quantity import Finding, Value
from lmct.quantity.errors import DataError, OutOfRange, UnitMismatch

TEXT_FIELDS = ("quantity", "sample", "technique", "condition", "source_file")


@dataclass(frozen=True, slots=True)
class Pooled:
    """The weighted mean of independent findings, and whether they agree.

    Parameters
    ----------
    value
        Weighted mean; its uncertainty follows from the stated uncertainties alone.
    chi_squared
        Sum of the squared deviations from the mean, each in units of its own uncertainty.
    degrees_of_freedom
        Number of findings minus one.
    probability
        Chance that findings which do agree scatter at least this much; NaN for a single finding.
    """

    value: Value
    chi_squared: float
    degrees_of_freedom: int
    probability: float

    @property
    def birge_ratio(self) -> float:
        """Observed scatter over stated scatter: root of chi squared per degree of freedom, 1 for one."""
        return math.sqrt(self.chi_squared / self.degrees_of_freedom) if self.degrees_of_freedom else 1.0


def select(findings: Iterable[Finding], **patterns: str | None) -> tuple[Finding, ...]:
    """Return the findings whose texts match all given patterns.

    Parameters
    ----------
    findings
        Where to look.
    **patterns
        ``quantity``, ``sample``, ``technique``, ``condition`` or ``source_file``, each with shell wildcards
        (``*``, ``?``, ``[ab]``) and sensitive to case; None matches everything.

    Returns
    -------
    :
        The matching findings in their order.

    Examples
    --------
    >>> found = Finding("mean_voltage_gap", Value(1.3, 0.1, "V"), sample="heated 90 s")
    >>> len(select([found], sample="heated*")), len(select([found], quantity="loop_area"))
    (1, 0)
    """
    wanted = {name: pattern for name, pattern in patterns.items() if pattern is not None}
    for name in wanted:
        if name not in TEXT_FIELDS:
            raise DataError(
                f"findings cannot be selected by {name!r}. Expected one of {', '.join(TEXT_FIELDS)}."
            )
    return tuple(
        finding
        for finding in findings
        if all(fnmatchcase(getattr(finding, name), pattern) for name, pattern in wanted.items())
    )


def pool(findings: Sequence[Finding]) -> Pooled:
    """Return the weighted mean of findings of one quantity, with chi squared.

    The findings must be independent: several numbers from one cell, or cells that share a mass, are not.

    Parameters
    ----------
    findings
        At least one, all of the same quantity and unit, each with a positive, finite uncertainty.

    Returns
    -------
    :
        Mean, chi squared and the probability of so much scatter. The uncertainty is not enlarged when the
        findings disagree; multiply it by ``birge_ratio`` where that is wanted.

    Raises
    ------
    DataError
        There is no finding, or they are of different quantities.
    UnitMismatch
        They have different units.
    OutOfRange
        A value is not finite or an uncertainty is not positive.

    Source
    ------
    Weighted mean and chi squared: Birge 1932, doi:10.1103/PhysRev.40.207. Degrees of freedom of the mean:
    Welch-Satterthwaite, JCGM 100:2008 (GUM) eq. G.2b.

    Examples
    --------
    >>> made = [Finding("potential", Value(v, 0.02, "V")) for v in (3.73, 3.75)]
    >>> print(pool(made).value)
    3.740(14) V
    """
    _check_poolable(findings)
    values = np.array([finding.value.value for finding in findings])
    weights = np.array([finding.value.uncertainty for finding in findings]) ** -2.0
    mean = float(np.average(values, weights=weights))
    chi_squared = float(np.sum(weights * (values - mean) ** 2))
    freedom = _welch_satterthwaite(weights, np.array([f.value.degrees_of_freedom for f in findings]))
    return Pooled(
        value=Value(mean, float(weights.sum() ** -0.5), findings[0].value.unit, freedom),
        chi_squared=chi_squared,
        degrees_of_freedom=len(findings) - 1,
        probability=_chance(chi_squared, len(findings) - 1),
    )


def pool_by_sample(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Pool independent findings of single cells into one for each quantity, sample and condition.

    Parameters
    ----------
    findings
        Of single cells; those without a usable value or uncertainty are left out.

    Returns
    -------
    :
        Weighted means in the order of their first cell, enlarged by the Birge ratio where the cells scatter
        more than they state, with all their files as source.
    """
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        if _is_poolable(finding):
            key = (finding.quantity, finding.sample, finding.condition, finding.technique, finding.value.unit)
            groups.setdefault(key, []).append(finding)
    return tuple(_mean_finding(group) for group in groups.values())


def _mean_finding(group: Sequence[Finding]) -> Finding:
    pooled = pool(group)
    mean, factor = pooled.value, max(1.0, pooled.birge_ratio)
    freedom = mean.degrees_of_freedom if factor == 1.0 else float(pooled.degrees_of_freedom)
    return replace(
        group[0],
        value=replace(mean, uncertainty=mean.uncertainty * factor, degrees_of_freedom=freedom),
        source_file="; ".join(finding.source_file for finding in group),
        source_sha256="; ".join(finding.source_sha256 for finding in group),
        note=f"Weighted mean of {len(group)} cells; they scatter {pooled.birge_ratio:.2f} times as stated.",
    )


def _is_poolable(finding: Finding) -> bool:
    number = finding.value
    return math.isfinite(number.value) and math.isfinite(number.uncertainty) and number.uncertainty > 0


def _check_poolable(findings: Sequence[Finding]) -> None:
    if not findings:
        raise DataError(
            "there is nothing to pool: no finding was given. Select findings of one quantity first."
        )
    quantities = sorted({finding.quantity for finding in findings})
    if len(quantities) > 1:
        raise DataError(f"cannot pool different quantities: {', '.join(quantities)}. Select one of them.")
    units = sorted({finding.value.unit for finding in findings})
    if len(units) > 1:
        raise UnitMismatch(
            f"cannot pool {quantities[0]} in different units: {', '.join(units)}. Convert them first."
        )
    for finding in findings:
        if not _is_poolable(finding):
            name = finding.sample or "an unnamed sample"
            raise OutOfRange(
                f"cannot pool {finding.quantity} of {name}: {finding.value} has no"
                " usable value or uncertainty. Leave it out, or give it an uncertainty."
            )


def _welch_satterthwaite(weights: np.ndarray, freedoms: np.ndarray) -> float:
    """Return the effective degrees of freedom of a weighted mean."""
    shares = weights / weights.sum()
    spread = float(np.sum(shares**2 / freedoms))
    return 1.0 / spread if spread > 0 else math.inf


def _chance(chi_squared: float, freedom: int) -> float:
    if freedom == 0:
        return math.nan
    from scipy.special import chdtrc

    return float(chdtrc(freedom, chi_squared))
