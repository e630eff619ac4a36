"""All edges of a spectrum fitted at once: ratios of elements and white lines, and what choices do to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum
from lmct.quantity.assessment import Assessment
from lmct.quantity.errors import NotConverged, OutOfRange
from lmct.quantity.value import Value
from lmct.technique.energy_loss.cross_section import Shell
from lmct.technique.energy_loss.element_ratio import ElementRatio, spread_of_variants
from lmct.technique.energy_loss.inelastic import assumed_kernel
from lmct.technique.energy_loss.joint_model import JointSettings
from lmct.technique.energy_loss.joint_solution import JointSolution, solve_edges
from lmct.technique.energy_loss.noise import noise_factor_from_counts

MISFIT = 1.5
"""Reduced chi-square above which the parts do not describe the spectrum."""

SIGNIFICANT = 3.0

LINE_REACH = 8.0
"""White lines reach this far in front of the first and behind the second onset [eV]."""

THICKNESSES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2)
"""Tried over the mean free path where no low loss tells [1]."""


@dataclass(frozen=True, eq=False)
class JointEdges:
    """What the joint fit of a spectrum tells.

    Parameters
    ----------
    best
        The fit.
    variants
        The fit under each other choice that is as good.
    thickness
        Over the mean free path that describes the spectrum best, where no low loss was given; else None [1].
    """

    best: JointSolution
    variants: dict[str, JointSolution]
    thickness: float | None

    @property
    def assessment(self) -> Assessment:
        """Whether the parts describe the spectrum."""
        return Assessment.POOR_FIT if self.best.reduced_chi_square > MISFIT else Assessment.GOOD

    @property
    def elements(self) -> tuple[str, ...]:
        """Symbols of the edges that were fitted."""
        return tuple(shell.element for shell in self.best.model.shells)

    def ratio(self, first: str, second: str) -> ElementRatio:
        """Return the ratio of two elements.

        Parameters
        ----------
        first, second
            Symbols.

        Raises
        ------
        OutOfRange
            An edge was not fitted, or is not above noise.
        """
        for element in (first, second):
            atoms = self.best.atoms(element)
            if not atoms.value > SIGNIFICANT * atoms.uncertainty:
                raise OutOfRange(
                    f"the continuum of {element} is {atoms.value:.3g} ± {atoms.uncertainty:.2g} above the"
                    f" background. Expected more than {SIGNIFICANT:g} standard deviations. Sum more pixels,"
                    " or measure a wider range."
                )
        value = self.best.ratio(first, second)
        others = {name: one.ratio(first, second).value for name, one in self.variants.items()}
        errors = [
            shell.relative_error for shell in self.best.model.shells if shell.element in (first, second)
        ]
        return ElementRatio(
            first=first,
            second=second,
            ratio=value,
            model=spread_of_variants(value.value, others),
            cross_section=float(value.value * np.sqrt(np.sum(np.square(errors)))),
            variants=others,
        )

    def white_lines(self, element: str) -> tuple[Value, Value, Value]:
        """Return the areas of both white lines [counts], and their ratio with its model error inside [1].

        Parameters
        ----------
        element
            Symbol.

        Raises
        ------
        OutOfRange
            The element has one line only, its edge was not fitted, or a line is not above noise.
        """
        shell = self.best.model.shells[self.best.place(element) - self.best.model.background_powers]
        if len(shell.onsets) < 2:
            raise OutOfRange(f"{element} has no two white lines. Expected an element with L3 and L2.")
        first, second = (_line_rows(self.best, shell, number) for number in (0, 1))
        areas = self.best.sum_of(first), self.best.sum_of(second)
        for area in areas:
            if not area.value > SIGNIFICANT * area.uncertainty:
                raise OutOfRange(
                    f"a white line of {element} has {area.value:.3g} ± {area.uncertainty:.2g} counts."
                    f" Expected more than {SIGNIFICANT:g} standard deviations. Sum more pixels, or"
                    " measure longer."
                )
        ratio = self.best.ratio_of(first, second)
        others = {
            name: one.ratio_of(_line_rows(one, shell, 0), _line_rows(one, shell, 1)).value
            for name, one in self.variants.items()
        }
        spread = float(np.hypot(ratio.uncertainty, spread_of_variants(ratio.value, others)))
        return *areas, Value(ratio.value, spread)


def _line_rows(solution: JointSolution, shell: Shell, number: int) -> Float[np.ndarray, "value"]:
    middle = 0.5 * (shell.onsets[0] + shell.onsets[1])
    low, high = (
        (shell.onsets[0] - LINE_REACH, middle) if number == 0 else (middle, shell.onsets[1] + LINE_REACH)
    )
    return solution.line_row(low, high)


def fit_edges(
    spectrum: EnergyLossSpectrum,
    shells: Sequence[Shell],
    *,
    settings: JointSettings | None = None,
    kernel: Float[np.ndarray, "channel"] | None = None,
    noise_factor: float | None = None,
) -> JointEdges:
    """Fit all edges of a spectrum at once, and again under other choices that are as good.

    Parameters
    ----------
    spectrum
        On an axis that was checked.
    shells
        Of the elements of the sample.
    settings
        How; beam energy and angle from the spectrum when None.
    kernel
        Plural scattering from :func:`inelastic_kernel`; when None, an oxide is assumed and the thickness that
        describes the spectrum best is taken.
    noise_factor
        Variance of a count over its mean; from the spectrum when None [1].

    Returns
    -------
    :
        Amounts, white lines and what they owe to choices.

    Raises
    ------
    DataError
        The edges are not inside the spectrum, or the background does not settle.
    """
    chosen = settings or settings_of(spectrum)
    factor = noise_factor or noise_factor_from_counts(counts=spectrum.counts)

    def solved(one: JointSettings, scattered: Float[np.ndarray, "channel"] | None) -> JointSolution:
        return solve_edges(spectrum, shells, one, kernel=scattered, noise_factor=factor)

    thickness = None
    cases: dict[str, tuple[JointSettings, Float[np.ndarray, "channel"] | None]] = {}
    if kernel is None:
        assumed = {
            one: assumed_kernel(one, dispersion=spectrum.dispersion, channels=len(spectrum.energy))
            for one in THICKNESSES
        }
        tried = {one: solved(chosen, spread).reduced_chi_square for one, spread in assumed.items()}
        thickness = min(tried, key=lambda one: tried[one])
        place = THICKNESSES.index(thickness)
        for name, other in (("thinner", max(place - 1, 0)), ("thicker", min(place + 1, len(tried) - 1))):
            cases[f"thickness, {name}"] = (chosen, assumed[THICKNESSES[other]])
        kernel = assumed[thickness]
    best = solved(chosen, kernel)
    cases |= {name: (choice, kernel) for name, choice in _choices(chosen).items()}
    variants = {}
    for name, case in cases.items():
        try:
            one = solved(*case)
        except (OutOfRange, NotConverged):
            continue
        if len(one.model.shells) == len(best.model.shells):
            variants[name] = one
    return JointEdges(best, variants, thickness)


def _choices(chosen: JointSettings) -> dict[str, JointSettings]:
    """Return other choices that are as good, by kind and name."""
    return {
        "fine structure, shorter": replace(chosen, fine_structure=0.8 * chosen.fine_structure),
        "fine structure, longer": replace(chosen, fine_structure=1.3 * chosen.fine_structure),
        "onset, later": replace(chosen, moved=chosen.moved + 1.0),
        "onset, earlier": replace(chosen, moved=chosen.moved - 1.0),
        "background, other curvature": replace(chosen, curved=not chosen.curved),
        "angle, doubled": replace(chosen, angle=2.0 * chosen.angle),
    }


def settings_of(spectrum: EnergyLossSpectrum) -> JointSettings:
    """Return settings with beam energy and collection angle of a spectrum, as far as it tells them.

    Parameters
    ----------
    spectrum
        Any.
    """
    usual, taken = JointSettings(), spectrum.acquisition
    angle = taken.collection_angle or usual.angle
    if taken.convergence_angle:
        angle = float(np.hypot(angle, taken.convergence_angle))
    return replace(usual, beam_energy=taken.beam_energy or usual.beam_energy, angle=angle)
