"""Cross-checks of every scan: repair what the file itself proves wrong and say so, refuse the rest."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from lmct.instrument.diffraction.check_intensity import stated_intensity
from lmct.instrument.diffraction.pattern import DiffractionPattern
from lmct.instrument.diffraction.scan import RawScan
from lmct.quantity.errors import DamagedFile, OutOfRange

RARE = 0.01
UNEVEN, MANY_UNEVEN = 0.2, 0.05
LARGEST_INTENSITY = 1e15
FEWEST_POINTS = 5
WAVELENGTH_LIMITS = (0.05, 5.0)
SHORT_RANGE = 10.0
SPIKE_FACTOR = 5.0
SPIKE_DEVIATIONS = 10.0
POINT_COLUMNS = ("two_theta", "intensity", "claimed_uncertainty", "attenuation", "counting_time")

Points = Float[np.ndarray, "point"]


@dataclass
class _Desk:
    """The scan under repair and what was said about it."""

    scan: RawScan
    name: str
    said: list[str] = field(default_factory=list)
    row: Int[np.ndarray, "point"] = field(init=False)

    def __post_init__(self) -> None:
        self.row = 1 + np.arange(len(self.scan.two_theta))

    def keep(self, kept: Bool[np.ndarray, "point"] | Int[np.ndarray, "point"]) -> None:
        """Keep some points, or put them in another order."""
        columns = {name: getattr(self.scan, name) for name in POINT_COLUMNS}
        self.scan = replace(
            self.scan, **{name: c[kept] for name, c in columns.items() if isinstance(c, np.ndarray)}
        )
        self.row = self.row[kept]


def checked(scan: RawScan, *, name: str, number: int, format_name: str, reader: str) -> DiffractionPattern:
    """Return the pattern of a scan, with a warning for each repair and each oddity.

    Parameters
    ----------
    scan
        As a reader made it.
    name
        Name of the file.
    number
        Number of the scan in the file, from 0.
    format_name
        Name of the format.
    reader
        Library and version that read it.

    Returns
    -------
    :
        Angles rising, between 0 and 180 degrees; uncertainties positive, or none.

    Raises
    ------
    DamagedFile
        More than 1 % of the points hold no number, angles occur twice with different intensities, or the file
        holds several scans as one.
    OutOfRange
        The axis cannot be an angle in degrees.
    """
    desk = _Desk(scan, f"{name}: scan {number}" if number else name)
    _refuse_other_lengths(desk)
    _drop_missing(desk)
    _refuse_other_axis(desk)
    _put_in_order(desk)
    _merge_repeated(desk)
    intensity, uncertainty, unit, facts = stated_intensity(desk.scan, said=desk.said, keep=desk.keep)
    two_theta = desk.scan.two_theta
    if len(two_theta) < FEWEST_POINTS:
        raise DamagedFile(f"{desk.name} holds {len(two_theta)} points. Expected a pattern. Export it again.")
    _report_spikes(two_theta, intensity, uncertainty, desk.said)
    return DiffractionPattern(
        two_theta=two_theta, intensity=intensity, uncertainty=uncertainty, intensity_unit=unit,
        wavelengths=_plausible_wavelengths(desk), line_ratio=scan.line_ratio, anode=scan.anode,
        start_time=scan.start_time, end_time=scan.end_time, temperature=scan.temperature,
        radius=scan.radius, source_file=name, scan=number, format=format_name, reader=reader,
        metadata={**scan.metadata, **facts}, warnings=(*scan.warnings, *desk.said),
    )  # fmt: skip


def _refuse_other_lengths(desk: _Desk) -> None:
    lengths = {len(c) for n in POINT_COLUMNS if isinstance(c := getattr(desk.scan, n), np.ndarray)}
    if len(lengths) > 1:
        raise DamagedFile(
            f"{desk.name}: angles and intensities differ in number ({sorted(lengths)}). Expected as many of"
            " each. The file is cut off or was altered; copy it again from the instrument."
        )


def _drop_missing(desk: _Desk) -> None:
    """Drop the rare points without a number, or with one that no detector gives."""
    bad = ~(np.isfinite(desk.scan.two_theta) & (np.abs(desk.scan.intensity) < LARGEST_INTENSITY))
    if not bad.any():
        return
    if bad.all() or bad.sum() > max(1, RARE * len(bad)):
        raise DamagedFile(
            f"{desk.name}: {bad.sum()} of {len(bad)} points hold no number (the first is row"
            f" {int(np.argmax(bad)) + 1} of the data). Expected numbers. Correct them or export it again."
        )
    desk.said.append(f"{bad.sum()} of {len(bad)} points hold no number and were left out.")
    desk.keep(~bad)


def _refuse_other_axis(desk: _Desk) -> None:
    """Refuse an axis that cannot be degrees; leave out the points beside and behind the beam."""
    angle = desk.scan.two_theta
    if len(angle) and angle.max() > 360.0:
        guess = " Centidegrees?" if angle.max() <= 18000.0 else ""
        raise OutOfRange(
            f"{desk.name}: the axis runs from {angle.min():g} to {angle.max():g}, which cannot be degrees."
            f"{guess} Expected 2theta between 0 and 180 degrees. Energies, times of flight and channels are"
            " no powder pattern here; for centidegrees divide by 100."
        )
    outside = (angle <= 0.0) | (angle >= 180.0)
    if not outside.any():
        return
    if outside.sum() > len(angle) / 2:
        raise OutOfRange(
            f"{desk.name}: {outside.sum()} of {len(angle)} angles lie outside 0 to 180 degrees."
            " Expected 2theta in degrees. Name the right column."
        )
    desk.said.append(f"{outside.sum()} points at or outside 0 and 180 degrees were left out.")
    desk.keep(~outside)


def _put_in_order(desk: _Desk) -> None:
    """Turn a falling scan round without a word; sort points in any other order and say so."""
    angle = desk.scan.two_theta
    steps = np.diff(angle)
    if not (steps < 0).any():
        return
    if (steps <= 0).all():
        desk.keep(np.arange(len(angle))[::-1])
        return
    behind = int((angle < np.maximum.accumulate(angle)).sum())
    ahead = int((angle > np.minimum.accumulate(angle[::-1])[::-1]).sum())
    strays = min(behind, ahead)
    order = np.argsort(angle, kind="stable")
    if strays > max(2, RARE * len(angle)) and not _is_one_scan(angle[order]):
        raise DamagedFile(
            f"{desk.name}: the angles fall back at row {int(np.argmax(steps < 0)) + 2} of the data, and"
            " sorted they rise in uneven steps. Expected the points of one scan. Several scans were joined in"
            " one table; put each in a file of its own."
        )
    desk.said.append(f"{strays} of {len(angle)} points were out of order: sorted by angle.")
    desk.keep(order)


def _is_one_scan(angle: Points) -> bool:
    """Return whether sorted angles rise in even steps, those that repeat left out."""
    steps = np.diff(np.unique(angle))
    return bool(np.mean(np.abs(steps / np.median(steps) - 1.0) > UNEVEN) < MANY_UNEVEN)


def _merge_repeated(desk: _Desk) -> None:
    """Keep one of equal points at an angle; refuse an angle with two intensities unless that is rare."""
    angle, intensity = desk.scan.two_theta, desk.scan.intensity
    again = np.concatenate([[False], np.diff(angle) == 0])
    if not again.any():
        return
    differ = again & (np.concatenate([[0.0], np.diff(intensity)]) != 0)
    if differ.sum() > max(1, RARE * len(angle)):
        place = int(np.argmax(differ))
        (first, one), (second, other) = sorted(
            zip(desk.row[[place - 1, place]].tolist(), intensity[[place - 1, place]].tolist(), strict=True)
        )
        raise DamagedFile(
            f"{desk.name}: {differ.sum()} angles occur twice with different intensities (the first is"
            f" {angle[place]:g} degrees, with {one:g} in row {first} and {other:g} in row {second} of the"
            " data). Expected each angle once."
            " Several scans were joined, or the angles were rounded too much; put each scan in a file of its"
            " own, or export it with more digits."
        )
    desk.keep(~again)
    desk.said.append(
        f"{again.sum()} repeated angles: the first point of each was kept"
        + (f", {differ.sum()} with another intensity were left out." if differ.any() else ".")
    )


def _plausible_wavelengths(desk: _Desk) -> tuple[float, ...]:
    """Return the wavelengths when all can be those of X-rays or neutrons."""
    low, high = WAVELENGTH_LIMITS
    if all(low < value < high for value in desk.scan.wavelengths):
        angle = desk.scan.two_theta
        if not desk.scan.wavelengths and angle[-1] < SHORT_RANGE:
            desk.said.append(
                f"the axis ends at {angle[-1]:g} and no wavelength is told: taken as 2theta in degrees;"
                " if it is Q or d, name it in the column map."
            )
        return desk.scan.wavelengths
    shown = ", ".join(f"{value:g}" for value in desk.scan.wavelengths)
    desk.said.append(f"wavelengths of {shown} Å cannot be: left out.")
    return ()


def _report_spikes(angle: Points, intensity: Points, uncertainty: Points | None, said: list[str]) -> None:
    """Warn of single points far above both neighbours: direct beam, sparks, dead pixels."""
    padded = np.concatenate([intensity[[1]], intensity, intensity[[-2]]])
    beside = np.maximum(padded[:-2], padded[2:])
    spread = np.sqrt(np.maximum(intensity, 1.0)) if uncertainty is None else uncertainty
    lonely = (intensity > SPIKE_FACTOR * np.maximum(beside, 0.0)) & (
        intensity - beside > SPIKE_DEVIATIONS * spread
    )
    for index in np.flatnonzero(lonely)[:5]:
        said.append(
            f"a single point at {angle[index]:g} degrees holds {intensity[index]:.4g}, its neighbours at most"
            f" {beside[index]:.4g}: direct beam or a spark, not removed; exclude it."
        )
    steep = intensity[:3].max()
    if len(intensity) > 50 and steep > 50 * np.median(intensity) and not lonely[:3].any():
        said.append(f"the pattern begins with {steep:.4g} at {angle[0]:g} degrees, falling: the direct beam?")
