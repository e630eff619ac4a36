"""The test of the mechanism: electrons that nickel gains against holes that oxygen gains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lmct.quantity.errors import OutOfRange


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeModel:
    """How species are counted as charges.

    Parameters
    ----------
    nickel, oxygen
        Atoms in a formula unit [1/f.u.].
    oxidised_valence, oxidised_valence_uncertainty
        Charge of nickel in the oxidised reference [1].
    holes_per_oxygen
        Holes on one oxidised oxygen O^n-, 2 - n [1].
    """

    nickel: float
    oxygen: float = 2.0
    oxidised_valence: float = 4.0
    oxidised_valence_uncertainty: float = 0.0
    holes_per_oxygen: float = 1.0


@dataclass(frozen=True, eq=False)
class ChargeBalance:
    """Electrons gained by nickel and holes gained by oxygen since the first spectrum.

    Parameters
    ----------
    electrons, electrons_uncertainty
        Gained by nickel [1/f.u.].
    holes, holes_uncertainty
        Gained by oxygen [1/f.u.].
    chi_square, degrees_of_freedom, probability
        Of their equality, with the covariance of all.
    holes_per_oxygen, holes_per_oxygen_uncertainty
        Holes on one oxidised oxygen that would balance best [1].
    """

    electrons: Float[np.ndarray, "spectrum"]
    electrons_uncertainty: Float[np.ndarray, "spectrum"]
    holes: Float[np.ndarray, "spectrum"]
    holes_uncertainty: Float[np.ndarray, "spectrum"]
    chi_square: float
    degrees_of_freedom: int
    probability: float
    holes_per_oxygen: float
    holes_per_oxygen_uncertainty: float


def charge_balance(
    *,
    nickel_fractions: Float[np.ndarray, "spectrum"],
    nickel_covariance: Float[np.ndarray, "spectrum spectrum"],
    oxygen_fractions: Float[np.ndarray, "spectrum"],
    oxygen_covariance: Float[np.ndarray, "spectrum spectrum"],
    model: ChargeModel,
) -> ChargeBalance:
    """Compare what nickel gains with what oxygen loses, spectrum by spectrum.

    Parameters
    ----------
    nickel_fractions, nickel_covariance
        Of Ni2+ in all nickel.
    oxygen_fractions, oxygen_covariance
        Of O^n- in all lattice oxygen, of the same samples.
    model
        How they are counted.

    Returns
    -------
    :
        Both sides, the test of their equality, and the charge of O^n- that would make them equal.

    Raises
    ------
    OutOfRange
        There are fewer than two spectra, or not as many of both.
    """
    count = len(nickel_fractions)
    if count < 2 or len(oxygen_fractions) != count:
        raise OutOfRange(
            f"{count} Ni 2p and {len(oxygen_fractions)} O 1s spectra. Expected both of each sample, and two"
            " samples at least. Measure both regions of each."
        )
    change = np.hstack([-np.ones((count - 1, 1)), np.eye(count - 1)])
    reduced = model.nickel * (model.oxidised_valence - 2.0)
    per_share = model.oxygen * model.holes_per_oxygen
    gained = change @ nickel_fractions
    electrons, holes = reduced * gained, per_share * (change @ oxygen_fractions)
    valence = model.nickel * model.oxidised_valence_uncertainty * gained
    electron_covariance = reduced**2 * change @ nickel_covariance @ change.T + np.outer(valence, valence)
    hole_covariance = per_share**2 * change @ oxygen_covariance @ change.T
    from scipy.stats import chi2

    rest = electrons - holes
    inverse = np.linalg.pinv(electron_covariance + hole_covariance, hermitian=True)
    chi_square = float(rest @ inverse @ rest)
    slope, spread = _balancing(electrons, holes, electron_covariance, hole_covariance)
    return ChargeBalance(
        electrons=np.concatenate([[0.0], electrons]),
        electrons_uncertainty=np.concatenate([[0.0], np.sqrt(np.diag(electron_covariance))]),
        holes=np.concatenate([[0.0], holes]),
        holes_uncertainty=np.concatenate([[0.0], np.sqrt(np.diag(hole_covariance))]),
        chi_square=chi_square,
        degrees_of_freedom=count - 1,
        probability=float(chi2.sf(chi_square, count - 1)),
        holes_per_oxygen=model.holes_per_oxygen * slope,
        holes_per_oxygen_uncertainty=model.holes_per_oxygen * spread,
    )


def _balancing(
    electrons: Float[np.ndarray, "change"],
    holes: Float[np.ndarray, "change"],
    electron_covariance: Float[np.ndarray, "change change"],
    hole_covariance: Float[np.ndarray, "change change"],
) -> tuple[float, float]:
    """Return the factor on the holes that balances best, with errors on both sides."""
    from scipy.optimize import minimize_scalar

    def misfit(log_factor: float) -> float:
        factor = float(np.exp(log_factor))
        rest = electrons - factor * holes
        inverse = np.linalg.pinv(electron_covariance + factor**2 * hole_covariance, hermitian=True)
        return float(rest @ inverse @ rest)

    best = minimize_scalar(misfit, bounds=(-3.0, 3.0), method="bounded")
    step = 0.02
    curvature = (misfit(best.x + step) - 2.0 * misfit(best.x) + misfit(best.x - step)) / step**2
    factor = float(np.exp(best.x))
    return factor, factor * float(np.sqrt(2.0 / curvature)) if curvature > 0 else float("inf")
