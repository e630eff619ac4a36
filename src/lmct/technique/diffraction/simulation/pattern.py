"""Simulated powder patterns: the independent truth against which refinements are tested."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
from jaxtyping import Float

from lmct.instrument.diffraction.pattern import DiffractionPattern
from lmct.quantity.errors import OutOfRange
from lmct.technique.diffraction.diffractometer import REFLECTION, Diffractometer
from lmct.technique.diffraction.reflection import two_theta_from_spacing
from lmct.technique.diffraction.scattering import lorentz_polarization
from lmct.technique.diffraction.simulation.lines import LINE_LIMIT, Lines, lines_of
from lmct.technique.diffraction.simulation.sample import Alignment, Artefacts, Background, Phase
from lmct.technique.diffraction.simulation.true_profile import full_widths, line_at_points

MARGIN = 3.0
"""Lines this far outside the range still reach into it [deg]."""


def simulate_pattern(
    phases: Sequence[Phase],
    *,
    diffractometer: Diffractometer,
    two_theta: Float[np.ndarray, "point"],
    alignment: Alignment | None = None,
    background: Background | None = None,
    peak_counts: float = 10_000.0,
    scale: float | None = None,
    artefacts: Artefacts | None = None,
    random: np.random.Generator | None = None,
    start_time: datetime | None = None,
    end_time: datetime | None = None,
    temperature: float | None = None,
) -> DiffractionPattern:
    """Simulate a powder pattern.

    Parameters
    ----------
    phases
        What diffracts; the first one is the sample.
    diffractometer
        The instrument.
    two_theta
        Rising angles [deg].
    alignment, background, artefacts
        Where the sample lies, what is counted between the lines, and what goes wrong.
    peak_counts
        Counts of the highest point of the first phase, without background.
    scale
        Factor of the intensities instead of ``peak_counts``, for patterns that must agree with each other.
    random
        Source of the counting noise; None for the mean counts themselves.
    start_time, end_time, temperature
        Passed on to the pattern; temperature in [K].

    Returns
    -------
    :
        Counts with their standard uncertainties.

    Raises
    ------
    OutOfRange
        There is no phase, no line of the first phase lies in the range, or something is impossible.

    Examples
    --------
    >>> from lmct.material.crystal.library import load
    >>> from lmct.technique.diffraction.diffractometer import laboratory_copper
    >>> pattern = simulate_pattern([Phase(crystal=load("silicon"))], diffractometer=laboratory_copper(),
    ...     two_theta=np.arange(20.0, 60.0, 0.02))
    >>> round(float(pattern.two_theta[np.argmax(pattern.intensity)]), 2)
    28.44
    """
    if not phases:
        raise OutOfRange("no phase is in the beam. Give at least one.")
    angles = np.asarray(two_theta, dtype=float)
    place, bumps, fault = alignment or Alignment(), background or Background(), artefacts or Artefacts()
    listed = [(phase, lines_of(phase, diffractometer)) for phase in phases]
    of_phases = [
        intensity_of_lines(lines, phase, diffractometer=diffractometer, two_theta=angles, alignment=place)
        for phase, lines in listed
    ]
    height = float(of_phases[0].max())
    if scale is None and not height > 0.0:
        raise OutOfRange(
            f"{phases[0].crystal.name} has no line between {angles[0]:g} and {angles[-1]:g} deg."
        )
    factor = peak_counts / height if scale is None else scale
    counts = fault.lost(factor * np.sum(of_phases, axis=0) + bumps.at(angles))
    return _pattern(
        _with_spikes(counts, angles, fault, random),
        angles,
        diffractometer,
        start_time=start_time,
        end_time=end_time,
        temperature=temperature,
    )


def intensity_of_lines(
    lines: Lines,
    phase: Phase,
    *,
    diffractometer: Diffractometer,
    two_theta: Float[np.ndarray, "point"],
    alignment: Alignment,
) -> Float[np.ndarray, "point"]:
    """Return the intensity of a phase at angles, in units of its own.

    Parameters
    ----------
    lines
        Of the phase.
    phase
        Its share, widths, height and cells.
    diffractometer
        The instrument.
    two_theta
        Rising [deg].
    alignment
        Where the sample lies.

    Returns
    -------
    :
        Intensity.

    Raises
    ------
    OutOfRange
        A displacement is given in a geometry that knows none, or a width is impossible.
    """
    total = np.zeros(len(two_theta))
    ratios = (1.0, diffractometer.line_ratio)[: len(diffractometer.wavelengths)]
    whole = sum(share for _, share in phase.cells)
    for wavelength, ratio in zip(diffractometer.wavelengths, ratios, strict=True):
        for factor, share in phase.cells:
            weight = phase.share * ratio * share / whole
            spacing = factor * lines.reflections.spacing
            true = two_theta_from_spacing(spacing=spacing, wavelength=wavelength)
            seen = np.flatnonzero((true > two_theta[0] - MARGIN) & (true < two_theta[-1] + MARGIN))
            seen = seen[wavelength / (2.0 * spacing[seen]) < LINE_LIMIT]
            angles = true[seen]
            area = weight * lines.strength[seen] * lorentz_polarization(angles, diffractometer)
            area = area * np.exp(-2.0 * alignment.window_absorption / np.sin(np.radians(angles) / 2.0))
            places = angles + _shift(angles, diffractometer, alignment, phase.height)
            widths = full_widths(
                angles, diffractometer, wavelength=wavelength, size=phase.size, microstrain=phase.microstrain
            )
            _add(total, two_theta, zip(places, area, *widths, strict=True), diffractometer.axial)
    return total


def _add(
    total: Float[np.ndarray, "point"],
    two_theta: Float[np.ndarray, "point"],
    lines: Iterable[tuple[float, float, float, float]],
    axial: float,
) -> None:
    """Add lines given by place, area, Gaussian and Lorentzian width."""
    for place, area, gaussian, lorentzian in lines:
        near, shape = line_at_points(
            two_theta, position=place, gaussian=gaussian, lorentzian=lorentzian, axial=axial
        )
        total[near] += area * shape


def _shift(
    two_theta: Float[np.ndarray, "line"],
    diffractometer: Diffractometer,
    alignment: Alignment,
    height: float,
) -> Float[np.ndarray, "line"]:
    """Return how far lines lie from their Bragg angles [deg]."""
    displacement = alignment.displacement + height
    if displacement != 0.0 and diffractometer.geometry != REFLECTION:
        raise OutOfRange(
            f"a displacement of {displacement:g} mm is given in {diffractometer.geometry} geometry. Expected"
            " it in reflection only; give a zero error instead."
        )
    cosine = np.cos(np.radians(two_theta) / 2.0)
    moved: Float[np.ndarray, "line"] = alignment.zero - np.degrees(
        2.0 * displacement * cosine / diffractometer.radius
    )
    return moved


def _with_spikes(
    counts: Float[np.ndarray, "point"],
    two_theta: Float[np.ndarray, "point"],
    fault: Artefacts,
    random: np.random.Generator | None,
) -> Float[np.ndarray, "point"]:
    if np.any(counts < 0.0):
        raise OutOfRange(f"the background is negative at {two_theta[np.argmin(counts)]:g} deg. Raise it.")
    found = counts if random is None else random.poisson(counts).astype(float)
    for angle, height in (fault.spikes or {}).items():
        found[int(np.argmin(np.abs(two_theta - angle)))] += height
    return found


def _pattern(
    counts: Float[np.ndarray, "point"],
    two_theta: Float[np.ndarray, "point"],
    diffractometer: Diffractometer,
    *,
    start_time: datetime | None,
    end_time: datetime | None,
    temperature: float | None,
) -> DiffractionPattern:
    doublet = len(diffractometer.wavelengths) > 1
    return DiffractionPattern(
        two_theta=two_theta,
        intensity=counts,
        uncertainty=np.sqrt(np.maximum(counts, 1.0)),
        wavelengths=diffractometer.wavelengths,
        line_ratio=diffractometer.line_ratio if doublet else None,
        start_time=start_time,
        end_time=end_time,
        temperature=temperature,
        radius=diffractometer.radius,
        format="simulated",
        reader="lmct",
    )
