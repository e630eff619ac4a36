"""How strongly an atom takes energy from the beam: photoabsorption of shells, dipole approximation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import OutOfRange, unknown_name

ELECTRON_REST = 510998.95
"""Rest energy of the electron [eV]."""

DEFAULT_BEAM, DEFAULT_ANGLE = 200e3, 15.0
"""Taken where a file does not tell: energy of the electrons [eV] and half angle of collection [mrad]."""

RELATIVE_ERROR = {"K": 0.05, "L": 0.12, "M": 0.25}
"""Relative standard uncertainty of a cross-section by its shell [1]: two common tables of photoabsorption
differ by 2 % for O K and by 10-16 % for L2,3 of Ti to Cu and M4,5 of La; the rest is the dipole
approximation."""


@dataclass(frozen=True, slots=True)
class Shell:
    """The continuum of one shell of an atom.

    Parameters
    ----------
    element
        Symbol.
    kind
        ``"K"``, ``"L"`` or ``"M"``.
    onsets
        Where the continuum begins in oxides, one or two steps [eV].
    shares
        Of each step, adding up to 1.
    edge
        Energy at which the strength is given [eV].
    strength
        Photoabsorption of the shell there, extrapolated from behind its lines [Mb].
    decay
        Photoabsorption falls as this power of the energy [1].

    Source
    ------
    Fits to NIST FFAST (Chantler, doi 10.18434/T4HS32), from 4 % behind the last line to the next shell, less
    the power law of the shells before; onsets are the maxima of white lines in :mod:`line_table`.
    """

    element: str
    kind: str
    onsets: tuple[float, ...]
    shares: tuple[float, ...]
    edge: float
    strength: float
    decay: float

    @property
    def relative_error(self) -> float:
        """Relative standard uncertainty of the cross-section [1]."""
        return RELATIVE_ERROR[self.kind]


def _l_shell(element: str, onsets: tuple[float, float], edge: float, strength: float, decay: float) -> Shell:
    return Shell(element, "L", onsets, (2 / 3, 1 / 3), edge, strength, decay)


SHELLS: dict[str, Shell] = {
    shell.element: shell
    for shell in (
        Shell("C", "K", (285.0,), (1.0,), 284.2, 0.982, 2.405),
        Shell("N", "K", (402.0,), (1.0,), 409.9, 0.672, 2.475),
        _l_shell("Ti", (459.5, 465.0), 453.8, 2.236, 2.288),
        _l_shell("V", (517.5, 524.3), 512.1, 1.989, 2.338),
        Shell("O", "K", (533.0,), (1.0,), 543.1, 0.515, 2.514),
        _l_shell("Cr", (577.5, 586.0), 574.1, 1.835, 2.473),
        _l_shell("Mn", (642.0, 653.2), 638.7, 1.617, 2.428),
        Shell("F", "K", (690.0,), (1.0,), 696.7, 0.408, 2.554),
        _l_shell("Fe", (709.3, 722.4), 706.8, 1.470, 2.487),
        _l_shell("Co", (780.0, 795.0), 778.1, 1.344, 2.553),
        Shell("La", "M", (833.5, 850.3), (0.6, 0.4), 836.0, 2.664, 2.575),
        _l_shell("Ni", (853.9, 871.2), 852.7, 1.229, 2.538),
        _l_shell("Cu", (931.3, 951.2), 932.7, 1.130, 2.548),
    )
}
"""Shells by element, in order of energy."""


def shells_of(elements: Sequence[str]) -> tuple[Shell, ...]:
    """Return the shells of some elements in order of energy.

    Parameters
    ----------
    elements
        Symbols.

    Raises
    ------
    UnknownName
        An element has no shell here.
    """
    for element in elements:
        if element not in SHELLS:
            raise unknown_name("element with a cross-section", element, SHELLS)
    return tuple(shell for symbol, shell in SHELLS.items() if symbol in elements)


def loss_from_photoabsorption(
    *,
    energy: Float[np.ndarray, "channel"],
    photoabsorption: Float[np.ndarray, "channel"],
    beam_energy: float = DEFAULT_BEAM,
    angle: float = DEFAULT_ANGLE,
) -> Float[np.ndarray, "channel"]:
    r"""Return the losses of a beam from what an atom absorbs of light.

    .. math:: \frac{d\sigma}{dE} \propto \frac{\sigma_\mathrm{ph}}{E T}
              \ln\left(1 + \frac{\beta^2}{\theta_E^2}\right), \quad
              \theta_E = \frac{E}{\gamma m v^2}, \quad T = \tfrac12 m v^2

    Angles beyond the Bethe ridge :math:`\sqrt{E/E_0}` hold no dipole transitions: beta is rounded off there.

    Parameters
    ----------
    energy
        Losses [eV].
    photoabsorption
        Of the shell at these energies [Mb].
    beam_energy
        Of the electrons [eV].
    angle
        Half angle of collection [mrad].

    Returns
    -------
    :
        Losses per energy in a unit common to all shells of one beam.

    Raises
    ------
    OutOfRange
        Beam energy or angle is not positive.

    Source
    ------
    Egerton, Electron Energy-Loss Spectroscopy in the Electron Microscope (2011), doi
    10.1007/978-1-4419-9583-4, sections 3.2.2 and 3.6.
    """
    if not (beam_energy > 0.0 and angle > 0.0):
        raise OutOfRange(
            f"a beam of {beam_energy:g} eV and a collection angle of {angle:g} mrad give no cross-section."
            " Expected both above 0."
        )
    gamma = 1.0 + beam_energy / ELECTRON_REST
    moving = ELECTRON_REST * (1.0 - 1.0 / gamma**2)
    characteristic = energy / (gamma * moving)
    ridge = np.sqrt(energy / beam_energy)
    beta = 1.0 / np.hypot(1.0 / (1e-3 * angle), 1.0 / ridge)
    strength = photoabsorption / (energy * moving / 2.0) * np.log1p((beta / characteristic) ** 2)
    return np.asarray(1e6 * strength)


def continuum_of_shell(
    shell: Shell,
    energy: Float[np.ndarray, "channel"],
    *,
    beam_energy: float = DEFAULT_BEAM,
    angle: float = DEFAULT_ANGLE,
    moved: float = 0.0,
    width: float = 1.0,
) -> Float[np.ndarray, "channel"]:
    """Return the losses to the continuum of one atom.

    Parameters
    ----------
    shell
        Which.
    energy
        Losses, above 0 [eV].
    beam_energy
        Of the electrons [eV].
    angle
        Half angle of collection [mrad].
    moved
        Onsets are moved by this [eV].
    width
        Full width over which a step rises [eV].

    Returns
    -------
    :
        Losses per energy, in the unit of :func:`loss_from_photoabsorption`.
    """
    from scipy.special import ndtr

    absorbed = shell.strength * (energy / shell.edge) ** -shell.decay
    whole = loss_from_photoabsorption(
        energy=energy, photoabsorption=absorbed, beam_energy=beam_energy, angle=angle
    )
    steps = zip(shell.onsets, shell.shares, strict=True)
    rise = sum(share * ndtr((energy - onset - moved) * 2.35482 / width) for onset, share in steps)
    return np.asarray(whole * rise)
