"""Joint fit of an O 1s series: variable projection against the same model in plain lmfit.

Run: python benchmarks/photoemission_series.py. Prints seconds of both, their ratio, and both answers.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import lmfit
import numpy as np
from scipy.special import voigt_profile

from lmct.technique.photoemission.joint_fit import fit_series
from lmct.technique.photoemission.oxygen_model import LATTICE, OXIDISED, OxygenModel, oxygen_lines
from lmct.technique.photoemission.series_data import SpectrumData
from lmct.technique.photoemission.shift_start import shifts_by_overlay

TRUTH = (0.130, 0.155, 0.197, 0.237, 0.277, 0.299)
LINES = ((529.5, 1.1), (530.5, 1.4), (531.9, 1.6), (533.3, 1.6), (535.1, 2.2))
FWHM = 2.0 * np.sqrt(2.0 * np.log(2.0))
LORENTZIAN = 0.25
RESTARTS = 30


def spectra(counts: float = 1e5, seed: int = 1) -> list[SpectrumData]:
    """Return six spectra with charging shifts and counting noise."""
    generator = np.random.default_rng(seed)
    energy = np.arange(525.0, 540.01, 0.1)
    found = []
    for place, share in enumerate(TRUTH):
        shift = generator.normal(0.0, 0.15) if place else 0.0
        signal = model_signal(energy - shift, (1.0 - share, share, 0.12 - 0.01 * place, 0.06, 0.05), LINES)
        expected = with_step(energy, signal, 0.02) + 0.02
        drawn = generator.poisson(expected / expected.max() * counts).astype(float)
        found.append(SpectrumData(f"s{place}", energy, drawn, np.sqrt(np.maximum(drawn, 1.0))))
    return found


def model_signal(
    energy: np.ndarray, areas: Sequence[float], lines: Sequence[tuple[float, float]]
) -> np.ndarray:
    """Return a sum of Voigt lines."""
    return sum(
        area * voigt_profile(energy - place, width / FWHM, LORENTZIAN / 2)
        for area, (place, width) in zip(areas, lines, strict=True)
    )


def with_step(energy: np.ndarray, signal: np.ndarray, strength: float) -> np.ndarray:
    """Return a signal with its Shirley background."""
    area = np.concatenate([[0.0], np.cumsum(0.5 * np.diff(energy) * (signal[1:] + signal[:-1]))])
    return signal + strength * area


def plain_fit(series: Sequence[SpectrumData]) -> np.ndarray:
    """Return the shares found by lmfit with all parameters at once and numerical derivatives."""
    parameters = lmfit.Parameters()
    for name, value, low, high in (
        ("p0", 529.5, 528.0, 531.0), ("d1", 1.0, 0.6, 1.4), ("d2", 2.4, 1.7, 3.1), ("d3", 3.8, 3.1, 4.5),
        ("d4", 5.6, 4.6, 6.6), ("w0", 1.1, 0.2, 4.0),
        ("w1", 1.3, 0.2, 4.0), ("w2", 1.6, 0.2, 4.0), ("w4", 2.0, 0.2, 4.0), ("k", 0.02, 0.0, 0.5),
    ):  # fmt: skip
        parameters.add(name, value=value, min=low, max=high)
    for place, (one, shift) in enumerate(zip(series, shifts_by_overlay(series), strict=True)):
        total = float(np.sum(one.intensity - one.intensity.min())) * 0.1
        for line, share in enumerate((0.65, 0.2, 0.08, 0.04, 0.03)):
            parameters.add(f"a{line}_{place}", value=share * total, min=0.0)
        parameters.add(f"c_{place}", value=float(one.intensity.min()))
        parameters.add(f"g_{place}", value=0.0)
        if place:
            parameters.add(f"s_{place}", value=float(shift), min=-6.0, max=6.0)

    def residual(at: lmfit.Parameters) -> np.ndarray:
        value = at.valuesdict()
        lines = [(value["p0"], value["w0"])]
        widths = ("w1", "w2", "w2", "w4")
        lines += [(value["p0"] + value[f"d{n}"], value[one]) for n, one in enumerate(widths, start=1)]
        rest = []
        for place, one in enumerate(series):
            areas = [value[f"a{line}_{place}"] for line in range(5)]
            signal = model_signal(one.energy - value.get(f"s_{place}", 0.0), areas, lines)
            straight = value[f"c_{place}"] + value[f"g_{place}"] * (one.energy - one.energy.mean())
            rest.append(
                (one.intensity - with_step(one.energy, signal, value["k"]) - straight) / one.uncertainty
            )
        return np.concatenate(rest)

    result = lmfit.minimize(residual, parameters, method="leastsq")
    for _ in range(RESTARTS):  # leastsq stops early in the narrow valley of overlapping lines
        before = result.chisqr
        result = lmfit.minimize(residual, result.params, method="leastsq")
        if before - result.chisqr < 0.1:
            break
    best = result.params.valuesdict()
    return np.array([best[f"a1_{n}"] / (best[f"a0_{n}"] + best[f"a1_{n}"]) for n in range(len(series))])


def main() -> None:
    """Time both, each after one warm-up of ours."""
    series = spectra()
    lines = oxygen_lines(OxygenModel(surface=(2.4, 3.8), satellite=5.6))
    fit_series(series, lines)
    start = time.process_time()
    ours = fit_series(series, lines).shares([OXIDISED], [LATTICE, OXIDISED])[0]
    middle = time.process_time()
    plain = plain_fit(series)
    end = time.process_time()
    print(f"variable projection {middle - start:.3f} s CPU, lmfit {end - middle:.2f} s CPU")
    print(f"ratio {(end - middle) / (middle - start):.1f}")
    print("truth ", TRUTH)
    print("ours  ", ours.round(4))
    print("lmfit ", plain.round(4))


if __name__ == "__main__":
    main()
