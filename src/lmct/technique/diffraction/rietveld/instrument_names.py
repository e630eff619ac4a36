"""Our names of what rietx refines of an instrument: background, offset, widths, axial divergence, humps."""

from __future__ import annotations

from lmct.quantity.errors import OutOfRange
from lmct.technique.diffraction.diffractometer import REFLECTION, Diffractometer
from lmct.technique.diffraction.rietveld.parts import FULL_WIDTH, WIDTHS
from lmct.technique.diffraction.rietveld.settings import INSTRUMENT, RietveldSettings

AXIAL_PATH = "instrument.geometry.axial_sl"

HUMP = {
    "position": ("hump_position", "deg"),
    "height": ("hump_height", ""),
    "fwhm": ("hump_width", "deg"),
}
"""Name in rietx -> ours and its unit."""


def name_instrument(
    diffractometer: Diffractometer,
    settings: RietveldSettings,
    names: dict[str, tuple[str, str]],
    groups: dict[str, list[str]],
    equal: list[tuple[str, ...]],
) -> None:
    """Name what may be free of background, offset, widths, axial divergence and humps.

    Parameters
    ----------
    diffractometer
        The instrument.
    settings
        What is free.
    names, groups, equal
        Of the :class:`~lmct.technique.diffraction.rietveld.model.RietveldModel`; added to.

    Raises
    ------
    OutOfRange
        The displacement is to be refined in a geometry that has none.
    """
    for term in range(settings.background_terms):
        names[f"instrument.background.c{term}"] = (f"background({term})", "")
    groups["scale"].append("instrument.background.*")
    reflection = diffractometer.geometry == REFLECTION
    displaced = (
        settings.displacement if settings.displacement is not None else reflection and not settings.zero
    )
    zeroed = settings.zero if settings.zero is not None else not reflection and not settings.displacement
    if displaced:
        if not reflection:
            raise OutOfRange(
                "the displacement is to be refined in a geometry that has none. Expected the zero instead."
            )
        names["instrument.geometry.sample_displacement"] = ("displacement", "mm")
        groups["cell"].append("instrument.geometry.sample_displacement")
    if zeroed:
        names["instrument.zero_shift"] = ("zero", "deg")
        groups["cell"].append("instrument.zero_shift")
    if settings.widths == INSTRUMENT:
        for name, (letter, unit) in WIDTHS.items():
            names[f"instrument.profile.{letter}"] = (name, unit)
            groups["width" if letter in "wx" else "widths"].append(f"instrument.profile.{letter}")
    if settings.axial:
        half = AXIAL_PATH
        names[half] = ("axial", "")
        groups["standard"].append(half)
        equal.append((half, "instrument.geometry.axial_hl"))
    if settings.line_ratio and len(diffractometer.wavelengths) > 1:
        names["instrument.source.lines.1.weight"] = ("line_ratio", "")
        groups["standard"].append("instrument.source.lines.1.weight")
    for number in range(len(settings.humps)):
        for key, (name, unit) in HUMP.items():
            path = f"instrument.extra_components.{number}.{key}"
            names[path] = (f"{name}({number + 1})", unit)
            groups["scale" if key == "height" else "hump"].append(path)


def factors_of(settings: RietveldSettings) -> dict[str, float]:
    """Return our number over that of rietx: S/L + H/L for S/L, a standard deviation for a full width.

    Parameters
    ----------
    settings
        For its humps.

    Returns
    -------
    :
        Path -> factor [1], where it is not 1.

    Examples
    --------
    >>> factors_of(RietveldSettings())
    {'instrument.geometry.axial_sl': 2.0}
    """
    humps = {
        f"instrument.extra_components.{number}.fwhm": 1.0 / FULL_WIDTH
        for number in range(len(settings.humps))
    }
    return {AXIAL_PATH: 2.0} | humps
