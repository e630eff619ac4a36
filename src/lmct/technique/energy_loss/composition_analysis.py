"""Ratios of elements and white lines from the joint model of all edges, for the spectra of a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lmct.quantity.errors import LmctError, OutOfRange, unknown_name
from lmct.quantity.finding import Finding
from lmct.quantity.value import Value
from lmct.technique.contract import AnalysisResult, FigureSheet, Measurement
from lmct.technique.energy_loss.cross_section import shells_of
from lmct.technique.energy_loss.element_ratio import ElementRatio
from lmct.technique.energy_loss.figure_joint import joint_sheet
from lmct.technique.energy_loss.joint_fit import JointEdges, fit_edges
from lmct.technique.energy_loss.measure import elements_of_options
from lmct.technique.energy_loss.measured_spectrum import CORE_LOSS, kernel_of, spectrum_of
from lmct.technique.option import refuse_unknown, text_option

OPTIONS = ("elements", "over", "standard")


def analyse_composition(measurements: Sequence[Measurement], options: Mapping[str, Any]) -> AnalysisResult:
    """Fit every core loss by one model of all its edges.

    Parameters
    ----------
    measurements
        Of this technique; the low loss of the same sample gives the plural scattering.
    options
        ``elements`` (default Ti, O, Ni), ``over`` (the element in the denominator, default the first one) and
        ``standard``: ``{ measurement = "name", amounts = { Ti = 0.58, Ni = 0.25 }, uncertainty = 0.02 }``, a
        measurement of known composition (relative uncertainty of its ratios) instead of calculated
        cross-sections.

    Returns
    -------
    :
        Findings ``element_ratio`` and ``white_line_ratio_joint`` with all uncertainties in one; the notes
        tell them apart.

    Raises
    ------
    DataError
        An option is wrong, or the standard cannot be fitted.
    """
    refuse_unknown(options, OPTIONS, technique="composition")
    elements = elements_of_options(options)
    over = text_option(options, "over", elements[0], among=elements)
    shells = shells_of(elements)
    core = {one.name: one for one in measurements if one.dataset.attrs.get("kind") == CORE_LOSS}
    known = _standard(options.get("standard"), core)
    fits: dict[str, JointEdges] = {}
    messages: list[str] = []
    for name, one in core.items():
        try:
            fits[name] = fit_edges(spectrum_of(one), shells, kernel=kernel_of(one, measurements))
        except LmctError as error:
            if known is not None and name == known[0]:
                raise
            messages.append(f"{name}: {error}")
    findings: list[Finding] = []
    sheets: list[FigureSheet] = []
    for name, fit in fits.items():
        ratios, refused = _ratios(fit, over, fits, known if known and known[0] != name else None)
        findings += [_finding_of_ratio(one, fit, core[name], known) for one in ratios]
        lines, more = _white_lines(fit, core[name])
        findings += lines
        messages += [f"{name}: {text}" for text in (*refused, *more)]
        sheets.append(joint_sheet(fit, name))
    return AnalysisResult(findings=tuple(findings), figures=tuple(sheets), messages=tuple(messages))


Standard = tuple[str, dict[str, float], float]


def _standard(given: Any, core: Mapping[str, Measurement]) -> Standard | None:  # noqa: ANN401 - from a file
    """Return name, amounts and relative uncertainty of the standard; None when there is none."""
    if given is None:
        return None
    amounts = given.get("amounts") if isinstance(given, Mapping) else None
    if not isinstance(amounts, Mapping) or not all(
        isinstance(one, int | float) and one > 0.0 for one in amounts.values()
    ):
        raise OutOfRange(
            f"the option standard is {given!r}. Expected a measurement with its amounts:"
            ' standard = { measurement = "pristine", amounts = { Ti = 0.58, Ni = 0.25 } }.'
        )
    name = str(given.get("measurement", ""))
    if name not in core:
        raise unknown_name("core-loss measurement", name, core)
    spread = given.get("uncertainty", 0.02)
    if isinstance(spread, bool) or not isinstance(spread, int | float) or not 0.0 <= spread < 1.0:
        raise OutOfRange(f"the uncertainty of the standard is {spread!r}. Expected a share from 0 to 1.")
    return name, {str(key): float(value) for key, value in amounts.items()}, float(spread)


def _ratios(
    fit: JointEdges, over: str, fits: Mapping[str, JointEdges], known: Standard | None
) -> tuple[list[ElementRatio], list[str]]:
    """Return all ratios to one element, by the standard where it has both, and why others are missing."""
    found, refused = [], []
    for element in fit.elements:
        if element == over:
            continue
        try:
            ratio = fit.ratio(element, over)
            if known is not None and {element, over} <= set(known[1]):
                true = known[1][element] / known[1][over]
                ratio = ratio.calibrated(fits[known[0]].ratio(element, over), Value(true, known[2] * true))
        except OutOfRange as error:
            refused.append(str(error))
            continue
        found.append(ratio)
    return found, refused


def _finding_of_ratio(
    ratio: ElementRatio, fit: JointEdges, measurement: Measurement, known: Standard | None
) -> Finding:
    source = "standard" if known is not None and known[0] != measurement.name else "cross-sections"
    return Finding(
        "element_ratio",
        ratio.total,
        sample=measurement.sample,
        technique="energy_loss",
        condition=f"{ratio.first}/{ratio.second}, {measurement.name}",
        source_file=measurement.source_file,
        source_sha256=measurement.source_sha256,
        note=(
            f"counts {ratio.ratio.uncertainty:.2g}, model {ratio.model:.2g}, {source}"
            f" {ratio.cross_section:.2g}; {_scattering(fit)}; reduced chi-square"
            f" {fit.best.reduced_chi_square:.2f}"
        ),
    )


def _white_lines(fit: JointEdges, measurement: Measurement) -> tuple[list[Finding], list[str]]:
    found, refused = [], []
    for shell in fit.best.model.shells:
        if len(shell.onsets) < 2:
            continue
        try:
            first, second, ratio = fit.white_lines(shell.element)
        except OutOfRange as error:
            refused.append(str(error))
            continue
        found.append(
            Finding(
                "white_line_ratio_joint",
                ratio,
                sample=measurement.sample,
                technique="energy_loss",
                condition=f"{shell.element}, {measurement.name}",
                source_file=measurement.source_file,
                source_sha256=measurement.source_sha256,
                note=f"areas {first} and {second} counts; joint model of all edges; {_scattering(fit)}",
            )
        )
    return found, refused


def _scattering(fit: JointEdges) -> str:
    if fit.thickness is None:
        return "plural scattering from the low loss"
    return f"no low loss: an oxide of t/lambda {fit.thickness:g} describes the spectrum best"
