"""Changes of a crystal before it is refined: lithium by the charge passed, a site for migrating ions."""

from __future__ import annotations

from dataclasses import replace

from lmct.material.crystal.crystal import Crystal, Site
from lmct.quantity.errors import OutOfRange
from lmct.technique.diffraction.rock_salt.settings import Migration
from lmct.technique.diffraction.scattering import positions_of

MIGRATION_START = 1e-3
"""Occupancy with which the search for migrated ions starts: at 0 nothing tells the way [1]."""

ROUNDING = 0.01
"""By so much the lithium of a stated formula may overfill a site [1]."""


def with_lithium(crystal: Crystal, lithium: float) -> Crystal:
    """Return the crystal with another content of lithium.

    Parameters
    ----------
    crystal
        With lithium on one or more sites; their shares stay.
    lithium
        Per formula unit with two anions [1].

    Returns
    -------
    :
        The crystal; what lithium leaves is vacant.

    Raises
    ------
    OutOfRange
        The crystal has no lithium or no anion, or its sites do not hold as much.
    """
    counts = {site.label: len(positions_of(crystal, site)) for site in crystal.sites}
    held = anions = 0.0
    for site in crystal.sites:
        for ion, occupancy in site.occupancy.items():
            held += counts[site.label] * occupancy * is_lithium(ion)
            anions += counts[site.label] * occupancy * is_anion(ion)
    if lithium < 0 or not held > 0 or not anions > 0:
        raise OutOfRange(
            f"{crystal.name} cannot hold {lithium:g} lithium per two anions: it has {held:g} lithium and"
            f" {anions:g} anions in the cell. Expected a structure with both, and a content from 0."
        )
    factor = lithium * anions / 2.0 / held
    sites: list[Site] = []
    for site in crystal.sites:
        shares = {ion: share * factor if is_lithium(ion) else share for ion, share in site.occupancy.items()}
        sites.append(replace(site, occupancy=_filled(shares)))
    return replace(crystal, sites=tuple(sites))


def _filled(shares: dict[str, float]) -> dict[str, float]:
    """Return shares of a full site whose lithium exceeds it by rounding, as 1.17 for 7/6 does."""
    excess = sum(shares.values()) - 1.0
    if not 0.0 < excess < ROUNDING:
        return shares
    lithium = sum(share for ion, share in shares.items() if is_lithium(ion))
    return {
        ion: share * (1.0 - excess / lithium) if is_lithium(ion) else share for ion, share in shares.items()
    }


def with_target(crystal: Crystal, migration: Migration, *, occupancy: float = MIGRATION_START) -> Crystal:
    """Return the crystal with some of the migrating ions on the target site, what left the origin taken off.

    Parameters
    ----------
    crystal
        With the ion on the origin.
    migration
        Which ion goes where.
    occupancy
        Of the target [1].

    Returns
    -------
    :
        The crystal; a target that was not there is added, with the B of the origin.

    Raises
    ------
    OutOfRange
        The ion is not on the origin.
    """
    origin = crystal.site(migration.origin)
    if migration.ion not in origin.occupancy:
        raise OutOfRange(
            f"{migration.ion} is not on {migration.origin} of {crystal.name}, which holds"
            f" {', '.join(origin.occupancy)}. Expected an ion that can leave it."
        )
    labels = [site.label for site in crystal.sites]
    before = (
        crystal.site(migration.target).occupancy.get(migration.ion, 0.0)
        if migration.target in labels
        else 0.0
    )
    left = {
        **origin.occupancy,
        migration.ion: origin.occupancy[migration.ion] + migration.ratio * (before - occupancy),
    }
    sites = [
        replace(site, occupancy=left) if site.label == migration.origin else site for site in crystal.sites
    ]
    if migration.target in labels:
        place = labels.index(migration.target)
        sites[place] = replace(sites[place], occupancy={**sites[place].occupancy, migration.ion: occupancy})
    else:
        sites.append(
            Site(
                label=migration.target,
                occupancy={migration.ion: occupancy},
                position=migration.position,
                b_iso=origin.b_iso,
            )
        )
    return replace(crystal, sites=tuple(sites))


def is_lithium(ion: str) -> bool:
    """Whether an ion is lithium."""
    return ion.rstrip("+-0123456789") == "Li"


def is_anion(ion: str) -> bool:
    """Whether an ion is negative; without a charge, whether its element usually is."""
    return ion.endswith("-") or ion in {"O", "F", "Cl", "Br", "I", "S", "Se", "N"}
