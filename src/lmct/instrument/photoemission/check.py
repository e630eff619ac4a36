"""Cross-checks of a spectrum: numbers, kind of axis, order, saturation, noise; energies made binding ones."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from lmct.instrument.photoemission.raw import BINDING, KINETIC, RawSpectrum
from lmct.instrument.photoemission.scatter import gain_from_scatter
from lmct.instrument.photoemission.spectrum import COUNTS, PhotoemissionSpectrum
from lmct.quantity.errors import DamagedFile, MissingColumn, OutOfRange, UnknownFormat

RARE = 0.002
"""Up to this share of odd points is repaired and told; more is refused [1]."""

FEWEST = 10
"""A spectrum has at least so many points."""

ROOM_BELOW = 20.0
"""Binding energies below the Fermi edge by more than this cannot be [eV]."""

PLATEAU = 5
"""So many neighbouring points at the very top value are a saturated detector."""

HIGHEST_PHOTON_ENERGY = 30_000.0

KNOWN_LINES = {
    "o1s": 531.0, "c1s": 285.0, "ni2p": 855.0, "ni2p3/2": 855.0, "ti2p": 459.0, "ti2p3/2": 459.0,
    "f1s": 686.0, "li1s": 55.5, "mn2p": 642.0, "fe2p": 710.0, "co2p": 780.0, "n1s": 400.0,
    "au4f": 84.0, "pt4f": 71.0,
}  # fmt: skip
"""About where a region lies [eV]; only used to recognise an axis of the other kind."""

LINE_MARGIN = 30.0


def checked(raw: RawSpectrum, *, name: str, number: int) -> PhotoemissionSpectrum:
    """Return a spectrum in rising binding energy, or refuse it.

    Parameters
    ----------
    raw
        What the reader returned.
    name
        Of the file, for messages.
    number
        Place in the file, from 0.

    Returns
    -------
    :
        The spectrum; repairs are in its ``warnings``.

    Raises
    ------
    DamagedFile
        Numbers are missing, too few, out of order or all alike.
    OutOfRange
        An energy or the dwell time cannot be.
    MissingColumn
        Kinetic energies without a photon energy, or an axis of unknown kind.
    UnknownFormat
        It is a spectrum of another method.
    """
    where = f"{name}, spectrum {number}" + (f" ({raw.region})" if raw.region else "")
    if raw.technique and raw.technique.upper() not in ("XPS", "UPS", "XPS/UPS", "HAXPES", "NOT SPECIFIED"):
        raise UnknownFormat(
            f"{where} is a spectrum of {raw.technique}. Expected photoemission (XPS). Leave it out."
        )
    said = list(raw.warnings)
    _refuse_settings(raw, where)
    energy, intensity, claimed = _finite(raw, where, said)
    energy = _binding(raw, energy, where)
    order = np.argsort(energy, kind="stable")
    falling = bool(np.all(np.diff(energy) < 0))
    if not falling and not np.all(np.diff(energy) > 0):
        raise DamagedFile(
            f"{where}: the energies neither rise nor fall throughout. Expected one sweep, no energy twice."
            " Sweeps were put one behind the other; export them added up."
        )
    energy, intensity = energy[order], intensity[order]
    claimed = None if claimed is None else claimed[order]
    _refuse_intensity(intensity, where, said)
    return PhotoemissionSpectrum(
        binding_energy=energy,
        intensity=intensity,
        uncertainty=_uncertainty(raw, energy, intensity, claimed, said),
        intensity_unit=raw.intensity_unit,
        photon_energy=raw.photon_energy,
        region=raw.region,
        sample=raw.sample,
        stored_axis=raw.axis,
        pass_energy=raw.pass_energy,
        work_function=raw.work_function,
        dwell_time=raw.dwell_time,
        scans=raw.scans,
        start_time=raw.start_time,
        number=number,
        source_file=name,
        metadata=raw.metadata,
        warnings=tuple(said),
    )


def _refuse_settings(raw: RawSpectrum, where: str) -> None:
    if raw.dwell_time is not None and raw.dwell_time <= 0.0:
        raise OutOfRange(
            f"{where}: the dwell time is {raw.dwell_time:g} s. Expected more than 0: no counting took place."
            " Correct the header, or leave the spectrum out."
        )
    if raw.photon_energy is not None and not 0.0 < raw.photon_energy <= HIGHEST_PHOTON_ENERGY:
        raise OutOfRange(
            f"{where}: the photon energy is {raw.photon_energy:g} eV. Expected up to"
            f" {HIGHEST_PHOTON_ENERGY:g} eV. Correct the header."
        )
    if len(raw.energy) != len(raw.intensity):
        raise DamagedFile(
            f"{where}: {len(raw.energy)} energies and {len(raw.intensity)} intensities. Expected as many."
            " The file is cut off; copy it again."
        )


def _finite(
    raw: RawSpectrum, where: str, said: list[str]
) -> tuple[Float[np.ndarray, "point"], Float[np.ndarray, "point"], Float[np.ndarray, "point"] | None]:
    bad = ~(np.isfinite(raw.energy) & np.isfinite(raw.intensity))
    if len(bad) - bad.sum() < FEWEST:
        raise DamagedFile(
            f"{where} has {len(bad) - bad.sum()} points with numbers. Expected at least {FEWEST}."
            " The measurement was stopped or the file is cut off."
        )
    if bad.sum() > max(1, RARE * len(bad)):
        raise DamagedFile(
            f"{where}: {bad.sum()} of {len(bad)} points hold no number (the first is point"
            f" {int(np.argmax(bad)) + 1}). Expected numbers. Correct them or export the file again."
        )
    if bad.any():
        said.append(f"{bad.sum()} of {len(bad)} points hold no number and were left out.")
    claimed = raw.claimed_uncertainty
    return raw.energy[~bad], raw.intensity[~bad], None if claimed is None else claimed[~bad]


def _binding(raw: RawSpectrum, energy: Float[np.ndarray, "point"], where: str) -> Float[np.ndarray, "point"]:
    """Return binding energies; the kind of axis comes from the file, and the region must agree with it."""
    if raw.axis not in (BINDING, KINETIC):
        raise MissingColumn(
            f"{where}: the file tells no kind of energies, binding or kinetic. Expected a label."
            " Name the column: columns = { binding_energy = 1, intensity = 2 }."
        )
    if raw.axis == KINETIC:
        if raw.photon_energy is None:
            raise MissingColumn(
                f"{where} has kinetic energies and no photon energy. Expected both, to know binding energies."
                " Give it: columns = { kinetic_energy = 1, intensity = 2, photon_energy = 1486.6 }."
            )
        energy = raw.photon_energy - energy
        if raw.vacuum_level:
            energy = energy - (raw.work_function or 0.0)
    _refuse_other_axis(raw, energy, where)
    return energy


def _refuse_other_axis(raw: RawSpectrum, energy: Float[np.ndarray, "point"], where: str) -> None:
    low, high = float(energy.min()), float(energy.max())
    photon = raw.photon_energy
    line = KNOWN_LINES.get("".join(raw.region.split()).lower())
    outside = line is not None and not low - LINE_MARGIN < line < high + LINE_MARGIN
    mirrored = (
        photon is not None
        and line is not None
        and photon - high - LINE_MARGIN < line < (photon - low + LINE_MARGIN)
    )
    if outside and mirrored:
        raise OutOfRange(
            f"{where}: the binding energies run from {low:.1f} to {high:.1f} eV, but {raw.region} lies near"
            f" {line:g} eV, which is where kinetic energies at {photon:g} eV would put it. Expected binding"
            " energies. The axis is of the other kind; name it in a column map."
        )
    if low < -ROOM_BELOW or (photon is not None and high > photon + ROOM_BELOW):
        raise OutOfRange(
            f"{where}: binding energies from {low:.1f} to {high:.1f} eV cannot be"
            f"{'' if photon is None else f' at a photon energy of {photon:g} eV'}. Expected them between the"
            " Fermi edge and the photon energy. Kinetic energies were taken for binding ones, or the photon"
            " energy is wrong."
        )
    if outside:
        raise OutOfRange(
            f"{where}: energies from {low:.1f} to {high:.1f} eV do not reach {raw.region} near {line:g} eV."
            " Expected the region that is named. Check the axis (kinetic energies?) and the name."
        )


def _refuse_intensity(intensity: Float[np.ndarray, "point"], where: str, said: list[str]) -> None:
    if np.ptp(intensity) == 0.0:
        raise DamagedFile(
            f"{where}: all intensities are {intensity[0]:g}. Expected a spectrum. Detector or source was off."
        )
    if (intensity < 0).sum() > 0:
        said.append(f"{int((intensity < 0).sum())} intensities are negative: a background was subtracted?")
    longest = 0
    for at_top in intensity == intensity.max():
        longest = longest + 1 if at_top else 0
        if longest >= PLATEAU:
            raise OutOfRange(
                f"{where}: {PLATEAU} or more neighbouring points hold the same highest value"
                f" {intensity.max():g}: the detector is saturated. Expected a peak with scatter."
                " Measure with less flux, or leave the spectrum out."
            )


def _uncertainty(
    raw: RawSpectrum,
    energy: Float[np.ndarray, "point"],
    intensity: Float[np.ndarray, "point"],
    claimed: Float[np.ndarray, "point"] | None,
    said: list[str],
) -> Float[np.ndarray, "point"]:
    """Return that of the file, of counting, or of the scatter of the points where counts are not known."""
    if claimed is not None and np.all(np.isfinite(claimed)) and np.all(claimed > 0):
        return claimed
    gain = gain_from_scatter(energy=energy, intensity=intensity)
    level = np.maximum(intensity, 0.0)
    if raw.intensity_unit == COUNTS:
        if np.isfinite(gain) and (gain < 0.4 or gain > 2.5):
            said.append(
                f"the points scatter {np.sqrt(gain):.2g} times as much as counts would: smoothed, averaged or"
                " scaled; the scatter was taken for the uncertainty."
            )
            return np.asarray(np.sqrt(gain * np.maximum(level, 1.0)))
        return np.asarray(np.sqrt(np.maximum(level, 1.0)))
    if not np.isfinite(gain):
        gain = 1.0
        said.append("the scatter tells no uncertainty; that of counts was taken.")
    floor = max(float(np.quantile(level, 0.05)), 1e-3 * float(level.max()), 1e-300)
    return np.asarray(np.sqrt(gain * np.maximum(level, floor)))
