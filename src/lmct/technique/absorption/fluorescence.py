"""Fluorescence of thick samples: self-absorption taken off, inverse partial yield, depths that are seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from lmct.quantity.errors import DataError, OutOfRange

NARROWEST = 10.0
"""A window in front of the edge narrower than this leaves the background open by 10 to 20 % [eV]."""

FALL = 2.7
"""Power with which absorption by other elements falls with energy between edges [1]."""

ELECTRON_DEPTH = 4.0
"""Escape depth of the electrons of a total yield in oxides at soft edges, known to a factor of 2 [nm]."""


def absorption_from_fluorescence(
    *, yield_normalised: Float[np.ndarray, "point"], background_ratio: float
) -> Float[np.ndarray, "point"]:
    r"""Return the normalised absorption of a thick sample from its normalised fluorescence.

    .. math:: N = \frac{\beta F}{1 + \beta - F},\quad
        \beta = \frac{\mu_b + g\,\mu_f}{\Delta\mu}

    Parameters
    ----------
    yield_normalised
        Fluorescence with a pre-edge of 0 and a step of 1 [1].
    background_ratio
        :math:`\beta`: absorption by everything else, and of the fluorescence times the ratio of the sines of
        the angles in and out, over the edge step [1].

    Returns
    -------
    :
        Normalised absorption [1].

    Raises
    ------
    OutOfRange
        The ratio is not positive, or too small for the yield that was measured.

    Source
    ------
    Tröger et al., Phys. Rev. B 46 (1992) 3283, doi 10.1103/PhysRevB.46.3283, for thick samples.

    Examples
    --------
    >>> absorption_from_fluorescence(yield_normalised=np.array([0.0, 1.0]), background_ratio=2.0).tolist()
    [0.0, 1.0]
    """
    if not background_ratio > 0.0:
        raise OutOfRange(f"the background ratio is {background_ratio!r}. Expected a positive number.")
    rest = 1.0 + background_ratio - yield_normalised
    if float(np.min(rest)) <= 0.0:
        raise OutOfRange(
            f"a background ratio of {background_ratio:g} cannot give a yield of"
            f" {float(np.max(yield_normalised)):.2f} edge steps. Expected a larger one."
            " Check the composition."
        )
    return np.asarray(background_ratio * yield_normalised / rest)


@dataclass(frozen=True, eq=False)
class InverseYield:
    """Absorption from the inverse of the fluorescence of another element.

    Parameters
    ----------
    absorption, uncertainty
        Normalised to a step of 1 over both edges, background taken off, and standard uncertainty [1].
    background
        What was taken off, in the same units: a falling part and a constant (self-absorption).
    step, step_uncertainty
        In units of the inverse yield, and its relative standard uncertainty [1].
    """

    absorption: Float[np.ndarray, "point"]
    uncertainty: Float[np.ndarray, "point"]
    background: Float[np.ndarray, "point"]
    step: float
    step_uncertainty: float


def absorption_from_inverse_yield(
    *,
    energy: Float[np.ndarray, "point"],
    partial_yield: Float[np.ndarray, "point"],
    uncertainty: Float[np.ndarray, "point"],
    edges: tuple[float, float],
    emitter: Float[np.ndarray, "point"] | None = None,
    clear_of_lines: float = 12.0,
) -> InverseYield:
    r"""Return the absorption at the L edges from the fluorescence of an element excited below them (iPFY).

    A thick sample emits :math:`Y \propto \mu_O(E) / (\mu(E) + g\mu_f)`: the emitter's own smooth absorption
    over all absorption. So :math:`\mu_O/Y` is linear in what is looked for and free of saturation. Where no
    lines are, it is fitted as :math:`a E^{-2.7} + b + c\,(2 s_3 + s_2)/3` with a step at either edge.

    Parameters
    ----------
    energy
        Rising [eV].
    partial_yield, uncertainty
        Fluorescence over incident intensity, and its standard uncertainty; any unit.
    edges
        Energies of L3 and L2 [eV].
    emitter
        Absorption by the emitter, any unit; falling as E^-2.7 by default.
    clear_of_lines
        Distance from the edges, in front of L3 and behind L2, from which there are no lines [eV].

    Returns
    -------
    :
        The absorption.

    Raises
    ------
    OutOfRange
        The yield is not positive.
    DataError
        Less than 10 eV lie in front of the lines, or too little behind them.

    Source
    ------
    Achkar et al., Phys. Rev. B 83 (2011) 081106(R), doi 10.1103/PhysRevB.83.081106; Sci. Rep. 1 (2011) 182,
    doi 10.1038/srep00182 (reference 25 of Li 2022).
    """
    if not np.all(partial_yield > 0.0):
        raise OutOfRange(
            "the partial yield is not positive everywhere. Expected counts. Leave out empty points."
        )
    falling = (energy / edges[0]) ** -FALL
    inverse = (falling if emitter is None else emitter) / partial_yield
    noise = inverse * uncertainty / partial_yield
    away = _away_from_lines(energy, edges, clear_of_lines)
    steps = sum(
        share * (0.5 + np.arctan((energy - place) / 0.6) / np.pi)
        for share, place in zip((2.0 / 3.0, 1.0 / 3.0), edges, strict=True)
    )
    design = np.stack([falling, np.ones(len(energy)), steps], axis=1)
    scaled = design[away] / noise[away, None]
    inverted = np.linalg.pinv(scaled)
    solution = inverted @ (inverse[away] / noise[away])
    step = float(solution[2])
    spread = float(np.sqrt(np.sum(inverted[2] ** 2)))
    if not step > 0.0:
        raise DataError(
            "the inverse yield has no step upwards. Expected one at the edges. Check the channel."
        )
    background = design[:, :2] @ solution[:2]
    return InverseYield((inverse - background) / step, noise / step, background / step, step, spread / step)


def _away_from_lines(
    energy: Float[np.ndarray, "point"], edges: tuple[float, float], clear: float
) -> Bool[np.ndarray, "point"]:
    """Say where no lines are, and refuse windows that leave the background open."""
    before, behind = energy <= edges[0] - clear, energy >= edges[1] + clear
    if before.sum() < 4 or float(np.ptp(energy[before])) < NARROWEST:
        width = float(np.ptp(energy[before])) if before.any() else 0.0
        raise DataError(
            f"{width:.1f} eV lie in front of the lines (below {edges[0] - clear:.1f} eV). Expected"
            f" {NARROWEST:g} eV or more, else the background is open by 10 to 20 %."
            " Measure from lower energies."
        )
    if behind.sum() < 4:
        raise DataError(
            f"{behind.sum()} points lie behind the lines (above {edges[1] + clear:.1f} eV)."
            " Expected 4 or more. Measure to higher energies."
        )
    return np.asarray(before | behind)


def probe_depth(
    *,
    mode: str,
    attenuation_in: float,
    attenuation_out: float = 0.0,
    angle_in: float = 45.0,
    angle_out: float = 45.0,
    electron_depth: float = ELECTRON_DEPTH,
) -> float:
    r"""Return the depth from which a share 1 - 1/e of the signal comes [nm].

    .. math:: 1/d = \mu_{in}/\sin\alpha + \mu_{out}/\sin\beta

    for photons, and :math:`1/d = 1/\lambda + \mu_{in}/\sin\alpha` for electrons.

    Parameters
    ----------
    mode
        ``"electron_yield"``, ``"fluorescence"`` or ``"inverse_yield"``.
    attenuation_in, attenuation_out
        Of the incident and of the emitted photons [1/nm].
    angle_in, angle_out
        From the surface [deg].
    electron_depth
        Escape depth of electrons [nm].

    Raises
    ------
    OutOfRange
        A number is not positive or the mode is none of these.

    Examples
    --------
    >>> round(probe_depth(mode="fluorescence", attenuation_in=1 / 420, attenuation_out=1 / 300), 0)
    124.0
    """
    if mode not in ("electron_yield", "fluorescence", "inverse_yield") or not attenuation_in > 0.0:
        raise OutOfRange(
            f"mode {mode!r} and attenuation {attenuation_in!r}. Expected electron_yield, fluorescence or"
            " inverse_yield and a positive number."
        )
    if not (0.0 < angle_in <= 90.0 and 0.0 < angle_out <= 90.0):
        raise OutOfRange(
            f"angles of {angle_in!r} and {angle_out!r} degrees. Expected 0 to 90 from the surface."
        )
    inward = attenuation_in / np.sin(np.radians(angle_in))
    if mode == "electron_yield":
        return float(1.0 / (1.0 / electron_depth + inward))
    return float(1.0 / (inward + attenuation_out / np.sin(np.radians(angle_out))))
