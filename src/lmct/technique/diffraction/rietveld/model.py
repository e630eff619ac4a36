"""The model of a pattern in the words of rietx, with our name for each of its parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lmct.material.crystal.crystal import Crystal, Site
from lmct.quantity.errors import OutOfRange
from lmct.technique.diffraction.diffractometer import Diffractometer
from lmct.technique.diffraction.rietveld.crystal import is_anion
from lmct.technique.diffraction.rietveld.instrument_names import factors_of, name_instrument
from lmct.technique.diffraction.rietveld.parts import CELL, instrument_of, phase_of
from lmct.technique.diffraction.rietveld.settings import (
    FIXED,
    INSTRUMENT,
    PER_KIND,
    PER_SITE,
    RietveldSettings,
)

if TYPE_CHECKING:
    import rietx


LEAST_SEEN = 0.02
"""A site that holds less has no B of its own [1]."""


@dataclass(frozen=True, eq=False)
class RietveldModel:
    """A model that rietx can fit.

    Parameters
    ----------
    structure, instrument
        Of rietx.
    names
        Path in rietx -> our name and unit of everything that may be free.
    groups
        Name of the stage -> paths that become free in it.
    equal
        Groups of paths that are one parameter, the first carries it.
    linear
        Path -> (source, slope, intercept) of what follows another parameter.
    factors
        Path -> our number over that of rietx; 1 where it is not named.
    """

    structure: rietx.Structure
    instrument: rietx.Instrument
    names: Mapping[str, tuple[str, str]]
    groups: Mapping[str, tuple[str, ...]]
    equal: tuple[tuple[str, ...], ...] = ()
    linear: Mapping[str, tuple[str, float, float]] = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)


def model_of(
    crystals: Sequence[Crystal], diffractometer: Diffractometer, settings: RietveldSettings, *, level: float
) -> RietveldModel:
    """Build the model of a pattern.

    Parameters
    ----------
    crystals
        The phases; the first is the one that settings speak of.
    diffractometer
        The instrument.
    settings
        What is free.
    level
        Of the background at the start [unit of the pattern].

    Returns
    -------
    :
        The model.

    Raises
    ------
    OutOfRange
        Two phases share a name, or settings name a phase that is not there.
    """
    import rietx

    _check_names(crystals, settings)
    names: dict[str, tuple[str, str]] = {}
    groups: dict[str, list[str]] = {
        key: [] for key in ("scale", "cell", "width", "widths", "hump", "thermal", "occupancy", "standard")
    }
    equal: list[tuple[str, ...]] = []
    linear: dict[str, tuple[str, float, float]] = {}
    for index, crystal in enumerate(crystals):
        _name_phase(index, crystal, settings, names, groups, equal)
    _name_migration(crystals[0], settings, names, groups, linear)
    name_instrument(diffractometer, settings, names, groups, equal)
    return RietveldModel(
        structure=rietx.Structure(phases=[phase_of(crystal, settings) for crystal in crystals]),
        instrument=instrument_of(diffractometer, settings, level),
        names=names,
        groups={key: tuple(paths) for key, paths in groups.items() if paths},
        equal=tuple(equal),
        linear=linear,
        factors={path: factor for path, factor in factors_of(settings).items() if path in names},
    )


def _check_names(crystals: Sequence[Crystal], settings: RietveldSettings) -> None:
    known = [crystal.name for crystal in crystals]
    if not known or len(set(known)) < len(known):
        raise OutOfRange(f"the phases are called {known}. Expected one phase at least, each its own name.")
    if settings.migration is not None and settings.migration.target not in {
        s.label for s in crystals[0].sites
    }:
        raise OutOfRange(f"{known[0]} has no site {settings.migration.target!r} for migrating ions.")
    for name in (*settings.texture, *settings.windows, *(settings.thermal_phases or ())):
        if name not in known:
            raise OutOfRange(f"no phase is called {name!r}; the phases are {known}.")


def _name_phase(
    index: int,
    crystal: Crystal,
    settings: RietveldSettings,
    names: dict[str, tuple[str, str]],
    groups: dict[str, list[str]],
    equal: list[tuple[str, ...]],
) -> None:
    base = f"phases.{index}"
    names[f"{base}.scale"] = (_named("scale", index, crystal), "")
    groups["scale"].append(f"{base}.scale")
    for edge, unit in CELL.items():
        names[f"{base}.cell.{edge}"] = (_named(edge, index, crystal), unit)
    if settings.cell:
        groups["cell"].append(f"{base}.cell.*")
    if settings.widths != FIXED and (settings.widths != INSTRUMENT or index > 0):
        names[f"{base}.lor_size"] = (_named("lorentzian_size", index, crystal), "deg")
        groups["width"].append(f"{base}.lor_size")
        if settings.widths != INSTRUMENT and crystal.name not in settings.windows:
            names[f"{base}.lor_strain"] = (_named("lorentzian_strain", index, crystal), "deg")
            groups["widths"].append(f"{base}.lor_strain")
    if crystal.name in settings.texture:
        names[f"{base}.preferred_orientation.r"] = (_named("march", index, crystal), "")
        groups["occupancy"].append(f"{base}.preferred_orientation.r")
    _name_sites(index, crystal, settings, names, groups, equal)


def _name_sites(
    index: int,
    crystal: Crystal,
    settings: RietveldSettings,
    names: dict[str, tuple[str, str]],
    groups: dict[str, list[str]],
    equal: list[tuple[str, ...]],
) -> None:
    together: dict[str, list[str]] = {}
    atom = 0
    for site in crystal.sites:
        paths = [f"phases.{index}.atoms.{atom + k}" for k in range(len(site.occupancy))]
        atom += len(paths)
        key = _kind(site) if settings.displacement_parameters == PER_KIND else site.label
        if settings.displacement_parameters == PER_SITE and sum(site.occupancy.values()) < LEAST_SEEN:
            continue
        if key not in together:
            names[f"{paths[0]}.biso"] = (_named(f"b_iso({site.label})", index, crystal), "Å²")
        together.setdefault(key, []).extend(f"{path}.biso" for path in paths)
        if settings.coordinates and index == 0 and len(paths) == 1:
            for axis in "xyz":
                names[f"{paths[0]}.{axis}"] = (f"{axis}({site.label})", "")
            groups["occupancy"].append(f"{paths[0]}.dof.*")
    thermal = (settings.thermal_phases or ()) if settings.thermal_phases is not None else None
    refined = index == 0 if thermal is None else crystal.name in thermal
    if settings.displacement_parameters == FIXED or not refined or crystal.name in settings.windows:
        return
    groups["thermal"].extend(group[0] for group in together.values())
    equal.extend(tuple(group) for group in together.values() if len(group) > 1)


def _name_migration(
    crystal: Crystal,
    settings: RietveldSettings,
    names: dict[str, tuple[str, str]],
    groups: dict[str, list[str]],
    linear: dict[str, tuple[str, float, float]],
) -> None:
    migration = settings.migration
    if migration is None:
        return
    places = [(site.label, ion) for site in crystal.sites for ion in site.occupancy]
    path = {place: f"phases.0.atoms.{atom}.occ" for atom, place in enumerate(places)}
    target, origin = (migration.target, migration.ion), (migration.origin, migration.ion)
    kept = crystal.site(origin[0]).occupancy[origin[1]] + (
        migration.ratio * crystal.site(target[0]).occupancy[target[1]]
    )
    linear[path[origin]] = (path[target], -migration.ratio, kept)
    for place in (target, origin):
        names[path[place]] = (f"occupancy({place[0]}, {place[1]})", "")
    groups["occupancy"].append(path[target])


def _named(name: str, index: int, crystal: Crystal) -> str:
    return (
        name
        if index == 0
        else f"{name}({crystal.name})"
        if "(" not in name
        else f"{name[:-1]}, {crystal.name})"
    )


def _kind(site: Site) -> str:
    return "anion" if any(is_anion(ion) for ion in site.occupancy) else "cation"
