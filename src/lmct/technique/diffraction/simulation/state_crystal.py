"""The crystal of a state of the electrode: what sits on 4a, 8c and 4b, and the lattice parameter."""

from __future__ import annotations

from dataclasses import replace

from lmct.electrode.lattice import Lattice
from lmct.electrode.state import ElectrodeState
from lmct.material.crystal.crystal import Crystal, Site
from lmct.material.crystal.of_material import (
    DISORDERED_UP_TO,
    FAMILY,
    ions_of_material,
    ions_of_valence,
    rock_salt_of_material,
)
from lmct.material.formula import scaled
from lmct.material.material import Material
from lmct.quantity.errors import OutOfRange


def crystal_of_state(
    state: ElectrodeState, *, material: Material, lattice: Lattice, migrated: float = 0.0
) -> Crystal:
    """Return the disordered rock salt that a state of the electrode scatters like.

    Per formula unit with two oxygens there are two sites 4a, four 8c and two 4b. Lithium and holes leave as
    the state says: lithium from 4a, electrons from the metal that can be oxidised furthest, oxygen gas from
    4b. Two approximations, felt most by the weak lines of odd indices: oxygen scatters as O2- whatever its
    holes, and Ni4+ as the nearest tabulated ion, Ni3+.

    Parameters
    ----------
    state
        Its holes, gas and lithium extracted.
    material
        The member of the family, a disordered rock salt.
    lattice
        How its lattice parameter follows the state.
    migrated
        Share of the titanium (of the metal that is not oxidised) that sits on 8c [1].

    Returns
    -------
    :
        The crystal.

    Raises
    ------
    OutOfRange
        The member is no disordered rock salt, more lithium or oxygen is gone than there was, a valence is
        impossible, or the share lies outside 0 to 1.

    Examples
    --------
    >>> from lmct.material import load
    >>> charged = ElectrodeState(metal_holes=0.5, oxygen_holes=0.3, voltage=4.8)
    >>> crystal = crystal_of_state(charged, material=load("li-ti-ni-o"), lattice=Lattice(origin=4.16))
    >>> round(crystal.cell[0], 4), {ion: round(o, 3) for ion, o in crystal.site("4a").occupancy.items()}
    (4.1044, {'Li1+': 0.183, 'Ti4+': 0.292, 'Ni4+': 0.125})
    """
    _refuse_ordered(material)
    cell = float(lattice.of_states(state.as_array()[None, :])[0])
    pristine = rock_salt_of_material(material, cell=cell)
    octahedra, tetrahedra, oxygen = pristine.sites
    cations = _cations(state, material)
    if not 0.0 <= migrated <= 1.0:
        raise OutOfRange(f"the share of migrated cations is {migrated!r}. Expected 0 to 1.")
    if migrated > 0.0:
        moved = _spectator(material)
        tetrahedral = {moved: migrated * cations[moved] / 4.0}
        cations[moved] *= 1.0 - migrated
        tetrahedra = replace(tetrahedra, occupancy=tetrahedral)
    occupancy = {ion: amount / 2.0 for ion, amount in cations.items() if amount > 0.0}
    sites = (replace(octahedra, occupancy=occupancy), tetrahedra, _oxygen(oxygen, state))
    return replace(pristine, name=f"{material.formula} at {state.voltage:.2f} V", sites=sites)


def _refuse_ordered(material: Material) -> None:
    """Refuse members of the family of which no disordered rock salt is known."""
    if material.name == FAMILY and material.x is not None and material.x > DISORDERED_UP_TO:
        raise OutOfRange(
            f"x = {material.x:g} of {FAMILY}: the cations are disordered up to x = {DISORDERED_UP_TO:g} and"
            " layered at x = 1, between nothing is known (Li 2022, Fig. 1a), and of a working electrode no"
            f" structure either. Expected x from 0 to {DISORDERED_UP_TO:g}. Patterns of members as made:"
            " lmct reproduce --figure 1a."
        )


def _cations(state: ElectrodeState, material: Material) -> dict[str, float]:
    """Return ion -> amount per two oxygens of the pristine material."""
    amounts = scaled(material.composition, oxygen=2.0)
    ions = ions_of_material(material)
    ions["Li1+"] = amounts["Li"] - state.lithium_extracted
    if ions["Li1+"] < -1e-6:
        raise OutOfRange(
            f"the state has lost {state.lithium_extracted:.4f} Li of {amounts['Li']:.4f} per formula unit."
            f" Expected a state of {material.formula}; give the material it belongs to."
        )
    ions["Li1+"] = max(0.0, ions["Li1+"])
    centre = max(material.redox_centres, key=lambda one: one.highest - one.pristine)
    valence = centre.pristine + state.metal_holes / amounts[centre.metal]
    if not 0.0 < valence < 8.0:
        raise OutOfRange(f"{centre.metal} would have the valence {valence:.2f}. Expected 0 to 8.")
    for ion in ions_of_valence(centre.metal, centre.pristine):
        del ions[ion]
    shares = ions_of_valence(centre.metal, valence)
    return ions | {ion: share * amounts[centre.metal] for ion, share in shares.items()}


def _spectator(material: Material) -> str:
    """Return the ion of the most abundant metal that is not oxidised, which is the one that migrates."""
    amounts = scaled(material.composition, oxygen=2.0)
    inert = [centre for centre in material.redox_centres if centre.highest == centre.pristine]
    if not inert:
        raise OutOfRange(f"{material.name} has no metal that keeps its valence, so none that could migrate.")
    metal = max(inert, key=lambda centre: amounts.get(centre.metal, 0.0))
    return f"{metal.metal}{round(metal.pristine)}+"


def _oxygen(site: Site, state: ElectrodeState) -> Site:
    left = 1.0 - state.oxygen_gas
    if not 0.0 <= left <= 1.0:
        raise OutOfRange(f"the state has lost {state.oxygen_gas!r} O2 per formula unit. Expected 0 to 1.")
    return replace(site, occupancy={"O2-": left})
