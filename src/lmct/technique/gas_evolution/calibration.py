"""Sensitivity of a mass spectrometer for each gas: given, or from a record of known mixtures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from lmct.quantity.errors import MissingColumn, OutOfRange, unknown_name
from lmct.technique.gas_evolution.fragmentation import base_peak, fragment_matrix

FEWEST_ROWS = 5
"""A plateau of fewer rows has no mean with an uncertainty."""


@dataclass(frozen=True, eq=False)
class Calibration:
    """What a mole fraction of each gas gives in each channel.

    Parameters
    ----------
    gases, channels
        Names and m/z.
    sensitivity, sensitivity_uncertainty
        Signal of the largest peak of each gas per mole fraction; the signal is the ion current [A], or its
        ratio to a reference channel [1].
    fragments, fragment_uncertainty
        Relative to the largest peak [1].
    """

    gases: tuple[str, ...]
    channels: tuple[int, ...]
    sensitivity: Float[np.ndarray, "gas"]
    sensitivity_uncertainty: Float[np.ndarray, "gas"]
    fragments: Float[np.ndarray, "channel gas"]
    fragment_uncertainty: Float[np.ndarray, "channel gas"]

    @property
    def matrix(self) -> Float[np.ndarray, "channel gas"]:
        """Signal of each channel per mole fraction of each gas."""
        return np.asarray(self.fragments * self.sensitivity)


@dataclass(frozen=True, slots=True)
class Plateau:
    """A stretch of a record with a known mixture in the carrier.

    Parameters
    ----------
    begin, end
        Since time zero of the record [s].
    fractions
        Mole fraction of each gas; none for the pure carrier [1].
    uncertainty
        Relative standard uncertainty of the fractions, common to the cylinder [1].
    """

    begin: float
    end: float
    fractions: Mapping[str, float]
    uncertainty: float = 0.0


def calibration_from_sensitivities(
    sensitivities: Mapping[str, tuple[float, float]],
    *,
    channels: Sequence[int],
    fragments: Mapping[str, Mapping[int, tuple[float, float]]] | None = None,
) -> Calibration:
    """Return the calibration of known sensitivities.

    Parameters
    ----------
    sensitivities
        Gas -> signal of its largest peak per mole fraction, and standard uncertainty.
    channels
        m/z that are used.
    fragments
        Measured fragments; typical ones by default.

    Raises
    ------
    OutOfRange
        A sensitivity is not positive, or the channels cannot tell the gases apart.
    """
    for gas, (value, spread) in sensitivities.items():
        if not 0.0 < value < np.inf or not 0.0 <= spread < value:
            raise OutOfRange(
                f"the sensitivity of {gas} is {value!r} with the uncertainty {spread!r}. Expected a positive"
                " number, and an uncertainty smaller than it."
            )
    matrix, spread_of = fragment_matrix(list(sensitivities), channels, fragments)
    values = np.array(list(sensitivities.values()), dtype=float)
    return Calibration(tuple(sensitivities), tuple(channels), values[:, 0], values[:, 1], matrix, spread_of)


def calibration_from_plateaus(
    *,
    time: Float[np.ndarray, "row"],
    signals: Float[np.ndarray, "row channel"],
    channels: Sequence[int],
    plateaus: Sequence[Plateau],
    fragments: Mapping[str, Mapping[int, tuple[float, float]]] | None = None,
) -> Calibration:
    """Return the calibration that a record of known mixtures gives.

    The mean of each plateau, less that of the pure carrier, is the sum of what the gases of the mixture give;
    fragments are those of the table unless measured ones are given. Noise is taken as correlated.

    Parameters
    ----------
    time
        [s].
    signals
        Of each channel.
    channels
        m/z.
    plateaus
        At least one with gases, and at least one of the pure carrier (no gases).
    fragments
        Measured fragments.

    Raises
    ------
    MissingColumn
        There is no plateau of either kind, or none holds rows.
    """
    gases = list(dict.fromkeys(gas for one in plateaus for gas in one.fractions))
    blank = [one for one in plateaus if not one.fractions]
    mixed = [one for one in plateaus if one.fractions]
    if not blank or not mixed:
        raise MissingColumn(
            "a calibration needs a plateau of a known mixture and one of the pure carrier. Expected both."
            " Give plateaus = [{ begin = 0, end = 600 }, { begin = 900, end = 1800,"
            " fractions = { O2 = 0.01 } }]."
        )
    relative, spread = fragment_matrix(gases, channels, fragments)
    zero, zero_spread = _weighted([mean_with_uncertainty(signals, _rows(time, one)) for one in blank])
    rows, noise, signal = [], [], []
    for one in mixed:
        mean, error = mean_with_uncertainty(signals, _rows(time, one))
        amounts = np.array([one.fractions.get(gas, 0.0) for gas in gases])
        rows.append(relative * amounts)
        signal.append(mean - zero)
        noise.append(np.hypot(error, zero_spread))
    sensitivity, covariance = _weighted_fit(np.vstack(rows), np.concatenate(signal), np.concatenate(noise))
    _refuse_negative(sensitivity, gases)
    doubt = max(one.uncertainty for one in mixed)
    shape = _fragment_part(relative, spread, sensitivity)
    total = np.sqrt(np.diag(covariance) + (doubt * sensitivity) ** 2 + shape**2)
    return Calibration(tuple(gases), tuple(channels), sensitivity, total, relative, spread)


def mean_with_uncertainty(
    signals: Float[np.ndarray, "row channel"], rows: Bool[np.ndarray, "row"]
) -> tuple[Float[np.ndarray, "channel"], Float[np.ndarray, "channel"]]:
    """Return the means of rows and their standard uncertainties from the means of eight blocks.

    Parameters
    ----------
    signals
        Of each channel.
    rows
        Which rows.

    Raises
    ------
    MissingColumn
        There are fewer than five rows with numbers.
    """
    inside = signals[rows]
    inside = inside[np.all(np.isfinite(inside), axis=1)]
    if len(inside) < FEWEST_ROWS:
        raise MissingColumn(
            f"a plateau of the calibration holds {len(inside)} complete rows. Expected {FEWEST_ROWS} or more."
            " Check begin and end, seconds since the start of the record, and saturation."
        )
    blocks = np.array_split(inside, min(8, len(inside)))
    means = np.array([block.mean(axis=0) for block in blocks])
    return inside.mean(axis=0), means.std(axis=0, ddof=1) / np.sqrt(len(means))


def _rows(time: Float[np.ndarray, "row"], plateau: Plateau) -> Bool[np.ndarray, "row"]:
    return np.asarray((time >= plateau.begin) & (time <= plateau.end))


def _weighted(
    means: Sequence[tuple[Float[np.ndarray, "channel"], Float[np.ndarray, "channel"]]],
) -> tuple[Float[np.ndarray, "channel"], Float[np.ndarray, "channel"]]:
    """Return the plain mean of blanks; their scatter counts when it is larger than their noise."""
    values = np.array([one[0] for one in means])
    noise = np.sqrt(np.sum(np.array([one[1] for one in means]) ** 2, axis=0)) / len(means)
    scatter = values.std(axis=0, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else 0.0 * noise
    return values.mean(axis=0), np.maximum(noise, scatter)


def _weighted_fit(
    design: Float[np.ndarray, "point gas"],
    signal: Float[np.ndarray, "point"],
    noise: Float[np.ndarray, "point"],
) -> tuple[Float[np.ndarray, "gas"], Float[np.ndarray, "gas gas"]]:
    weight = 1.0 / np.maximum(noise, 1e-6 * np.abs(signal).max())
    inverse = np.linalg.pinv(design * weight[:, None])
    found = inverse @ (signal * weight)
    freedom = len(signal) - design.shape[1]
    misfit = float(np.sum(((signal - design @ found) * weight) ** 2)) / freedom if freedom > 0 else 1.0
    return found, inverse @ inverse.T * max(1.0, misfit)


def _fragment_part(
    relative: Float[np.ndarray, "channel gas"],
    spread: Float[np.ndarray, "channel gas"],
    sensitivity: Float[np.ndarray, "gas"],
) -> Float[np.ndarray, "gas"]:
    """Return what the doubt about fragments adds to the sensitivities, for a mixture of equal parts."""
    inverse = np.linalg.pinv(relative)
    moved = (inverse**2) @ (spread**2 @ sensitivity**2)
    return np.asarray(np.sqrt(moved))


def _refuse_negative(sensitivity: Float[np.ndarray, "gas"], gases: Sequence[str]) -> None:
    for gas, value in zip(gases, sensitivity, strict=True):
        if not value > 0.0:
            raise OutOfRange(
                f"the calibration gives {gas} a sensitivity of {value:.3g}. Expected a positive one. Check"
                f" the times of the plateaus and the channel m/z {base_peak(gas)}."
            )


def check_gas(gas: str, gases: Sequence[str]) -> None:
    """Raise ``UnknownName`` when a gas is not calibrated.

    Parameters
    ----------
    gas
        Name.
    gases
        Those that are.
    """
    if gas not in gases:
        raise unknown_name("calibrated gas", gas, gases)
