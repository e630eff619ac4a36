"""All maps of a spectrum image: joint fit of its sum, weights from it, maps, and whether to bin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum, SpectrumImage
from lmct.quantity.errors import OutOfRange
from lmct.technique.energy_loss.cross_section import shells_of
from lmct.technique.energy_loss.inelastic import inelastic_kernel
from lmct.technique.energy_loss.joint_fit import JointEdges, fit_edges
from lmct.technique.energy_loss.line_table import LINE_PAIRS
from lmct.technique.energy_loss.maps import RatioMap, map_ratios, weights_of_joint_fit
from lmct.technique.energy_loss.prepare_edge import prepare_edge
from lmct.technique.energy_loss.reference_fit import ReferenceFit, fit_references
from lmct.technique.energy_loss.species_map import weights_of_references

WINDOW = (5.0, 8.0)
"""References are fitted from this far in front of the first line to behind the second [eV]."""


@dataclass(frozen=True, eq=False)
class ImageMaps:
    """What an image gives.

    Parameters
    ----------
    maps
        Ratios of elements, of white lines, and shares of references.
    joint
        The fit of the sum.
    species
        The fit of references to the sum; None without references.
    messages
        What is too noisy and how much to bin, one sentence each.
    """

    maps: tuple[RatioMap, ...]
    joint: JointEdges
    species: ReferenceFit | None
    messages: tuple[str, ...]


def map_image(
    image: SpectrumImage,
    *,
    elements: Sequence[str],
    low_loss: EnergyLossSpectrum | None = None,
    references: Mapping[str, EnergyLossSpectrum] | None = None,
    reference_low_losses: Mapping[str, EnergyLossSpectrum] | None = None,
    element: str = "Ni",
) -> ImageMaps:
    """Return maps of element ratios, white-line ratios and shares of references.

    Parameters
    ----------
    image
        Core losses on an axis that was checked.
    elements
        Of the sample; ratios are to the first one that has an edge in the image.
    low_loss
        Of the same area, for plural scattering.
    references
        Spectra of species, by name.
    reference_low_losses
        Of the same places. Plural scattering counts in shares only where image and all references have one.
    element
        Whose edge the references are.

    Returns
    -------
    :
        Maps with uncertainties.

    Raises
    ------
    DataError
        The sum cannot be fitted, or a reference does not cover the edge.
    """
    total = image.summed()
    kernel = (
        None
        if low_loss is None
        else inelastic_kernel(low_loss, dispersion=image.dispersion, channels=len(image.energy))
    )
    joint = fit_edges(total, shells_of(elements), kernel=kernel)
    maps = list(map_ratios(image, weights_of_joint_fit(image, joint.best), _ratios(joint, elements)))
    species = None
    if references:
        line = LINE_PAIRS[element]
        lows = reference_low_losses or {}
        folded = kernel if set(references) <= set(lows) else None
        prepared = {
            name: prepare_edge(
                one,
                line,
                kernel=None
                if folded is None
                else inelastic_kernel(lows[name], dispersion=one.dispersion, channels=len(one.energy)),
            )
            for name, one in references.items()
        }
        window = (line.first - WINDOW[0], line.second + WINDOW[1])
        species = fit_references(prepare_edge(total, line, kernel=folded), prepared, window=window)
        weights = weights_of_references(image, line, prepared, shift=species.shift.value, kernel=folded)
        everything = tuple(prepared)
        shares = {f"{element} {name}": ((name,), everything) for name in everything[:-1]}
        maps += map_ratios(image, weights, shares)
    return ImageMaps(tuple(maps), joint, species, _advice(maps))


def _ratios(joint: JointEdges, elements: Sequence[str]) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the ratios that an image of these edges gives, and the amounts they are made of."""
    present = [one for one in elements if one in joint.elements]
    found: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
        f"{one}/{present[0]}": ((one,), (present[0],))
        for one in present[1:]
        if _stands_out(joint, one, present[0])
    }
    for shell in joint.best.model.shells:
        if len(shell.onsets) > 1 and _stands_out(joint, shell.element):
            names = LINE_PAIRS[shell.element].names
            found[f"{shell.element} {names[0]}/{names[1]}"] = (
                (f"{shell.element} first",),
                (f"{shell.element} second",),
            )
    return found


def _stands_out(joint: JointEdges, element: str, over: str = "") -> bool:
    """Return whether the sum gives a ratio at all; what it cannot tell no place can."""
    try:
        joint.ratio(element, over) if over else joint.white_lines(element)
    except OutOfRange:
        return False
    return True


def _advice(maps: Sequence[RatioMap]) -> tuple[str, ...]:
    return tuple(
        f"the map of {one.name} has {_noise(one)}. Expected"
        f" about 10 %. Sum {one.binning} places along each axis (--bin {one.binning})."
        for one in maps
        if one.binning > 1
    )


def _noise(one: RatioMap) -> str:
    noise = one.relative_uncertainty
    return f"an uncertainty of {noise:.0%} at one place" if isfinite(noise) else "no value at most places"
