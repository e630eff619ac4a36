"""The table [fit] of a study file: which mechanisms are tried, what is unknown, what is left out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import cast, get_args

from lmct.electrode.parameters import ElectrodeParameters
from lmct.evidence.likelihood.block import Outliers
from lmct.evidence.likelihood.prior import Normal, Prior, Uniform
from lmct.evidence.likelihood.unknown import Unknown
from lmct.evidence.observed.curves import CurveKind, Curves
from lmct.quantity.errors import DataError, unknown_name
from lmct.study.toml_table import Table

CURVE_KEYS = ("curves", "curve_points", "model_error")
KEYS = (
    "mechanism",
    "rivals",
    "unknowns",
    "priors",
    "leave_out",
    "outlier_share",
    "electrode",
    "fixed",
    *CURVE_KEYS,
)
PRIOR_KEYS = ("low", "high", "middle", "deviation", "scale", "source")
SCALES = ("linear", "log")
CURVE_KINDS = get_args(CurveKind)
STATED = "the study file"


@dataclass(frozen=True, slots=True, kw_only=True)
class FitEntry:
    """What ``[fit]`` says, checked.

    Parameters
    ----------
    mechanism
        The one that ``lmct fit`` uses; empty for the leading one.
    rivals
        Those that ``lmct compare`` tries; empty for all.
    unknowns
        What the data shall decide; empty for each mechanism's own list.
    priors
        Priors that replace the default ones.
    leave_out
        Patterns of samples that are not used.
    outliers
        How often cells go wrong.
    electrode
        Name of the parameter set that gives all that is not unknown; empty for that of the material.
    fixed
        Numbers that differ from that set.
    curves
        Which curves of cells are compared as a whole.
    """

    mechanism: str = ""
    rivals: tuple[str, ...] = ()
    unknowns: tuple[str, ...] = ()
    priors: Mapping[str, Prior] = field(default_factory=dict)
    leave_out: tuple[str, ...] = ()
    outliers: Outliers = field(default_factory=Outliers)
    electrode: str = ""
    fixed: Mapping[str, float] = field(default_factory=dict)
    curves: Curves = field(default_factory=Curves)

    def chosen(self, defaults: Sequence[Unknown]) -> tuple[Unknown | str, ...]:
        """Return the unknowns of a mechanism: its own or those named, with the priors of the study.

        Parameters
        ----------
        defaults
            The mechanism's own unknowns.
        """
        own = {one.name: one for one in defaults}
        names = self.unknowns or tuple(own)
        return tuple(
            Unknown(name, self.priors[name], own[name].unit if name in own else "")
            if name in self.priors
            else name
            for name in names
        )

    def electrode_from(self, base: ElectrodeParameters) -> ElectrodeParameters:
        """Return the electrode with the numbers that the study fixes."""
        return base.replace(**self.fixed) if self.fixed else base


def read_fit(content: object, place: str, names: Sequence[str]) -> FitEntry:
    """Read and check the table.

    Parameters
    ----------
    content
        The table.
    place
        Where it stands, for messages.
    names
        Samples of the study.

    Returns
    -------
    :
        What it says.

    Raises
    ------
    DataError, UnknownName, OutOfRange
        A key, name or number is wrong.
    """
    from lmct.evidence.mechanism import MECHANISMS

    table = Table(content, place, KEYS)
    mechanism, rivals = table.text("mechanism", ""), table.texts("rivals")
    for name in filter(None, (mechanism, *rivals)):
        if name not in MECHANISMS:
            raise unknown_name(f"mechanism (asked for by {place})", name, MECHANISMS)
    for pattern in table.texts("leave_out"):
        if not any(fnmatchcase(name, pattern) for name in names):
            raise unknown_name(f"sample (left out by {place})", pattern, names)
    share = table.number("outlier_share")
    return FitEntry(
        mechanism=mechanism,
        rivals=rivals,
        unknowns=table.texts("unknowns"),
        priors={name: _prior(one, f"{place}, priors.{name}") for name, one in table.table("priors").items()},
        leave_out=table.texts("leave_out"),
        outliers=Outliers() if share is None else Outliers(share=share),
        electrode=table.text("electrode", ""),
        fixed=_fixed(table.table("fixed"), place),
        curves=_curves(table),
    )


def _curves(table: Table) -> Curves:
    usual = Curves()
    kind, points = table.text("curves", usual.kind), table.number("curve_points")
    if kind not in CURVE_KINDS:
        raise unknown_name(f"kind of curves (asked for by {table.place})", kind, CURVE_KINDS)
    if points is not None and not points.is_integer():
        raise DataError(f"{table.place} has curve_points = {points!r}. Expected a whole number.")
    error = table.quantity("model_error", "V")
    return Curves(
        kind=cast(CurveKind, kind),
        points=usual.points if points is None else int(points),
        model_error=usual.model_error if error is None else error,
    )


def _prior(content: object, place: str) -> Prior:
    table = Table(content, place, PRIOR_KEYS)
    scale, source = table.text("scale", SCALES[0]), table.text("source", STATED)
    if scale not in SCALES:
        raise unknown_name(f"scale of {place}", scale, SCALES)
    low, high, middle, deviation = (table.number(key) for key in PRIOR_KEYS[:4])
    if middle is not None and deviation is not None:
        ends = (-math.inf if low is None else low, math.inf if high is None else high)
        return Normal(middle, deviation, *ends, logarithmic=scale == "log", source=source)
    if low is None or high is None or middle is not None or deviation is not None:
        raise DataError(
            f"{place} is not complete. Expected low and high for even odds between them, or middle and"
            " deviation for a normal prior."
        )
    return Uniform(low, high, logarithmic=scale == "log", source=source)


def _fixed(content: Mapping[str, object], place: str) -> dict[str, float]:
    for name, value in content.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise DataError(f"{place}, fixed.{name} is {value!r}. Expected a number.")
    return {name: float(value) for name, value in content.items() if isinstance(value, int | float)}
