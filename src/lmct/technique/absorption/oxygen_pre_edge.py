"""Areas of the pre-edge peaks E, F and G of the O K edge, fitted jointly over a set of spectra."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import DataError
from lmct.quantity.value import Value

WINDOW = (525.0, 536.0)
"""What is fitted [eV] (Li 2022, Fig. 2c)."""

POSITIONS = (528.0, 529.8, 531.8)
"""Where E (oxygen 2p to nickel 3d holes), F (holes on oxygen) and G (titanium 3d) are looked for [eV]."""

NAMES = ("E", "F", "G")


@dataclass(frozen=True, eq=False)
class PreEdgeAreas:
    """Areas of the peaks in every spectrum.

    Parameters
    ----------
    areas, covariance
        Of E, F, G [eV], and their covariance, that of shared positions and widths included.
    ratios
        E and F over G in every spectrum.
    positions, widths
        Shared by all spectra, with standard uncertainty; widths are full widths at half maximum [eV].
    reduced_chi_squared
        Of all spectra [1].
    """

    areas: Float[np.ndarray, "scan peak"]
    covariance: Float[np.ndarray, "scan peak peak"]
    ratios: tuple[dict[str, Value], ...]
    positions: tuple[Value, ...]
    widths: tuple[Value, ...]
    reduced_chi_squared: float


def fit_pre_edge(
    *,
    energy: Float[np.ndarray, "point"],
    absorption: Float[np.ndarray, "scan point"],
    uncertainty: Float[np.ndarray, "scan point"],
    positions: Sequence[float] = POSITIONS,
    width: float = 1.4,
    window: tuple[float, float] = WINDOW,
) -> PreEdgeAreas:
    """Fit three Gaussian peaks on the tail of the main edge, with positions and widths shared.

    Areas, a constant and the height of the tail of each spectrum are found by non-negative least squares
    inside the fit of what is shared (variable projection). The tail is a Gaussian above the window.

    Parameters
    ----------
    energy
        Rising [eV].
    absorption, uncertainty
        Normalised absorption and its standard uncertainty [1].
    positions
        Where E, F and G are looked for [eV]; each may move by 0.6 eV.
    width
        Full width to start from [eV].
    window
        What is fitted [eV].

    Returns
    -------
    :
        Areas and ratios; a ratio is uncertain by the model of the tail as well, which is not in it.

    Raises
    ------
    DataError
        The spectra do not cover the window.
    """
    from scipy.optimize import least_squares

    inside = (energy >= window[0]) & (energy <= window[1])
    if inside.sum() < 12 or energy[0] > window[0] + 1.0 or energy[-1] < window[1] - 1.0:
        raise DataError(
            f"the spectra run from {energy[0]:.1f} to {energy[-1]:.1f} eV. Expected {window[0]:g} to"
            f" {window[1]:g} eV for the pre-edge of oxygen. Check the edge, or give another window."
        )
    place, levels, noise = energy[inside], absorption[:, inside], uncertainty[:, inside]
    start = np.array([*positions, width, width, width, 539.0, 4.0])
    low = np.array([*(one - 0.6 for one in positions), 0.4, 0.4, 0.4, 536.5, 1.5])
    high = np.array([*(one + 0.6 for one in positions), 3.0, 3.0, 3.0, 543.0, 9.0])

    def residual(shared: Float[np.ndarray, "shared"]) -> Float[np.ndarray, "all"]:
        return _areas(shared, place, levels, noise)[1].ravel()

    solution = least_squares(residual, start, bounds=(low, high), x_scale=np.full(8, 0.1), diff_step=1e-4)
    amounts, rest = _areas(solution.x, place, levels, noise)
    free = rest.size - amounts.size - len(start)
    chi = float(np.sum(rest**2)) / max(free, 1)
    shared, blocks = _covariance(solution.x, place, noise, amounts)
    scale = max(chi, 1.0)
    areas, covariance = amounts[:, :3], scale * blocks[:, :3, :3]
    sigma = np.sqrt(scale * np.diag(shared))
    return PreEdgeAreas(
        areas=areas,
        covariance=covariance,
        ratios=tuple(_ratios(one, other) for one, other in zip(areas, covariance, strict=True)),
        positions=tuple(Value(float(solution.x[n]), float(sigma[n]), "eV") for n in range(3)),
        widths=tuple(Value(float(solution.x[n]), float(sigma[n]), "eV") for n in range(3, 6)),
        reduced_chi_squared=chi,
    )


def _shapes(shared: Float[np.ndarray, "shared"], place: Float[np.ndarray, "point"]) -> np.ndarray:
    """Return peaks of unit area, the constant and the tail, as columns."""
    columns = []
    for centre, width in zip(shared[:3], shared[3:6], strict=True):
        spread = width / 2.354820045
        columns.append(np.exp(-0.5 * ((place - centre) / spread) ** 2) / (spread * np.sqrt(2.0 * np.pi)))
    columns.append(np.ones(len(place)))
    columns.append(np.exp(-0.5 * ((place - shared[6]) / shared[7]) ** 2))
    return np.stack(columns, axis=1)


def _areas(
    shared: Float[np.ndarray, "shared"],
    place: Float[np.ndarray, "point"],
    levels: Float[np.ndarray, "scan point"],
    noise: Float[np.ndarray, "scan point"],
) -> tuple[Float[np.ndarray, "scan column"], Float[np.ndarray, "scan point"]]:
    """Return amounts of every column in every spectrum, and the weighted residuals."""
    from scipy.optimize import nnls

    shapes = _shapes(shared, place)
    amounts = np.array(
        [
            nnls(shapes / spread[:, None], level / spread)[0]
            for level, spread in zip(levels, noise, strict=True)
        ]
    )
    return amounts, (levels - amounts @ shapes.T) / noise


def _covariance(
    shared: Float[np.ndarray, "shared"],
    place: Float[np.ndarray, "point"],
    noise: Float[np.ndarray, "scan point"],
    amounts: Float[np.ndarray, "scan column"],
) -> tuple[Float[np.ndarray, "shared shared"], Float[np.ndarray, "scan column column"]]:
    """Return the covariance of what is shared and of the amounts of every spectrum (block elimination)."""
    shapes = _shapes(shared, place)
    slopes = np.stack(
        [(_shapes(shared + step, place) - _shapes(shared - step, place)) / 2e-4 for step in 1e-4 * np.eye(8)]
    )
    whole = np.zeros((8, 8))
    parts = []
    for amount, spread in zip(amounts, noise, strict=True):
        own = shapes / spread[:, None]
        common = np.einsum("spc,c->ps", slopes, amount) / spread[:, None]
        inverse = np.linalg.pinv(own.T @ own, hermitian=True)
        mixed = inverse @ own.T @ common
        whole += common.T @ common - common.T @ own @ mixed
        parts.append((inverse, mixed))
    shared_covariance = np.linalg.pinv(whole, hermitian=True)
    return shared_covariance, np.array([one + mix @ shared_covariance @ mix.T for one, mix in parts])


def _ratios(areas: Float[np.ndarray, "peak"], covariance: Float[np.ndarray, "peak peak"]) -> dict[str, Value]:
    """Return E/G and F/G with uncertainties."""
    found = {}
    for number, name in enumerate(NAMES[:2]):
        if not areas[2] > 0.0:
            found[f"{name}/G"] = Value(float("nan"), 0.0, "")
            continue
        ratio = float(areas[number] / areas[2])
        gain = np.zeros(3)
        gain[number], gain[2] = 1.0 / areas[2], -ratio / areas[2]
        found[f"{name}/G"] = Value(ratio, float(np.sqrt(gain @ covariance @ gain)), "")
    return found
