"""The parts of a spectrum with several edges: one background, continua, fine structure left free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import OutOfRange
from lmct.technique.energy_loss.cross_section import (
    DEFAULT_ANGLE,
    DEFAULT_BEAM,
    Shell,
    continuum_of_shell,
)
from lmct.technique.energy_loss.inelastic import spread_by

FINE_STRUCTURE = {"K": 45.0, "L": 25.0, "M": 25.0}
"""Fine structure is free up to this far behind the last onset [eV]."""

IN_FRONT, BEHIND = 8.0, 20.0
"""Fine structure is free from this far in front of the first onset; a continuum needs this much behind it
[eV]."""

DENSE = 0.35
"""Distance of knots near lines, and four times that elsewhere [eV]; one and a half channels at least."""

BEFORE = 20.0
"""The background must be seen for this long in front of the first edge [eV]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JointSettings:
    """How the parts are chosen.

    Parameters
    ----------
    beam_energy
        Of the electrons [eV].
    angle
        Half angle of collection [mrad].
    fine_structure
        Length of the free fine structure over the usual one [1].
    moved
        Onsets are moved by this [eV].
    rise
        Full width of a step of a continuum [eV].
    curved
        Whether the logarithm of the background is a parabola of that of the energy, instead of a line.
    first, last
        Energies fitted [eV]; the whole spectrum when None.
    """

    beam_energy: float = DEFAULT_BEAM
    angle: float = DEFAULT_ANGLE
    fine_structure: float = 1.0
    moved: float = 0.0
    rise: float = 1.5
    curved: bool = False
    first: float | None = None
    last: float | None = None


@dataclass(frozen=True, eq=False)
class JointModel:
    """Columns of all parts but the background.

    Parameters
    ----------
    energy
        Channels fitted [eV].
    shells
        Whose edges are inside.
    continua
        One row for each shell, losses of one atom spread by plural scattering.
    fine
        Free fine structure, spread by plural scattering.
    single
        The same without plural scattering.
    background_powers
        Number of free coefficients of the logarithm of the background.
    """

    energy: Float[np.ndarray, "channel"]
    shells: tuple[Shell, ...]
    continua: Float[np.ndarray, "shell channel"]
    fine: Float[np.ndarray, "knot channel"]
    single: Float[np.ndarray, "knot channel"]
    background_powers: int

    @property
    def columns(self) -> Float[np.ndarray, "channel column"]:
        """Continua, then fine structure."""
        return np.vstack([self.continua, self.fine]).T

    def background_shapes(self) -> Float[np.ndarray, "channel power"]:
        """Return powers of the logarithm of the energy over its middle."""
        middle = np.sqrt(self.energy[0] * self.energy[-1])
        return np.vander(np.log(self.energy / middle), self.background_powers, increasing=True)

    def area_weights(self, low: float, high: float) -> Float[np.ndarray, "knot"]:
        """Return the counts that each part of the fine structure has between two energies."""
        width = float(self.energy[1] - self.energy[0])
        inside = (
            np.minimum(self.energy + width / 2, high) - np.maximum(self.energy - width / 2, low)
        ) / width
        return np.asarray(self.single @ np.clip(inside, 0.0, 1.0))


def joint_model(
    energy: Float[np.ndarray, "channel"],
    shells: Sequence[Shell],
    settings: JointSettings,
    *,
    kernel: Float[np.ndarray, "channel"] | None = None,
) -> JointModel:
    """Return the parts of a spectrum.

    Parameters
    ----------
    energy
        Of the channels of the spectrum, on an axis that was checked [eV].
    shells
        All that have an edge inside the spectrum, in order of energy; those outside are left out.
    settings
        How.
    kernel
        Plural scattering, from :func:`inelastic_kernel`; None for none.

    Raises
    ------
    OutOfRange
        No edge is inside with enough background in front of the first one and continuum behind the last.
    """
    low = settings.first if settings.first is not None else float(energy[0])
    high = settings.last if settings.last is not None else float(energy[-1])
    kept = energy[(energy >= low) & (energy <= high)]
    inside = tuple(one for one in shells if _last(one, settings) + BEHIND <= high and one.onsets[0] > low)
    if not inside or inside[0].onsets[0] - IN_FRONT - BEFORE < low:
        names = ", ".join(f"{one.element} {one.kind} ({one.onsets[0]:.0f} eV)" for one in shells)
        raise OutOfRange(
            f"edges of {names} do not fit into {low:.1f}-{high:.1f} eV. Expected {IN_FRONT + BEFORE:g} eV"
            f" of background in front of the first edge, and {BEHIND:g} eV of continuum behind its fine"
            " structure. Measure a wider range, or name the elements whose edges are inside."
        )
    cut = [one for one in shells if one not in inside and low < one.onsets[0] < high]
    if cut:
        high = min(one.onsets[0] for one in cut) - IN_FRONT
        kept = kept[kept < high]
        if _last(inside[-1], settings) + BEHIND > high:
            raise OutOfRange(
                f"the {cut[0].element} edge at {cut[0].onsets[0]:.0f} eV is cut off at {energy[-1]:.1f} eV"
                f" and overlaps with {inside[-1].element}. Expected its continuum. Measure a wider range."
            )
    width = float(kept[1] - kept[0])
    continua = width * np.array(
        [
            continuum_of_shell(
                one,
                kept,
                beam_energy=settings.beam_energy,
                angle=settings.angle,
                moved=settings.moved,
                width=settings.rise,
            )
            for one in inside
        ]
    )
    single = np.vstack([_splines(kept, *region) for region in _regions(inside, settings)])
    spread = (lambda rows: rows) if kernel is None else (lambda rows: spread_by(kernel, rows))
    return JointModel(
        energy=kept,
        shells=inside,
        continua=spread(continua),
        fine=spread(single),
        single=single,
        background_powers=3 if settings.curved else 2,
    )


def _last(shell: Shell, settings: JointSettings) -> float:
    return shell.onsets[-1] + settings.moved + FINE_STRUCTURE[shell.kind] * settings.fine_structure


def _regions(
    shells: Sequence[Shell], settings: JointSettings
) -> list[tuple[float, float, tuple[float, ...]]]:
    """Return first and last energy and onsets of each stretch of free fine structure; overlaps are joined."""
    found: list[tuple[float, float, tuple[float, ...]]] = []
    for one in shells:
        low, high = one.onsets[0] + settings.moved - IN_FRONT, _last(one, settings)
        if found and low < found[-1][1]:
            before = found.pop()
            found.append((before[0], max(before[1], high), (*before[2], *one.onsets)))
        else:
            found.append((low, high, one.onsets))
    return found


def _splines(
    energy: Float[np.ndarray, "channel"], low: float, high: float, onsets: Sequence[float]
) -> Float[np.ndarray, "knot channel"]:
    """Return cubic splines on a stretch, smooth at its ends, with close knots near the onsets."""
    from scipy.interpolate import BSpline

    dense = max(DENSE, 1.5 * float(energy[1] - energy[0]))
    places = [low]
    while places[-1] < high:
        near = any(-IN_FRONT <= places[-1] - onset < 15.0 for onset in onsets)
        places.append(places[-1] + (dense if near else 4.0 * dense))
    knots = (
        np.array([*places[:-1], high]) if high - places[-2] > 0.5 * dense else np.array([*places[:-2], high])
    )
    rows = np.zeros((len(knots) - 4, len(energy)))
    for number in range(len(rows)):
        one = BSpline.basis_element(knots[number : number + 5], extrapolate=False)
        rows[number] = np.nan_to_num(one(energy))
    return rows
